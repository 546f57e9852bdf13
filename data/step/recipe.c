// SPDX-License-Identifier: MPL-2.0
#include "data/step/recipe.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault_json.h"
#include "base/mem.h"
#include "data/step/catalogue.h"
#include "data/step/settings.h"

void issues_add(json_t *issues, const fault_t *fault)
{
    if (json_array_size(issues) < RECIPE_ISSUES_MAX) {
        json_array_append_new(issues, fault_to_json(fault));
    }
}

static err_t kind_of(const json_t *json, const step_kind_t **ret_kind, fault_t *fault)
{
    const char *op = json_string_value(json_object_get(json, "op"));
    const char *method = json_string_value(json_object_get(json, "method"));
    bool op_known = false;
    char list[FAULT_REMEDY_MAX - 8];
    *ret_kind = op ? catalogue_find(op, method, &op_known) : NULL;
    if (*ret_kind) {
        return ERR_OK;
    }
    catalogue_list(op_known ? op : NULL, list, sizeof list);
    char remedy[FAULT_REMEDY_MAX];
    snprintf(remedy, sizeof remedy, "use %s", list);
    if (!op_known) {
        return fault_set(fault, ERR_STEP_UNKNOWN, remedy,
                         op ? "there is no step '%.100s'" : "the step has no op", op);
    }
    return fault_set(fault, ERR_STEP_UNKNOWN, remedy,
                     method ? "'%s' has no method '%.100s'" : "'%s' needs a method", op, method);
}

static err_t fail(fault_t *fault, const char *remedy, const char *detail)
{
    return fault_set(fault, ERR_STEP_PARAMETER, remedy, "%s", detail);
}

static err_t read_names(const json_t *columns, step_t *step, fault_t *fault)
{
    size_t count = json_array_size(columns);
    levels_t *seen = levels_new(count, SIZE_MAX);
    step->columns = mem_array(count, sizeof *step->columns);
    err_t err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        const char *name = json_string_value(json_array_get(columns, i));
        if (!name || strlen(name) > STEP_NAME_BYTES) {
            err = fail(fault, "name columns of the table", "'columns' must be a list of names");
        } else if (levels_add(seen, name, strlen(name), 1) != (int64_t)i) {
            err = fault_set(fault, ERR_STEP_PARAMETER, "name it once",
                            "column '%s' is named twice in one step", name);
            fault_at(fault, 0, 0, name);
        } else {
            step->columns[step->columns_count++] = mem_strdup(name);
        }
    }
    levels_destroy(&seen);
    return err;
}

// Fills step->columns; `left` is how many names the recipe may still have.
static err_t read_columns(const json_t *json, step_t *step, size_t left, fault_t *fault)
{
    const json_t *columns = json_object_get(json, "columns");
    step_columns_t wanted = step->kind->columns;
    if (wanted == STEP_COLUMNS_NONE && json_array_size(columns) > 0) {
        return fail(fault, "leave 'columns' out", "this step has no 'columns'");
    }
    if (wanted != STEP_COLUMNS_SOME && (!columns || json_is_null(columns) ||
                                        (json_is_array(columns) && !json_array_size(columns)))) {
        return ERR_OK;
    }
    if (json_array_size(columns) == 0) {
        return fail(fault, "name at least one column", "'columns' must be a list of column names");
    }
    if (json_array_size(columns) > left) {
        return fail(fault, "use fewer steps or columns", "the recipe names too many columns");
    }
    return read_names(columns, step, fault);
}

static err_t read_step(const json_t *json, size_t left, step_t *step, fault_t *fault)
{
    if (!json_is_object(json)) {
        return fail(fault, "write {\"op\": ...}", "a step must be an object");
    }
    err_t err = kind_of(json, &step->kind, fault);
    if (err == ERR_OK) {
        err = read_columns(json, step, left, fault);
    }
    return err == ERR_OK ? settings_read(json, step, fault) : err;
}

static void step_release(step_t *step)
{
    for (size_t i = 0; i < step->columns_count; i++) {
        free(step->columns[i]);
    }
    free(step->columns);
    json_decref(step->settings);
}

void recipe_parse(const json_t *json, json_t *issues, recipe_t *ret_recipe)
{
    recipe_t recipe = {0};
    size_t count = json_array_size(json);
    fault_t fault = {0};
    if (!json_is_array(json) || count > RECIPE_STEPS_MAX) {
        fault_set(&fault, ERR_STEP_PARAMETER, "write a list of at most 200 steps",
                  json_is_array(json) ? "the recipe has %zu steps"
                                      : "the recipe is not a list of steps",
                  count);
        issues_add(issues, &fault);
        count = 0;
    }
    recipe.steps = mem_array(count, sizeof *recipe.steps);
    size_t left = RECIPE_COLUMNS_MAX;
    for (size_t i = 0; i < count; i++) {
        step_t step = {.number = (int32_t)i + 1};
        if (read_step(json_array_get(json, i), left, &step, &fault) == ERR_OK) {
            left -= step.columns_count;
            recipe.steps[recipe.count++] = step;
        } else {
            fault_at(&fault, 0, step.number, NULL);
            issues_add(issues, &fault);
            step_release(&step);
        }
    }
    *ret_recipe = recipe;
}

err_t recipe_read(const json_t *json, recipe_t *ret_recipe, fault_t *fault)
{
    json_t *issues = json_array();
    err_t err = ERR_OK;
    recipe_parse(json, issues, ret_recipe);
    if (json_array_size(issues) > 0) {
        fault_t first; // `fault` may be NULL
        err = fault_from_json(json_array_get(issues, 0), &first);
        if (fault) {
            *fault = first;
        }
        recipe_release(ret_recipe);
    }
    json_decref(issues);
    return err;
}

void recipe_release(recipe_t *recipe)
{
    for (size_t i = 0; i < recipe->count; i++) {
        step_release(&recipe->steps[i]);
    }
    free(recipe->steps);
    *recipe = (recipe_t){0};
}
