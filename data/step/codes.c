// SPDX-License-Identifier: MPL-2.0
#include "data/step/codes.h"

#include "base/text.h"
#include "data/value/date.h"
#include "data/value/number.h"

static int32_t code_of_text(const params_t *params, text_t text)
{
    int64_t code = levels_find(params->levels, text.bytes, text.size);
    return code == LEVELS_UNKNOWN ? CODES_UNKNOWN : (int32_t)code;
}

const int32_t *codes_of(const params_t *params, const vector_t *vector, arena_t *arena)
{
    int32_t *codes = arena_array(arena, vector->count, sizeof *codes);
    if (vector->codes) {
        int32_t *of_word = arena_array(arena, vector->words, sizeof *of_word);
        for (size_t i = 0; i < vector->words; i++) {
            of_word[i] = code_of_text(params, vector->texts[i]);
        }
        for (size_t i = 0; i < vector->count; i++) {
            codes[i] = of_word[vector->codes[i]];
        }
        return codes;
    }
    const double *numbers = vector->texts ? NULL : vector_doubles(vector, arena);
    for (size_t i = 0; i < vector->count; i++) {
        codes[i] = CODES_UNKNOWN;
        if (!vector_is_valid(vector, i)) {
            continue;
        }
        codes[i] = numbers ? (int32_t)levels_find_number(params->levels, numbers[i])
                           : code_of_text(params, vector->texts[i]);
    }
    return codes;
}

char *codes_level_text(const params_t *params, type_t type, size_t level)
{
    char text[NUMBER_TEXT_SIZE];
    if (!params->is_number) {
        size_t size;
        const char *bytes = levels_bytes(params->levels, level, &size);
        return text_dup(bytes, size);
    }
    double value = levels_number(params->levels, level);
    switch (type) {
    case TYPE_BOOLEAN:
        return text_format("%s", value != 0 ? "true" : "false");
    case TYPE_DATE:
        return text_dup(text, date_format_iso((int64_t)value, text));
    case TYPE_DATETIME:
        return text_dup(text, datetime_format_iso((int64_t)value, text));
    default:
        return text_dup(text, number_format(value, text));
    }
}
