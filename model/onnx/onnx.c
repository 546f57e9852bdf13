// SPDX-License-Identifier: MPL-2.0
#include "model/onnx/onnx.h"

#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/onnx/protobuf.h"

enum { IR_VERSION = 8, OPSET = 13, OPSET_ML = 2 };

// Field numbers of onnx.proto, by message.
enum { MODEL_IR = 1, MODEL_PRODUCER = 2, MODEL_VERSION = 3, MODEL_GRAPH = 7, MODEL_OPSET = 8 };
enum { OPSET_DOMAIN = 1, OPSET_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_CONSTANT = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_OP = 4, NODE_ATTRIBUTE = 5, NODE_DOMAIN = 7 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_TEXTS = 6, TENSOR_NAME = 8, TENSOR_RAW = 9 };
enum { VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, TENSOR_ELEMENT = 1, TENSOR_SHAPE = 2 };
enum { SHAPE_DIM = 1, DIM_SIZE = 1, DIM_NAME = 2 };

// Fields of AttributeProto, and its types.
enum {
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_F = 2,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_S = 4,
    ATTRIBUTE_FLOATS = 7,
    ATTRIBUTE_INTS = 8,
    ATTRIBUTE_STRINGS = 9,
    ATTRIBUTE_TYPE = 20,
};
enum {
    KIND_FLOAT = 1,
    KIND_INT = 2,
    KIND_STRING = 3,
    KIND_FLOATS = 6,
    KIND_INTS = 7,
    KIND_STRINGS = 8
};

// --- Names -------------------------------------------------------------------------------------

static onnx_value_t value_new(onnx_t *graph, const char *name)
{
    if (graph->count == graph->room) {
        graph->room = graph->room ? 2 * graph->room : 64;
        graph->names = mem_resize(graph->names, graph->room, sizeof *graph->names);
    }
    graph->names[graph->count] = mem_strdup(name);
    return graph->count++;
}

// Adds a field with the value's name.
static void add_name(const onnx_t *graph, buf_t *out, uint32_t field, onnx_value_t value)
{
    buf_t made = {0};
    if (graph->names[value]) {
        protobuf_text(out, field, graph->names[value]);
        return;
    }
    for (size_t i = 0; i <= graph->underlines; i++) {
        buf_add(&made, "_", 1);
    }
    buf_addf(&made, "%zu", value);
    protobuf_message(out, field, &made);
    buf_release(&made);
}

// --- Inputs and outputs ------------------------------------------------------------------------

static void add_dim(buf_t *shape, size_t size)
{
    buf_t dim = {0};
    if (size > 0) {
        protobuf_integer(&dim, DIM_SIZE, (int64_t)size);
    } else {
        protobuf_text(&dim, DIM_NAME, "rows");
    }
    protobuf_message(shape, SHAPE_DIM, &dim);
    buf_release(&dim);
}

// A ValueInfoProto: [rows], or [rows, columns].
static void add_value(buf_t *out, uint32_t field, const char *name, onnx_type_t type,
                      size_t columns)
{
    buf_t shape = {0};
    buf_t tensor = {0};
    buf_t whole = {0};
    buf_t value = {0};
    add_dim(&shape, 0);
    if (columns > 0) {
        add_dim(&shape, columns);
    }
    protobuf_integer(&tensor, TENSOR_ELEMENT, type);
    protobuf_message(&tensor, TENSOR_SHAPE, &shape);
    protobuf_message(&whole, TYPE_TENSOR, &tensor);
    protobuf_text(&value, VALUE_NAME, name);
    protobuf_message(&value, VALUE_TYPE, &whole);
    protobuf_message(out, field, &value);
    buf_release(&shape);
    buf_release(&tensor);
    buf_release(&whole);
    buf_release(&value);
}

onnx_value_t onnx_input(onnx_t *graph, const char *name, onnx_type_t type)
{
    size_t underlines = strspn(name, "_");
    graph->underlines = underlines > graph->underlines ? underlines : graph->underlines;
    add_value(&graph->inputs, GRAPH_INPUT, name, type, 1);
    return value_new(graph, name);
}

void onnx_output(onnx_t *graph, onnx_value_t value, const char *name, onnx_type_t type,
                 size_t columns)
{
    onnx_value_t named = value_new(graph, name);
    add_value(&graph->outputs, GRAPH_OUTPUT, name, type, columns);
    onnx_open(graph, "Identity");
    onnx_take(graph, value);
    add_name(graph, &graph->node, NODE_OUTPUT, named);
    onnx_close(graph);
}

