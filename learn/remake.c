// SPDX-License-Identifier: MPL-2.0
#include "learn/remake.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

// The cells of a column in the making.
typedef struct {
    uint8_t *valid;
    double *numbers;
    int64_t *integers;
    text_t *texts;
} column_t;

// --- Reading -----------------------------------------------------------------------------------

static column_t *columns_new(remake_t *remake)
{
    const features_t *features = remake->features;
    arena_t *arena = &remake->arena;
    size_t rows = remake->rows;
    column_t *columns = mem_array(features->request->features_count, sizeof *columns);
    for (size_t f = 0; f < features->request->features_count; f++) {
        size_t column = features->request->features[f];
        type_t type = frame_type(features->frame, column);
        column_t *made = &columns[f];
        made->valid = arena_array(arena, rows + 1, 1);
        if (type_in(type, TYPES_WORDS)) {
            made->texts = arena_array(arena, rows + 1, sizeof *made->texts);
        } else if (type == TYPE_FLOAT) {
            made->numbers = arena_array(arena, rows + 1, sizeof *made->numbers);
        } else {
            made->integers = arena_array(arena, rows + 1, sizeof *made->integers);
        }
        remake->cells[column] = (vector_t){.type = type,
                                           .count = rows,
                                           .valid = made->valid,
                                           .numbers = made->numbers,
                                           .integers = made->integers,
                                           .texts = made->texts};
    }
    return columns;
}

static text_t copy_text(arena_t *arena, text_t text)
{
    char *bytes = arena_alloc(arena, (size_t)text.size + 1);
    memcpy(bytes, text.bytes, text.size);
    return (text_t){bytes, text.size};
}

static void take_cell(const vector_t *from, size_t row, column_t *to, size_t place, arena_t *arena)
{
    to->valid[place] = vector_is_valid(from, row) != 0;
    if (to->texts) {
        bool there = to->valid[place];
        to->texts[place] = there ? copy_text(arena, vector_text(from, row)) : (text_t){"", 0};
    } else if (to->numbers) {
        to->numbers[place] = from->numbers[row];
    } else {
        to->integers[place] = from->integers[row];
    }
}

// Takes those rows that are in the loaded stripe, from `at` of the list on; how many were taken.
static size_t take_stripe(remake_t *remake, stripe_t *stripe, size_t index, const int64_t *numbers,
                          size_t at, column_t *columns)
{
    const request_t *request = remake->features->request;
    int64_t first = frame_stripe_first(remake->features->frame, index);
    int64_t end = first + (int64_t)frame_stripe_rows(remake->features->frame, index);
    size_t taken = 0;
    for (; at + taken < remake->rows && numbers[at + taken] <= end; taken++) {
        for (size_t f = 0; f < request->features_count; f++) {
            take_cell(stripe_vector(stripe, request->features[f]),
                      (size_t)(numbers[at + taken] - 1 - first), &columns[f], at + taken,
                      &remake->arena);
        }
    }
    return taken;
}

static int by_place(const void *left, const void *right)
{
    size_t a = *(const size_t *)left;
    size_t b = *(const size_t *)right;
    return (a > b) - (a < b);
}

static err_t read_cells(remake_t *remake, const int64_t *numbers, fault_t *fault)
{
    const frame_t *frame = remake->features->frame;
    const request_t *request = remake->features->request;
    size_t count = request->features_count;
    size_t *wanted = mem_array(count, sizeof *wanted);
    column_t *columns = columns_new(remake);
    stripe_t *stripe = stripe_new(frame);
    size_t at = 0;
    err_t err = ERR_OK;
    memcpy(wanted, request->features, count * sizeof *wanted);
    qsort(wanted, count, sizeof *wanted, by_place);
    for (size_t s = 0; s < frame_stripes(frame) && at < remake->rows && err == ERR_OK; s++) {
        int64_t end = frame_stripe_first(frame, s) + (int64_t)frame_stripe_rows(frame, s);
        if (numbers[at] <= end) {
            err = stripe_load(stripe, s, wanted, count, fault);
            at += err == ERR_OK ? take_stripe(remake, stripe, s, numbers, at, columns) : 0;
        }
    }
    stripe_destroy(&stripe);
    free(columns);
    free(wanted);
    return err;
}

// --- The whole ---------------------------------------------------------------------------------

err_t remake_new(const features_t *features, const int64_t *numbers, size_t count,
                 remake_t *ret_remake, fault_t *fault)
{
    size_t all = frame_columns(features->frame);
    remake_t remake = {.features = features,
                       .eval = eval_new(features->flow, features->frame, NULL),
                       .columns = mem_array(all, sizeof *remake.columns),
                       .cells = mem_array(all, sizeof *remake.cells),
                       .laid = mem_array(all, sizeof *remake.laid),
                       .rows = count};
    for (size_t i = 0; i < all; i++) {
        remake.columns[i] = i;
    }
    err_t err = read_cells(&remake, numbers, fault);
    if (err != ERR_OK) {
        remake_release(&remake);
        return err;
    }
    *ret_remake = remake;
    return ERR_OK;
}

const vector_t *remake_cells(const remake_t *remake, size_t column)
{
    return &remake->cells[column];
}

void remake_lay(remake_t *remake, size_t column, const vector_t *cells)
{
    size_t all = frame_columns(remake->features->frame);
    memcpy(remake->laid, remake->cells, all * sizeof *remake->laid);
    remake->laid[column] = *cells;
    eval_begin_cells(remake->eval, remake->columns, remake->laid, all, remake->rows);
}

err_t remake_input(remake_t *remake, size_t input, const double **ret_numbers, fault_t *fault)
{
    const vector_t *cells;
    err_t err = eval_node(remake->eval, remake->features->inputs[input].node, &cells, fault);
    if (err != ERR_OK) {
        return err;
    }
    arena_t *arena = eval_arena(remake->eval);
    const double *made = vector_doubles(cells, arena);
    double *numbers = arena_array(arena, remake->rows + 1, sizeof *numbers);
    for (size_t i = 0; i < remake->rows; i++) {
        numbers[i] = vector_is_valid(cells, i) ? made[i] : NAN;
    }
    *ret_numbers = numbers;
    return ERR_OK;
}

void remake_release(remake_t *remake)
{
    eval_destroy(&remake->eval);
    free(remake->columns);
    free(remake->cells);
    free(remake->laid);
    arena_release(&remake->arena);
    *remake = (remake_t){0};
}
