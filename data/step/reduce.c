// SPDX-License-Identifier: MPL-2.0
// Fewer columns that tell most of what many did. Conventions: scikit-learn's PCA (deviations by
// n - 1, no whitening); signs are those of 1.5 and later, where the largest loading of a component
// is positive. Components come from the covariances (LAPACK's dsyevd), which two passes gather:
// means first, then products of what is left. They equal those of scikit-learn's singular values to
// about 1e-9 of the largest.
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/families.h"

enum {
    INPUTS_MAX = 500,
    COMPONENTS_MAX = 100,
    NAME_BYTES = 256, // of the outputs, without their numbers
};

static const setting_t PCA[] = {
    {.name = "components",
     .kind = SETTING_INTEGER,
     .initial = "2",
     .min = 1,
     .max = COMPONENTS_MAX,
     .help = "how many columns are made: the first tells most, and so on"},
    {.name = "prefix",
     .kind = SETTING_NAME,
     .initial = "\"pc\"",
     .max = NAME_BYTES,
     .help = "what the new columns are called, with their number behind it"},
    {0},
};

static err_t prepare(call_t *call, fault_t *fault)
{
    int64_t components = step_integer(call->step, "components");
    char name[NAME_BYTES + 16];
    bool filled = true;
    if (call->inputs_count > INPUTS_MAX) {
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault, "name the columns that matter",
                          "%zu columns are more than %d, too many to reduce", call->inputs_count,
                          INPUTS_MAX);
    }
    if (components > (int64_t)call->inputs_count) {
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault, "ask for fewer, or name more columns",
                          "%lld components cannot be made of %zu columns", (long long)components,
                          call->inputs_count);
    }
    for (size_t i = 0; i < call->inputs_count; i++) {
        filled = filled && call->inputs[i].filled;
    }
    for (int64_t i = 1; i <= components; i++) {
        snprintf(name, sizeof name, "%s%lld", step_text(call->step, "prefix"), (long long)i);
        call_output(call, name, TYPE_FLOAT, filled);
    }
    return ERR_OK;
}

// --- Rows without gaps -------------------------------------------------------------------------

// The inputs of a stripe, column by column, and which rows have all of them.
typedef struct {
    const double **columns;
    uint8_t *complete;
    size_t rows;
    size_t count; // of the columns
} block_t;

static block_t block_of(const call_t *call, const place_t *place, const vector_t *inputs)
{
    block_t block = {.rows = place->rows, .count = call->inputs_count};
    block.columns = arena_array(place->arena, block.count, sizeof(double *));
    block.complete = arena_alloc(place->arena, place->rows + 1);
    memset(block.complete, 1, place->rows + 1);
    for (size_t c = 0; c < block.count; c++) {
        block.columns[c] = vector_doubles(&inputs[c], place->arena);
        for (size_t i = 0; inputs[c].valid && i < block.rows; i++) {
            block.complete[i] &= inputs[c].valid[i];
        }
    }
    return block;
}

// --- Learning ----------------------------------------------------------------------------------

// Sums of a pass; of a stripe, and of all so far.
typedef struct {
    int64_t rows;
    double *means;    // in the first pass sums
    double *products; // columns * columns, the lower half
    bool centred;     // the first pass is over
} sums_t;

static err_t begin(call_t *call, fault_t *fault)
{
    (void)fault;
    size_t n = call->inputs_count;
    sums_t *sums = mem_new(sizeof *sums);
    sums->means = mem_array(n, sizeof(double));
    sums->products = mem_array(n * n, sizeof(double));
    call->learning = sums;
    return ERR_OK;
}

static void add_up(const block_t *block, sums_t *part)
{
    for (size_t i = 0; i < block->rows; i++) {
        part->rows += block->complete[i];
    }
    for (size_t c = 0; c < block->count; c++) {
        double sum = 0;
        for (size_t i = 0; i < block->rows; i++) {
            sum += block->complete[i] ? block->columns[c][i] : 0;
        }
        part->means[c] = sum;
    }
}

static void add_products(const block_t *block, const double *means, arena_t *arena, sums_t *part)
{
    double **left = arena_array(arena, block->count, sizeof *left);
    for (size_t c = 0; c < block->count; c++) {
        left[c] = arena_array(arena, block->rows, sizeof(double));
        for (size_t i = 0; i < block->rows; i++) {
            left[c][i] = block->complete[i] ? block->columns[c][i] - means[c] : 0;
        }
    }
    for (size_t a = 0; a < block->count; a++) {
        for (size_t b = 0; b <= a; b++) {
            double sum = 0;
            for (size_t i = 0; i < block->rows; i++) {
                sum += left[a][i] * left[b][i];
            }
            part->products[a * block->count + b] = sum;
        }
    }
}

static err_t gather(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault)
{
    (void)fault;
    const sums_t *learned = call->learning;
    size_t n = call->inputs_count;
    block_t block = block_of(call, place, inputs);
    sums_t *part = arena_alloc(place->arena, sizeof *part);
    *part = (sums_t){.means = arena_array(place->arena, n, sizeof(double)),
                     .products = arena_array(place->arena, n * n, sizeof(double))};
    if (learned->centred) {
        add_products(&block, learned->means, place->arena, part);
    } else {
        add_up(&block, part);
    }
    *ret_part = part;
    return ERR_OK;
}

