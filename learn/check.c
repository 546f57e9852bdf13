// SPDX-License-Identifier: MPL-2.0
#include "learn/check.h"

#include <string.h>

#include "learn/prepare.h"

// What becomes of one feature in a recipe.
typedef struct {
    bool text;
    bool missing;
    bool dropped;
} fate_t;

static bool touches(const step_t *step, const char *column)
{
    for (size_t i = 0; i < step->columns_count; i++) {
        if (strcmp(step->columns[i], column) == 0) {
            return true;
        }
    }
    return step->kind == STEP_DROP_ROWS && !step->columns;
}

static void follow(fate_t *fate, const step_t *step)
{
    switch (step->kind) {
    case STEP_DROP_ROWS:
    case STEP_MEAN:
    case STEP_MEDIAN:
    case STEP_MODE:
    case STEP_CONSTANT:
        fate->missing = false;
        break;
    case STEP_LABEL:
        fate->text = false;
        break;
    case STEP_ONE_HOT: // a missing value is 0 in every column
        fate->text = false;
        fate->missing = false;
        break;
    case STEP_DROP:
        fate->dropped = true;
        break;
    default: // scales keep both
        break;
    }
}

static err_t check_feature(const table_column_t *column, const recipe_t *recipe, fault_t *fault)
{
    fate_t fate = {.text = column->type == TYPE_TEXT, .missing = column->missing > 0};
    for (size_t i = 0; i < recipe->count; i++) {
        if (touches(&recipe->steps[i], column->name)) {
            follow(&fate, &recipe->steps[i]);
        }
    }
    err_t err = ERR_OK;
    if (fate.text && !fate.dropped) {
        err = fault_set(fault, ERR_COLUMN_TYPE,
                        "add an encode step for it, or take it out of the features",
                        "feature '%s' is text; an SVC needs numbers", column->name);
    } else if (fate.missing && !fate.dropped) {
        err = fault_set(fault, ERR_COLUMN_MISSING,
                        "add a missing step for it, or take it out of the features",
                        "feature '%s' has %lld missing values after the recipe", column->name,
                        (long long)column->missing);
    }
    if (err) {
        fault_at(fault, 0, 0, column->name);
    }
    return err;
}

static err_t check_target(const table_column_t *column, fault_t *fault)
{
    if (column->distinct > 1) {
        return ERR_OK;
    }
    fault_set(fault, ERR_TARGET, "choose a column with at least two different values",
              "the target '%s' has %lld different values", column->name,
              (long long)column->distinct);
    fault_at(fault, 0, 0, column->name);
    return ERR_TARGET;
}

static err_t check_request(const request_t *request, const recipe_t *recipe, const table_t *table,
                           fault_t *fault)
{
    recipe_t prepared;
    err_t err = check_target(&table->columns[request->target], fault);
    if (err == ERR_OK) {
        err = prepare_recipe(recipe, table, request, &prepared, fault);
        if (err == ERR_OK) {
            recipe_release(&prepared);
        }
    }
    for (size_t i = 0; i < request->features_count && err == ERR_OK; i++) {
        err = check_feature(&table->columns[request->features[i]], recipe, fault);
    }
    return err;
}

json_t *training_check(const json_t *training, const json_t *recipe, const json_t *description)
{
    json_t *issues = recipe_check(recipe, description);
    fault_t fault;
    table_t *table = NULL;
    if (json_array_size(issues) > 0 || table_from_json(description, &table, &fault)) {
        return issues; // a broken description is an issue of the recipe's already
    }
    recipe_t parsed;
    request_t request;
    recipe_parse(recipe, issues, &parsed);
    err_t err = request_parse(training, table, &request, &fault);
    if (err == ERR_OK) {
        err = check_request(&request, &parsed, table, &fault);
        request_release(&request);
    }
    if (err) {
        issues_add(issues, &fault);
    }
    recipe_release(&parsed);
    table_destroy(&table);
    return issues;
}
