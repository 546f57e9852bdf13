// SPDX-License-Identifier: MPL-2.0
// One column's cells by bins: tenths of numbers, frequent values of texts.
#pragma once

#include <jansson.h>

#include "data/frame/frame.h"
#include "data/value/levels.h"

typedef struct {
    bool words;
    double *edges; // of numbers, ascending: bin i holds those above edge i - 1, up to edge i
    size_t edges_count;
    levels_t *levels; // of texts: the bin of each; any other text is in the next one
    size_t bins;      // with the last one, for missing cells
    int64_t *counts;  // of each bin
} shares_t;

// Bins for the cells of a frame's column, of the rows whose byte in `keep` is set, and their
// counts. The caller releases *ret_shares. Errors: IO, CORRUPT.
err_t shares_learn(const frame_t *frame, size_t column, const uint8_t *keep, shares_t *ret_shares,
                   fault_t *fault);

// {"type", "edges" or "levels", "shares"}. A new reference.
json_t *shares_to_json(const shares_t *shares, type_t type);

// Bins without counts, from that document, which may be anything; *ret_before are the shares that
// it has, one a bin. The caller releases *ret_shares and frees *ret_before. False when it is
// damaged.
bool shares_read(const json_t *json, shares_t *ret_shares, double **ret_before);

// Counts all cells of a frame's column, which has the type of the bins. Errors: IO, CORRUPT.
err_t shares_count(shares_t *shares, const frame_t *frame, size_t column, fault_t *fault);

void shares_release(shares_t *shares);
