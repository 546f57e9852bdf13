// SPDX-License-Identifier: MPL-2.0
// Tables in temporary files, and what the CSV layer makes of them, written down.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "data/csv/csv.h"
#include "test/unit/test.h"

typedef struct {
    char path[32];
} table_t;

static inline table_t table_of(const void *bytes, size_t size)
{
    table_t table;
    strcpy(table.path, "/tmp/autodp-csv-XXXXXX"); // NOLINT: it fits
    int fd = mkstemp(table.path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return table;
}

static inline void table_release(table_t *table)
{
    unlink(table->path);
    table->path[0] = '\0';
}

enum { TABLE_LINES_MAX = 2000 }; // piece_line counts from the piece's beginning each time

// Adds a piece as "<line>:value|value;" a row; a value that stood in quotes is in []. Large pieces
// go without lines.
static inline void table_add_piece(buf_t *out, const csv_piece_t *piece)
{
    for (size_t row = 0; row < piece->rows; row++) {
        buf_addf(out,
                 "%lld:", piece->rows > TABLE_LINES_MAX ? 0LL : (long long)piece_line(piece, row));
        for (size_t i = 0; i < piece->columns; i++) {
            const csv_field_t *field = &piece->fields[row * piece->columns + i];
            bool quoted = csv_field_quoted(field);
            buf_addf(out, "%s%s%.*s%s", i ? "|" : "", quoted ? "[" : "", (int)csv_field_size(field),
                     csv_field_bytes(piece, field), quoted ? "]" : "");
        }
        buf_add(out, ";", 1);
    }
}

// Adds the bad lines of a piece as "!<line> <reason> <text>;".
static inline void table_add_bad(buf_t *out, const csv_piece_t *piece)
{
    for (size_t i = 0; i < piece->bad_listed; i++) {
        const csv_bad_t *bad = &piece->bad[i];
        buf_addf(out, "!%lld %s %s;", (long long)bad->line, csv_bad_name(bad->reason), bad->text);
    }
}

// Reads all there is, rows first; starts again with care where it is asked for.
static inline err_t table_drain(csv_t *csv, buf_t *out, fault_t *fault)
{
    buf_t bad = {0};
    csv_piece_t piece = {0};
    bool more = true;
    err_t err = ERR_OK;
    while (err == ERR_OK && more) {
        bool care = false;
        err = csv_take(csv, &piece, &more, fault);
        if (err != ERR_OK) {
            break;
        }
        csv_find(csv, &piece, &care);
        if (care) {
            buf_clear(out);
            err = csv_restart(csv, fault);
        }
        table_add_piece(out, &piece);
        table_add_bad(&bad, &piece);
    }
    buf_add(out, bad.data, bad.size);
    buf_release(&bad);
    piece_release(&piece);
    return err;
}

// Reads a file; *ret_csv may be NULL, else the caller destroys it. The caller frees the text, which
// holds what came before a fault.
static inline char *table_read_file(const char *path, const csv_options_t *options, csv_t **ret_csv,
                                    fault_t *fault)
{
    csv_t *csv = NULL;
    buf_t out = {0};
    *fault = (fault_t){0};
    if (csv_open(path, options, &csv, fault) == ERR_OK) {
        table_drain(csv, &out, fault);
    }
    if (ret_csv) {
        *ret_csv = csv;
    } else {
        csv_destroy(&csv);
    }
    buf_add(&out, "", 1);
    return out.data;
}

static inline char *table_read(const void *bytes, size_t size, const csv_options_t *options,
                               csv_t **ret_csv, fault_t *fault)
{
    table_t table = table_of(bytes, size);
    char *text = table_read_file(table.path, options, ret_csv, fault);
    table_release(&table);
    return text;
}

// Asserts what a text becomes, with and without vector instructions, in pieces and reads of several
// sizes.
static inline void assert_table(const char *text, const csv_options_t *options,
                                const char *expected)
{
    const size_t sizes[] = {0, 1, 3, 64, 100};
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof sizes[0]; i++) {
        csv_options_t varied = options ? *options : (csv_options_t){0};
        varied.scalar = i & 1;
        varied.piece_bytes = varied.read_bytes = sizes[i / 2];
        fault_t fault;
        char *got = table_read(text, strlen(text), &varied, NULL, &fault);
        assert_string_equal(fault.detail, "");
        assert_string_equal(got, expected);
        free(got);
    }
}

// Asserts that a text fails, with a complete fault.
static inline fault_t assert_table_fault(const void *bytes, size_t size,
                                         const csv_options_t *options, err_t code)
{
    fault_t fault;
    char *text = table_read(bytes, size, options, NULL, &fault);
    free(text);
    assert_string_equal(err_name(fault.code), err_name(code));
    assert_string_not_equal(fault.detail, "");
    assert_string_not_equal(fault.remedy, "");
    return fault;
}
