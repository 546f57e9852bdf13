// SPDX-License-Identifier: MPL-2.0
#include "model/linear/linear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/core/document.h"
#include "model/core/lesson.h"
#include "model/onnx/onnx_ops.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

size_t linear_outputs(const model_t *model)
{
    return model->task == TASK_CLASSIFY && model->classes > 2 ? model->classes : 1;
}

linear_t *linear_new(model_t *model)
{
    linear_t *linear = mem_new(sizeof *linear);
    linear->outputs = linear_outputs(model);
    linear->coef = mem_array(linear->outputs * model->columns, sizeof(double));
    linear->intercept = mem_array(linear->outputs, sizeof(double));
    model->state = linear;
    return linear;
}

static double dot(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

void linear_outputs_of(const model_t *model, const matrix_t *matrix, double *ret)
{
    const linear_t *linear = model->state;
    size_t columns = model->columns;
    for (size_t i = 0; i < matrix->rows; i++) {
        const double *row = matrix->x + i * columns;
        for (size_t k = 0; k < linear->outputs; k++) {
            *ret++ = dot(row, linear->coef + k * columns, columns) + linear->intercept[k];
        }
    }
}

// The class of the largest sum; of two, the second where the sum is above 0.
static size_t class_of(const double *sums, size_t outputs)
{
    return outputs == 1 ? sums[0] > 0 : lesson_largest(sums, outputs);
}

void linear_predict(const model_t *model, const matrix_t *matrix, double *ret)
{
    if (model->task == TASK_REGRESS) {
        linear_outputs_of(model, matrix, ret);
        return;
    }
    size_t outputs = linear_outputs(model);
    double *sums = mem_array(outputs, sizeof *sums);
    for (size_t i = 0; i < matrix->rows; i++) {
        matrix_t row = {matrix->x + i * matrix->columns, 1, matrix->columns};
        linear_outputs_of(model, &row, sums);
        ret[i] = (double)class_of(sums, outputs);
    }
    free(sums);
}

void linear_pickle_state(const model_t *model, buf_t *out)
{
    const linear_t *linear = model->state;
    state_integer(out, "n_features_in_", (int64_t)model->columns);
    if (model->task == TASK_REGRESS) {
        state_doubles(out, "coef_", linear->coef, model->columns);
        state_float(out, "intercept_", linear->intercept[0]);
        return;
    }
    pickle_text(out, "coef_");
    pickle_doubles(out, linear->coef, linear->outputs, model->columns);
    state_doubles(out, "intercept_", linear->intercept, linear->outputs);
}

onnx_value_t linear_onnx_sums(const model_t *model, onnx_t *graph, const onnx_rows_t *rows)
{
    const linear_t *linear = model->state;
    return onnx_affine(graph, rows->value, linear->coef, linear->intercept, model->columns,
                       linear->outputs);
}

void linear_onnx(const model_t *model, onnx_t *graph, const onnx_rows_t *rows, onnx_answer_t *ret)
{
    ret->answer = linear_onnx_sums(model, graph, rows);
}

json_t *linear_to_json(const model_t *model)
{
    const linear_t *linear = model->state;
    return json_pack("{s:o, s:o, s:I}", "coef",
                     document_numbers(linear->coef, linear->outputs * model->columns), "intercept",
                     document_numbers(linear->intercept, linear->outputs), "iterations",
                     (json_int_t)linear->iterations);
}

err_t linear_from_json(model_t *model, const json_t *json, fault_t *fault)
{
    linear_t *linear = mem_new(sizeof *linear);
    model->state = linear;
    linear->outputs = linear_outputs(model);
    linear->coef = document_read_numbers(json, "coef", linear->outputs * model->columns);
    linear->intercept = document_read_numbers(json, "intercept", linear->outputs);
    bool counted = document_read_integer(json, "iterations", 0, INT32_MAX, &linear->iterations);
    return linear->coef && linear->intercept && counted ? ERR_OK : document_damaged(fault);
}

err_t linear_check(const model_t *model, fault_t *fault)
{
    const linear_t *linear = model->state;
    double sum = 0;
    for (size_t i = 0; i < linear->outputs * model->columns; i++) {
        sum += linear->coef[i] * 0; // 0, unless one is not finite
    }
    for (size_t k = 0; k < linear->outputs; k++) {
        sum += linear->intercept[k] * 0;
    }
    return isfinite(sum) ? ERR_OK
                         : fault_set(fault, ERR_HYPERPARAMETER, "scale the columns first",
                                     "the numbers are too large: a coefficient is not finite");
}

void linear_release(model_t *model)
{
    linear_t *linear = model->state;
    free(linear->coef);
    free(linear->intercept);
    free(linear);
}
