// SPDX-License-Identifier: MPL-2.0
#include "data/value/vector.h"

const double *vector_doubles(const vector_t *vector, arena_t *arena)
{
    if (vector->numbers) {
        return vector->numbers;
    }
    double *numbers = arena_array(arena, vector->count, sizeof *numbers);
    for (size_t i = 0; i < vector->count; i++) {
        numbers[i] = (double)vector->integers[i];
    }
    return numbers;
}

size_t vector_missing(const vector_t *vector)
{
    size_t valid = vector->count;
    if (vector->valid) {
        valid = 0;
        for (size_t i = 0; i < vector->count; i++) {
            valid += vector->valid[i];
        }
    }
    return vector->count - valid;
}

static const uint8_t *gather_valid(const vector_t *vector, const uint32_t *rows, size_t count,
                                   arena_t *arena)
{
    uint8_t *valid = arena_array(arena, count, sizeof *valid);
    for (size_t i = 0; i < count; i++) {
        valid[i] = vector->valid[rows[i]];
    }
    return valid;
}

static const double *gather_numbers(const double *from, const uint32_t *rows, size_t count,
                                    arena_t *arena)
{
    double *numbers = arena_array(arena, count, sizeof *numbers);
    for (size_t i = 0; i < count; i++) {
        numbers[i] = from[rows[i]];
    }
    return numbers;
}

static const int64_t *gather_integers(const int64_t *from, const uint32_t *rows, size_t count,
                                      arena_t *arena)
{
    int64_t *integers = arena_array(arena, count, sizeof *integers);
    for (size_t i = 0; i < count; i++) {
        integers[i] = from[rows[i]];
    }
    return integers;
}

static const text_t *gather_texts(const text_t *from, const uint32_t *rows, size_t count,
                                  arena_t *arena)
{
    text_t *texts = arena_array(arena, count, sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        texts[i] = from[rows[i]];
    }
    return texts;
}

static const uint32_t *gather_codes(const uint32_t *from, const uint32_t *rows, size_t count,
                                    arena_t *arena)
{
    uint32_t *codes = arena_array(arena, count, sizeof *codes);
    for (size_t i = 0; i < count; i++) {
        codes[i] = from[rows[i]];
    }
    return codes;
}

vector_t vector_gather(const vector_t *vector, const uint32_t *rows, size_t count, arena_t *arena)
{
    vector_t result = {.type = vector->type, .count = count};
    if (vector->valid) {
        result.valid = gather_valid(vector, rows, count, arena);
    }
    if (vector->numbers) {
        result.numbers = gather_numbers(vector->numbers, rows, count, arena);
    } else if (vector->integers) {
        result.integers = gather_integers(vector->integers, rows, count, arena);
    } else if (vector->codes) {
        result.codes = gather_codes(vector->codes, rows, count, arena);
        result.texts = vector->texts;
        result.words = vector->words;
    } else {
        result.texts = gather_texts(vector->texts, rows, count, arena);
    }
    return result;
}
