// SPDX-License-Identifier: MPL-2.0
#include "data/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault_json.h"
#include "base/mem.h"
#include "base/text.h"

err_t walk_begin(const table_t *table, const recipe_t *recipe, fit_t **ret_fit, fault_t *fault)
{
    json_t *issues = json_array();
    fit_t *fit = mem_new(sizeof *fit);
    fit->table = table;
    fit->recipe = *recipe;
    fit->columns = columns_new(table);
    fit->tracks = mem_array(table->count, sizeof *fit->tracks);
    fit->steps = mem_array(recipe->count, sizeof *fit->steps);
    plan_make(table, recipe, issues, &fit->plan);
    err_t err = ERR_OK;
    if (json_array_size(issues) > 0) {
        fault_t first;
        err = fault_from_json(json_array_get(issues, 0), &first);
        if (fault) {
            *fault = first;
        }
        fit_destroy(&fit);
    } else {
        *ret_fit = fit;
    }
    json_decref(issues);
    return err;
}

static void extend(track_t *track, op_t *op)
{
    track->ops = mem_resize(track->ops, track->count + 1, sizeof(void *));
    track->ops[track->count++] = op;
}

static double leaf_apply(const op_t *op, double x)
{
    return op_apply(op, (value_t){.kind = VALUE_NUMBER, .number = x}).number;
}

// The names `<column>_<value>`.
static err_t leaf_names(const column_t *column, const op_t *op, char **names, fault_t *fault)
{
    for (size_t i = 0; i < levels_count(op->levels); i++) {
        char *text = op_level_text(op, i);
        names[i] = text_format("%s_%s", column->name, text);
        free(text);
        if (strlen(names[i]) > READER_NAME_BYTES) {
            return fault_set(fault, ERR_LEVELS, "use label",
                             "a value of column '%s' is too long for a column name", column->name);
        }
    }
    return ERR_OK;
}

// The 0/1 columns of a 0/1 column: each says for 0 and for 1 whether it is its level.
static void split_leaf(fit_t *fit, const column_t *from, const op_t *op, size_t first)
{
    for (size_t i = first; i < fit->columns.count; i++) {
        column_t *leaf = &fit->columns.items[i];
        double level = (double)leaf->level;
        leaf->zero = leaf_apply(op, from->zero) == level;
        leaf->one = leaf_apply(op, from->one) == level;
        leaf->level = from->level;
    }
}

static err_t expand(fit_t *fit, const step_t *step, size_t i, op_t *op, fault_t *fault)
{
    size_t count = levels_count(op->levels);
    size_t first = fit->columns.count;
    char **names = mem_array(count, sizeof *names);
    err_t err = leaf_names(&fit->columns.items[i], op, names, fault);
    if (err == ERR_OK) {
        err = columns_expand(&fit->columns, i, step->number, names, count, fault);
    }
    if (err == ERR_OK && fit->columns.items[i].leaf) {
        column_t from = fit->columns.items[i];
        split_leaf(fit, &from, op, first);
    } else if (err == ERR_OK) {
        extend(&fit->tracks[fit->columns.items[i].track], op);
    }
    for (size_t n = 0; n < count; n++) {
        free(names[n]);
    }
    free(names);
    return err;
}

static void apply(fit_t *fit, const step_t *step, column_t *column, op_t *op)
{
    columns_advance(column, step);
    if (column->leaf) {
        column->zero = leaf_apply(op, column->zero);
        column->one = leaf_apply(op, column->one);
    } else {
        extend(&fit->tracks[column->track], op);
    }
}

typedef struct {
    fit_t *fit;
    walk_fn parameters;
    void *context;
    size_t stage;
} walk_t;

static err_t walk_column(walk_t *walk, const step_t *step, size_t i, fitted_t *ret_fitted,
                         fault_t *fault)
{
    fit_t *fit = walk->fit;
    column_t *column = &fit->columns.items[i];
    ret_fitted->column = mem_strdup(column->name);
    if (step->kind == STEP_DROP) {
        columns_end(&fit->columns, i, step->number);
        return ERR_OK;
    }
    op_t *op = ret_fitted->op = mem_new(sizeof *op);
    op->kind = step->kind;
    err_t err = walk->parameters(walk->context, fit, step, column, walk->stage, op, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (step->kind == STEP_ONE_HOT) {
        return expand(fit, step, i, op, fault);
    }
    apply(fit, step, column, op);
    return ERR_OK;
}

static err_t walk_step(walk_t *walk, const step_t *step, fitted_step_t *fitted, fault_t *fault)
{
    fitted->items = mem_array(step->columns_count, sizeof *fitted->items);
    for (size_t i = 0; i < step->columns_count; i++) {
        const char *name = step->columns[i];
        int64_t found = columns_find(&walk->fit->columns, name);
        err_t err = ERR_OK;
        if (found == COLUMNS_NONE) {
            err = columns_unknown(&walk->fit->columns, name, fault);
        } else if (step->kind != STEP_DROP_ROWS) {
            err = walk_column(walk, step, (size_t)found, &fitted->items[fitted->count++], fault);
        }
        if (err != ERR_OK) {
            fault_at(fault, 0, step->number, name);
            return err;
        }
    }
    walk->stage += step->kind == STEP_DROP_ROWS;
    return ERR_OK;
}

err_t walk_steps(fit_t *fit, walk_fn parameters, void *context, fault_t *fault)
{
    walk_t walk = {.fit = fit, .parameters = parameters, .context = context};
    for (size_t i = 0; i < fit->recipe.count; i++) {
        err_t err = walk_step(&walk, &fit->recipe.steps[i], &fit->steps[i], fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    return fit->columns.order_count > 0 ? ERR_OK : columns_none_left(fault);
}
