// SPDX-License-Identifier: MPL-2.0
#include "learn/export_joins.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/parts.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

static void write_normalizer(buf_t *out, const call_t *call)
{
    state_begin(out, "sklearn.preprocessing", "Normalizer");
    state_text(out, "norm", step_text(call->step, "norm"));
    state_integer(out, "n_features_in_", (int64_t)call->inputs_count);
    state_end(out);
}

// How much each component tells, as a fitted PCA has it.
static void write_variances(buf_t *out, const double *variances, size_t kept, size_t columns,
                            double total, int64_t samples)
{
    double *shares = mem_array(kept, sizeof *shares);
    double *singular = mem_array(kept, sizeof *singular);
    double left = total;
    for (size_t i = 0; i < kept; i++) {
        shares[i] = variances[i] / total;
        singular[i] = sqrt(variances[i] * (double)(samples > 1 ? samples - 1 : 1));
        left -= variances[i];
    }
    state_doubles(out, "explained_variance_", variances, kept);
    state_doubles(out, "explained_variance_ratio_", shares, kept);
    state_doubles(out, "singular_values_", singular, kept);
    state_float(out, "noise_variance_",
                columns > kept ? fmax(left, 0) / (double)(columns - kept) : 0);
    free(shares);
    free(singular);
}

// params->values as data/step/reduce.c has them: means, components, variances.
static void write_pca(buf_t *out, const call_t *call, int64_t samples)
{
    size_t columns = call->inputs_count;
    size_t kept = call->outputs_count;
    const double *means = call->params->values;
    const double *components = means + columns;
    state_begin(out, "sklearn.decomposition", "PCA");
    state_integer(out, "n_components", (int64_t)kept);
    state_integer(out, "n_components_", (int64_t)kept);
    state_doubles(out, "mean_", means, columns);
    pickle_text(out, "components_");
    pickle_doubles(out, components, kept, columns);
    write_variances(out, components + kept * columns, kept, columns, call->params->numbers[0],
                    samples);
    state_integer(out, "n_samples_", samples);
    state_integer(out, "n_features_", (int64_t)columns); // its name before 1.2
    state_integer(out, "n_features_in_", (int64_t)columns);
    state_text(out, "_fit_svd_solver", "full");
    state_end(out);
}

void join_write(buf_t *out, const join_t *join, int64_t samples)
{
    if (part_of(join->call) == PART_PCA) {
        write_pca(out, join->call, samples);
    } else {
        write_normalizer(out, join->call);
    }
}
