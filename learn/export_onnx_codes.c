// SPDX-License-Identifier: MPL-2.0
#include "learn/export_onnx_codes.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/codes.h"
#include "learn/parts.h"
#include "model/onnx/onnx_ops.h"

// What stands for some of a step's levels, and for all else that is there.
typedef struct {
    const call_t *call;
    size_t *levels;
    double *values;
    size_t count;
    double other;
    double missing;
} coding_t;

static coding_t coding_new(const call_t *call, size_t count, double other)
{
    coding_t coding = {.call = call,
                       .levels = mem_array(count, sizeof *coding.levels),
                       .values = mem_array(count, sizeof *coding.values),
                       .count = count,
                       .other = other,
                       .missing = NAN};
    for (size_t i = 0; i < count; i++) {
        coding.levels[i] = i;
        coding.values[i] = (double)i;
    }
    return coding;
}

static void coding_release(coding_t *coding)
{
    free(coding->levels);
    free(coding->values);
}

// --- Texts -------------------------------------------------------------------------------------

static onnx_value_t encode_texts(const onnx_cell_t *cell, const coding_t *coding)
{
    size_t count = coding->count;
    const call_t *call = coding->call;
    char **keys = mem_array(count + 1, sizeof *keys);
    double *values = mem_array(count + 1, sizeof *values);
    values[count] = cell->fill ? coding->other : coding->missing;
    for (size_t i = 0; i < count; i++) {
        keys[i] = codes_level_text(call->params, call->inputs[0].type, coding->levels[i]);
        values[i] = coding->values[i];
        if (cell->fill && strcmp(cell->fill, keys[i]) == 0) {
            values[count] = values[i];
        }
    }
    keys[count] = mem_strdup("");
    onnx_open_ml(cell->graph, "LabelEncoder");
    onnx_take(cell->graph, cell->value);
    onnx_set_texts(cell->graph, "keys_strings", (const char *const *)keys, count + 1);
    onnx_set_floats(cell->graph, "values_floats", values, count + 1);
    onnx_set_float(cell->graph, "default_float", coding->other);
    onnx_value_t value = onnx_give(cell->graph);
    onnx_close(cell->graph);
    for (size_t i = 0; i <= count; i++) {
        free(keys[i]);
    }
    free(keys);
    free(values);
    return value;
}

// --- Numbers -----------------------------------------------------------------------------------

// Which level a number is, [rows, count]. One that single precision may have moved is a level when
// it is near enough.
static onnx_value_t is_number(const onnx_cell_t *cell, const coding_t *coding)
{
    onnx_t *graph = cell->graph;
    int64_t shape[] = {1, (int64_t)coding->count};
    double *numbers = mem_array(coding->count, sizeof *numbers);
    double *reach = mem_array(coding->count, sizeof *reach);
    for (size_t i = 0; i < coding->count; i++) {
        numbers[i] = levels_number(coding->call->params->levels, coding->levels[i]);
        reach[i] = cell->slack + 4 * (double)FLT_EPSILON * fabs(numbers[i]);
    }
    onnx_value_t constant = onnx_floats(graph, numbers, shape, 2);
    onnx_value_t is;
    if (cell->slack > 0) {
        onnx_value_t off = onnx_binary(graph, "Sub", cell->value, constant);
        is = onnx_binary(graph, "LessOrEqual", onnx_unary(graph, "Abs", off),
                         onnx_floats(graph, reach, shape, 2));
    } else {
        is = onnx_binary(graph, "Equal", cell->value, constant);
    }
    free(numbers);
    free(reach);
    return is;
}

// By which level the number is: what differs from the other's value is added to it.
static onnx_value_t encode_near(const onnx_cell_t *cell, const coding_t *coding)
{
    double *over = mem_array(coding->count, sizeof *over);
    for (size_t i = 0; i < coding->count; i++) {
        over[i] = coding->values[i] - coding->other;
    }
    onnx_value_t is = onnx_cast(cell->graph, is_number(cell, coding), ONNX_FLOAT);
    onnx_value_t value = onnx_affine(cell->graph, is, over, &coding->other, coding->count, 1);
    free(over);
    return value;
}

static onnx_value_t encode_equal(const onnx_cell_t *cell, const coding_t *coding)
{
    double *keys = mem_array(coding->count, sizeof *keys);
    for (size_t i = 0; i < coding->count; i++) {
        keys[i] = levels_number(coding->call->params->levels, coding->levels[i]);
    }
    onnx_open_ml(cell->graph, "LabelEncoder");
    onnx_take(cell->graph, cell->value);
    onnx_set_floats(cell->graph, "keys_floats", keys, coding->count);
    onnx_set_floats(cell->graph, "values_floats", coding->values, coding->count);
    onnx_set_float(cell->graph, "default_float", coding->other);
    onnx_value_t value = onnx_give(cell->graph);
    onnx_close(cell->graph);
    free(keys);
    return value;
}

