// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"
#include "model/svm/machine.h"
#include "model/svm/svm.h"

static const char *class_of(const estimator_t *estimator)
{
    return estimator == &SVC     ? "SVC"
           : estimator == &NUSVC ? "NuSVC"
           : estimator == &SVR   ? "SVR"
                                 : "OneClassSVM";
}

// The parameters that the constructor knows by the same names and with the same meaning.
static void write_params(buf_t *out, const json_t *params)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)params, key, value)
    {
        if (json_is_string(value)) {
            state_text(out, key, json_string_value(value));
        } else if (strcmp(key, "degree") == 0) {
            state_integer(out, key, json_integer_value(value));
        } else if (json_is_number(value)) {
            state_float(out, key, json_number_value(value));
        } else if (json_is_true(value)) {
            state_bool(out, key, true);
        }
    }
}

static void write_vectors(buf_t *out, const machine_t *machine, bool classes)
{
    pickle_text(out, "support_vectors_");
    pickle_doubles(out, machine->vectors, machine->count, machine->columns);
    pickle_text(out, "support_");
    pickle_int32s(out, machine->support, machine->count);
    const int32_t count = (int32_t)machine->count;
    pickle_text(out, "_n_support");
    pickle_int32s(out, classes ? machine->counts : (int32_t[]){count, count}, machine->groups);
}

static void write_scaled(buf_t *out, const char *key, double factor, const double *values,
                         size_t rows, size_t columns)
{
    size_t count = columns > 0 ? rows * columns : rows;
    double *scaled = mem_array(count, sizeof *scaled);
    for (size_t i = 0; i < count; i++) {
        scaled[i] = factor * values[i];
    }
    pickle_text(out, key);
    pickle_doubles(out, scaled, rows, columns);
    free(scaled);
}

// The coefficients under both names. For two classes scikit-learn's public ones have the other
// sign: positive is the second class there, and the first in libsvm.
static void write_coefficients(buf_t *out, const machine_t *machine, bool classes)
{
    size_t rows = machine->groups - 1;
    double sign = classes && machine->groups == 2 ? -1 : 1;
    write_scaled(out, "_dual_coef_", 1, machine->coefficients, rows, machine->count);
    write_scaled(out, "dual_coef_", sign, machine->coefficients, rows, machine->count);
    write_scaled(out, "_intercept_", 1, machine->intercepts, machine->pairs, 0);
    write_scaled(out, "intercept_", sign, machine->intercepts, machine->pairs, 0);
}

static void write_shape(buf_t *out, const machine_t *machine)
{
    pickle_text(out, "shape_fit_");
    pickle_tuple(out);
    pickle_integer(out, (int64_t)machine->rows);
    pickle_integer(out, (int64_t)machine->columns);
    pickle_tuple_end(out);
    state_integer(out, "n_features_in_", (int64_t)machine->columns);
}

static void write_classes(buf_t *out, const machine_t *machine, const class_names_t *classes)
{
    pickle_text(out, "classes_");
    pickle_names(out, classes);
    state_doubles(out, "class_weight_", machine->weights, machine->groups);
    state_bool(out, "_effective_probability", machine->prob_a != NULL);
}

void machine_pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    const machine_t *machine = model->state;
    size_t sigmoids = machine->prob_a ? machine->pairs : 0;
    state_begin(out, "sklearn.svm", class_of(model->estimator));
    write_params(out, model->params);
    write_vectors(out, machine, classes);
    write_coefficients(out, machine, classes);
    write_shape(out, machine);
    state_doubles(out, "_probA", machine->prob_a, sigmoids);
    state_doubles(out, "_probB", machine->prob_b, sigmoids);
    state_float(out, "_gamma", machine->kernel.gamma);
    state_bool(out, "_sparse", false);
    state_integer(out, "fit_status_", machine->converged ? 0 : 1);
    if (classes) {
        write_classes(out, machine, classes);
    } else if (model->task == TASK_OUTLIER) {
        write_scaled(out, "offset_", -1, machine->intercepts, 1, 0);
    }
    state_end(out);
}
