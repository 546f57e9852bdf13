// SPDX-License-Identifier: MPL-2.0
#include "data/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/inspect.h"
#include "data/value/number.h"

profile_t profile_new(size_t levels_bytes)
{
    return (profile_t){.type = TYPE_INTEGER,
                       .levels = levels_new(INSPECT_DISTINCT_MAX, levels_bytes)};
}

static void keep_example(profile_t *profile, int64_t level, const reader_field_t *field)
{
    if (level < PROFILE_EXAMPLES && !profile->examples[level]) {
        size_t size = field->size;
        if (size > INSPECT_EXAMPLE_BYTES) {
            size = text_utf8_prefix(field->text, INSPECT_EXAMPLE_BYTES);
        }
        profile->examples[level] = text_dup(field->text, size);
    }
}

static void count(profile_t *profile, const reader_field_t *field)
{
    if (!profile->levels) {
        return;
    }
    int64_t level = levels_add(profile->levels, field->text, field->size, 1);
    if (level != LEVELS_FULL) {
        keep_example(profile, level, field);
        return;
    }
    profile->distinct = levels_count(profile->levels);
    levels_destroy(&profile->levels);
}

static void measure(profile_t *profile, const reader_field_t *field)
{
    number_t number;
    number_kind_t kind = number_parse(field->text, field->size, &number);
    if (kind == NUMBER_NONE) {
        profile->type = TYPE_TEXT;
        return;
    }
    if (kind == NUMBER_FLOAT) {
        profile->type = TYPE_FLOAT;
    } else {
        bool first = profile->rows - profile->missing == 1;
        profile->least = first || number.integer < profile->least ? number.integer : profile->least;
        profile->most = first || number.integer > profile->most ? number.integer : profile->most;
    }
    moments_add(&profile->block, number.value);
}

void profile_add(profile_t *profile, const reader_field_t *field)
{
    profile->rows++;
    if (field_missing(field->text, field->size)) {
        profile->missing++;
        return;
    }
    count(profile, field);
    if (profile->type != TYPE_TEXT) {
        measure(profile, field);
    }
}

void profile_end_block(profile_t *profile)
{
    moments_merge(&profile->moments, &profile->block);
    profile->block = (moments_t){0};
}

// Distinct numbers: "1" and "1.0" are one.
static size_t distinct_numbers(const levels_t *texts)
{
    levels_t *numbers = levels_new(SIZE_MAX, SIZE_MAX);
    for (size_t i = 0; i < levels_count(texts); i++) {
        size_t size;
        number_t number = {0};
        const char *text = levels_bytes(texts, i, &size);
        if (number_parse(text, size, &number) == NUMBER_INTEGER) {
            levels_add(numbers, &number.integer, sizeof number.integer, 1);
        } else if (number.value == trunc(number.value) && fabs(number.value) < 0x1p63) {
            int64_t integer = (int64_t)number.value;
            levels_add(numbers, &integer, sizeof integer, 1);
        } else { // a key of another size, so that it never meets an integer's
            char key[sizeof(double) + 1] = {0};
            memcpy(key, &number.value, sizeof number.value);
            levels_add(numbers, key, sizeof key, 1);
        }
    }
    size_t found = levels_count(numbers);
    levels_destroy(&numbers);
    return found;
}

static size_t distinct(const profile_t *profile, type_t type)
{
    if (!profile->levels) {
        return profile->distinct;
    }
    return type == TYPE_TEXT ? levels_count(profile->levels) : distinct_numbers(profile->levels);
}

// A number, null when it is too large for JSON.
static json_t *real(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static void set_statistics(const profile_t *profile, json_t *json)
{
    const moments_t *moments = &profile->moments;
    bool integer = profile->type == TYPE_INTEGER;
    json_object_set_new(json, "min", integer ? json_integer(profile->least) : real(moments->min));
    json_object_set_new(json, "max", integer ? json_integer(profile->most) : real(moments->max));
    json_object_set_new(json, "mean", real(moments_mean(moments)));
    json_object_set_new(json, "sd", real(moments_sd(moments)));
}

json_t *profile_to_json(profile_t *profile, const char *name)
{
    bool empty = profile->missing == profile->rows;
    type_t type = empty ? TYPE_TEXT : profile->type;
    json_t *json =
        json_pack("{s:s, s:s, s:I, s:I, s:b}", "name", name, "type", type_name(type), "missing",
                  (json_int_t)profile->missing, "distinct", (json_int_t)distinct(profile, type),
                  "distinct_exact", profile->levels != NULL);
    if (type != TYPE_TEXT) {
        set_statistics(profile, json);
    }
    json_t *examples = json_array();
    for (int i = 0; i < PROFILE_EXAMPLES && profile->examples[i]; i++) {
        json_array_append_new(examples, json_string(profile->examples[i]));
    }
    json_object_set_new(json, "examples", examples);
    return json;
}

void profile_release(profile_t *profile)
{
    levels_destroy(&profile->levels);
    for (int i = 0; i < PROFILE_EXAMPLES; i++) {
        free(profile->examples[i]);
    }
    *profile = (profile_t){0};
}
