// SPDX-License-Identifier: MPL-2.0
#include "data/expr/utf8.h"

#include <utf8proc.h>

size_t utf8_length(text_t text)
{
    size_t length = 0;
    for (size_t i = 0; i < text.size; i++) {
        length += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
    }
    return length;
}

size_t utf8_offset(text_t text, size_t index)
{
    size_t at = 0;
    while (index > 0 && at < text.size) {
        at = utf8_next(text, at);
        index--;
    }
    return at;
}

int32_t utf8_point(text_t text, size_t at, size_t *ret_size)
{
    utf8proc_int32_t point = -1;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)text.bytes + at,
                                             (utf8proc_ssize_t)(text.size - at), &point);
    *ret_size = size > 0 ? (size_t)size : 1;
    return size > 0 ? point : -1;
}

bool utf8_is_ascii(text_t text)
{
    unsigned char all = 0;
    for (size_t i = 0; i < text.size; i++) {
        all |= (unsigned char)text.bytes[i];
    }
    return all < 0x80;
}
