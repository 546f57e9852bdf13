// SPDX-License-Identifier: MPL-2.0
#include "base/base64.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_text(const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    char *text = mem_array((size + 2) / 3 + 1, 4);
    char *to = text;
    for (size_t i = 0; i < size; i += 3) {
        size_t count = size - i < 3 ? size - i : 3;
        uint32_t bits = (uint32_t)from[i] << 16;
        bits |= count > 1 ? (uint32_t)from[i + 1] << 8 : 0;
        bits |= count > 2 ? from[i + 2] : 0;
        for (size_t j = 0; j < 4; j++) {
            *to++ = j <= count ? DIGITS[bits >> (18 - 6 * j) & 63] : '=';
        }
    }
    return text;
}

// Four characters to at most three bytes; 0 when they are none.
static size_t read_group(const char *text, bool last, uint8_t *to)
{
    size_t digits = last && text[3] == '=' ? (text[2] == '=' ? 2 : 3) : 4;
    uint32_t bits = 0;
    for (size_t i = 0; i < 4; i++) {
        const char *digit = i < digits ? strchr(DIGITS, text[i]) : DIGITS;
        if (!digit) {
            return 0;
        }
        bits = bits << 6 | (uint32_t)(digit - DIGITS);
    }
    if (bits & ((1U << 8 * (4 - digits)) - 1)) {
        return 0;
    }
    for (size_t i = 0; i < 3; i++) {
        to[i] = (uint8_t)(bits >> (16 - 8 * i));
    }
    return digits - 1;
}

bool base64_read(const char *text, buf_t *out)
{
    size_t length = strlen(text);
    size_t before = out->size;
    if (length % 4 != 0) {
        return false;
    }
    for (size_t i = 0; i < length; i += 4) {
        uint8_t bytes[3];
        size_t count = read_group(text + i, i + 4 == length, bytes);
        if (count == 0) {
            out->size = before;
            return false;
        }
        buf_add(out, bytes, count);
    }
    return true;
}
