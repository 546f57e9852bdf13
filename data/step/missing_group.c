// SPDX-License-Identifier: MPL-2.0
// Missing values become a statistic of their group. Conventions: pandas'
// groupby(by)[column].transform(mean, median or the smallest mode); rows without a group, and
// groups without values, stay missing.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/step/families.h"
#include "data/step/learn.h"

enum {
    GROUPS_MAX = 100000,
    PAIRS_MAX = 8 << 20, // values that a median looks at: 128 MiB
    VALUES_BYTES = 64 << 20,
};

// A value and its group.
typedef struct {
    uint32_t group;
    double value;
} pair_t;

// While learning. Means are sums and counts, medians need all values, modes count each value of a
// group (its key begins with the group's number).
typedef struct {
    levels_t *groups;
    double *sums;
    int64_t *counts;
    size_t capacity;
    pair_t *pairs;
    size_t pairs_count;
    size_t pairs_capacity;
    levels_t *values;
} learning_t;

// What a group's missing cells become.
typedef struct {
    levels_t *groups;
    double *numbers; // NaN: nothing
    text_t *texts;   // bytes NULL: nothing; owned
} filling_t;

// A stripe's rows that have a group and a value.
typedef struct {
    const vector_t *inputs;
} part_t;

static void filling_free(void *bound)
{
    filling_t *filling = bound;
    for (size_t i = 0; filling->texts && i < levels_count(filling->groups); i++) {
        free((char *)filling->texts[i].bytes);
    }
    levels_destroy(&filling->groups);
    free(filling->numbers);
    free(filling->texts);
    free(filling);
}

// The bytes that tell a cell from others of its column.
static text_t key_of(const vector_t *vector, size_t i, double *number)
{
    if (vector->texts) {
        return vector_text(vector, i);
    }
    *number = (vector->numbers ? vector->numbers[i] : (double)vector->integers[i]) + 0.0;
    return (text_t){(const char *)number, sizeof *number};
}

static err_t prepare(call_t *call, fault_t *fault)
{
    const input_t *input = &call->inputs[0];
    bool mode = step_chose(call->step, "statistic", "mode");
    if (!mode && !type_in(input->type, TYPES_NUMBER)) {
        return call_fault(call, 0, ERR_COLUMN_TYPE, fault, "use the statistic mode",
                          "column '%s' is %s; the %s of a group needs numbers", input->name,
                          type_name(input->type), step_text(call->step, "statistic"));
    }
    call_output(call, input->name, !mode && input->type == TYPE_INTEGER ? TYPE_FLOAT : input->type,
                false);
    return ERR_OK;
}

static err_t begin(call_t *call, fault_t *fault)
{
    (void)fault;
    learning_t *learning = mem_new(sizeof *learning);
    learning->groups = levels_new(GROUPS_MAX, LEARN_LEVELS_BYTES);
    learning->values = levels_new(SIZE_MAX, VALUES_BYTES);
    call->learning = learning;
    return ERR_OK;
}

static err_t gather(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault)
{
    (void)call;
    (void)fault;
    part_t *part = arena_alloc(place->arena, sizeof *part);
    part->inputs = inputs;
    *ret_part = part;
    return ERR_OK;
}

static err_t too_much(const call_t *call, const char *what, fault_t *fault)
{
    return call_fault(call, 1, ERR_LEVELS, fault, "group by a column with fewer values",
                      "the groups of column '%s' have too many %s", call->inputs[1].name, what);
}

static void grow(learning_t *learning)
{
    size_t count = levels_count(learning->groups);
    if (count > learning->capacity) {
        size_t capacity = count * 2;
        learning->sums = mem_resize(learning->sums, capacity, sizeof(double));
        learning->counts = mem_resize(learning->counts, capacity, sizeof(int64_t));
        for (size_t i = learning->capacity; i < capacity; i++) {
            learning->sums[i] = 0;
            learning->counts[i] = 0;
        }
        learning->capacity = capacity;
    }
}

static bool add_pair(learning_t *learning, uint32_t group, double value)
{
    if (learning->pairs_count == PAIRS_MAX) {
        return false;
    }
    if (learning->pairs_count == learning->pairs_capacity) {
        learning->pairs_capacity = learning->pairs_capacity ? learning->pairs_capacity * 2 : 1024;
        learning->pairs = mem_resize(learning->pairs, learning->pairs_capacity, sizeof(pair_t));
    }
    learning->pairs[learning->pairs_count++] = (pair_t){group, value};
    return true;
}

