// SPDX-License-Identifier: MPL-2.0
#include "broker/log/layout.h"

#include <string.h>

#include "base/crc32c.h"

static const char SEGMENT_MAGIC[8] = {'A', 'D', 'P', 'L', 'O', 'G', '0', '1'};
static const char BATCH_MAGIC[4] = {'A', 'D', 'P', 'B'};

static void put_number(char *to, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        to[i] = (char)(unsigned char)(value >> 8 * i);
    }
}

static uint64_t get_number(const char *from, size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) {
        value |= (uint64_t)(unsigned char)from[i] << 8 * i;
    }
    return value;
}

static void seal(char *head, size_t size)
{
    put_number(head + size - 4, crc32c(0, head, size - 4), 4);
}

static bool sealed(const char *head, size_t size)
{
    return get_number(head + size - 4, 4) == crc32c(0, head, size - 4);
}

void layout_put_segment(char *to, const segment_head_t *head)
{
    memset(to, 0, LAYOUT_SEGMENT_HEAD);
    memcpy(to, SEGMENT_MAGIC, sizeof SEGMENT_MAGIC);
    put_number(to + 8, head->number, 4);
    put_number(to + 12, head->size, 4);
    put_number(to + 16, head->nonce, 8);
    put_number(to + 24, head->first_sequence, 8);
    seal(to, LAYOUT_SEGMENT_HEAD);
}

bool layout_get_segment(const char *from, segment_head_t *ret)
{
    if (memcmp(from, SEGMENT_MAGIC, sizeof SEGMENT_MAGIC) != 0 ||
        !sealed(from, LAYOUT_SEGMENT_HEAD)) {
        return false;
    }
    *ret = (segment_head_t){.number = (uint32_t)get_number(from + 8, 4),
                            .size = (uint32_t)get_number(from + 12, 4),
                            .nonce = get_number(from + 16, 8),
                            .first_sequence = get_number(from + 24, 8)};
    return true;
}

void layout_put_batch(char *to, const batch_head_t *head)
{
    memset(to, 0, LAYOUT_BATCH_HEAD);
    memcpy(to, BATCH_MAGIC, sizeof BATCH_MAGIC);
    put_number(to + 4, head->at, 4);
    put_number(to + 8, head->nonce, 8);
    put_number(to + 16, head->sequence, 8);
    put_number(to + 24, head->size, 4);
    put_number(to + 28, head->count, 4);
    seal(to, LAYOUT_BATCH_HEAD);
}

bool layout_get_batch(const char *from, batch_head_t *ret)
{
    if (memcmp(from, BATCH_MAGIC, sizeof BATCH_MAGIC) != 0 || !sealed(from, LAYOUT_BATCH_HEAD)) {
        return false;
    }
    *ret = (batch_head_t){.at = (uint32_t)get_number(from + 4, 4),
                          .nonce = get_number(from + 8, 8),
                          .sequence = get_number(from + 16, 8),
                          .size = (uint32_t)get_number(from + 24, 4),
                          .count = (uint32_t)get_number(from + 28, 4)};
    return true;
}

void layout_put_record(char *to, const void *head, size_t head_size, const void *body,
                       size_t body_size)
{
    put_number(to + 4, head_size + body_size, 4);
    char *at = to + LAYOUT_RECORD_HEAD;
    memcpy(at, head, head_size);
    if (body_size > 0) {
        memcpy(at + head_size, body, body_size);
    }
    put_number(to, crc32c(0, to + 4, 4 + head_size + body_size), 4);
}

uint32_t layout_record_size(const char *from)
{
    return (uint32_t)get_number(from + 4, 4);
}

bool layout_record_whole(const char *from, uint32_t size)
{
    return layout_record_size(from) == size &&
           get_number(from, 4) == crc32c(0, from + 4, 4 + (size_t)size);
}

size_t layout_record_room(size_t size)
{
    return (LAYOUT_RECORD_HEAD + size + LAYOUT_ALIGN - 1) / LAYOUT_ALIGN * LAYOUT_ALIGN;
}
