// SPDX-License-Identifier: MPL-2.0
#include "learn/prepare.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/value/levels.h"
#include "learn/parts.h"

typedef struct {
    const json_t *columns; // of the description
    levels_t *names;       // of the columns, in their order
    const request_t *request;
    bool *feature; // by column of the table
    bool *split;   // there are columns of its name and more: of one_hot, or of an indicator
    bool *gone;    // dropped or split: a leaf may have its name
} prepare_t;

static const char *name_of(const prepare_t *prepare, size_t column)
{
    return json_string_value(json_object_get(json_array_get(prepare->columns, column), "name"));
}

// Whether the name is that of a 0/1 column made of a feature.
static bool is_leaf(const prepare_t *prepare, const char *name)
{
    for (size_t i = 0; i < prepare->request->features_count; i++) {
        size_t column = prepare->request->features[i];
        const char *feature = name_of(prepare, column);
        size_t size = strlen(feature);
        if (prepare->split[column] && strncmp(name, feature, size) == 0 && name[size] == '_') {
            return true;
        }
    }
    return false;
}

// The column of the table that has the name at this step, or LEVELS_UNKNOWN.
static int64_t find(const prepare_t *prepare, const char *name)
{
    int64_t column = levels_find(prepare->names, name, strlen(name));
    return column == LEVELS_UNKNOWN || prepare->gone[column] ? LEVELS_UNKNOWN : column;
}

// Whether the column of this name is a feature, or comes from one.
static bool is_wanted(const prepare_t *prepare, const char *name)
{
    int64_t column = find(prepare, name);
    return column == LEVELS_UNKNOWN ? is_leaf(prepare, name) : prepare->feature[column];
}

// Remembers a column that ends here, or gets others beside it.
static void note(prepare_t *prepare, part_t part, const char *name)
{
    int64_t column = find(prepare, name);
    if (column == LEVELS_UNKNOWN) {
        return;
    }
    prepare->split[column] |= part == PART_ONE_HOT || part == PART_INDICATOR;
    prepare->gone[column] |= part == PART_ONE_HOT || part == PART_DROP;
}

