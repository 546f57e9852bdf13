// SPDX-License-Identifier: MPL-2.0
// What was learned of a column of texts, and its part of the report.
#pragma once

#include "data/profile/common.h"

enum { WORDS_EXAMPLES = 5 };

typedef struct {
    char *bytes; // owned
    size_t size;
} words_example_t;

typedef struct {
    size_t *lengths; // how many texts have so many characters
    size_t lengths_count;
    size_t characters; // of all texts
    size_t words;      // runs of bytes above the space, of all texts
    double median;     // length
    words_example_t examples[WORDS_EXAMPLES];
    size_t examples_count;
} words_t;

// The column's variable. A new reference.
json_t *words_variable(const facts_t *facts, const words_t *words, const common_t *common);
