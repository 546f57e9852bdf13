// SPDX-License-Identifier: MPL-2.0
#include "data/step/fill.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/wide.h"
#include "data/frame/cell.h"
#include "data/value/number.h"

static err_t wrong(const call_t *call, const char *text, fault_t *fault)
{
    const char *name = call->inputs[0].name;
    switch (call->inputs[0].type) {
    case TYPE_INTEGER:
    case TYPE_FLOAT:
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault, "give a number",
                          "column '%s' holds numbers, the constant '%.100s' is none", name, text);
    case TYPE_BOOLEAN:
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault, "give true or false",
                          "column '%s' holds truth values, the constant '%.100s' is none", name,
                          text);
    default:
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault, "write it as 2020-01-31",
                          "column '%s' holds dates, the constant '%.100s' is none", name, text);
    }
}

// The cell that a constant would be, read as a column of the type is read.
static bool read_as(type_t type, const char *text, double *ret_value)
{
    cell_rules_t rules = {.declared = true, .type = type == TYPE_INTEGER ? TYPE_FLOAT : type};
    cell_t cell;
    cell_read(&rules, (text_t){text, (uint32_t)strlen(text)}, &cell);
    bool number = type_in(type, TYPES_NUMBER);
    *ret_value = number                                            ? cell.number
                 : cell.kind == CELL_DATE && type == TYPE_DATETIME ? (double)cell.integer * 86400000
                                                                   : (double)cell.integer;
    return cell.kind != CELL_TEXT && cell.kind != CELL_MISSING;
}

err_t fill_constant(const call_t *call, const json_t *value, params_t **ret_params, fault_t *fault)
{
    char shown[NUMBER_TEXT_SIZE] = "";
    const char *text = json_string_value(value);
    if (!text) {
        number_format(json_number_value(value), shown);
        text = shown;
    }
    tokens_t tokens = tokens_default();
    bool missing = tokens_match(&tokens, (text_t){text, (uint32_t)strlen(text)});
    tokens_release(&tokens);
    if (missing) {
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault,
                          "use a text that does not mean missing",
                          "'value' is '%s', which means missing", text);
    }
    params_t *params = params_new();
    params->is_value = true;
    params->is_number = !type_in(call->inputs[0].type, TYPES_WORDS);
    if (!params->is_number) {
        params->text = mem_strdup(text);
    } else if (!read_as(call->inputs[0].type, text, &params->value)) {
        err_t err = wrong(call, text, fault);
        params_release(&params);
        return err;
    }
    *ret_params = params;
    return ERR_OK;
}

WIDE static const double *fill_numbers(const vector_t *vector, double value, arena_t *arena)
{
    const double *from = vector_doubles(vector, arena);
    if (!vector->valid) {
        return from;
    }
    double *numbers = arena_array(arena, vector->count, sizeof *numbers);
    for (size_t i = 0; i < vector->count; i++) {
        numbers[i] = vector->valid[i] ? from[i] : value;
    }
    return numbers;
}

static const int64_t *fill_integers(const vector_t *vector, double value, arena_t *arena)
{
    if (!vector->valid) {
        return vector->integers;
    }
    int64_t *integers = arena_array(arena, vector->count, sizeof *integers);
    for (size_t i = 0; i < vector->count; i++) {
        integers[i] = vector->valid[i] ? vector->integers[i] : (int64_t)value;
    }
    return integers;
}

// The word joins the dictionary of a coded vector, or stands in the cells.
static void fill_words(const vector_t *vector, const char *text, arena_t *arena, vector_t *filled)
{
    text_t word = {text, (uint32_t)strlen(text)};
    size_t count = vector->codes ? vector->words : vector->count;
    text_t *texts = arena_array(arena, count + 1, sizeof *texts);
    memcpy(texts, vector->texts, count * sizeof *texts);
    texts[count] = word;
    filled->texts = texts;
    if (!vector->codes) {
        for (size_t i = 0; i < count; i++) {
            texts[i] = vector->valid[i] ? texts[i] : word;
        }
        return;
    }
    uint32_t *codes = arena_array(arena, vector->count, sizeof *codes);
    for (size_t i = 0; i < vector->count; i++) {
        codes[i] = vector->valid[i] ? vector->codes[i] : (uint32_t)count;
    }
    filled->codes = codes;
    filled->words = count + 1;
}

vector_t fill_vector(const vector_t *vector, type_t type, const params_t *params, arena_t *arena)
{
    vector_t filled = *vector;
    filled.type = type;
    filled.valid = NULL;
    if (type == TYPE_FLOAT) {
        filled.numbers = fill_numbers(vector, params->value, arena);
        filled.integers = NULL;
    } else if (vector->integers) {
        filled.integers = fill_integers(vector, params->value, arena);
    } else if (vector->valid) {
        fill_words(vector, params->text, arena, &filled);
    }
    return filled;
}

json_t *fill_describe(const call_t *call, const json_t *facts, int64_t rows)
{
    double missing = json_number_value(json_object_get(facts, "missing"));
    double there = (double)rows - missing;
    double value = call->params->value;
    const json_t *sd = json_object_get(facts, "sd");
    double old = json_number_value(json_object_get(facts, "mean"));
    if (!json_is_number(sd) || !(there > 0)) {
        return NULL;
    }
    double mean = old + (value - old) * (missing / (double)rows);
    double square = pow(json_number_value(sd), 2) + pow(old - mean, 2);
    double variance = (there * square + missing * pow(value - mean, 2)) / (double)rows;
    double min = json_number_value(json_object_get(facts, "min"));
    double max = json_number_value(json_object_get(facts, "max"));
    min = missing > 0 ? fmin(min, value) : min;
    max = missing > 0 ? fmax(max, value) : max;
    return json_pack("{s:i, s:f, s:f, s:f, s:f}", "missing", 0, "mean", mean, "sd",
                     min == max ? 0.0 : sqrt(variance), "min", min, "max", max);
}
