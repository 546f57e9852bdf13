// SPDX-License-Identifier: MPL-2.0
#include "learn/export_onnx_steps.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/codes.h"
#include "learn/parts.h"
#include "model/onnx/onnx_ops.h"

// params->numbers of a scale step, as data/step/scale.c has them.
enum { CENTER, LOW, HIGH, SPREAD };

// What has become of a column.
typedef struct {
    onnx_t *graph;
    const branch_t *branch;
    onnx_value_t value;
    bool text;
    char *fill;  // of a text: what stands for a missing one; owned
    bool filled; // nothing is missing any more
    double slack;
} chain_t;

static type_t raw_type(const branch_t *branch)
{
    return features_raw_type(branch->features, branch->source);
}

onnx_type_t branch_onnx_type(const branch_t *branch)
{
    return type_in(raw_type(branch), TYPES_WORDS | TYPES_TIME) ? ONNX_TEXT : ONNX_FLOAT;
}

static void add_fill(chain_t *chain, const call_t *call)
{
    if (chain->filled) {
        return;
    }
    chain->filled = true;
    if (chain->text) {
        chain->fill = part_fill_text(call);
        return;
    }
    onnx_value_t missing = onnx_unary(chain->graph, "IsNaN", chain->value);
    onnx_value_t fill = onnx_number(chain->graph, call->params->value);
    chain->value = onnx_where(chain->graph, missing, fill, chain->value);
}

static void add_scale(chain_t *chain, const call_t *call)
{
    const double *numbers = call->params->numbers;
    double center = numbers[CENTER];
    double spread = numbers[SPREAD];
    onnx_value_t off =
        onnx_binary(chain->graph, "Sub", chain->value, onnx_number(chain->graph, center));
    chain->value = onnx_binary(chain->graph, "Div", off, onnx_number(chain->graph, spread));
    chain->slack = (chain->slack + 2 * (double)FLT_EPSILON * fabs(center)) / spread + FLT_MIN;
}

// --- Levels ------------------------------------------------------------------------------------

// The code of each text among `count` levels of the step, -1 for others.
static onnx_value_t encode_texts(chain_t *chain, const call_t *call, const size_t *levels,
                                 size_t count, double missing)
{
    onnx_t *graph = chain->graph;
    char **keys = mem_array(count + 1, sizeof *keys);
    double *codes = mem_array(count + 1, sizeof *codes);
    codes[count] = chain->fill ? -1 : missing;
    for (size_t i = 0; i < count; i++) {
        keys[i] = codes_level_text(call->params, call->inputs[0].type, levels[i]);
        codes[i] = (double)i;
        if (chain->fill && strcmp(chain->fill, keys[i]) == 0) {
            codes[count] = (double)i;
        }
    }
    keys[count] = mem_strdup("");
    onnx_open_ml(graph, "LabelEncoder");
    onnx_take(graph, chain->value);
    onnx_set_texts(graph, "keys_strings", (const char *const *)keys, count + 1);
    onnx_set_floats(graph, "values_floats", codes, count + 1);
    onnx_set_float(graph, "default_float", -1);
    onnx_value_t value = onnx_give(graph);
    onnx_close(graph);
    for (size_t i = 0; i <= count; i++) {
        free(keys[i]);
    }
    free(keys);
    free(codes);
    return value;
}

static double *level_numbers(const call_t *call, const size_t *levels, size_t count)
{
    double *numbers = mem_array(count, sizeof *numbers);
    for (size_t i = 0; i < count; i++) {
        numbers[i] = levels_number(call->params->levels, levels[i]);
    }
    return numbers;
}

// The same of numbers; what is missing stays so.
static onnx_value_t encode_numbers(chain_t *chain, const call_t *call, const size_t *levels,
                                   size_t count)
{
    onnx_t *graph = chain->graph;
    double *keys = level_numbers(call, levels, count);
    double *codes = mem_array(count, sizeof *codes);
    for (size_t i = 0; i < count; i++) {
        codes[i] = (double)i;
    }
    onnx_open_ml(graph, "LabelEncoder");
    onnx_take(graph, chain->value);
    onnx_set_floats(graph, "keys_floats", keys, count);
    onnx_set_floats(graph, "values_floats", codes, count);
    onnx_set_float(graph, "default_float", -1);
    onnx_value_t value = onnx_give(graph);
    onnx_close(graph);
    free(keys);
    free(codes);
    if (chain->filled) {
        return value;
    }
    onnx_value_t missing = onnx_unary(graph, "IsNaN", chain->value);
    return onnx_where(graph, missing, onnx_number(graph, NAN), value);
}

