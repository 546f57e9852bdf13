// SPDX-License-Identifier: MPL-2.0
#include "broker/log/layout.h"

#include <string.h>

#include "base/crc32c.h"

static const char SEGMENT_MAGIC[8] = {'A', 'D', 'P', 'L', 'O', 'G', '0', '2'};
static const char BATCH_MAGIC[4] = {'A', 'D', 'P', 'B'};

void layout_put_number(char *to, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        to[i] = (char)(unsigned char)(value >> 8 * i);
    }
}

uint64_t layout_get_number(const char *from, size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) {
        value |= (uint64_t)(unsigned char)from[i] << 8 * i;
    }
    return value;
}

static void seal(char *head, size_t size)
{
    layout_put_number(head + size - 4, crc32c(0, head, size - 4), 4);
}

static bool sealed(const char *head, size_t size)
{
    return layout_get_number(head + size - 4, 4) == crc32c(0, head, size - 4);
}

void layout_put_segment(char *to, const segment_head_t *head)
{
    memset(to, 0, LAYOUT_SEGMENT_HEAD);
    memcpy(to, SEGMENT_MAGIC, sizeof SEGMENT_MAGIC);
    layout_put_number(to + 8, head->number, 4);
    layout_put_number(to + 12, head->size, 4);
    layout_put_number(to + 16, head->nonce, 8);
    seal(to, LAYOUT_SEGMENT_HEAD);
}

bool layout_get_segment(const char *from, segment_head_t *ret)
{
    if (memcmp(from, SEGMENT_MAGIC, sizeof SEGMENT_MAGIC) != 0 ||
        !sealed(from, LAYOUT_SEGMENT_HEAD)) {
        return false;
    }
    *ret = (segment_head_t){.number = (uint32_t)layout_get_number(from + 8, 4),
                            .size = (uint32_t)layout_get_number(from + 12, 4),
                            .nonce = layout_get_number(from + 16, 8)};
    return true;
}

void layout_put_batch(char *to, const batch_head_t *head)
{
    memset(to, 0, LAYOUT_BATCH_HEAD);
    memcpy(to, BATCH_MAGIC, sizeof BATCH_MAGIC);
    layout_put_number(to + 4, head->at, 4);
    layout_put_number(to + 8, head->nonce, 8);
    layout_put_number(to + 16, head->sequence, 8);
    layout_put_number(to + 24, head->size, 4);
    layout_put_number(to + 28, head->count, 4);
    layout_put_number(to + 32, head->synced, 8);
    layout_put_number(to + 40, head->ordinal, 4);
    seal(to, LAYOUT_BATCH_HEAD);
}

bool layout_get_batch(const char *from, batch_head_t *ret)
{
    if (memcmp(from, BATCH_MAGIC, sizeof BATCH_MAGIC) != 0 || !sealed(from, LAYOUT_BATCH_HEAD)) {
        return false;
    }
    *ret = (batch_head_t){.at = (uint32_t)layout_get_number(from + 4, 4),
                          .nonce = layout_get_number(from + 8, 8),
                          .sequence = layout_get_number(from + 16, 8),
                          .size = (uint32_t)layout_get_number(from + 24, 4),
                          .count = (uint32_t)layout_get_number(from + 28, 4),
                          .synced = layout_get_number(from + 32, 8),
                          .ordinal = (uint32_t)layout_get_number(from + 40, 4)};
    return true;
}

enum { CHECKED = LAYOUT_RECORD_HEAD - 4 }; // of a record's head

void layout_put_record(char *to, const void *head, size_t head_size, const void *body,
                       size_t body_size, size_t kept)
{
    layout_put_number(to + 4, head_size + body_size, 4);
    layout_put_number(to + 8, kept, 4);
    char *at = to + LAYOUT_RECORD_HEAD;
    memcpy(at, head, head_size);
    if (body_size > 0) {
        memcpy(at + head_size, body, body_size);
    }
    layout_put_number(to, crc32c(0, to + 4, CHECKED + head_size + body_size), 4);
}

record_head_t layout_get_record(const char *from)
{
    return (record_head_t){.size = (uint32_t)layout_get_number(from + 4, 4),
                           .kept = (uint32_t)layout_get_number(from + 8, 4)};
}

bool layout_record_whole(const char *from, uint32_t size)
{
    record_head_t head = layout_get_record(from);
    return head.size == size && head.kept <= size &&
           layout_get_number(from, 4) == crc32c(0, from + 4, CHECKED + (size_t)size);
}

size_t layout_record_room(size_t size)
{
    return (LAYOUT_RECORD_HEAD + size + LAYOUT_ALIGN - 1) / LAYOUT_ALIGN * LAYOUT_ALIGN;
}
