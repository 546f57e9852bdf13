// SPDX-License-Identifier: MPL-2.0
// Columns of kernel values that are kept: the ones that were used last.
//
// All lie in one block of memory, of one length each: that of the rows still worked on. When these
// become fewer the columns are cut and moved together, and there is room for more of them.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

typedef struct cache cache_t;

// For columns of at most `rows` values, a multiple of GRAM_ROWS, in about so many bytes, but at
// least a few columns. The caller destroys *ret_cache. Errors: MEMORY.
err_t cache_new(size_t rows, size_t bytes, cache_t **ret_cache, fault_t *fault);
void cache_destroy(cache_t **cache);

// The column of a row, with room for all values. *ret_known leads to how many are there, for the
// caller to raise; another column may be forgotten for it, but not the CACHE_HELD asked for last.
float *cache_column(cache_t *cache, size_t row, size_t **ret_known);

enum { CACHE_HELD = 3 };

// Puts rows and values in another order: order[i] is the place that the i-th row had, rising among
// the first `active`. Columns have these values only from here on; the others' are forgotten.
void cache_reorder(cache_t *cache, const uint32_t *order, size_t active);
