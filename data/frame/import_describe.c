// SPDX-License-Identifier: MPL-2.0
#include "data/frame/import_describe.h"

#include <stdio.h>

#include "data/frame/import_options.h"

static json_t *guess(const char *value, bool guessed)
{
    return json_pack("{s:s, s:b}", "value", value, "guessed", guessed);
}

static json_t *guessed_char(char c, bool guessed)
{
    char text[2] = {c, '\0'};
    return guess(text, guessed);
}

static json_t *dialect_json(const csv_dialect_t *dialect)
{
    json_t *json =
        json_pack("{s:o, s:o, s:o, s:o, s:{s:b, s:b}, s:s, s:s, s:b, s:b}", "encoding",
                  guess(encoding_name(dialect->encoding), dialect->encoding_guessed), "delimiter",
                  guessed_char(dialect->delimiter, dialect->delimiter_guessed), "quote",
                  guessed_char(dialect->quote, dialect->quote_guessed), "decimal",
                  guessed_char(dialect->decimal, dialect->decimal_guessed), "header", "value",
                  dialect->header, "guessed", dialect->header_guessed, "packing",
                  csv_packing_name(dialect->packing), "line_ends", csv_lines_name(dialect->lines),
                  "bom", dialect->bom, "grouped", dialect->grouped);
    if (dialect->packing == CSV_ZIP) {
        json_object_set_new(json, "member", json_string(dialect->member));
    }
    return json;
}

static void set_hash(const csv_t *csv, json_t *description)
{
    const uint8_t *hash = csv_hash(csv);
    char text[2 * CSV_HASH_BYTES + 1];
    for (int i = 0; hash && i < CSV_HASH_BYTES; i++) {
        snprintf(text + (ptrdiff_t)2 * i, 3, "%02x", hash[i]);
    }
    if (hash) {
        json_object_set_new(description, "sha256", json_string(text));
    }
}

json_t *import_describe(const csv_t *csv, int64_t rows, json_t *columns, json_t *bad_lines,
                        int64_t bad_count)
{
    const csv_dialect_t *dialect = csv_dialect(csv);
    char delimiter[2] = {dialect->delimiter, '\0'};
    json_t *description = json_pack("{s:I, s:I, s:s, s:o, s:o}", "rows", (json_int_t)rows, "bytes",
                                    (json_int_t)csv_position(csv), "delimiter", delimiter,
                                    "dialect", dialect_json(dialect), "columns", columns);
    if (bad_count > 0) {
        json_object_set_new(
            description, "bad_lines",
            json_pack("{s:I, s:O}", "count", (json_int_t)bad_count, "listed", bad_lines));
    }
    set_hash(csv, description);
    return description;
}