static void add_label(chain_t *chain, const call_t *call)
{
    size_t count = levels_count(call->params->levels);
    size_t *levels = mem_array(count, sizeof *levels);
    for (size_t i = 0; i < count; i++) {
        levels[i] = i;
    }
    chain->value = chain->text ? encode_texts(chain, call, levels, count, NAN)
                               : encode_numbers(chain, call, levels, count);
    chain->text = false;
    chain->slack = 0;
    free(levels);
}

// What is compared with each level, and what it must be equal to.
static onnx_value_t is_level(chain_t *chain, const call_t *call, const size_t *levels, size_t count)
{
    int64_t shape[] = {1, (int64_t)count};
    double *wanted =
        chain->text ? mem_array(count, sizeof *wanted) : level_numbers(call, levels, count);
    for (size_t i = 0; chain->text && i < count; i++) {
        wanted[i] = (double)i;
    }
    onnx_value_t value = chain->text ? encode_texts(chain, call, levels, count, -1) : chain->value;
    onnx_value_t constant = onnx_floats(chain->graph, wanted, shape, 2);
    free(wanted);
    return onnx_binary(chain->graph, "Equal", value, constant);
}

// Each leaf: what its steps made of 1 where the level is it, else of 0.
static void add_one_hot(chain_t *chain, const call_t *call)
{
    const branch_t *branch = chain->branch;
    size_t count = branch->count;
    int64_t shape[] = {1, (int64_t)count};
    size_t *levels = mem_array(count, sizeof *levels);
    double *zeros = mem_array(count, sizeof *zeros);
    double *ones = mem_array(count, sizeof *ones);
    for (size_t i = 0; i < count; i++) {
        const track_t *leaf = &branch->features->inputs[branch->first + i];
        levels[i] = leaf->level;
        zeros[i] = leaf->zero;
        ones[i] = leaf->one;
    }
    onnx_value_t is = is_level(chain, call, levels, count);
    onnx_value_t one = onnx_floats(chain->graph, ones, shape, 2);
    onnx_value_t zero = onnx_floats(chain->graph, zeros, shape, 2);
    chain->value = onnx_where(chain->graph, is, one, zero);
    chain->text = false;
    chain->slack = 0;
    free(levels);
    free(zeros);
    free(ones);
}

// --- Steps -------------------------------------------------------------------------------------

static err_t refuse(const call_t *call, fault_t *fault)
{
    const step_t *step = call->step;
    fault_set(fault, ERR_UNSUPPORTED, "use another format, or another step",
              "step %d (%s) has no ONNX operator", step->number, step->kind->title);
    fault_at(fault, 0, step->number, call->inputs[0].name);
    return ERR_UNSUPPORTED;
}

static err_t add_call(chain_t *chain, const call_t *call, fault_t *fault)
{
    switch (part_of(call->step)) {
    case PART_MEAN:
    case PART_MEDIAN:
    case PART_MODE:
    case PART_CONSTANT:
        add_fill(chain, call);
        return ERR_OK;
    case PART_MIN_MAX:
    case PART_Z_SCORE:
    case PART_ROBUST:
        add_scale(chain, call);
        return ERR_OK;
    case PART_LABEL:
        add_label(chain, call);
        return ERR_OK;
    case PART_ONE_HOT:
        add_one_hot(chain, call);
        return ERR_OK;
    default:
        return refuse(call, fault);
    }
}

err_t branch_onnx(const branch_t *branch, onnx_t *graph, onnx_value_t column,
                  onnx_value_t *ret_value, double *ret_slack, fault_t *fault)
{
    const track_t *track = &branch->features->inputs[branch->first];
    chain_t chain = {.graph = graph,
                     .branch = branch,
                     .value = column,
                     .text = branch_onnx_type(branch) == ONNX_TEXT};
    err_t err = ERR_OK;
    for (size_t i = 0; i < track->calls_count && err == ERR_OK; i++) {
        err = add_call(&chain, track->calls[i], fault);
    }
    free(chain.fill);
    if (err != ERR_OK) {
        return err;
    }
    *ret_value = chain.value;
    for (size_t i = 0; i < branch->count; i++) {
        ret_slack[i] = chain.slack;
    }
    return ERR_OK;
}
