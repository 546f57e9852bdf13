// SPDX-License-Identifier: MPL-2.0
// Missing values filled by what stands around them, and columns that tell where values are missing.
// Conventions: pandas' ffill, bfill (with limit) and Series.interpolate: linear over row numbers,
// leading missing values stay, trailing ones take the last value.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/step/families.h"

enum { NOWHERE = -1 };

// A value with the number of its row.
typedef struct {
    int64_t row; // NOWHERE: there is none
    double number;
    int64_t integer;
    char *text; // owned
    uint32_t size;
} spot_value_t;

// The first and the last value of a stripe.
typedef struct {
    int64_t begins; // number of the first row
    spot_value_t first;
    spot_value_t last;
} edge_t;

// While learning, and as params->bound.
typedef struct {
    edge_t *edges;
    size_t count;
    size_t capacity;
    int64_t rows;
} edges_t;

static void edges_free(void *bound)
{
    edges_t *edges = bound;
    for (size_t i = 0; edges && i < edges->count; i++) {
        free(edges->edges[i].first.text);
        free(edges->edges[i].last.text);
    }
    if (edges) {
        free(edges->edges);
    }
    free(edges);
}

static err_t begin(call_t *call, fault_t *fault)
{
    (void)fault;
    call->learning = mem_new(sizeof(edges_t));
    return ERR_OK;
}

static err_t gather(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault)
{
    (void)call;
    (void)fault;
    vector_t *part = arena_alloc(place->arena, sizeof *part);
    *part = inputs[0];
    *ret_part = part;
    return ERR_OK;
}

static spot_value_t value_at(const vector_t *vector, int64_t i, int64_t begins)
{
    spot_value_t value = {.row = NOWHERE};
    if (i < 0 || i >= (int64_t)vector->count) {
        return value;
    }
    value.row = begins + i;
    if (vector->texts) {
        text_t text = vector_text(vector, (size_t)i);
        value.text = text_dup(text.bytes, text.size);
        value.size = text.size;
    } else if (vector->numbers) {
        value.number = vector->numbers[i];
    } else {
        value.integer = vector->integers[i];
        value.number = (double)vector->integers[i];
    }
    return value;
}

static err_t merge(call_t *call, const place_t *place, void *part, fault_t *fault)
{
    (void)fault;
    edges_t *edges = call->learning;
    const vector_t *vector = part;
    if (edges->count == edges->capacity) {
        edges->capacity = edges->capacity ? edges->capacity * 2 : 64;
        edges->edges = mem_resize(edges->edges, edges->capacity, sizeof *edges->edges);
    }
    int64_t first = 0;
    int64_t last = (int64_t)place->rows - 1;
    while (first < (int64_t)place->rows && !vector_is_valid(vector, (size_t)first)) {
        first++;
    }
    while (last >= 0 && !vector_is_valid(vector, (size_t)last)) {
        last--;
    }
    edges->edges[edges->count++] = (edge_t){.begins = edges->rows,
                                            .first = value_at(vector, first, edges->rows),
                                            .last = value_at(vector, last, edges->rows)};
    edges->rows += (int64_t)place->rows;
    return ERR_OK;
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    (void)fault;
    *ret_again = false;
    call->params = params_new();
    call->params->bound = call->learning;
    call->params->bound_free = edges_free;
    call->learning = NULL;
    return ERR_OK;
}

static void discard(call_t *call)
{
    edges_free(call->learning);
    call->learning = NULL;
}

static const learner_t LEARN_EDGES = {
    .begin = begin, .gather = gather, .merge = merge, .end = end, .discard = discard};

// --- Filling -----------------------------------------------------------------------------------

// What stands around a stripe; NULL: nothing.
typedef struct {
    const spot_value_t *before;
    const spot_value_t *after;
    int64_t begins;
} around_t;

static around_t around_of(const call_t *call, const place_t *place)
{
    const edges_t *edges = call->params->bound;
    around_t around = {0};
    if (place->stripe >= edges->count) {
        return around;
    }
    around.begins = edges->edges[place->stripe].begins;
    for (size_t i = place->stripe; i-- > 0 && !around.before;) {
        around.before = edges->edges[i].last.row != NOWHERE ? &edges->edges[i].last : NULL;
    }
    for (size_t i = place->stripe + 1; i < edges->count && !around.after; i++) {
        around.after = edges->edges[i].first.row != NOWHERE ? &edges->edges[i].first : NULL;
    }
    return around;
}

