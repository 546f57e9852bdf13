// SPDX-License-Identifier: MPL-2.0
#include "data/summary.h"

#include <string.h>

summary_t summary_new(const need_t *need)
{
    summary_t summary = {.need = *need};
    if (need->kinds & NEED_LEVELS) {
        summary.levels = levels_new(need->levels_max, SUMMARY_LEVELS_BYTES);
    }
    return summary;
}

static err_t no_memory(fault_t *fault)
{
    return fault_set(fault, ERR_MEMORY, "use mean or z_score, which keep no values",
                     "not enough memory for the values of a column");
}

static err_t add_level(summary_t *summary, value_t value, fault_t *fault)
{
    int64_t level = value.kind == VALUE_NUMBER
                        ? levels_add_number(summary->levels, value.number, 1)
                        : levels_add(summary->levels, value.text, value.size, 1);
    if (level != LEVELS_FULL) {
        return ERR_OK;
    }
    bool few = summary->need.levels_max <= PLAN_ONE_HOT_LEVELS;
    fault_set(fault, ERR_LEVELS, few ? "use label, or drop the column" : "drop the column",
              levels_count(summary->levels) < summary->need.levels_max
                  ? "the distinct values need more memory than is allowed"
                  : "there are more than %zu distinct values",
              summary->need.levels_max);
    fault_at(fault, 0, summary->need.levels_step, NULL);
    return ERR_LEVELS;
}

err_t summary_add(summary_t *summary, value_t value, fault_t *fault)
{
    if (value.kind == VALUE_MISSING) {
        summary->missing++;
        summary->moments_missing++;
        summary->values_missing++;
        return ERR_OK;
    }
    if (summary->need.kinds & NEED_MOMENTS) {
        moments_add(&summary->block, value.number);
    }
    if ((summary->need.kinds & NEED_VALUES) && !values_add(&summary->values, value.number, 1)) {
        return no_memory(fault);
    }
    return summary->levels ? add_level(summary, value, fault) : ERR_OK;
}

void summary_end_block(summary_t *summary)
{
    moments_merge(&summary->moments, &summary->block);
    summary->block = (moments_t){0};
}

static bool fills(const op_t *op)
{
    return op->kind >= STEP_MEAN && op->kind <= STEP_CONSTANT;
}

const moments_t *summary_moments(summary_t *summary, op_t *const *ops, size_t count)
{
    for (; summary->moments_applied < count; summary->moments_applied++) {
        const op_t *op = ops[summary->moments_applied];
        if (fills(op)) {
            moments_add_times(&summary->moments, op->fill, summary->moments_missing);
            summary->moments_missing = 0;
        } else {
            moments_scale(&summary->moments, op->center, op->spread);
        }
    }
    return &summary->moments;
}

static bool values_apply(summary_t *summary, const op_t *op)
{
    values_t *values = &summary->values;
    if (fills(op)) {
        size_t missing = (size_t)summary->values_missing;
        summary->values_missing = 0;
        summary->values_sorted = summary->values_sorted && missing == 0;
        return values_add(values, op->fill, missing);
    }
    for (size_t i = 0; i < values->count; i++) { // keeps the order
        values->items[i] = (values->items[i] - op->center) / op->spread;
    }
    return true;
}

err_t summary_values(summary_t *summary, op_t *const *ops, size_t count,
                     const values_t **ret_values, fault_t *fault)
{
    for (; summary->values_applied < count; summary->values_applied++) {
        if (!values_apply(summary, ops[summary->values_applied])) {
            return no_memory(fault);
        }
    }
    if (!summary->values_sorted && !values_sort(&summary->values)) {
        return no_memory(fault);
    }
    summary->values_sorted = true;
    *ret_values = &summary->values;
    return ERR_OK;
}

static value_t raw_level(const summary_t *summary, type_t type, size_t i)
{
    if (type != TYPE_TEXT) {
        return (value_t){.kind = VALUE_NUMBER, .number = levels_number(summary->levels, i)};
    }
    value_t value = {.kind = VALUE_TEXT};
    value.text = levels_bytes(summary->levels, i, &value.size);
    return value;
}

// Counts a value; which kind it is settles the kind of the levels, all of them have the same.
static void count(levels_t *levels, value_t value, int64_t times, bool *number)
{
    if (value.kind == VALUE_MISSING || times == 0) {
        return;
    }
    *number = value.kind == VALUE_NUMBER;
    if (*number) {
        levels_add_number(levels, value.number, times);
    } else {
        levels_add(levels, value.text, value.size, times);
    }
}

levels_t *summary_levels(const summary_t *summary, type_t type, op_t *const *ops, size_t ops_count,
                         bool *ret_number)
{
    levels_t *levels = levels_new(SIZE_MAX, SIZE_MAX);
    bool number = type != TYPE_TEXT;
    for (size_t i = 0; i < levels_count(summary->levels); i++) {
        value_t value = op_apply_all(ops, ops_count, raw_level(summary, type, i));
        count(levels, value, levels_times(summary->levels, i), &number);
    }
    value_t missing = {.kind = VALUE_MISSING};
    count(levels, op_apply_all(ops, ops_count, missing), summary->missing, &number);
    if (number) {
        levels_sort_numbers(levels);
    } else {
        levels_sort_texts(levels);
    }
    *ret_number = number;
    return levels;
}

void summary_release(summary_t *summary)
{
    values_release(&summary->values);
    levels_destroy(&summary->levels);
}