static bool add_value(learning_t *learning, uint32_t group, text_t value)
{
    buf_t key = {0};
    buf_add(&key, &group, sizeof group);
    buf_add(&key, value.bytes, value.size);
    bool added = levels_add(learning->values, key.data, key.size, 1) != LEVELS_FULL;
    buf_release(&key);
    return added;
}

static err_t add_row(call_t *call, const vector_t *inputs, size_t i, fault_t *fault)
{
    learning_t *learning = call->learning;
    double number;
    text_t key = key_of(&inputs[1], i, &number);
    int64_t group = levels_add(learning->groups, key.bytes, key.size, 1);
    if (group == LEVELS_FULL) {
        return too_much(call, "values", fault);
    }
    grow(learning);
    text_t value = key_of(&inputs[0], i, &number);
    if (step_chose(call->step, "statistic", "mean")) {
        learning->sums[group] += number;
        learning->counts[group]++;
    } else if (step_chose(call->step, "statistic", "median")) {
        return add_pair(learning, (uint32_t)group, number) ? ERR_OK : too_much(call, "rows", fault);
    } else if (!add_value(learning, (uint32_t)group, value)) {
        return too_much(call, "different values", fault);
    }
    return ERR_OK;
}

static err_t merge(call_t *call, const place_t *place, void *part, fault_t *fault)
{
    const vector_t *inputs = ((const part_t *)part)->inputs;
    err_t err = ERR_OK;
    for (size_t i = 0; i < place->rows && err == ERR_OK; i++) {
        if (vector_is_valid(&inputs[0], i) && vector_is_valid(&inputs[1], i)) {
            err = add_row(call, inputs, i, fault);
        }
    }
    return err;
}

static int by_group(const void *left, const void *right)
{
    const pair_t *a = left;
    const pair_t *b = right;
    return a->group != b->group ? (a->group > b->group) - (a->group < b->group)
                                : (a->value > b->value) - (a->value < b->value);
}

static void set_medians(learning_t *learning, filling_t *filling)
{
    if (learning->pairs_count > 0) {
        qsort(learning->pairs, learning->pairs_count, sizeof(pair_t), by_group);
    }
    for (size_t first = 0; first < learning->pairs_count;) {
        size_t last = first;
        uint32_t group = learning->pairs[first].group;
        while (last < learning->pairs_count && learning->pairs[last].group == group) {
            last++;
        }
        size_t middle = first + (last - first) / 2;
        double high = learning->pairs[middle].value;
        bool odd = (last - first) % 2 == 1;
        filling->numbers[group] = odd ? high : (learning->pairs[middle - 1].value + high) / 2;
        first = last;
    }
}

// Whether a value comes before another: numbers by value, texts by their bytes.
static bool is_before(text_t a, text_t b, bool number)
{
    if (number) {
        double x;
        double y;
        memcpy(&x, a.bytes, sizeof x);
        memcpy(&y, b.bytes, sizeof y);
        return x < y;
    }
    size_t common = a.size < b.size ? a.size : b.size;
    int order = memcmp(a.bytes, b.bytes, common);
    return order ? order < 0 : a.size < b.size;
}

static void set_modes(const learning_t *learning, bool number, filling_t *filling)
{
    size_t groups = levels_count(learning->groups);
    int64_t *most = mem_array(groups, sizeof *most);
    text_t *best = mem_array(groups, sizeof *best);
    for (size_t i = 0; i < levels_count(learning->values); i++) {
        size_t size;
        uint32_t group;
        const char *bytes = levels_bytes(learning->values, i, &size);
        memcpy(&group, bytes, sizeof group);
        text_t value = {bytes + sizeof group, (uint32_t)(size - sizeof group)};
        int64_t times = levels_times(learning->values, i);
        if (times > most[group] ||
            (times == most[group] && is_before(value, best[group], number))) {
            most[group] = times;
            best[group] = value;
        }
    }
    for (size_t i = 0; i < groups; i++) {
        if (number && most[i] > 0) {
            memcpy(&filling->numbers[i], best[i].bytes, sizeof(double));
        } else if (most[i] > 0) {
            filling->texts[i] = (text_t){text_dup(best[i].bytes, best[i].size), best[i].size};
        }
    }
    free(most);
    free(best);
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    (void)fault;
    *ret_again = false;
    learning_t *learning = call->learning;
    size_t groups = levels_count(learning->groups);
    bool number = !type_in(call->inputs[0].type, TYPES_WORDS);
    filling_t *filling = mem_new(sizeof *filling);
    filling->numbers = mem_array(groups, sizeof *filling->numbers);
    filling->texts = mem_array(groups, sizeof *filling->texts);
    for (size_t i = 0; i < groups; i++) {
        bool mean = learning->counts[i] > 0;
        filling->numbers[i] = mean ? learning->sums[i] / (double)learning->counts[i] : NAN;
    }
    if (step_chose(call->step, "statistic", "median")) {
        set_medians(learning, filling);
    } else if (step_chose(call->step, "statistic", "mode")) {
        set_modes(learning, number, filling);
    }
    filling->groups = learning->groups;
    learning->groups = NULL;
    call->params = params_new();
    call->params->bound = filling;
    call->params->bound_free = filling_free;
    return ERR_OK;
}

