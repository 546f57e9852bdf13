// SPDX-License-Identifier: MPL-2.0
// Which columns of a file a recipe looks at, before the file is read.
#pragma once

#include <jansson.h>

typedef struct {
    json_t *typed;   // names of columns whose cells a step reads; NULL: it may read all of them
    json_t *skipped; // names of columns that only go
} wanted_t;

// What a recipe wants; a recipe with mistakes wants all. The caller releases *ret_wanted.
void wanted_by(const json_t *recipe, wanted_t *ret_wanted);

void wanted_release(wanted_t *wanted);
