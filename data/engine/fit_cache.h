// SPDX-License-Identifier: MPL-2.0
// What calls learned, kept from one preview to the next: a step learns the same as long as neither
// it nor anything that its columns and rows come from has changed. Thread-safe.
#pragma once

#include "data/engine/flow.h"

enum { FIT_CACHE_ITEMS = 4096 }; // the oldest ones go

typedef struct fit_cache fit_cache_t;

// A cache for one table, or NULL-safe nothing: every function accepts NULL.
fit_cache_t *fit_cache_new(void);

// Fills a call with what is known of it; false when nothing is.
bool fit_cache_get(fit_cache_t *cache, const flow_t *flow, spot_t *spot);

// Keeps what a call learned.
void fit_cache_put(fit_cache_t *cache, const flow_t *flow, const spot_t *spot);

void fit_cache_destroy(fit_cache_t **cache);
