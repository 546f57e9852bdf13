// SPDX-License-Identifier: MPL-2.0
#include "data/csv/encoding.h"

#include <string.h>

static const struct {
    const char *name;
    const char *iconv;
} ROWS[ENCODING_COUNT] = {
    [ENCODING_AUTO] = {"auto", "UTF-8"},
    [ENCODING_UTF8] = {"utf-8", "UTF-8"},
    [ENCODING_UTF16LE] = {"utf-16le", "UTF-16LE"},
    [ENCODING_UTF16BE] = {"utf-16be", "UTF-16BE"},
    [ENCODING_LATIN1] = {"latin-1", "ISO-8859-1"},
    [ENCODING_WINDOWS1252] = {"windows-1252", "WINDOWS-1252"},
};

const char *encoding_name(encoding_t encoding)
{
    return ROWS[encoding].name;
}

const char *encoding_iconv(encoding_t encoding)
{
    return ROWS[encoding].iconv;
}

bool encoding_by_name(const char *name, encoding_t *ret_encoding)
{
    for (int i = 0; i < ENCODING_COUNT; i++) {
        if (strcmp(ROWS[i].name, name) == 0) {
            *ret_encoding = (encoding_t)i;
            return true;
        }
    }
    return false;
}