// --- Constants ---------------------------------------------------------------------------------

// Adds a TensorProto of which `data`, a field of it, is the content.
static onnx_value_t add_tensor(onnx_t *graph, onnx_type_t type, const int64_t *shape, size_t axes,
                               const buf_t *data)
{
    buf_t tensor = {0};
    onnx_value_t value = value_new(graph, NULL);
    for (size_t i = 0; i < axes; i++) {
        protobuf_integer(&tensor, TENSOR_DIMS, shape[i]);
    }
    protobuf_integer(&tensor, TENSOR_TYPE, type);
    add_name(graph, &tensor, TENSOR_NAME, value);
    buf_add(&tensor, data->data, data->size);
    protobuf_message(&graph->constants, GRAPH_CONSTANT, &tensor);
    buf_release(&tensor);
    return value;
}

// A tensor of `size` bytes an item, little-endian.
static onnx_value_t add_raw(onnx_t *graph, onnx_type_t type, const int64_t *shape, size_t axes,
                            buf_t *raw)
{
    buf_t data = {0};
    protobuf_message(&data, TENSOR_RAW, raw);
    onnx_value_t value = add_tensor(graph, type, shape, axes, &data);
    buf_release(&data);
    buf_release(raw);
    return value;
}

static void add_word(buf_t *raw, uint64_t bits)
{
    bits = htole64(bits);
    buf_add(raw, &bits, sizeof bits);
}

onnx_value_t onnx_floats(onnx_t *graph, const double *values, const int64_t *shape, size_t axes)
{
    buf_t raw = {0};
    int64_t count = 1;
    for (size_t i = 0; i < axes; i++) {
        count *= shape[i];
    }
    for (int64_t i = 0; i < count; i++) {
        float single = (float)values[i];
        uint32_t bits;
        memcpy(&bits, &single, sizeof bits);
        bits = htole32(bits);
        buf_add(&raw, &bits, sizeof bits);
    }
    return add_raw(graph, ONNX_FLOAT, shape, axes, &raw);
}

onnx_value_t onnx_doubles(onnx_t *graph, const double *values, size_t count)
{
    buf_t raw = {0};
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        add_word(&raw, bits);
    }
    return add_raw(graph, ONNX_DOUBLE, (int64_t[]){(int64_t)count}, 1, &raw);
}

onnx_value_t onnx_integers(onnx_t *graph, const int64_t *values, size_t count)
{
    buf_t raw = {0};
    for (size_t i = 0; i < count; i++) {
        add_word(&raw, (uint64_t)values[i]);
    }
    return add_raw(graph, ONNX_INT64, (int64_t[]){(int64_t)count}, 1, &raw);
}

onnx_value_t onnx_bools(onnx_t *graph, const int64_t *values, size_t count)
{
    buf_t raw = {0};
    for (size_t i = 0; i < count; i++) {
        buf_add(&raw, &(uint8_t){values[i] != 0}, 1);
    }
    return add_raw(graph, ONNX_BOOL, (int64_t[]){(int64_t)count}, 1, &raw);
}

onnx_value_t onnx_texts(onnx_t *graph, const char *const *texts, size_t count)
{
    buf_t data = {0};
    for (size_t i = 0; i < count; i++) {
        protobuf_text(&data, TENSOR_TEXTS, texts[i]);
    }
    onnx_value_t value = add_tensor(graph, ONNX_TEXT, (int64_t[]){(int64_t)count}, 1, &data);
    buf_release(&data);
    return value;
}

onnx_value_t onnx_number(onnx_t *graph, double value)
{
    return onnx_floats(graph, &value, NULL, 0);
}

// --- Nodes -------------------------------------------------------------------------------------

void onnx_open(onnx_t *graph, const char *op)
{
    assert(!graph->op);
    graph->op = op;
    graph->ml = false;
}

void onnx_open_ml(onnx_t *graph, const char *op)
{
    onnx_open(graph, op);
    graph->ml = true;
}

void onnx_take(onnx_t *graph, onnx_value_t value)
{
    add_name(graph, &graph->node, NODE_INPUT, value);
}

