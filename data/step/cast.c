// SPDX-License-Identifier: MPL-2.0
#include "data/step/cast.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/step/formula.h"

// Dates and times out of a text, or of a number's digits.
static char *to_time(type_t from, bool date, const char *format)
{
    bool words = type_in(from, TYPES_WORDS);
    if (!format) {
        return !words ? NULL
                      : mem_strdup(date ? "coalesce(date(x), date(datetime(x)))"
                                        : "coalesce(datetime(x), datetime(date(x)))");
    }
    char *literal = formula_quote(format);
    char *text =
        text_format("%s(%s, %s)", date ? "date" : "datetime", words ? "x" : "text(x)", literal);
    free(literal);
    return text;
}

static char *to_words(type_t from, const char *format)
{
    if (!format || !type_in(from, TYPES_TIME)) {
        return mem_strdup("text(x)");
    }
    char *literal = formula_quote(format);
    char *text = text_format("format_date(x, %s)", literal);
    free(literal);
    return text;
}

char *cast_expression(type_t from, type_t to, const char *format)
{
    bool time = type_in(from, TYPES_TIME);
    switch (to) {
    case TYPE_INTEGER:
        return time                         ? NULL
               : type_in(from, TYPES_WORDS) ? mem_strdup("if(number(x) % 1 = 0, integer(x))")
               : from == TYPE_FLOAT         ? mem_strdup("if(x % 1 = 0, integer(x))")
                                            : mem_strdup("integer(x)");
    case TYPE_FLOAT:
        return time ? NULL : mem_strdup("number(x)");
    case TYPE_BOOLEAN:
        return time ? NULL : mem_strdup("boolean(x)");
    case TYPE_DATE:
        return time                   ? mem_strdup("date(x)")
               : from == TYPE_BOOLEAN ? NULL
                                      : to_time(from, true, format);
    case TYPE_DATETIME:
        return time                   ? mem_strdup("datetime(x)")
               : from == TYPE_BOOLEAN ? NULL
                                      : to_time(from, false, format);
    default:
        return to_words(from, format);
    }
}
