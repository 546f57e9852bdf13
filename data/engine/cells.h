// SPDX-License-Identifier: MPL-2.0
// A column of the output as cells of a CSV file: as they stood in the input where no step changed
// them, else the values' usual texts.
#pragma once

#include "data/engine/eval.h"

// How cells are written.
typedef struct {
    char delimiter;
    bool quote_all; // every cell that is not missing
    bool look;      // input cells without quotes may need some: the delimiter is another one
} cells_style_t;

typedef enum { CELL_AS_IS, CELL_QUOTED } cell_quote_t;

// A cell as it is written: bytes, and whether quotes go around them (those in it are doubled).
typedef struct {
    const char *bytes;
    uint32_t size;
    uint32_t quote;
} cell_text_t;

// One column of the output in the present stripe.
typedef struct {
    const cells_style_t *style;
    const text_t *texts;      // the input's cells; NULL when none is kept
    const uint8_t *quoted;    // which of them were quoted; NULL: none
    const uint8_t *kept;      // which of them are kept; NULL: all
    const uint32_t *rows;     // where in `texts` the cells are; NULL: in order
    vector_t vector;          // the others
    const cell_text_t *words; // of a coded vector
} cells_t;

enum { CELLS_VALUE_SIZE = 40 }; // the longest text of a number or a time

// The cells of a node at the flow's last stage. Errors: those of eval_node.
err_t cells_of(eval_t *eval, const flow_t *flow, size_t node, const cells_style_t *style,
               cells_t *ret_cells, fault_t *fault);

// Cells [from, from + count) as they are written; `scratch` holds CELLS_VALUE_SIZE bytes for each.
// Returns how many bytes they have together.
size_t cells_write(const cells_t *cells, size_t from, size_t count, cell_text_t *ret_texts,
                   char *scratch);

// The value in cell `i` of a vector as a text, in `scratch` or borrowed; empty when missing.
text_t cells_value(const vector_t *vector, size_t i, char scratch[CELLS_VALUE_SIZE]);