onnx_value_t onnx_give(onnx_t *graph)
{
    onnx_value_t value = value_new(graph, NULL);
    add_name(graph, &graph->node, NODE_OUTPUT, value);
    return value;
}

void onnx_close(onnx_t *graph)
{
    protobuf_text(&graph->node, NODE_OP, graph->op);
    if (graph->ml) {
        protobuf_text(&graph->node, NODE_DOMAIN, "ai.onnx.ml");
    }
    protobuf_message(&graph->nodes, GRAPH_NODE, &graph->node);
    buf_clear(&graph->node);
    graph->op = NULL;
}

// An AttributeProto that is begun with its name and type.
static buf_t attribute(const char *name, int64_t type)
{
    buf_t made = {0};
    protobuf_text(&made, ATTRIBUTE_NAME, name);
    protobuf_integer(&made, ATTRIBUTE_TYPE, type);
    return made;
}

static void attribute_end(onnx_t *graph, buf_t *attribute)
{
    protobuf_message(&graph->node, NODE_ATTRIBUTE, attribute);
    buf_release(attribute);
}

void onnx_set_integer(onnx_t *graph, const char *name, int64_t value)
{
    buf_t made = attribute(name, KIND_INT);
    protobuf_integer(&made, ATTRIBUTE_I, value);
    attribute_end(graph, &made);
}

void onnx_set_float(onnx_t *graph, const char *name, double value)
{
    buf_t made = attribute(name, KIND_FLOAT);
    protobuf_float(&made, ATTRIBUTE_F, (float)value);
    attribute_end(graph, &made);
}

void onnx_set_text(onnx_t *graph, const char *name, const char *value)
{
    buf_t made = attribute(name, KIND_STRING);
    protobuf_text(&made, ATTRIBUTE_S, value);
    attribute_end(graph, &made);
}

void onnx_set_integers(onnx_t *graph, const char *name, const int64_t *values, size_t count)
{
    buf_t made = attribute(name, KIND_INTS);
    protobuf_integers(&made, ATTRIBUTE_INTS, values, count);
    attribute_end(graph, &made);
}

void onnx_set_floats(onnx_t *graph, const char *name, const double *values, size_t count)
{
    buf_t made = attribute(name, KIND_FLOATS);
    protobuf_floats(&made, ATTRIBUTE_FLOATS, values, count);
    attribute_end(graph, &made);
}

void onnx_set_texts(onnx_t *graph, const char *name, const char *const *values, size_t count)
{
    buf_t made = attribute(name, KIND_STRINGS);
    for (size_t i = 0; i < count; i++) {
        protobuf_text(&made, ATTRIBUTE_STRINGS, values[i]);
    }
    attribute_end(graph, &made);
}

// --- The whole ---------------------------------------------------------------------------------

static void add_opset(buf_t *out, const char *domain, int64_t version)
{
    buf_t opset = {0};
    protobuf_text(&opset, OPSET_DOMAIN, domain);
    protobuf_integer(&opset, OPSET_VERSION, version);
    protobuf_message(out, MODEL_OPSET, &opset);
    buf_release(&opset);
}

void onnx_write(const onnx_t *graph, const char *version, buf_t *out)
{
    buf_t whole = {0};
    assert(!graph->op);
    buf_add(&whole, graph->nodes.data, graph->nodes.size);
    protobuf_text(&whole, GRAPH_NAME, "pipeline");
    buf_add(&whole, graph->constants.data, graph->constants.size);
    buf_add(&whole, graph->inputs.data, graph->inputs.size);
    buf_add(&whole, graph->outputs.data, graph->outputs.size);
    protobuf_integer(out, MODEL_IR, IR_VERSION);
    add_opset(out, "", OPSET);
    add_opset(out, "ai.onnx.ml", OPSET_ML);
    protobuf_text(out, MODEL_PRODUCER, "AutoDP");
    protobuf_text(out, MODEL_VERSION, version);
    protobuf_message(out, MODEL_GRAPH, &whole);
    buf_release(&whole);
}

void onnx_release(onnx_t *graph)
{
    for (size_t i = 0; i < graph->count; i++) {
        free(graph->names[i]);
    }
    free(graph->names);
    buf_release(&graph->nodes);
    buf_release(&graph->constants);
    buf_release(&graph->inputs);
    buf_release(&graph->outputs);
    buf_release(&graph->node);
    *graph = (onnx_t){0};
}
