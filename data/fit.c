// SPDX-License-Identifier: MPL-2.0
#include "data/fit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "data/measure.h"
#include "data/parameters.h"
#include "data/walk.h"

static void count_rows(fit_t *fit, const measure_t *measure)
{
    size_t stage = 0;
    fit->rows_in = measure->stage_rows[0];
    for (size_t i = 0; i < fit->recipe.count; i++) {
        if (fit->recipe.steps[i].kind == STEP_DROP_ROWS) {
            fit->steps[i].rows_dropped =
                measure->stage_rows[stage] - measure->stage_rows[stage + 1];
            stage++;
        }
    }
    fit->rows_out = measure->stage_rows[stage];
}

// Whether the file must be read to fit the plan.
static bool needs_rows(const plan_t *plan, const row_mask_t *mask)
{
    return plan->needs_count > 0 || plan->filters_count > 0 || (mask && mask->keep);
}

static err_t fit_begun(const char *path, fit_t *fit, const row_mask_t *mask,
                       const progress_t *progress, fault_t *fault)
{
    if (!needs_rows(&fit->plan, mask)) {
        measure_t nothing = {0};
        fit->rows_in = fit->rows_out = fit->table->rows;
        return walk_steps(fit, parameters_measured, &nothing, fault);
    }
    measure_t measure;
    err_t err = measure_table(path, fit, mask, progress, &measure, fault);
    if (err != ERR_OK) {
        return err;
    }
    count_rows(fit, &measure);
    err = walk_steps(fit, parameters_measured, &measure, fault);
    measure_release(&measure);
    return err;
}

err_t fit_run(const char *path, const table_t *table, const recipe_t *recipe,
              const row_mask_t *mask, const progress_t *progress, fit_t **ret_fit, fault_t *fault)
{
    fit_t *fit = NULL;
    err_t err = walk_begin(table, recipe, &fit, fault);
    if (err != ERR_OK) {
        return err;
    }
    err = fit_begun(path, fit, mask, progress, fault);
    if (err != ERR_OK) {
        fit_destroy(&fit);
        return err;
    }
    *ret_fit = fit;
    return ERR_OK;
}

static void release_step(fitted_step_t *step)
{
    for (size_t i = 0; i < step->count; i++) {
        free(step->items[i].column);
        op_destroy(&step->items[i].op);
    }
    free(step->items);
}

void fit_destroy(fit_t **fit)
{
    if (!*fit) {
        return;
    }
    for (size_t i = 0; i < (*fit)->recipe.count; i++) {
        release_step(&(*fit)->steps[i]);
    }
    for (size_t i = 0; i < (*fit)->table->count; i++) {
        free((*fit)->tracks[i].ops);
    }
    free((*fit)->steps);
    free((*fit)->tracks);
    columns_release(&(*fit)->columns);
    plan_release(&(*fit)->plan);
    free(*fit);
    *fit = NULL;
}
