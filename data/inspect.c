// SPDX-License-Identifier: MPL-2.0
#include "data/inspect.h"

#include <stdlib.h>

#include "base/mem.h"
#include "data/profile.h"
#include "data/csv/reader.h"

enum {
    BLOCK_ROWS = 65536, // sums are merged block by block
    PROGRESS_ROWS = 8192,
    BUDGET_BYTES = 256 << 20, // for distinct values, all columns together
    COLUMN_BYTES_MIN = 32 << 10,
    COLUMN_BYTES_MAX = 16 << 20,
};

static size_t column_budget(size_t columns)
{
    size_t share = (size_t)BUDGET_BYTES / columns;
    return share < COLUMN_BYTES_MIN   ? COLUMN_BYTES_MIN
           : share > COLUMN_BYTES_MAX ? COLUMN_BYTES_MAX
                                      : share;
}

static void end_block(profile_t *profiles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        profile_end_block(&profiles[i]);
    }
}

static err_t read_rows(reader_t *reader, profile_t *profiles, const progress_t *progress,
                       int64_t *ret_rows, fault_t *fault)
{
    const reader_row_t *row = NULL;
    size_t count = reader_header(reader)->count;
    int64_t size = reader_size(reader);
    *ret_rows = 0;
    for (;;) {
        err_t err = reader_next(reader, &row, fault);
        if (err != ERR_OK || !row) {
            end_block(profiles, count);
            return err;
        }
        *ret_rows = row->number;
        for (size_t i = 0; i < count; i++) {
            profile_add(&profiles[i], &row->fields[i]);
        }
        if (row->number % BLOCK_ROWS == 0) {
            end_block(profiles, count);
        }
        double done = size > 0 ? (double)reader_offset(reader) / (double)size : 0;
        if (row->number % PROGRESS_ROWS == 0 && !progress_report(progress, done, "inspect")) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the inspection was cancelled");
        }
    }
}

static json_t *describe(const reader_t *reader, profile_t *profiles, int64_t rows)
{
    const reader_row_t *header = reader_header(reader);
    char delimiter[2] = {reader_delimiter(reader), '\0'};
    json_t *columns = json_array();
    for (size_t i = 0; i < header->count; i++) {
        json_array_append_new(columns, profile_to_json(&profiles[i], header->fields[i].text));
    }
    return json_pack("{s:I, s:I, s:s, s:I, s:o}", "rows", (json_int_t)rows, "bytes",
                     (json_int_t)reader_offset(reader), "delimiter", delimiter, "header_line",
                     (json_int_t)header->line, "columns", columns);
}

err_t inspect_file(const char *path, const progress_t *progress, json_t **ret_description,
                   fault_t *fault)
{
    reader_t *reader = NULL;
    err_t err = reader_open(path, NULL, &reader, fault);
    if (err != ERR_OK) {
        return err;
    }
    size_t count = reader_header(reader)->count;
    profile_t *profiles = mem_array(count, sizeof *profiles);
    for (size_t i = 0; i < count; i++) {
        profiles[i] = profile_new(column_budget(count));
    }
    int64_t rows = 0;
    err = read_rows(reader, profiles, progress, &rows, fault);
    if (err == ERR_OK && rows == 0) {
        err = fault_set(fault, ERR_CSV_EMPTY, "choose a file with rows",
                        "the file has a header and no rows");
    }
    if (err == ERR_OK) {
        *ret_description = describe(reader, profiles, rows);
    }
    for (size_t i = 0; i < count; i++) {
        profile_release(&profiles[i]);
    }
    free(profiles);
    reader_destroy(&reader);
    return err;
}
