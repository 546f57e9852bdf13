// SPDX-License-Identifier: MPL-2.0
// What training finds: support vectors, their coefficients, and how they are compared with a row.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/core/estimator.h"
#include "model/svm/kernel.h"
#include "model/svm/lanes.h"

enum { SVM_ROWS_MAX = 100000 };

// Support vectors by LANES: for a column, the numbers of all vectors of a tile stand side by
// side. A tile is of one group; a group's last one is filled up with vectors of coefficient 0.
typedef struct {
    size_t *starts;        // groups + 1: a group's first tile
    lanes_t *vectors;      // columns a tile
    lanes_t *coefficients; // groups - 1 a tile
} tiles_t;

// The groups are the classes. What has no classes is a pair of groups, the second one empty.
// The pairs of groups are (0, 1), (0, 2), ..., (1, 2), ...; in the pair (i, j) a vector of group i
// has coefficient j - 1, and one of group j coefficient i.
typedef struct {
    kernel_t kernel;
    size_t rows; // of the lesson
    size_t columns;
    size_t groups;
    size_t pairs;
    size_t count;         // support vectors, group by group
    int32_t *counts;      // of each group
    int32_t *support;     // of each support vector, its row in the lesson
    double *vectors;      // count * columns
    double *coefficients; // (groups - 1) * count
    double *intercepts;   // of each pair
    double *prob_a;       // of each pair: Platt's 1 / (1 + exp(a f + b)), or NULL
    double *prob_b;
    double *weights; // of each group
    bool converged;  // false: the training ran out of steps; the document does not tell
    tiles_t tiles;   // the same once more, for decide.h
} machine_t;

// A machine without support vectors yet. The caller destroys it.
machine_t *machine_new(size_t columns, size_t groups);
void machine_destroy(machine_t **machine);

// Makes room for `count` support vectors.
void machine_reserve(machine_t *machine, size_t count);

// Lays out the tiles, when all else is there.
void machine_finish(machine_t *machine);

// For the estimators: the state is a machine.
void machine_pickle(const model_t *model, const class_names_t *classes, buf_t *out);
void machine_onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret);
void machine_text(const model_t *model, buf_t *out);
json_t *machine_facts(const model_t *model);
json_t *machine_to_json(const model_t *model);
err_t machine_from_json(model_t *model, const json_t *json, fault_t *fault);
void machine_release(model_t *model);
