// SPDX-License-Identifier: MPL-2.0
#include "data/frame/chunk_texts.h"

#include <string.h>

enum { SECTION_HEAD = 8 };

static uint32_t total_of(const uint8_t *section)
{
    uint32_t total;
    memcpy(&total, section, sizeof total);
    return total;
}

static uint32_t length_at(const uint8_t *lengths, unsigned width, size_t i)
{
    uint16_t two;
    uint32_t four;
    switch (width) {
    case 1:
        return lengths[i];
    case 2:
        memcpy(&two, lengths + i * 2, 2);
        return two;
    default:
        memcpy(&four, lengths + i * 4, 4);
        return four;
    }
}

const uint8_t *texts_section(const uint8_t *bytes, size_t size, size_t *at, size_t count)
{
    const uint8_t *section = bytes + *at;
    size_t left = size - *at;
    if (left < SECTION_HEAD) {
        return NULL;
    }
    unsigned width = section[4];
    size_t total = total_of(section);
    if ((width != 1 && width != 2 && width != 4) || count > (left - SECTION_HEAD) / width ||
        total > left - SECTION_HEAD - count * width) {
        return NULL;
    }
    const uint8_t *lengths = section + SECTION_HEAD;
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += length_at(lengths, width, i);
    }
    if (sum != total) {
        return NULL;
    }
    size_t used = (SECTION_HEAD + count * width + total + 7) & ~(size_t)7;
    *at += used < left ? used : left;
    return section;
}

const text_t *texts_read(const uint8_t *section, size_t stored, size_t count, arena_t *arena)
{
    text_t *texts = arena_array(arena, count + 1, sizeof *texts);
    unsigned width = section[4];
    const uint8_t *lengths = section + SECTION_HEAD;
    const char *bytes = (const char *)lengths + stored * width;
    for (size_t i = 0; i < count; i++) {
        uint32_t size = length_at(lengths, width, i);
        texts[i] = (text_t){bytes, size};
        bytes += size;
    }
    texts[count] = (text_t){"", 0};
    return texts;
}

void texts_write(buf_t *out, const text_t *texts, size_t count)
{
    uint32_t longest = 0;
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += texts[i].size;
        longest = texts[i].size > longest ? texts[i].size : longest;
    }
    uint8_t width = longest <= UINT8_MAX ? 1 : longest <= UINT16_MAX ? 2 : 4;
    size_t bytes = SECTION_HEAD + count * width + total;
    size_t padded = (bytes + 7) & ~(size_t)7;
    uint8_t *section = (uint8_t *)buf_reserve(out, padded);
    uint32_t stored = (uint32_t)total;
    memset(section, 0, SECTION_HEAD);
    memcpy(section, &stored, sizeof stored);
    section[4] = width;
    uint8_t *lengths = section + SECTION_HEAD;
    char *to = (char *)lengths + count * width;
    for (size_t i = 0; i < count; i++) {
        memcpy(lengths + i * width, &texts[i].size, width); // little endian
        memcpy(to, texts[i].bytes, texts[i].size);
        to += texts[i].size;
    }
    memset(to, 0, padded - bytes);
    out->size += padded;
}
