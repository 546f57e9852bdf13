// SPDX-License-Identifier: MPL-2.0
// A fit as the `steps` document, and back.
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "data/fit.h"
#include "data/value/number.h"
#include "data/walk.h"

// A number as JSON: integral values have no point.
static json_t *number_to_json(double x)
{
    bool integral = x == trunc(x) && fabs(x) < 9007199254740992.0;
    return integral ? json_integer((json_int_t)x) : json_real(x);
}

static void set_number(json_t *json, const char *key, double x)
{
    json_object_set_new(json, key, number_to_json(x));
}

static json_t *level_to_json(const op_t *op, size_t i)
{
    if (op->number) {
        return number_to_json(levels_number(op->levels, i));
    }
    size_t size;
    const char *bytes = levels_bytes(op->levels, i, &size);
    return json_stringn(bytes, size);
}

static json_t *levels_to_json(const op_t *op, size_t count)
{
    json_t *levels = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(levels, level_to_json(op, i));
    }
    return levels;
}

static void set_levels(json_t *json, const op_t *op, size_t levels_max)
{
    size_t total = levels_count(op->levels);
    size_t shown = levels_max == FIT_LEVELS_ALL || total < levels_max ? total : levels_max;
    json_object_set_new(json, "levels", levels_to_json(op, shown));
    json_object_set_new(json, "levels_total", json_integer((json_int_t)total));
}

static json_t *op_to_json(const char *column, const op_t *op, size_t levels_max)
{
    json_t *json = json_pack("{s:s}", "column", column);
    switch (op->kind) {
    case STEP_MIN_MAX:
        set_number(json, "min", op->low);
        set_number(json, "max", op->high);
        break;
    case STEP_Z_SCORE:
        set_number(json, "mean", op->center);
        set_number(json, "sd", op->spread);
        break;
    case STEP_ROBUST:
        set_number(json, "median", op->center);
        set_number(json, "q25", op->low);
        set_number(json, "q75", op->high);
        break;
    case STEP_LABEL:
    case STEP_ONE_HOT:
        set_levels(json, op, levels_max);
        break;
    default:
        json_object_set_new(json, "value",
                            op->number ? number_to_json(op->fill) : json_string(op->text));
        break;
    }
    return json;
}

static json_t *names_to_json(const step_t *step)
{
    json_t *names = json_array();
    for (size_t i = 0; i < step->columns_count; i++) {
        json_array_append_new(names, json_string(step->columns[i]));
    }
    return names;
}

// The constant as it was given.
static json_t *constant_to_json(const recipe_value_t *value)
{
    char text[NUMBER_TEXT_SIZE] = "";
    if (value->is_number) {
        number_format(value->number, text);
    }
    return strcmp(text, value->text) == 0 ? number_to_json(value->number)
                                          : json_string(value->text);
}

static json_t *step_to_json(const step_t *step, const fitted_step_t *fitted, size_t levels_max)
{
    json_t *json = json_pack("{s:s}", "op", step_op(step->kind));
    if (step_method(step->kind)) {
        json_object_set_new(json, "method", json_string(step_method(step->kind)));
    }
    if (step->columns) {
        json_object_set_new(json, "columns", names_to_json(step));
    }
    if (step->kind == STEP_CONSTANT) {
        json_object_set_new(json, "value", constant_to_json(&step->value));
    }
    if (step->kind == STEP_DROP_ROWS) {
        json_object_set_new(json, "rows_dropped", json_integer(fitted->rows_dropped));
    }
    json_t *parameters = json_array();
    for (size_t i = 0; i < fitted->count; i++) {
        const fitted_t *item = &fitted->items[i];
        if (item->op) {
            json_array_append_new(parameters, op_to_json(item->column, item->op, levels_max));
        }
    }
    json_object_set_new(json, "parameters", parameters);
    return json;
}

json_t *fit_steps(const fit_t *fit, size_t levels_max)
{
    json_t *steps = json_array();
    for (size_t i = 0; i < fit->recipe.count; i++) {
        json_array_append_new(steps,
                              step_to_json(&fit->recipe.steps[i], &fit->steps[i], levels_max));
    }
    return steps;
}

