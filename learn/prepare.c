// SPDX-License-Identifier: MPL-2.0
#include "learn/prepare.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

typedef struct {
    const table_t *table;
    const request_t *request;
    bool *feature; // by column of the table
    bool *split;   // one_hot has split it
    bool *gone;    // dropped or split: a leaf may have its name
} prepare_t;

// Whether the name is that of a 0/1 column of a feature.
static bool is_leaf(const prepare_t *prepare, const char *name)
{
    for (size_t i = 0; i < prepare->request->features_count; i++) {
        size_t column = prepare->request->features[i];
        const char *feature = prepare->table->columns[column].name;
        size_t size = strlen(feature);
        if (prepare->split[column] && strncmp(name, feature, size) == 0 && name[size] == '_') {
            return true;
        }
    }
    return false;
}

// Whether a step's column is a feature, or comes from one; remembers columns that end here.
static bool is_wanted(prepare_t *prepare, const step_t *step, const char *name)
{
    int64_t column = table_find(prepare->table, name);
    if (column == TABLE_NO_COLUMN || prepare->gone[column]) {
        return is_leaf(prepare, name);
    }
    prepare->split[column] = step->kind == STEP_ONE_HOT;
    prepare->gone[column] = step->kind == STEP_ONE_HOT || step->kind == STEP_DROP;
    return prepare->feature[column];
}

static err_t check_target(const prepare_t *prepare, const step_t *step, const char *name,
                          fault_t *fault)
{
    const char *target = prepare->table->columns[prepare->request->target].name;
    if (strcmp(name, target) != 0) {
        return ERR_OK;
    }
    fault_set(fault, ERR_TARGET, "remove it from the step: labels are taken as they are",
              "step %d changes the target '%s'", step->number, target);
    fault_at(fault, 0, step->number, target);
    return ERR_TARGET;
}

static void copy_value(const recipe_value_t *from, recipe_value_t *to)
{
    *to = *from;
    to->text = mem_strdup(from->text);
}

static err_t copy_step(prepare_t *prepare, const step_t *step, recipe_t *recipe, fault_t *fault)
{
    step_t copy = {.kind = step->kind, .number = step->number};
    copy.columns = mem_array(step->columns_count, sizeof *copy.columns);
    copy_value(&step->value, &copy.value);
    err_t err = ERR_OK;
    for (size_t i = 0; i < step->columns_count && err == ERR_OK; i++) {
        const char *name = step->columns[i];
        err = check_target(prepare, step, name, fault);
        if (is_wanted(prepare, step, name)) {
            copy.columns[copy.columns_count++] = mem_strdup(name);
        }
    }
    recipe->steps[recipe->count++] = copy;
    return err;
}

// Removes steps that touch no feature.
static void compact(recipe_t *recipe)
{
    size_t kept = 0;
    for (size_t i = 0; i < recipe->count; i++) {
        step_t *step = &recipe->steps[i];
        if (step->columns_count > 0) {
            recipe->steps[kept++] = *step;
        } else {
            free(step->columns);
            free(step->value.text);
        }
    }
    recipe->count = kept;
}

err_t prepare_recipe(const recipe_t *recipe, const table_t *table, const request_t *request,
                     recipe_t *ret_recipe, fault_t *fault)
{
    prepare_t prepare = {.table = table, .request = request};
    prepare.feature = mem_array(table->count, sizeof(bool));
    prepare.split = mem_array(table->count, sizeof(bool));
    prepare.gone = mem_array(table->count, sizeof(bool));
    for (size_t i = 0; i < request->features_count; i++) {
        prepare.feature[request->features[i]] = true;
    }
    recipe_t copy = {.steps = mem_array(recipe->count, sizeof *copy.steps)};
    err_t err = ERR_OK;
    for (size_t i = 0; i < recipe->count && err == ERR_OK; i++) {
        if (recipe->steps[i].kind != STEP_DROP_ROWS) {
            err = copy_step(&prepare, &recipe->steps[i], &copy, fault);
        }
    }
    free(prepare.feature);
    free(prepare.split);
    free(prepare.gone);
    compact(&copy);
    if (err != ERR_OK) {
        recipe_release(&copy);
        return err;
    }
    *ret_recipe = copy;
    return ERR_OK;
}