// Where each cell's value comes from: its own or another row of the stripe, `rows` for the value
// beside the stripe, NOWHERE when it stays missing.
static int64_t *sources(const call_t *call, const place_t *place, const vector_t *vector,
                        const spot_value_t *beside, int64_t begins, bool forward)
{
    int64_t rows = (int64_t)place->rows;
    int64_t limit = step_json(call->step, "limit") ? step_integer(call->step, "limit") : INT64_MAX;
    int64_t *from = arena_array(place->arena, place->rows + 1, sizeof *from);
    int64_t source = beside ? rows : NOWHERE;
    int64_t at = beside ? beside->row - begins : 0;
    for (int64_t k = 0; k < rows; k++) {
        int64_t i = forward ? k : rows - 1 - k;
        if (vector_is_valid(vector, (size_t)i)) {
            source = i;
            at = i;
        }
        int64_t away = forward ? i - at : at - i;
        from[i] = away <= limit ? source : NOWHERE;
    }
    return from;
}

static void fill_texts(const vector_t *vector, const int64_t *from, const spot_value_t *beside,
                       arena_t *arena, vector_t *filled)
{
    size_t rows = vector->count;
    size_t words = vector->codes ? vector->words : rows;
    text_t *texts = arena_array(arena, words + 1, sizeof *texts);
    uint32_t *codes = arena_array(arena, rows + 1, sizeof *codes);
    memcpy(texts, vector->texts, words * sizeof *texts);
    texts[words] = beside ? (text_t){beside->text, beside->size} : (text_t){"", 0};
    for (size_t i = 0; i < rows; i++) {
        size_t row = from[i] == NOWHERE ? i : (size_t)from[i];
        codes[i] = (uint32_t)(row == rows ? words : vector->codes ? vector->codes[row] : row);
    }
    filled->texts = texts;
    filled->codes = codes;
    filled->words = words + 1;
}

static err_t apply_fill(const call_t *call, const place_t *place, const vector_t *inputs,
                        vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    const vector_t *vector = &inputs[0];
    bool forward = strcmp(call->step->kind->method, "forward") == 0;
    around_t around = around_of(call, place);
    const spot_value_t *beside = forward ? around.before : around.after;
    vector_t filled = *vector;
    if (!vector->valid) {
        ret_outputs[0] = filled;
        return ERR_OK;
    }
    const int64_t *from = sources(call, place, vector, beside, around.begins, forward);
    uint8_t *valid = arena_alloc(place->arena, place->rows + 1);
    int64_t *integers = arena_array(place->arena, place->rows + 1, sizeof *integers);
    double *numbers = arena_array(place->arena, place->rows + 1, sizeof *numbers);
    for (size_t i = 0; i < place->rows; i++) {
        size_t row = from[i] == NOWHERE ? i : (size_t)from[i];
        bool outside = row == place->rows;
        valid[i] = from[i] != NOWHERE;
        integers[i] = outside ? beside->integer : vector->integers ? vector->integers[row] : 0;
        numbers[i] = outside ? beside->number : vector->numbers ? vector->numbers[row] : 0;
    }
    filled.valid = valid;
    filled.integers = vector->integers ? integers : NULL;
    filled.numbers = vector->numbers ? numbers : NULL;
    if (vector->texts) {
        fill_texts(vector, from, beside, place->arena, &filled);
    }
    ret_outputs[0] = filled;
    return ERR_OK;
}

// As numpy's interp computes it, to the last bit, but for slopes that are too large.
static double between(double x0, double y0, double x1, double y1, double x)
{
    double y = (y1 - y0) / (x1 - x0) * (x - x0) + y0;
    double share = (x - x0) / (x1 - x0);
    return isfinite(y) ? y : y0 * (1 - share) + y1 * share;
}

static void fill_gap(double *numbers, uint8_t *valid, int64_t from, int64_t to,
                     const spot_value_t *left, const spot_value_t *right)
{
    for (int64_t i = from; i < to; i++) {
        valid[i] = left->row != NOWHERE;
        if (left->row != NOWHERE && right->row != NOWHERE) {
            numbers[i] = between(0, left->number, (double)(right->row - left->row), right->number,
                                 (double)(i - left->integer));
        } else if (valid[i]) {
            numbers[i] = left->number;
        }
    }
}

