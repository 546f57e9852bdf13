// SPDX-License-Identifier: MPL-2.0
#include "learn/drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/shares.h"

static const double SHARE_LEAST = 1e-4;
static const double SOME = 0.1;
static const double MUCH = 0.25;

err_t drift_reference(const frame_t *frame, const size_t *columns, size_t count,
                      const uint8_t *keep, json_t **ret_reference, fault_t *fault)
{
    json_t *reference = json_object();
    err_t err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        shares_t shares = {0};
        err = shares_learn(frame, columns[i], keep, &shares, fault);
        if (err == ERR_OK) {
            json_object_set_new(reference, frame_name(frame, columns[i]),
                                shares_to_json(&shares, frame_type(frame, columns[i])));
            shares_release(&shares);
        }
    }
    if (err != ERR_OK) {
        json_decref(reference);
        return err;
    }
    *ret_reference = reference;
    return ERR_OK;
}

static double stability_index(const double *before, const int64_t *counts, size_t bins,
                              int64_t total)
{
    double sum = 0;
    for (size_t i = 0; i < bins; i++) {
        double then = fmax(before[i], SHARE_LEAST);
        double now = fmax(total > 0 ? (double)counts[i] / (double)total : 0, SHARE_LEAST);
        sum += (now - then) * log(now / then);
    }
    return sum;
}

static json_t *row_of(const char *name, const json_t *reference, const shares_t *shares,
                      const double *before, int64_t rows)
{
    double index = stability_index(before, shares->counts, shares->bins, rows);
    json_t *now = json_array();
    for (size_t i = 0; i < shares->bins; i++) {
        double share = rows > 0 ? (double)shares->counts[i] / (double)rows : 0;
        json_array_append_new(now, json_real(share));
    }
    json_t *row = json_pack("{s:s, s:f, s:s}", "column", name, "index", index, "change",
                            index < SOME   ? "little"
                            : index < MUCH ? "some"
                                           : "much");
    const char *kind = shares->words ? "levels" : "edges";
    json_object_set(row, kind, json_object_get(reference, kind));
    json_object_set(row, "then", json_object_get(reference, "shares"));
    json_object_set_new(row, "now", now);
    return row;
}

static err_t compare(const frame_t *frame, const char *name, const json_t *reference,
                     json_t **ret_row, fault_t *fault)
{
    shares_t shares = {0};
    double *before = NULL;
    int64_t column = frame_find(frame, name);
    if (column < 0) {
        fault_set(fault, ERR_COLUMN_UNKNOWN, "give a table with the columns the model learned",
                  "there is no column '%.200s'", name);
        fault_at(fault, 0, 0, name);
        return ERR_COLUMN_UNKNOWN;
    }
    bool words = type_in(frame_type(frame, (size_t)column), TYPES_WORDS);
    if (!shares_read(reference, &shares, &before) || shares.words != words) {
        shares_release(&shares);
        free(before);
        return fault_set(fault, ERR_CORRUPT, "train the model again",
                         "the model's reference for '%.200s' is damaged", name);
    }
    err_t err = shares_count(&shares, frame, (size_t)column, fault);
    if (err == ERR_OK) {
        *ret_row = row_of(name, reference, &shares, before, frame_rows(frame));
    }
    shares_release(&shares);
    free(before);
    return err;
}

// What moved most in front; equal ones keep their order.
static void put_in(json_t *rows, json_t *row)
{
    size_t at = json_array_size(rows);
    double index = json_real_value(json_object_get(row, "index"));
    while (at > 0 &&
           json_real_value(json_object_get(json_array_get(rows, at - 1), "index")) < index) {
        at--;
    }
    json_array_insert_new(rows, at, row);
}

err_t drift_report(const json_t *reference, const frame_t *frame, const progress_t *progress,
                   json_t **ret_drift, fault_t *fault)
{
    json_t *rows = json_array();
    const char *name;
    json_t *column;
    err_t err = ERR_OK;
    double all = (double)json_object_size(reference);
    json_object_foreach((json_t *)reference, name, column)
    {
        json_t *row = NULL;
        if (!progress_report(progress, (double)json_array_size(rows) / all, "compare")) {
            err = fault_set(fault, ERR_CANCELLED, NULL, "the comparison was cancelled");
        }
        err = err == ERR_OK ? compare(frame, name, column, &row, fault) : err;
        if (err != ERR_OK) {
            json_decref(rows);
            return err;
        }
        put_in(rows, row);
    }
    *ret_drift = json_pack("{s:I, s:o}", "rows", (json_int_t)frame_rows(frame), "columns", rows);
    return ERR_OK;
}