static bool is_named(const step_t *step, const char *name)
{
    for (size_t i = 0; i < step->columns_count; i++) {
        if (strcmp(step->columns[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void note_kept(prepare_t *prepare, const step_t *step)
{
    levels_t *kept = levels_new(step->columns_count, SIZE_MAX);
    for (size_t i = 0; i < step->columns_count; i++) {
        levels_add(kept, step->columns[i], strlen(step->columns[i]), 1);
    }
    for (size_t i = 0; i < json_array_size(prepare->columns); i++) {
        const char *name = name_of(prepare, i);
        if (levels_find(kept, name, strlen(name)) == LEVELS_UNKNOWN) {
            prepare->gone[i] = true;
        }
    }
    levels_destroy(&kept);
}

// --- What a step touches -----------------------------------------------------------------------

// The names of columns in a step's settings.
static json_t *names_in_settings(const step_t *step)
{
    json_t *names = json_array();
    if (step->kind->open) {
        call_t call = {.step = step};
        fault_t unused; // the plan reports it
        step->kind->open(&call, names, &unused);
        if (call.tool && step->kind->release_tool) {
            step->kind->release_tool(call.tool);
        }
        return names;
    }
    for (const setting_t *s = step->kind->settings; s && s->name; s++) {
        const json_t *value = step_json(step, s->name);
        if (s->kind == SETTING_COLUMN && json_is_string(value)) {
            json_array_append(names, (json_t *)value);
        } else if (s->kind == SETTING_COLUMNS && json_is_array(value)) {
            json_array_extend(names, (json_t *)value);
        } else if (s->kind == SETTING_NAMES) {
            const char *key;
            json_t *unused;
            json_object_foreach((json_t *)value, key, unused)
            {
                json_array_append_new(names, json_string(key));
            }
        }
    }
    return names;
}

static bool touches_feature(const prepare_t *prepare, const step_t *step, const json_t *others)
{
    bool all = step->columns_count == 0 && step->kind->columns == STEP_COLUMNS_ANY;
    for (size_t i = 0; i < step->columns_count; i++) {
        all = all || is_wanted(prepare, step->columns[i]);
    }
    size_t i;
    json_t *name;
    json_array_foreach(others, i, name)
    {
        all = all || is_wanted(prepare, json_string_value(name));
    }
    return all;
}

static err_t check_target(const prepare_t *prepare, const step_t *step, const json_t *others,
                          fault_t *fault)
{
    if (prepare->request->target == REQUEST_NO_TARGET) {
        return ERR_OK;
    }
    const char *target = name_of(prepare, prepare->request->target);
    bool renamed = step->kind->shape == STEP_NAMES && step->kind->names == NAMES_RENAME;
    bool changed = is_named(step, target);
    size_t i;
    json_t *name;
    json_array_foreach(others, i, name)
    {
        changed = changed || (renamed && strcmp(json_string_value(name), target) == 0);
    }
    if (!changed) {
        return ERR_OK;
    }
    fault_set(fault, ERR_TARGET, "remove it from the step: labels are taken as they are",
              "step %d changes the target '%s'", step->number, target);
    fault_at(fault, 0, step->number, target);
    return ERR_TARGET;
}

static err_t unsupported(const step_t *step, fault_t *fault)
{
    fault_set(fault, ERR_UNSUPPORTED,
              "run the recipe over the table first, and train on the result",
              "step %d (%s) cannot be part of a model", step->number, step->kind->title);
    fault_at(fault, 0, step->number, NULL);
    return ERR_UNSUPPORTED;
}

// --- Copies ------------------------------------------------------------------------------------

static void copy_columns(prepare_t *prepare, const step_t *step, part_t part, recipe_t *recipe)
{
    step_t copy = {.kind = step->kind, .number = step->number};
    copy.columns = mem_array(step->columns_count, sizeof *copy.columns);
    copy.settings = json_incref(step->settings);
    for (size_t i = 0; i < step->columns_count; i++) {
        const char *name = step->columns[i];
        if (is_wanted(prepare, name)) {
            copy.columns[copy.columns_count++] = mem_strdup(name);
        }
        note(prepare, part, name);
    }
    if (part == PART_KEEP) {
        note_kept(prepare, step);
    }
    recipe->steps[recipe->count++] = copy;
}

static err_t copy_step(prepare_t *prepare, const step_t *step, recipe_t *recipe, fault_t *fault)
{
    part_t part = part_of(step);
    if (part == PART_ROWS || part == PART_REORDER) {
        return ERR_OK;
    }
    if (part == PART_KEEP) { // leaving the target out does not change its labels
        copy_columns(prepare, step, part, recipe);
        return ERR_OK;
    }
    json_t *others = names_in_settings(step);
    bool rows = step->kind->shape == STEP_ROWS || step->kind->shape == STEP_SORT;
    err_t err = rows ? ERR_OK : check_target(prepare, step, others, fault);
    if (err == ERR_OK && part == PART_NONE && (rows || touches_feature(prepare, step, others))) {
        err = unsupported(step, fault);
    }
    json_decref(others);
    if (err == ERR_OK && part != PART_NONE) {
        copy_columns(prepare, step, part, recipe);
    }
    return err;
}

// Removes steps that touch no feature. Without columns a keep step drops all of them.
static void compact(recipe_t *recipe)
{
    size_t kept = 0;
    for (size_t i = 0; i < recipe->count; i++) {
        step_t *step = &recipe->steps[i];
        if (step->columns_count > 0 || part_of(step) == PART_KEEP) {
            recipe->steps[kept++] = *step;
        } else {
            free(step->columns);
            json_decref(step->settings);
        }
    }
    recipe->count = kept;
}

static levels_t *index_names(const json_t *columns)
{
    levels_t *names = levels_new(json_array_size(columns), SIZE_MAX);
    size_t i;
    json_t *column;
    json_array_foreach(columns, i, column)
    {
        const char *name = json_string_value(json_object_get(column, "name"));
        levels_add(names, name, strlen(name), 1);
    }
    return names;
}

err_t prepare_recipe(const recipe_t *recipe, const json_t *description, const request_t *request,
                     recipe_t *ret_recipe, fault_t *fault)
{
    prepare_t prepare = {.columns = json_object_get(description, "columns"), .request = request};
    size_t count = json_array_size(prepare.columns);
    prepare.names = index_names(prepare.columns);
    prepare.feature = mem_array(count, sizeof(bool));
    prepare.split = mem_array(count, sizeof(bool));
    prepare.gone = mem_array(count, sizeof(bool));
    for (size_t i = 0; i < request->features_count; i++) {
        prepare.feature[request->features[i]] = true;
    }
    recipe_t copy = {.steps = mem_array(recipe->count, sizeof *copy.steps)};
    err_t err = ERR_OK;
    for (size_t i = 0; i < recipe->count && err == ERR_OK; i++) {
        err = copy_step(&prepare, &recipe->steps[i], &copy, fault);
    }
    free(prepare.feature);
    free(prepare.split);
    free(prepare.gone);
    levels_destroy(&prepare.names);
    compact(&copy);
    if (err != ERR_OK) {
        recipe_release(&copy);
        return err;
    }
    *ret_recipe = copy;
    return ERR_OK;
}