static err_t apply_interpolate(const call_t *call, const place_t *place, const vector_t *inputs,
                               vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    around_t around = around_of(call, place);
    int64_t rows = (int64_t)place->rows;
    const double *own = vector_doubles(&inputs[0], place->arena);
    double *numbers = arena_array(place->arena, place->rows + 1, sizeof *numbers);
    uint8_t *valid = arena_alloc(place->arena, place->rows + 1);
    memcpy(numbers, own, place->rows * sizeof *numbers);
    spot_value_t left = around.before ? *around.before : (spot_value_t){.row = NOWHERE};
    left.integer = left.row - around.begins; // its row, counted from the stripe's first
    int64_t gap = 0;
    for (int64_t i = 0; i < rows; i++) {
        if (!vector_is_valid(&inputs[0], (size_t)i)) {
            continue;
        }
        spot_value_t here = {.row = around.begins + i, .number = own[i], .integer = i};
        fill_gap(numbers, valid, gap, i, &left, &here);
        valid[i] = 1;
        left = here;
        gap = i + 1;
    }
    spot_value_t none = {.row = NOWHERE};
    fill_gap(numbers, valid, gap, rows, &left, around.after ? around.after : &none);
    ret_outputs[0] =
        (vector_t){.type = TYPE_FLOAT, .count = place->rows, .valid = valid, .numbers = numbers};
    return ERR_OK;
}

static err_t prepare_interpolate(call_t *call, fault_t *fault)
{
    (void)fault;
    call_output(call, call->inputs[0].name, TYPE_FLOAT, call->inputs[0].filled);
    return ERR_OK;
}

// --- Where values are missing ------------------------------------------------------------------

static err_t prepare_indicator(call_t *call, fault_t *fault)
{
    char name[STEP_NAME_BYTES + 16];
    int size = snprintf(name, sizeof name, "%s_missing", call->inputs[0].name);
    if (size > STEP_NAME_BYTES) {
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault, "rename the column before this step",
                          "the name of column '%.100s' is too long for another one with _missing",
                          call->inputs[0].name);
    }
    call_output(call, name, TYPE_INTEGER, true);
    return ERR_OK;
}

static err_t apply_indicator(const call_t *call, const place_t *place, const vector_t *inputs,
                             vector_t *ret_outputs, fault_t *fault)
{
    (void)call;
    (void)fault;
    int64_t *integers = arena_array(place->arena, place->rows + 1, sizeof *integers);
    for (size_t i = 0; i < place->rows; i++) {
        integers[i] = !vector_is_valid(&inputs[0], i);
    }
    ret_outputs[0] = (vector_t){.type = TYPE_INTEGER, .count = place->rows, .integers = integers};
    return ERR_OK;
}

static const setting_t LIMIT[] = {
    {.name = "limit",
     .kind = SETTING_INTEGER,
     .min = 1,
     .max = 1e6,
     .help = "how many missing values in a row are filled at most"},
    {0},
};

const step_kind_t MISSING_ORDER_KINDS[] = {
    {
        .op = "missing",
        .method = "forward",
        .title = "Fill with the value before",
        .help = "Missing values become the last one above them.",
        .types = TYPES_ANY,
        .settings = LIMIT,
        .bound = true,
        .keeps_cells = true,
        .learner = &LEARN_EDGES,
        .apply = apply_fill,
    },
    {
        .op = "missing",
        .method = "backward",
        .title = "Fill with the value behind",
        .help = "Missing values become the next one below them.",
        .types = TYPES_ANY,
        .settings = LIMIT,
        .bound = true,
        .keeps_cells = true,
        .learner = &LEARN_EDGES,
        .apply = apply_fill,
    },
    {
        .op = "missing",
        .method = "interpolate",
        .title = "Fill on the line between neighbours",
        .help = "Missing numbers lie on the line between those above and below them.",
        .types = TYPES_NUMBER,
        .bound = true,
        .keeps_cells = true,
        .prepare = prepare_interpolate,
        .learner = &LEARN_EDGES,
        .apply = apply_interpolate,
    },
    {
        .op = "missing",
        .method = "indicator",
        .title = "Tell where values are missing",
        .help = "A column of 0 and 1 beside each one: 1 where its value is missing.",
        .shape = STEP_BESIDE,
        .types = TYPES_ANY,
        .prepare = prepare_indicator,
        .apply = apply_indicator,
    },
    {0},
};
