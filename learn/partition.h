// SPDX-License-Identifier: MPL-2.0
// The rows of a sample in a test part and a rest, and the rest in folds, as a request divides them.
#pragma once

#include "learn/sample.h"

enum { PART_TEST, PART_TRAIN, PART_JUDGE };

// Makes sample->test.
//
// Errors: HYPERPARAMETER for a single group, or a single time; TARGET for a label that has no
// training row, which only the kinds that are not stratified can leave so.
err_t partition_test(sample_t *sample, const request_t *request, fault_t *fault);

// Deals the training rows into `count` folds. ret_parts[f] has the part of each row of the sample
// in fold f: PART_TRAIN, PART_JUDGE, or PART_TEST for a row that has none in it (by time also what
// comes after the judged window). The caller frees each of them.
//
// Errors: HYPERPARAMETER for fewer groups or times than folds need; TARGET for a label that is
// missing among the training rows of a fold.
err_t partition_folds(const sample_t *sample, const request_t *request, size_t count,
                      uint8_t **ret_parts, fault_t *fault);

// {"kind"}, with "column"; by groups "groups", how many there are, and "test_groups"; by time
// "from", the first time of the test rows. For the record. A new reference.
json_t *partition_to_json(const sample_t *sample, const request_t *request, const frame_t *frame);