static err_t merge(call_t *call, const place_t *place, void *part, fault_t *fault)
{
    (void)place;
    (void)fault;
    sums_t *learned = call->learning;
    const sums_t *more = part;
    size_t n = call->inputs_count;
    if (!learned->centred) {
        learned->rows += more->rows;
        for (size_t c = 0; c < n; c++) {
            learned->means[c] += more->means[c];
        }
        return ERR_OK;
    }
    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b <= a; b++) {
            learned->products[a * n + b] += more->products[a * n + b];
        }
    }
    return ERR_OK;
}

// The largest loading is positive.
static void settle_sign(double *component, size_t n)
{
    size_t largest = 0;
    for (size_t i = 1; i < n; i++) {
        largest = fabs(component[i]) > fabs(component[largest]) ? i : largest;
    }
    for (size_t i = 0; i < n && component[largest] < 0; i++) {
        component[i] = i == largest ? component[i] : -component[i];
    }
    component[largest] = fabs(component[largest]);
}

// params->values: the means, the components one behind the other, their variances.
static params_t *params_of(const sums_t *learned, const double *variances, size_t n, size_t kept)
{
    params_t *params = params_new();
    double total = 0;
    params->values_count = n + kept * n + kept;
    params->values = mem_array(params->values_count, sizeof(double));
    memcpy(params->values, learned->means, n * sizeof(double));
    for (size_t k = 0; k < kept; k++) {
        double *component = params->values + n + k * n;
        size_t at = n - 1 - k; // LAPACK's come the smallest first, in columns
        for (size_t i = 0; i < n; i++) {
            component[i] = learned->products[i * n + at];
        }
        settle_sign(component, n);
        params->values[n + kept * n + k] = fmax(variances[at], 0);
    }
    for (size_t i = 0; i < n; i++) {
        total += fmax(variances[i], 0);
    }
    params->numbers[0] = total;
    return params;
}

static err_t find_components(call_t *call, fault_t *fault)
{
    sums_t *learned = call->learning;
    size_t n = call->inputs_count;
    double *variances = mem_array(n, sizeof *variances);
    double total = 0;
    for (size_t i = 0; i < n * n; i++) {
        learned->products[i] /= (double)(learned->rows - 1);
    }
    for (size_t i = 0; i < n; i++) {
        total += learned->products[i * n + i];
    }
    bool found = isfinite(total) && total > 0 &&
                 LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'L', (lapack_int)n, learned->products,
                                (lapack_int)n, variances) == 0;
    if (found) {
        call->params = params_of(learned, variances, n, call->outputs_count);
    }
    free(variances);
    if (total == 0) {
        return call_fault(call, 0, ERR_COLUMN_CONSTANT, fault, "drop the columns",
                          "none of the columns varies");
    }
    return found ? ERR_OK
                 : call_fault(call, 0, ERR_STEP_PARAMETER, fault, "scale the columns first",
                              "the columns' numbers are too large to be reduced");
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    sums_t *learned = call->learning;
    *ret_again = false;
    if (learned->centred) {
        return find_components(call, fault);
    }
    if (learned->rows < 2) {
        return call_fault(call, 0, ERR_NO_ROWS, fault, "fill missing values first",
                          "%lld rows have all of the columns; two are needed",
                          (long long)learned->rows);
    }
    for (size_t c = 0; c < call->inputs_count; c++) {
        learned->means[c] /= (double)learned->rows;
    }
    learned->centred = true;
    *ret_again = true;
    return ERR_OK;
}

static void discard(call_t *call)
{
    sums_t *learned = call->learning;
    if (learned) {
        free(learned->means);
        free(learned->products);
        free(learned);
    }
    call->learning = NULL;
}

static const learner_t LEARNER = {
    .begin = begin, .gather = gather, .merge = merge, .end = end, .discard = discard};

// --- Making columns ----------------------------------------------------------------------------

static bool restore(call_t *call)
{
    size_t n = call->inputs_count;
    size_t kept = call->outputs_count;
    return call->params->values && call->params->values_count == n + kept * n + kept;
}

static err_t apply(const call_t *call, const place_t *place, const vector_t *inputs,
                   vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    block_t block = block_of(call, place, inputs);
    size_t n = block.count;
    const double *means = call->params->values;
    for (size_t k = 0; k < call->outputs_count; k++) {
        const double *component = means + n + k * n;
        double *numbers = arena_array(place->arena, block.rows, sizeof *numbers);
        memset(numbers, 0, block.rows * sizeof *numbers);
        for (size_t c = 0; c < n; c++) {
            for (size_t i = 0; i < block.rows; i++) {
                numbers[i] += (block.columns[c][i] - means[c]) * component[c];
            }
        }
        for (size_t i = 0; i < block.rows; i++) {
            numbers[i] = block.complete[i] ? numbers[i] : 0;
        }
        ret_outputs[k] = (vector_t){
            .type = TYPE_FLOAT, .count = block.rows, .valid = block.complete, .numbers = numbers};
    }
    return ERR_OK;
}

const step_kind_t REDUCE_KINDS[] = {
    {
        .op = "reduce",
        .method = "pca",
        .title = "Principal components",
        .help =
            "The directions in which the columns vary most, in their place; scale them first. A "
            "row with a missing number is missing in all.",
        .shape = STEP_MERGE,
        .types = TYPES_NUMBER,
        .settings = PCA,
        .prepare = prepare,
        .learner = &LEARNER,
        .apply = apply,
        .numbers = {"total_variance"},
        .restore = restore,
    },
    {0},
};
