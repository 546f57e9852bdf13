// SPDX-License-Identifier: MPL-2.0
// Lists of numbers in a model's document: written in full, and read as if a stranger had made them.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

// A list. A new reference.
json_t *document_numbers(const double *values, size_t count);
json_t *document_integers(const int32_t *values, size_t count);

// The member `key` of an object when it is a list of exactly `count` finite numbers, or of integers
// from 0 to below - 1; NULL when it is anything else. The caller frees.
double *document_read_numbers(const json_t *json, const char *key, size_t count);
int32_t *document_read_integers(const json_t *json, const char *key, size_t count, int32_t below);

// The member `key` when it is an integer from min to max; false when it is anything else.
bool document_read_integer(const json_t *json, const char *key, int64_t min, int64_t max,
                           int64_t *ret_value);

// What is said of a document that is not what it should be: CORRUPT.
err_t document_damaged(fault_t *fault);
