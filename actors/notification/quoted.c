// SPDX-License-Identifier: MPL-2.0
#include "actors/notification/quoted.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
    LINE_MAX_CHARS = 76,
    HEX_CHARS = 3,       // "=XX"
    CHARACTER_BYTES = 4, // of UTF-8, at most
    WORD_OVERHEAD = 12,  // "=?utf-8?q?" and "?="
};

static const char WORD_START[] = "=?utf-8?q?";
static const char WORD_END[] = "?=";

static void add_hex(unsigned char byte, buf_t *to)
{
    buf_addf(to, "=%02X", byte);
}

static bool line_ends(const char *text, size_t size, size_t at)
{
    return at == size || text[at] == '\n' ||
           (text[at] == '\r' && at + 1 < size && text[at + 1] == '\n');
}

void quoted_body(const char *text, size_t size, buf_t *to)
{
    size_t used = 0; // of the present line
    for (size_t i = 0; i < size; i++) {
        if (line_ends(text, size, i)) {
            i += text[i] == '\r';
            buf_addf(to, "\r\n");
            used = 0;
            continue;
        }
        unsigned char byte = (unsigned char)text[i];
        bool last = line_ends(text, size, i + 1);
        bool blank = byte == ' ' || byte == '\t';
        bool plain = (isgraph(byte) && byte != '=') || (blank && !last);
        size_t width = plain ? 1 : HEX_CHARS;
        if (used + width > LINE_MAX_CHARS - (last ? 0 : 1)) { // room for a soft line break
            buf_addf(to, "=\r\n");
            used = 0;
        }
        plain ? buf_add(to, &byte, 1) : add_hex(byte, to);
        used += width;
    }
}

// The bytes of the character at `text`, which is valid UTF-8.
static size_t character_bytes(const char *text)
{
    size_t n = 1;
    while (n < CHARACTER_BYTES && ((unsigned char)text[n] & 0xC0) == 0x80) {
        n++;
    }
    return n;
}

// One character in the "Q" form. Returns its width.
static size_t encode_character(const char *text, size_t bytes,
                               char out[CHARACTER_BYTES * HEX_CHARS + 1])
{
    if (bytes == 1 && isalnum((unsigned char)*text)) {
        return (size_t)snprintf(out, 2, "%c", *text);
    }
    if (*text == ' ') {
        return (size_t)snprintf(out, 2, "_");
    }
    size_t used = 0;
    for (size_t i = 0; i < bytes; i++) {
        used += (size_t)snprintf(out + used, HEX_CHARS + 1, "=%02X", (unsigned char)text[i]);
    }
    return used;
}

static bool plain_header(const char *text, size_t column)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        if (!isprint((unsigned char)text[i])) {
            return false;
        }
    }
    bool blank_ends = length > 0 && (text[0] == ' ' || text[length - 1] == ' ');
    return column + length <= LINE_MAX_CHARS && !blank_ends && !strstr(text, "=?");
}

void quoted_header(const char *text, size_t column, buf_t *to)
{
    if (plain_header(text, column)) {
        buf_add(to, text, strlen(text));
        return;
    }
    size_t room = LINE_MAX_CHARS - column - WORD_OVERHEAD;
    buf_add(to, WORD_START, sizeof WORD_START - 1);
    while (*text) {
        char coded[CHARACTER_BYTES * HEX_CHARS + 1];
        size_t bytes = character_bytes(text);
        size_t width = encode_character(text, bytes, coded);
        if (width > room) {
            buf_addf(to, "%s\r\n %s", WORD_END, WORD_START);
            room = LINE_MAX_CHARS - 1 - WORD_OVERHEAD;
        }
        buf_add(to, coded, width);
        room -= width;
        text += bytes;
    }
    buf_add(to, WORD_END, sizeof WORD_END - 1);
}