static err_t fail(const step_t *step, const char *column, fault_t *fault)
{
    fault_set(fault, ERR_INVALID, "use a complete steps document of the same recipe",
              "step %d has no usable parameters for column '%s'", step->number, column);
    fault_at(fault, 0, step->number, column);
    return ERR_INVALID;
}

static bool get_number(const json_t *json, const char *key, double *ret_x)
{
    const json_t *value = json_object_get(json, key);
    *ret_x = json_number_value(value);
    return json_is_number(value) && isfinite(*ret_x);
}

static bool get_levels(const json_t *json, op_t *op)
{
    const json_t *levels = json_object_get(json, "levels");
    size_t count = json_array_size(levels);
    op->levels = levels_new(count, SIZE_MAX);
    op->number = json_is_number(json_array_get(levels, 0));
    bool complete =
        count > 0 && json_integer_value(json_object_get(json, "levels_total")) == (json_int_t)count;
    for (size_t i = 0; complete && i < count; i++) {
        const json_t *level = json_array_get(levels, i);
        const char *text = json_string_value(level);
        if (op->number) {
            complete = json_is_number(level) &&
                       levels_add_number(op->levels, json_number_value(level), 1) == (int64_t)i;
        } else {
            complete = text && levels_add(op->levels, text, strlen(text), 1) == (int64_t)i;
        }
    }
    return complete;
}

static bool get_fill(const json_t *json, op_t *op)
{
    const char *text = json_string_value(json_object_get(json, "value"));
    op->number = get_number(json, "value", &op->fill);
    op->text = mem_strdup(text);
    return op->number || text;
}

static bool op_from_json(const json_t *json, op_t *op)
{
    bool valid = false;
    switch (op->kind) {
    case STEP_MIN_MAX:
        valid = get_number(json, "min", &op->low) && get_number(json, "max", &op->high);
        op->center = op->low;
        op->spread = op->high - op->low;
        return valid && op->spread > 0;
    case STEP_Z_SCORE:
        valid = get_number(json, "mean", &op->center);
        return get_number(json, "sd", &op->spread) && valid && op->spread > 0;
    case STEP_ROBUST:
        valid = get_number(json, "median", &op->center) && get_number(json, "q25", &op->low);
        valid = get_number(json, "q75", &op->high) && valid;
        op->spread = op->high - op->low;
        return valid && op->spread > 0;
    case STEP_LABEL:
    case STEP_ONE_HOT:
        return get_levels(json, op);
    default:
        return get_fill(json, op);
    }
}

// Whether what the parameters say fits the column as it stands.
static bool kind_fits(const op_t *op, const column_t *column)
{
    bool scale = op->kind >= STEP_MIN_MAX && op->kind <= STEP_ROBUST;
    return (op->number || scale) == (column->type != TYPE_TEXT);
}

// A walk_fn over a steps document.
static err_t parameters_read(void *steps, const fit_t *fit, const step_t *step,
                             const column_t *column, size_t stage, op_t *op, fault_t *fault)
{
    (void)fit;
    (void)stage;
    const json_t *document = json_array_get(steps, (size_t)step->number - 1);
    const json_t *parameters = json_object_get(document, "parameters");
    size_t i;
    json_t *entry;
    json_array_foreach(parameters, i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "column"));
        if (name && strcmp(name, column->name) == 0) {
            bool usable = op_from_json(entry, op) && kind_fits(op, column);
            return usable ? ERR_OK : fail(step, column->name, fault);
        }
    }
    return fail(step, column->name, fault);
}

err_t fit_from_steps(const table_t *table, const recipe_t *recipe, const json_t *steps,
                     fit_t **ret_fit, fault_t *fault)
{
    fit_t *fit = NULL;
    err_t err = walk_begin(table, recipe, &fit, fault);
    if (err != ERR_OK) {
        return err;
    }
    json_t *borrowed = json_incref((json_t *)steps);
    fit->rows_in = fit->rows_out = table->rows;
    err = walk_steps(fit, parameters_read, borrowed, fault);
    json_decref(borrowed);
    if (err != ERR_OK) {
        fit_destroy(&fit);
        return err;
    }
    *ret_fit = fit;
    return ERR_OK;
}
