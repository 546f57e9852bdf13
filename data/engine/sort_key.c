// SPDX-License-Identifier: MPL-2.0
// Records: [key size, body size, 4 bytes each][key][body]. A cell in a key is a byte that puts
// missing cells to their end, and bytes that compare as the value does.
#include <string.h>

#include "data/engine/sort.h"

enum { MISSING_FIRST = 0, PRESENT = 1, MISSING_LAST = 2 };

size_t sort_begin(buf_t *out)
{
    size_t record = out->size;
    buf_add(out, "\0\0\0\0\0\0\0", 8);
    return record;
}

void sort_body(buf_t *out, size_t record)
{
    uint32_t size = (uint32_t)(out->size - record - 8);
    memcpy(out->data + record, &size, sizeof size);
}

void sort_end(buf_t *out, size_t record)
{
    uint32_t key;
    memcpy(&key, out->data + record, sizeof key);
    uint32_t size = (uint32_t)(out->size - record - 8 - key);
    memcpy(out->data + record + 4, &size, sizeof size);
}

static uint64_t word_of(const vector_t *vector, size_t i)
{
    if (!vector->numbers) {
        return (uint64_t)vector->integers[i] ^ 1ULL << 63;
    }
    double number = vector->numbers[i] + 0.0; // -0 equals 0
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits >> 63 ? ~bits : bits | 1ULL << 63;
}

// A zero byte is written as 0 255, so that 0 0 ends the text before any longer one.
static void add_text(buf_t *out, text_t text)
{
    const char *from = text.bytes;
    const char *end = text.bytes + text.size;
    while (from < end) {
        const char *zero = memchr(from, 0, (size_t)(end - from));
        const char *to = zero ? zero : end;
        buf_add(out, from, (size_t)(to - from));
        if (zero) {
            buf_add(out, "\0\377", 2);
        }
        from = zero ? zero + 1 : end;
    }
    buf_add(out, "\0", 2);
}

void sort_cell(buf_t *out, const vector_t *vector, size_t i, const sort_order_t *order)
{
    bool valid = vector_is_valid(vector, i);
    char place = (char)(valid ? PRESENT : order->missing_first ? MISSING_FIRST : MISSING_LAST);
    buf_add(out, &place, 1);
    size_t from = out->size;
    if (!valid) {
        return;
    }
    if (vector->texts) {
        add_text(out, vector_text(vector, i));
    } else {
        uint64_t word = __builtin_bswap64(word_of(vector, i));
        buf_add(out, &word, sizeof word);
    }
    for (size_t at = from; order->descending && at < out->size; at++) {
        out->data[at] = (char)~out->data[at];
    }
}
