// SPDX-License-Identifier: MPL-2.0
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

// The length of the valid UTF-8 character at `s`, 0 when there is none.
static size_t character(const unsigned char *s, size_t left)
{
    if (s[0] < 0x80) {
        return 1;
    }
    size_t n = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4 || left < n) {
        return 0;
    }
    uint32_t point = s[0] & (0xFFU >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            return 0;
        }
        point = point << 6 | (s[i] & 0x3FU);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    return point < least[n] || point > 0x10FFFF || surrogate ? 0 : n;
}

// Whether the eight bytes at `s` are ASCII.
static bool ascii8(const unsigned char *s)
{
    uint64_t word;
    memcpy(&word, s, sizeof word);
    return (word & 0x8080808080808080U) == 0;
}

size_t text_utf8_prefix(const char *bytes, size_t length)
{
    const unsigned char *s = (const unsigned char *)bytes;
    size_t at = 0;
    while (at < length) {
        if (length - at >= 8 && ascii8(s + at)) {
            at += 8;
            continue;
        }
        size_t n = character(s + at, length - at);
        if (n == 0) {
            break;
        }
        at += n;
    }
    return at;
}

bool text_is_utf8(const char *bytes, size_t length)
{
    return text_utf8_prefix(bytes, length) == length;
}

void text_copy(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);
    if (length >= size) {
        length = text_utf8_prefix(from, size - 1);
    }
    memmove(to, from, length);
    to[length] = '\0';
}

char *text_dup(const char *bytes, size_t length)
{
    char *copy = mem_new(length + 1);
    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    return copy;
}

char *text_format(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = NULL;
    int n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0) {
        mem_exhausted((size_t)1);
    }
    return text;
}
