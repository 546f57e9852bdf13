// SPDX-License-Identifier: MPL-2.0
// What is missing together.
#pragma once

#include "data/profile/facts.h"

typedef struct nullity nullity_t;

// A search for patterns of missing cells; the study is borrowed. The caller destroys it.
nullity_t *nullity_new(study_t *study);

// Counts the patterns. Errors: IO, FULL.
err_t nullity_search(nullity_t *nullity, fault_t *fault);

// The "missing" of a report. A new reference.
json_t *nullity_json(const nullity_t *nullity);

void nullity_destroy(nullity_t **nullity);
