// SPDX-License-Identifier: MPL-2.0
#include "data/recipe.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault_json.h"
#include "base/mem.h"
#include "data/field.h"
#include "data/value/levels.h"
#include "data/value/number.h"

typedef struct {
    const char *op;
    const char *method;
} kind_t;

static const kind_t KINDS[STEP_KINDS] = {
    [STEP_DROP_ROWS] = {"missing", "drop_rows"},
    [STEP_MEAN] = {"missing", "mean"},
    [STEP_MEDIAN] = {"missing", "median"},
    [STEP_MODE] = {"missing", "mode"},
    [STEP_CONSTANT] = {"missing", "constant"},
    [STEP_MIN_MAX] = {"scale", "min_max"},
    [STEP_Z_SCORE] = {"scale", "z_score"},
    [STEP_ROBUST] = {"scale", "robust"},
    [STEP_LABEL] = {"encode", "label"},
    [STEP_ONE_HOT] = {"encode", "one_hot"},
    [STEP_DROP] = {"drop", NULL},
};

const char *step_op(step_kind_t kind)
{
    return KINDS[kind].op;
}

const char *step_method(step_kind_t kind)
{
    return KINDS[kind].method;
}

void issues_add(json_t *issues, const fault_t *fault)
{
    if (json_array_size(issues) < RECIPE_ISSUES_MAX) {
        json_array_append_new(issues, fault_to_json(fault));
    }
}

static err_t kind_of(const json_t *json, step_kind_t *ret_kind, fault_t *fault)
{
    const char *op = json_string_value(json_object_get(json, "op"));
    const char *method = json_string_value(json_object_get(json, "method"));
    bool op_known = false;
    for (int i = 0; op && i < STEP_KINDS; i++) {
        bool same = strcmp(KINDS[i].op, op) == 0;
        op_known = op_known || same;
        if (same && (!KINDS[i].method || (method && strcmp(KINDS[i].method, method) == 0))) {
            *ret_kind = (step_kind_t)i;
            return ERR_OK;
        }
    }
    if (!op_known) {
        return fault_set(fault, ERR_STEP_UNKNOWN, "use missing, scale, encode or drop",
                         op ? "there is no step '%.100s'" : "the step has no op", op);
    }
    const char *remedy = strcmp(op, "missing") == 0
                             ? "use drop_rows, mean, median, mode or constant"
                         : strcmp(op, "scale") == 0 ? "use min_max, z_score or robust"
                                                    : "use label or one_hot";
    return fault_set(fault, ERR_STEP_UNKNOWN, remedy,
                     method ? "'%s' has no method '%.100s'" : "'%s' needs a method", op, method);
}

static err_t fail(fault_t *fault, const char *remedy, const char *detail)
{
    return fault_set(fault, ERR_STEP_PARAMETER, remedy, "%s", detail);
}

// Fills step->columns; `left` is how many names the recipe may still have.
static err_t read_columns(const json_t *json, step_t *step, size_t left, fault_t *fault)
{
    const json_t *columns = json_object_get(json, "columns");
    if (!columns && step->kind == STEP_DROP_ROWS) {
        return ERR_OK;
    }
    size_t count = json_array_size(columns);
    if (count == 0) {
        return fail(fault, "name at least one column", "'columns' must be a list of column names");
    }
    if (count > left) {
        return fail(fault, "use fewer steps or columns", "the recipe names too many columns");
    }
    levels_t *seen = levels_new(count, SIZE_MAX);
    step->columns = mem_array(count, sizeof *step->columns);
    err_t err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        const char *name = json_string_value(json_array_get(columns, i));
        if (!name || strlen(name) > RECIPE_NAME_BYTES) {
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

static err_t read_value(const json_t *json, recipe_value_t *value, fault_t *fault)
{
    const json_t *given = json_object_get(json, "value");
    if (json_is_number(given)) {
        char text[NUMBER_TEXT_SIZE];
        value->is_number = true;
        value->number = json_number_value(given);
        number_format(value->number, text);
        value->text = mem_strdup(text);
        return ERR_OK;
    }
    const char *text = json_string_value(given);
    if (!text) {
        return fail(fault, "give a text or a number", "'value' is missing");
    }
    if (strlen(text) > RECIPE_VALUE_BYTES) {
        return fail(fault, "use a shorter text", "'value' is longer than 1,024 bytes");
    }
    if (field_missing(text, strlen(text))) {
        return fault_set(fault, ERR_STEP_PARAMETER, "use a text that does not mean missing",
                         "'value' is '%s', which means missing", text);
    }
    number_t number;
    value->is_number = number_parse(text, strlen(text), &number) != NUMBER_NONE;
    value->number = value->is_number ? number.value : 0;
    value->text = mem_strdup(text);
    return ERR_OK;
}

static void step_release(step_t *step)
{
    for (size_t i = 0; i < step->columns_count; i++) {
        free(step->columns[i]);
    }
    free(step->columns);
    free(step->value.text);
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
    if (err == ERR_OK && step->kind == STEP_CONSTANT) {
        err = read_value(json, &step->value, fault);
    }
    return err;
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

void recipe_release(recipe_t *recipe)
{
    for (size_t i = 0; i < recipe->count; i++) {
        step_release(&recipe->steps[i]);
    }
    free(recipe->steps);
    *recipe = (recipe_t){0};
}
