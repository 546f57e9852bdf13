// SPDX-License-Identifier: MPL-2.0
// The most frequent texts of a column whose texts were counted by digest.
#pragma once

#include "data/profile/counter.h"
#include "data/profile/facts.h"

enum { COMMON_LISTED = 10 };

typedef struct {
    char *bytes; // owned
    size_t size;
    int64_t count;
} common_text_t;

typedef struct {
    size_t distinct;
    size_t single;                      // texts that occur once
    common_text_t texts[COMMON_LISTED]; // by count, then by their bytes
    size_t count;
} common_t;

// Counts distinct texts and finds the most frequent ones, whose bytes are read again by their first
// rows. Ended by common_release. Errors: IO, CORRUPT.
err_t common_find(study_t *study, const facts_t *facts, counter_t *counter, stripe_t *stripe,
                  common_t *ret_common, fault_t *fault);

void common_release(common_t *common);
