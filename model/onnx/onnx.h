// SPDX-License-Identifier: MPL-2.0
// Writes ONNX models (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, IR version 8,
// operators of ai.onnx 13 and ai.onnx.ml 2). A graph is made from its inputs to its outputs:
// constants and nodes give values, which later nodes take.
//
// Texts of users only ever go into length-prefixed fields. Names of operators and attributes are
// constants of ours.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

// TensorProto.DataType
typedef enum {
    ONNX_FLOAT = 1,
    ONNX_INT64 = 7,
    ONNX_TEXT = 8,
    ONNX_BOOL = 9,
    ONNX_DOUBLE = 11,
} onnx_type_t;

// A tensor of the graph: its number.
typedef size_t onnx_value_t;

typedef struct {
    buf_t nodes; // fields of GraphProto
    buf_t constants;
    buf_t inputs;
    buf_t outputs;
    buf_t node;        // NodeProto, while one is open
    const char *op;    // that it applies
    bool ml;           // an operator of ai.onnx.ml
    char **names;      // of values; NULL: made from the number
    size_t count;      // of values
    size_t room;       // for names
    size_t underlines; // that names which are made begin with: more than any input's
} onnx_t;

// --- Inputs, outputs, constants ----------------------------------------------------------------

// An input [rows, 1] of float or text. All inputs come before anything else; their names differ.
onnx_value_t onnx_input(onnx_t *graph, const char *name, onnx_type_t type);

// Names a value as an output, [rows] when `columns` is 0, else [rows, columns].
void onnx_output(onnx_t *graph, onnx_value_t value, const char *name, onnx_type_t type,
                 size_t columns);

// Constants of a shape. Numbers are rounded to single precision, but for `doubles`.
onnx_value_t onnx_floats(onnx_t *graph, const double *values, const int64_t *shape, size_t axes);
onnx_value_t onnx_doubles(onnx_t *graph, const double *values, size_t count);
onnx_value_t onnx_integers(onnx_t *graph, const int64_t *values, size_t count);
onnx_value_t onnx_texts(onnx_t *graph, const char *const *texts, size_t count);
onnx_value_t onnx_bools(onnx_t *graph, const int64_t *values, size_t count);

// A single number; of no axes, so that it fits to any shape.
onnx_value_t onnx_number(onnx_t *graph, double value);

// --- Nodes -------------------------------------------------------------------------------------

// Opens a node of ai.onnx, or of ai.onnx.ml. What it takes and gives, and its attributes, follow in
// any order, inputs in theirs; then it is closed.
void onnx_open(onnx_t *graph, const char *op);
void onnx_open_ml(onnx_t *graph, const char *op);
void onnx_take(onnx_t *graph, onnx_value_t value);
onnx_value_t onnx_give(onnx_t *graph);
void onnx_close(onnx_t *graph);

// Attributes of the open node.
void onnx_set_integer(onnx_t *graph, const char *name, int64_t value);
void onnx_set_float(onnx_t *graph, const char *name, double value);
void onnx_set_text(onnx_t *graph, const char *name, const char *value);
void onnx_set_integers(onnx_t *graph, const char *name, const int64_t *values, size_t count);
void onnx_set_floats(onnx_t *graph, const char *name, const double *values, size_t count);
void onnx_set_texts(onnx_t *graph, const char *name, const char *const *values, size_t count);

// --- The whole ---------------------------------------------------------------------------------

// Appends the model; `version` is that of its producer.
void onnx_write(const onnx_t *graph, const char *version, buf_t *out);

// Frees what a graph holds; a zeroed one is an empty graph.
void onnx_release(onnx_t *graph);
