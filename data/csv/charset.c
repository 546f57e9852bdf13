// SPDX-License-Identifier: MPL-2.0
#include "data/csv/charset.h"

#include <stdio.h>
#include <string.h>
#include <uchardet.h>

#include "base/text.h"

enum { CHARACTER_BYTES = 4, ZEROS_BYTES = 4096 };

static bool begins(const char *bytes, size_t size, const char *mark, size_t mark_size)
{
    return size >= mark_size && memcmp(bytes, mark, mark_size) == 0;
}

encoding_t charset_mark(const char *bytes, size_t size)
{
    return begins(bytes, size, "\xEF\xBB\xBF", 3) ? ENCODING_UTF8
           : begins(bytes, size, "\xFF\xFE", 2)   ? ENCODING_UTF16LE
           : begins(bytes, size, "\xFE\xFF", 2)   ? ENCODING_UTF16BE
                                                  : ENCODING_AUTO;
}

// UTF-16 without a mark: delimiters, digits and line ends have a zero byte, on one side only.
static encoding_t by_zeros(const char *bytes, size_t size)
{
    size_t zeros[2] = {0};
    size_t looked = size < ZEROS_BYTES ? size & ~(size_t)1 : ZEROS_BYTES;
    for (size_t i = 0; i < looked; i++) {
        zeros[i & 1] += bytes[i] == '\0';
    }
    size_t some = looked / 16 + 1; // an eighth of the characters
    if (zeros[1] > some && zeros[0] <= zeros[1] / 16) {
        return ENCODING_UTF16LE;
    }
    return zeros[0] > some && zeros[1] <= zeros[0] / 16 ? ENCODING_UTF16BE : ENCODING_AUTO;
}

static bool is_utf8(const char *bytes, size_t size, bool whole)
{
    size_t good = text_utf8_prefix(bytes, size);
    return good == size || (!whole && size - good < CHARACTER_BYTES && good > 0);
}

// What uchardet calls it; "" when it has no idea.
static void detect(const char *bytes, size_t size, char *name, size_t name_size)
{
    name[0] = '\0';
    uchardet_t detector = uchardet_new();
    if (detector) {
        uchardet_handle_data(detector, bytes, size);
        uchardet_data_end(detector);
        text_copy(name, name_size, uchardet_get_charset(detector));
        uchardet_delete(detector);
    }
}

static bool is_western(const char *name)
{
    static const char *const western[] = {"",           "ASCII",       "WINDOWS-1252",
                                          "ISO-8859-1", "ISO-8859-15", "UTF-8"};
    for (size_t i = 0; i < sizeof western / sizeof western[0]; i++) {
        if (strcmp(name, western[i]) == 0) {
            return true;
        }
    }
    return false;
}

// The line that the byte at `at` is on.
static int64_t line_of(const char *bytes, size_t at)
{
    int64_t line = 1;
    for (size_t i = 0; i < at; i++) {
        line += bytes[i] == '\n' || (bytes[i] == '\r' && bytes[i + 1] != '\n');
    }
    return line;
}

err_t charset_guess(const char *bytes, size_t size, bool whole, encoding_t *ret_encoding,
                    fault_t *fault)
{
    encoding_t found = charset_mark(bytes, size);
    if (begins(bytes, size, "\xFF\xFE\0\0", 4) || begins(bytes, size, "\0\0\xFE\xFF", 4)) {
        return fault_set(fault, ERR_CSV_ENCODING, "save the file in UTF-8",
                         "the file is in UTF-32, which is not supported");
    }
    found = found == ENCODING_AUTO ? by_zeros(bytes, size) : found;
    if (found == ENCODING_AUTO && is_utf8(bytes, size, whole)) {
        found = ENCODING_UTF8;
    }
    if (found == ENCODING_AUTO) {
        char name[64];
        detect(bytes, size, name, sizeof name);
        if (!is_western(name)) {
            int64_t line = line_of(bytes, text_utf8_prefix(bytes, size));
            fault_set(fault, ERR_CSV_ENCODING,
                      "save the file in UTF-8, or say what its encoding is if it is one of utf-8, "
                      "utf-16le, utf-16be, latin-1, windows-1252",
                      "line %lld is not in UTF-8; the file looks like %s, which is not supported",
                      (long long)line, name);
            fault_at(fault, line, 0, NULL);
            return ERR_CSV_ENCODING;
        }
        found = ENCODING_WINDOWS1252;
    }
    *ret_encoding = found;
    return ERR_OK;
}
