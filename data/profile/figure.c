// SPDX-License-Identifier: MPL-2.0
#include "data/profile/figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "data/value/date.h"
#include "data/value/number.h"

json_t *figure_number(double value)
{
    return isfinite(value) ? json_real(value + 0.0) : json_null();
}

json_t *figure_share(double part, double whole)
{
    return json_real(whole > 0 ? part / whole : 0);
}

json_t *figure_integer(type_t type, int64_t value)
{
    char text[DATETIME_TEXT_SIZE];
    if (type == TYPE_DATE && date_in_range(value)) {
        date_format_iso(value, text);
        return json_string(text);
    }
    if (type == TYPE_DATETIME && datetime_in_range(value)) {
        datetime_format_iso(value, text);
        return json_string(text);
    }
    return json_integer(value);
}

static int starts_character(char byte)
{
    return ((unsigned char)byte & 0xC0U) != 0x80U;
}

size_t figure_characters(text_t text)
{
    const uint64_t ones = 0x0101010101010101U;
    size_t rest = 0; // bytes that continue a character
    size_t i = 0;
    for (; i + 8 <= text.size; i += 8) {
        uint64_t word;
        memcpy(&word, text.bytes + i, sizeof word);
        uint64_t follows = word >> 7 & ~(word >> 6) & ones;
        rest += (size_t)(follows * ones >> 56);
    }
    for (; i < text.size; i++) {
        rest += !starts_character(text.bytes[i]);
    }
    return text.size - rest;
}

json_t *figure_text(text_t text, size_t max)
{
    size_t characters = 0;
    size_t size = 0;
    for (; size < text.size; size++) {
        if (starts_character(text.bytes[size]) && characters++ == max) {
            break;
        }
    }
    if (size == text.size) {
        return json_stringn(text.bytes, size);
    }
    buf_t cut = {0};
    buf_add(&cut, text.bytes, size);
    buf_add(&cut, "…", strlen("…"));
    json_t *json = json_stringn(cut.data, cut.size);
    buf_release(&cut);
    return json;
}

json_t *figure_cell(const vector_t *vector, size_t i)
{
    char text[DATETIME_TEXT_SIZE + NUMBER_TEXT_SIZE];
    if (!vector_is_valid(vector, i)) {
        return json_null();
    }
    switch (vector->type) {
    case TYPE_FLOAT:
        number_format(vector->numbers[i], text);
        return json_string(text);
    case TYPE_BOOLEAN:
        return json_string(vector->integers[i] ? "true" : "false");
    case TYPE_CATEGORY:
    case TYPE_TEXT:
        return figure_text(vector_text(vector, i), FIGURE_CELL_CHARACTERS);
    case TYPE_INTEGER:
    case TYPE_DATE:
    case TYPE_DATETIME:
    default:
        break;
    }
    json_t *value = figure_integer(vector->type, vector->integers[i]);
    if (json_is_string(value)) {
        return value;
    }
    json_decref(value);
    return json_sprintf("%lld", (long long)vector->integers[i]);
}

const char *figure_grouped(int64_t value, char text[FIGURE_GROUPED_SIZE])
{
    char digits[FIGURE_GROUPED_SIZE];
    int size = snprintf(digits, sizeof digits, "%lld", (long long)value);
    int at = 0;
    for (int i = 0; i < size; i++) {
        if (i > (value < 0) && (size - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}
