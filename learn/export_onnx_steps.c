// SPDX-License-Identifier: MPL-2.0
#include "learn/export_onnx_steps.h"

#include <stdlib.h>

#include "learn/export_onnx_codes.h"
#include "learn/export_onnx_scales.h"
#include "learn/parts.h"
#include "model/onnx/onnx_ops.h"

// A filled text is remembered until it becomes a number.
static void add_fill(onnx_cell_t *cell, const call_t *call)
{
    if (cell->filled) {
        return;
    }
    cell->filled = true;
    if (cell->text) {
        cell->fill = part_fill_text(call);
        return;
    }
    onnx_value_t missing = onnx_unary(cell->graph, "IsNaN", cell->value);
    onnx_value_t fill = onnx_number(cell->graph, call->params->value);
    cell->value = onnx_where(cell->graph, missing, fill, cell->value);
}

static err_t add_scale(onnx_cell_t *cell, const call_t *call, part_t part, fault_t *fault)
{
    if (!export_onnx_scale(call, part, cell->graph, &cell->value, &cell->slack)) {
        return track_refuse(call, ONNX_LACKS, fault);
    }
    cell->filled = cell->filled && call->outputs[0].filled;
    return ERR_OK;
}

static err_t add_call(onnx_cell_t *cell, const call_t *call, const branch_t *branch, fault_t *fault)
{
    part_t part = part_of(call);
    switch (part) {
    case PART_MEAN:
    case PART_MEDIAN:
    case PART_MODE:
    case PART_CONSTANT:
        add_fill(cell, call);
        return ERR_OK;
    case PART_LABEL:
        export_onnx_label(cell, call);
        return ERR_OK;
    case PART_FREQUENCY:
        export_onnx_frequency(cell, call);
        return ERR_OK;
    case PART_INDICATOR:
        export_onnx_indicator(cell);
        return ERR_OK;
    case PART_ONE_HOT:
        export_onnx_one_hot(cell, call, branch);
        return ERR_OK;
    default:
        return add_scale(cell, call, part, fault);
    }
}

// Whether a column is text in the graph.
static bool is_text(const branch_t *branch)
{
    int64_t column = plan_column(branch->features, branch_track(branch, 0));
    return column != FLOW_NONE &&
           type_in(features_raw_type(branch->features, (size_t)column), TYPES_WORDS | TYPES_TIME);
}

err_t branch_onnx(const branch_t *branch, onnx_t *graph, onnx_value_t column, double slack,
                  onnx_value_t *ret_value, double *ret_slack, fault_t *fault)
{
    const track_t *track = branch_track(branch, 0);
    onnx_cell_t cell = {.graph = graph, .value = column, .text = is_text(branch), .slack = slack};
    err_t err = ERR_OK;
    for (size_t i = 0; i < track->calls_count && err == ERR_OK; i++) {
        err = add_call(&cell, track->calls[i], branch, fault);
    }
    free(cell.fill);
    if (err != ERR_OK) {
        return err;
    }
    *ret_value = cell.value;
    for (size_t i = 0; i < branch->count; i++) {
        ret_slack[i] = cell.slack;
    }
    return ERR_OK;
}