static void discard(call_t *call)
{
    learning_t *learning = call->learning;
    levels_destroy(&learning->groups);
    levels_destroy(&learning->values);
    free(learning->sums);
    free(learning->counts);
    free(learning->pairs);
    free(learning);
    call->learning = NULL;
}

static const learner_t LEARN_GROUPS = {
    .begin = begin, .gather = gather, .merge = merge, .end = end, .discard = discard};

// The group of a row, LEVELS_UNKNOWN when it has none.
static int64_t group_of(const filling_t *filling, const vector_t *by, size_t i)
{
    double number;
    if (!vector_is_valid(by, i)) {
        return LEVELS_UNKNOWN;
    }
    text_t key = key_of(by, i, &number);
    return levels_find(filling->groups, key.bytes, key.size);
}

static void fill_numbers(const filling_t *filling, const vector_t *inputs, vector_t *out,
                         uint8_t *valid, arena_t *arena)
{
    const vector_t *from = &inputs[0];
    double *numbers = arena_array(arena, from->count, sizeof *numbers);
    int64_t *integers = arena_array(arena, from->count, sizeof *integers);
    bool whole = out->type != TYPE_FLOAT;
    for (size_t i = 0; i < from->count; i++) {
        valid[i] = vector_is_valid(from, i);
        numbers[i] = from->numbers ? from->numbers[i] : (double)from->integers[i];
        integers[i] = from->integers ? from->integers[i] : 0;
        int64_t group = valid[i] ? LEVELS_UNKNOWN : group_of(filling, &inputs[1], i);
        if (group != LEVELS_UNKNOWN && !isnan(filling->numbers[group])) {
            numbers[i] = filling->numbers[group];
            integers[i] = (int64_t)numbers[i];
            valid[i] = 1;
        }
    }
    out->numbers = whole ? NULL : numbers;
    out->integers = whole ? integers : NULL;
}

static void fill_texts(const filling_t *filling, const vector_t *inputs, vector_t *out,
                       uint8_t *valid, arena_t *arena)
{
    const vector_t *from = &inputs[0];
    text_t *texts = arena_array(arena, from->count, sizeof *texts);
    for (size_t i = 0; i < from->count; i++) {
        valid[i] = vector_is_valid(from, i);
        texts[i] = vector_text(from, i);
        int64_t group = valid[i] ? LEVELS_UNKNOWN : group_of(filling, &inputs[1], i);
        if (group != LEVELS_UNKNOWN && filling->texts[group].bytes) {
            texts[i] = filling->texts[group];
            valid[i] = 1;
        }
    }
    out->texts = texts;
}

static err_t apply(const call_t *call, const place_t *place, const vector_t *inputs,
                   vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    const filling_t *filling = call->params->bound;
    uint8_t *valid = arena_alloc(place->arena, place->rows + 1);
    vector_t out = {.type = call->outputs[0].type, .count = place->rows, .valid = valid};
    if (inputs[0].texts) {
        fill_texts(filling, inputs, &out, valid, place->arena);
    } else {
        fill_numbers(filling, inputs, &out, valid, place->arena);
    }
    ret_outputs[0] = out;
    return ERR_OK;
}

static const setting_t SETTINGS[] = {
    {.name = "by", .kind = SETTING_COLUMN, .required = true, .help = "the column of the groups"},
    {.name = "statistic",
     .kind = SETTING_CHOICE,
     .initial = "\"mean\"",
     .choices = "mean|median|mode",
     .help = "what of the group's values takes the place"},
    {0},
};

const step_kind_t MISSING_GROUP_KINDS[] = {
    {
        .op = "missing",
        .method = "group",
        .title = "Fill by group",
        .help = "Missing values become the mean, the median or the mode of their group.",
        .types = TYPES_ANY,
        .settings = SETTINGS,
        .bound = true,
        .keeps_cells = true,
        .prepare = prepare,
        .learner = &LEARN_GROUPS,
        .apply = apply,
    },
    {0},
};
