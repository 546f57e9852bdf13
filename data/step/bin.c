// SPDX-License-Identifier: MPL-2.0
// Numbers into intervals. Conventions: pandas' cut(include_lowest=True) and
// qcut(duplicates="drop"): intervals hold their upper edge, the first one its lower edge too, and
// what lies outside becomes missing. Equal widths begin at the least number itself, where pandas
// begins a thousandth of the range below it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/families.h"
#include "data/step/learn.h"
#include "data/value/number.h"

enum { BINS_MAX = 1000, INTERVAL_TEXT_SIZE = 2 * NUMBER_TEXT_SIZE + 4 };

#define LABELS                                                                                     \
    {                                                                                              \
        .name = "labels", .kind = SETTING_CHOICE, .choices = "index|interval",                     \
        .initial = "\"index\"", .help = "the interval's number from 0, or a text such as (1, 2.5]" \
    }

static const setting_t BINS[] = {
    {.name = "bins",
     .kind = SETTING_INTEGER,
     .required = true,
     .min = 2,
     .max = BINS_MAX,
     .help = "how many intervals"},
    LABELS,
    {0},
};

static const setting_t EDGES[] = {
    {.name = "edges",
     .kind = SETTING_VALUES,
     .required = true,
     .max = BINS_MAX + 1,
     .help = "ascending numbers, at least two"},
    LABELS,
    {0},
};

static void set_output(call_t *call)
{
    bool index = step_chose(call->step, "labels", "index");
    call_output(call, call->inputs[0].name, index ? TYPE_INTEGER : TYPE_CATEGORY, false);
}

static err_t prepare_learned(call_t *call, fault_t *fault)
{
    (void)fault;
    set_output(call);
    return ERR_OK;
}

static params_t *edges_params(const double *edges, size_t count)
{
    params_t *params = params_new();
    params->values = mem_array(count, sizeof *params->values);
    params->values_count = count;
    memcpy(params->values, edges, count * sizeof *edges);
    return params;
}

static bool edges_rise(const params_t *params)
{
    bool good = params->values && params->values_count >= 2;
    for (size_t i = 1; good && i < params->values_count; i++) {
        good = params->values[i] > params->values[i - 1];
    }
    return good;
}

static err_t prepare_edges(call_t *call, fault_t *fault)
{
    const json_t *list = step_json(call->step, "edges");
    double edges[BINS_MAX + 1] = {0};
    size_t count = json_array_size(list);
    bool numbers = true;
    for (size_t i = 0; i < count; i++) {
        numbers = numbers && json_is_number(json_array_get(list, i));
        edges[i] = json_number_value(json_array_get(list, i));
    }
    call->params = edges_params(edges, count);
    if (!numbers || !edges_rise(call->params)) {
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault, "give ascending numbers",
                          "'edges' must be at least two numbers, each above the one before");
    }
    set_output(call);
    return ERR_OK;
}

// numpy's linspace; one value gets an interval around it, as in pandas.
static err_t finish_width(call_t *call, fault_t *fault)
{
    const learned_moments_t *learned = call->learning;
    size_t bins = (size_t)step_integer(call->step, "bins");
    double low = learned->min;
    double high = learned->max;
    if (low == high) {
        double around = low != 0 ? 0.001 * fabs(low) : 0.001;
        low -= around;
        high += around;
    }
    double edges[BINS_MAX + 1] = {0};
    double width = (high - low) / (double)bins;
    for (size_t i = 0; i < bins; i++) {
        edges[i] = (double)i * width + low;
    }
    edges[bins] = high;
    call->params = edges_params(edges, bins + 1);
    if (!isfinite(width) || !edges_rise(call->params)) {
        return call_fault(call, 0, ERR_COLUMN_TYPE, fault, "use fewer bins, or another column",
                          "the range of column '%s' cannot be cut into %zu intervals",
                          call->inputs[0].name, bins);
    }
    return ERR_OK;
}

static err_t finish_frequency(call_t *call, fault_t *fault)
{
    learned_quantiles_t *learned = call->learning;
    size_t bins = (size_t)step_integer(call->step, "bins");
    if (!learned->done) {
        for (size_t i = 0; i < bins; i++) {
            learned->wanted[i] = (double)i * (1.0 / (double)bins);
        }
        learned->wanted[bins] = 1;
        learned->wanted_count = bins + 1;
        return ERR_OK;
    }
    double edges[BINS_MAX + 1] = {0};
    size_t count = 0;
    for (size_t i = 0; i <= bins; i++) {
        if (count == 0 || learned->values[i] > edges[count - 1]) {
            edges[count++] = learned->values[i];
        }
    }
    if (count < 2) {
        return call_fault(call, 0, ERR_COLUMN_CONSTANT, fault,
                          "drop it, or take it out of the step",
                          "column '%s' has the same value in every row; it has no quantiles",
                          call->inputs[0].name);
    }
    call->params = edges_params(edges, count);
    return ERR_OK;
}

