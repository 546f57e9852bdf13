// SPDX-License-Identifier: MPL-2.0
#include "data/profile/rows.h"

#include "data/profile/figure.h"

size_t rows_find(const study_t *study, size_t row, size_t *ret_stripe)
{
    size_t low = 0;
    size_t high = frame_stripes(study->frame);
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if ((size_t)frame_stripe_first(study->frame, middle) <= row) {
            low = middle;
        } else {
            high = middle;
        }
    }
    *ret_stripe = low;
    return row - (size_t)frame_stripe_first(study->frame, low);
}

static size_t shown_columns(const study_t *study)
{
    return study->count < ROWS_COLUMNS_MAX ? study->count : ROWS_COLUMNS_MAX;
}

// Appends the cells of some columns to the rows that stand in a stripe.
static err_t add_cells(study_t *study, size_t index, size_t column, size_t columns,
                       const size_t *rows, size_t count, json_t *cells, fault_t *fault)
{
    stripe_t *stripe = study->stripes[0];
    size_t wanted[ROWS_GROUP];
    for (size_t i = 0; i < columns; i++) {
        wanted[i] = study->facts[column + i].column;
    }
    err_t err = stripe_load(stripe, index, wanted, columns, fault);
    for (size_t c = 0; c < columns && err == ERR_OK; c++) {
        const vector_t *vector = stripe_vector(stripe, wanted[c]);
        for (size_t i = 0; i < count; i++) {
            size_t at;
            size_t place = rows_find(study, rows[i], &at);
            if (at == index) {
                json_array_append_new(json_array_get(cells, i), figure_cell(vector, place));
            }
        }
    }
    return err;
}

err_t rows_cells(study_t *study, const size_t *rows, size_t count, json_t **ret_cells,
                 fault_t *fault)
{
    json_t *cells = json_array();
    size_t last = SIZE_MAX;
    err_t err = ERR_OK;
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(cells, json_array());
    }
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        size_t stripe;
        rows_find(study, rows[i], &stripe);
        if (stripe == last) {
            continue;
        }
        last = stripe;
        size_t columns = shown_columns(study);
        for (size_t c = 0; c < columns && err == ERR_OK; c += ROWS_GROUP) {
            size_t group = columns - c < ROWS_GROUP ? columns - c : ROWS_GROUP;
            err = add_cells(study, stripe, c, group, rows, count, cells, fault);
        }
    }
    if (err != ERR_OK) {
        json_decref(cells);
        return err;
    }
    *ret_cells = cells;
    return ERR_OK;
}

json_t *rows_names(const study_t *study)
{
    json_t *names = json_array();
    for (size_t i = 0; i < shown_columns(study); i++) {
        json_array_append_new(names, json_string(study->facts[i].name));
    }
    return names;
}

err_t rows_sample(study_t *study, json_t **ret_sample, fault_t *fault)
{
    size_t head[ROWS_SHOWN];
    size_t tail[ROWS_SHOWN];
    size_t heads = study->rows < ROWS_SHOWN ? study->rows : ROWS_SHOWN;
    size_t rest = study->rows - heads;
    size_t tails = rest < ROWS_SHOWN ? rest : ROWS_SHOWN;
    for (size_t i = 0; i < heads; i++) {
        head[i] = i;
    }
    for (size_t i = 0; i < tails; i++) {
        tail[i] = study->rows - tails + i;
    }
    json_t *first = NULL;
    json_t *last = NULL;
    err_t err = rows_cells(study, head, heads, &first, fault);
    err = err == ERR_OK ? rows_cells(study, tail, tails, &last, fault) : err;
    if (err != ERR_OK) {
        json_decref(first);
        return err;
    }
    if (study->count > ROWS_COLUMNS_MAX) {
        study_note(study, "sample", "only the first 100 columns are shown");
    }
    *ret_sample =
        json_pack("{s:o, s:o, s:o, s:I}", "columns", rows_names(study), "head", first, "tail", last,
                  "tail_first", (json_int_t)study->rows - (json_int_t)tails + 1);
    return ERR_OK;
}
