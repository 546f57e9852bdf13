// SPDX-License-Identifier: MPL-2.0
// What a cell of a file is: missing, or a value of a class. Types of columns follow from the
// classes of all their cells.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/value/date_format.h"
#include "data/value/type.h"
#include "data/value/vector.h"

typedef enum {
    CELL_MISSING,
    CELL_INTEGER,
    CELL_FLOAT,
    CELL_BOOLEAN,
    CELL_DATE,
    CELL_DATETIME,
    CELL_TEXT,
    CELL_CLASSES,
} cell_class_t;

enum {
    CELL_TOKENS_MAX = 100,     // null tokens of a column
    CELL_TOKEN_BYTES_MAX = 64, // one of them
};

// The texts that mean missing. The empty text always does.
typedef struct {
    text_t *items; // owned
    size_t count;
    bool first[256]; // some token begins with this byte
} tokens_t;

// NA, N/A, NaN, nan, NULL and null.
tokens_t tokens_default(void);

// Those of a list; the texts are copied.
tokens_t tokens_new(const text_t *texts, size_t count);

void tokens_release(tokens_t *tokens);

// Whether a text means missing.
static inline bool tokens_match(const tokens_t *tokens, text_t text)
{
    if (text.size == 0) {
        return true;
    }
    if (!tokens->first[(unsigned char)text.bytes[0]]) {
        return false;
    }
    for (size_t i = 0; i < tokens->count; i++) {
        if (tokens->items[i].size == text.size &&
            __builtin_memcmp(tokens->items[i].bytes, text.bytes, text.size) == 0) {
            return true;
        }
    }
    return false;
}

// How the cells of a column are read.
typedef struct {
    tokens_t tokens;
    bool declared; // a person said the type; cells that are not of it count as missing
    type_t type;
    bool raw;     // the texts are kept and nobody looks at them: type TEXT, nothing is missing
    bool skipped; // not even that: every cell is missing
    bool comma;   // the decimal mark is a comma
    date_format_t *format; // dates and datetimes; NULL: ISO. Owned
} cell_rules_t;

void rules_release(cell_rules_t *rules);

// A cell as it was read.
typedef struct {
    cell_class_t kind;
    bool plain;      // the text is what digits_write or date_format_iso makes of the value
    uint8_t places;  // plain FLOAT: digits behind the point
    int64_t integer; // INTEGER, BOOLEAN, DATE, DATETIME; plain FLOAT: the digits
    double number;   // FLOAT
} cell_t;

// Reads a cell under the rules.
void cell_read(const cell_rules_t *rules, text_t text, cell_t *ret_cell);
