// SPDX-License-Identifier: MPL-2.0
#include "proto/bounded.h"

#include <stdbool.h>
#include <stdint.h>

#include "proto/limits.h"

// What the first byte of a value says of the bytes behind it.
typedef struct {
    uint8_t length_bytes; // bytes of an explicit length
    uint8_t fixed_bytes;  // bytes of content, or of an ext's type, whatever the length
    uint8_t per_item; // 1: the length counts bytes; otherwise values: 1 an item (array) or 2 (map)
    bool container;
    bool valid;
    uint32_t count; // the length when it is in the first byte
} shape_t;

typedef struct {
    const uint8_t *bytes;
    size_t size;
    size_t at;
    uint64_t open[LIMIT_DEPTH + 1]; // values still to come at each level
    size_t depth;
} walk_t;

// 0xc0 to 0xdf: nil, bools, and everything with an explicit length or width.
static const shape_t WIDE[32] = {
    [0x00] = {.valid = true},                                   // nil
    [0x02] = {.valid = true},                                   // false
    [0x03] = {.valid = true},                                   // true
    [0x04] = {.valid = true, .length_bytes = 1, .per_item = 1}, // bin
    [0x05] = {.valid = true, .length_bytes = 2, .per_item = 1},
    [0x06] = {.valid = true, .length_bytes = 4, .per_item = 1},
    [0x07] = {.valid = true, .length_bytes = 1, .per_item = 1, .fixed_bytes = 1}, // ext
    [0x08] = {.valid = true, .length_bytes = 2, .per_item = 1, .fixed_bytes = 1},
    [0x09] = {.valid = true, .length_bytes = 4, .per_item = 1, .fixed_bytes = 1},
    [0x0a] = {.valid = true, .fixed_bytes = 4}, // float
    [0x0b] = {.valid = true, .fixed_bytes = 8},
    [0x0c] = {.valid = true, .fixed_bytes = 1}, // uint
    [0x0d] = {.valid = true, .fixed_bytes = 2},
    [0x0e] = {.valid = true, .fixed_bytes = 4},
    [0x0f] = {.valid = true, .fixed_bytes = 8},
    [0x10] = {.valid = true, .fixed_bytes = 1}, // int
    [0x11] = {.valid = true, .fixed_bytes = 2},
    [0x12] = {.valid = true, .fixed_bytes = 4},
    [0x13] = {.valid = true, .fixed_bytes = 8},
    [0x14] = {.valid = true, .fixed_bytes = 2}, // fixext
    [0x15] = {.valid = true, .fixed_bytes = 3},
    [0x16] = {.valid = true, .fixed_bytes = 5},
    [0x17] = {.valid = true, .fixed_bytes = 9},
    [0x18] = {.valid = true, .fixed_bytes = 17},
    [0x19] = {.valid = true, .length_bytes = 1, .per_item = 1}, // str
    [0x1a] = {.valid = true, .length_bytes = 2, .per_item = 1},
    [0x1b] = {.valid = true, .length_bytes = 4, .per_item = 1},
    [0x1c] = {.valid = true, .length_bytes = 2, .per_item = 1, .container = true}, // array
    [0x1d] = {.valid = true, .length_bytes = 4, .per_item = 1, .container = true},
    [0x1e] = {.valid = true, .length_bytes = 2, .per_item = 2, .container = true}, // map
    [0x1f] = {.valid = true, .length_bytes = 4, .per_item = 2, .container = true},
};

static shape_t shape_of(uint8_t first)
{
    if (first < 0x80 || first >= 0xe0) {
        return (shape_t){.valid = true}; // fixint
    }
    if (first < 0x90) {
        return (shape_t){.valid = true, .container = true, .per_item = 2, .count = first & 0x0FU};
    }
    if (first < 0xa0) {
        return (shape_t){.valid = true, .container = true, .per_item = 1, .count = first & 0x0FU};
    }
    if (first < 0xc0) {
        return (shape_t){.valid = true, .per_item = 1, .count = first & 0x1FU};
    }
    return WIDE[first - 0xc0];
}

static err_t broken(const walk_t *walk, fault_t *fault, const char *what)
{
    return fault_set(fault, ERR_MALFORMED, "send one complete MessagePack value per frame",
                     "byte %zu of the frame: %s", walk->at, what);
}

// Reads one value's head and skips its bytes; a container's items are added to the next level.
static err_t walk_value(walk_t *walk, fault_t *fault)
{
    shape_t shape = shape_of(walk->bytes[walk->at]);
    if (!shape.valid) {
        return broken(walk, fault, "0xc1 is not MessagePack");
    }
    size_t left = walk->size - walk->at - 1;
    if (left < (size_t)shape.length_bytes + shape.fixed_bytes) {
        return broken(walk, fault, "the value is cut short");
    }
    uint64_t count = shape.count;
    for (size_t i = 0; i < shape.length_bytes; i++) {
        count = count << 8 | walk->bytes[walk->at + 1 + i];
    }
    left -= (size_t)shape.length_bytes + shape.fixed_bytes;
    if (count * shape.per_item > left) { // an item takes at least one byte
        return broken(walk, fault, "the announced length is more than the bytes that are there");
    }
    walk->at += 1U + shape.length_bytes + shape.fixed_bytes;
    if (!shape.container) {
        walk->at += count;
        return ERR_OK;
    }
    if (walk->depth == LIMIT_DEPTH) {
        return broken(walk, fault, "the value is nested too deep");
    }
    walk->open[++walk->depth] = count * shape.per_item;
    return ERR_OK;
}

// Walks over one whole value.
static err_t walk_one(walk_t *walk, fault_t *fault)
{
    while (true) {
        while (walk->depth > 0 && walk->open[walk->depth] == 0) {
            walk->depth--;
        }
        if (walk->open[walk->depth] == 0) {
            return ERR_OK;
        }
        if (walk->at >= walk->size) {
            return broken(walk, fault, "the value is cut short");
        }
        walk->open[walk->depth]--;
        err_t err = walk_value(walk, fault);
        if (err) {
            return err;
        }
    }
}

err_t bounded_check(const void *bytes, size_t size, fault_t *fault)
{
    walk_t walk = {.bytes = bytes, .size = size};
    walk.open[0] = 1;
    err_t err = walk_one(&walk, fault);
    if (err) {
        return err;
    }
    return walk.at == size ? ERR_OK : broken(&walk, fault, "there are bytes behind the value");
}

size_t bounded_skip(const void *bytes, size_t size)
{
    walk_t walk = {.bytes = bytes, .size = size};
    walk.open[0] = 1;
    return walk_one(&walk, NULL) ? size : walk.at;
}