static onnx_value_t encode_numbers(const onnx_cell_t *cell, const coding_t *coding)
{
    onnx_value_t value = cell->slack > 0 ? encode_near(cell, coding) : encode_equal(cell, coding);
    if (cell->filled) {
        return value;
    }
    onnx_value_t missing = onnx_unary(cell->graph, "IsNaN", cell->value);
    onnx_value_t nan = onnx_number(cell->graph, coding->missing);
    return onnx_where(cell->graph, missing, nan, value);
}

// --- Steps -------------------------------------------------------------------------------------

static void encode(onnx_cell_t *cell, const coding_t *coding)
{
    cell->value = cell->text ? encode_texts(cell, coding) : encode_numbers(cell, coding);
    cell->text = false;
    cell->slack = 0;
}

void export_onnx_label(onnx_cell_t *cell, const call_t *call)
{
    coding_t coding = coding_new(call, levels_count(call->params->levels), CODES_UNKNOWN);
    encode(cell, &coding);
    coding_release(&coding);
}

void export_onnx_frequency(onnx_cell_t *cell, const call_t *call)
{
    size_t count = levels_count(call->params->levels);
    coding_t coding = coding_new(call, count, 0);
    memcpy(coding.values, call->params->values, count * sizeof *coding.values);
    encode(cell, &coding);
    coding_release(&coding);
}

void export_onnx_indicator(onnx_cell_t *cell)
{
    static const char *const missing = "";
    const double one = cell->filled ? 0 : 1;
    onnx_t *graph = cell->graph;
    if (!cell->text) {
        cell->value = onnx_cast(graph, onnx_unary(graph, "IsNaN", cell->value), ONNX_FLOAT);
    } else {
        onnx_open_ml(graph, "LabelEncoder");
        onnx_take(graph, cell->value);
        onnx_set_texts(graph, "keys_strings", &missing, 1);
        onnx_set_floats(graph, "values_floats", &one, 1);
        onnx_set_float(graph, "default_float", 0);
        cell->value = onnx_give(graph);
        onnx_close(graph);
    }
    cell->text = false;
    cell->filled = true;
    cell->slack = 0;
}

// Which leaf's level a value is, [rows, count].
static onnx_value_t is_level(const onnx_cell_t *cell, coding_t *coding)
{
    int64_t shape[] = {1, (int64_t)coding->count};
    if (!cell->text) {
        return is_number(cell, coding);
    }
    coding->missing = coding->other;
    onnx_value_t codes = onnx_floats(cell->graph, coding->values, shape, 2);
    return onnx_binary(cell->graph, "Equal", encode_texts(cell, coding), codes);
}

// Which leaf's group a value is in, [rows, count].
static onnx_value_t is_group(const onnx_cell_t *cell, const call_t *call, const size_t *groups,
                             size_t count)
{
    int64_t shape[] = {1, (int64_t)count};
    coding_t coding =
        coding_new(call, levels_count(call->params->levels), part_group(call, CODES_UNKNOWN));
    double *wanted = mem_array(count, sizeof *wanted);
    for (size_t i = 0; i < coding.count; i++) {
        coding.values[i] = part_group(call, (int64_t)i);
    }
    for (size_t i = 0; i < count; i++) {
        wanted[i] = (double)groups[i];
    }
    onnx_value_t group = cell->text ? encode_texts(cell, &coding) : encode_numbers(cell, &coding);
    onnx_value_t constant = onnx_floats(cell->graph, wanted, shape, 2);
    coding_release(&coding);
    free(wanted);
    return onnx_binary(cell->graph, "Equal", group, constant);
}

static onnx_value_t is_leaf(const onnx_cell_t *cell, const call_t *call, const size_t *levels,
                            size_t count)
{
    if (part_groups(call)) {
        return is_group(cell, call, levels, count);
    }
    coding_t coding = coding_new(call, count, CODES_UNKNOWN);
    memcpy(coding.levels, levels, count * sizeof *levels);
    onnx_value_t is = is_level(cell, &coding);
    coding_release(&coding);
    return is;
}

void export_onnx_one_hot(onnx_cell_t *cell, const call_t *call, const branch_t *branch)
{
    size_t count = branch->count;
    int64_t shape[] = {1, (int64_t)count};
    size_t *levels = mem_array(count, sizeof *levels);
    double *zeros = mem_array(count, sizeof *zeros);
    double *ones = mem_array(count, sizeof *ones);
    for (size_t i = 0; i < count; i++) {
        const track_t *leaf = branch_track(branch, i);
        levels[i] = leaf->level;
        zeros[i] = leaf->zero;
        ones[i] = leaf->one;
    }
    onnx_value_t one = onnx_floats(cell->graph, ones, shape, 2);
    onnx_value_t zero = onnx_floats(cell->graph, zeros, shape, 2);
    cell->value = onnx_where(cell->graph, is_leaf(cell, call, levels, count), one, zero);
    cell->text = false;
    cell->slack = 0;
    free(levels);
    free(zeros);
    free(ones);
}