static bool restore_edges(call_t *call)
{
    return edges_rise(call->params);
}

// The interval of a number, -1 outside: the first whose upper edge is not below it.
static int64_t interval_of(const params_t *params, double x)
{
    const double *edges = params->values;
    if (!(x >= edges[0] && x <= edges[params->values_count - 1])) {
        return -1;
    }
    size_t low = 1;
    size_t high = params->values_count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (edges[middle] < x) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (int64_t)low - 1;
}

static text_t interval_text(const params_t *params, size_t interval, arena_t *arena)
{
    char number[NUMBER_TEXT_SIZE];
    char *text = arena_alloc(arena, INTERVAL_TEXT_SIZE);
    uint32_t size = 0;
    text[size++] = interval == 0 ? '[' : '(';
    for (size_t edge = interval; edge <= interval + 1; edge++) {
        size_t length = number_format(params->values[edge], number);
        memcpy(text + size, number, length);
        size += (uint32_t)length;
        memcpy(text + size, edge == interval ? ", " : "]", edge == interval ? 2 : 1);
        size += edge == interval ? 2 : 1;
    }
    return (text_t){text, size};
}

static void label(const params_t *params, const int64_t *intervals, vector_t *vector,
                  arena_t *arena)
{
    size_t words = params->values_count - 1;
    text_t *texts = arena_array(arena, words, sizeof *texts);
    uint32_t *codes = arena_array(arena, vector->count, sizeof *codes);
    for (size_t i = 0; i < words; i++) {
        texts[i] = interval_text(params, i, arena);
    }
    for (size_t i = 0; i < vector->count; i++) {
        codes[i] = intervals[i] < 0 ? 0 : (uint32_t)intervals[i];
    }
    vector->texts = texts;
    vector->codes = codes;
    vector->words = words;
}

static err_t apply(const call_t *call, const place_t *place, const vector_t *inputs,
                   vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    const double *from = vector_doubles(&inputs[0], place->arena);
    int64_t *intervals = arena_array(place->arena, place->rows, sizeof *intervals);
    uint8_t *valid = arena_alloc(place->arena, place->rows + 1);
    for (size_t i = 0; i < place->rows; i++) {
        bool there = vector_is_valid(&inputs[0], i);
        intervals[i] = there ? interval_of(call->params, from[i]) : -1;
        valid[i] = intervals[i] >= 0;
        *place->faulty += there && !valid[i];
    }
    ret_outputs[0] =
        (vector_t){.type = call->outputs[0].type, .count = place->rows, .valid = valid};
    if (ret_outputs[0].type == TYPE_INTEGER) {
        ret_outputs[0].integers = intervals;
    } else {
        label(call->params, intervals, &ret_outputs[0], place->arena);
    }
    return ERR_OK;
}

const step_kind_t BIN_KINDS[] = {
    {
        .op = "bin",
        .method = "equal_width",
        .title = "Intervals of the same width",
        .help = "The range from the least to the greatest number, cut into equal parts.",
        .types = TYPES_NUMBER,
        .settings = BINS,
        .prepare = prepare_learned,
        .learner = &LEARN_MOMENTS,
        .finish = finish_width,
        .apply = apply,
        .restore = restore_edges,
    },
    {
        .op = "bin",
        .method = "equal_frequency",
        .title = "Intervals with as many rows",
        .help = "Cut at quantiles, so that each interval holds about as many rows.",
        .types = TYPES_NUMBER,
        .settings = BINS,
        .prepare = prepare_learned,
        .learner = &LEARN_QUANTILES,
        .finish = finish_frequency,
        .apply = apply,
        .restore = restore_edges,
    },
    {
        .op = "bin",
        .method = "edges",
        .title = "Intervals of your own",
        .help = "Cut at given numbers; what lies outside them becomes missing.",
        .types = TYPES_NUMBER,
        .settings = EDGES,
        .prepare = prepare_edges,
        .apply = apply,
    },
    {0},
};
