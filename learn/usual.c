// SPDX-License-Identifier: MPL-2.0
#include "learn/usual.h"

#include <string.h>

typedef struct {
    json_t *features;
    json_t *left_out;
    json_t *median; // the columns of each step
    json_t *mode;
    json_t *scale;
    json_t *one_hot;
    json_t *label;
} choice_t;

static bool is_type(const json_t *column, const char *name)
{
    const char *type = json_string_value(json_object_get(column, "type"));
    return type && strcmp(type, name) == 0;
}

static void leave_out(choice_t *choice, const json_t *name, const char *reason)
{
    json_array_append_new(choice->left_out,
                          json_pack("{s:O, s:s}", "name", name, "reason", reason));
}

static void add_number(choice_t *choice, const json_t *column, json_t *name)
{
    json_array_append(choice->features, name);
    json_array_append(choice->scale, name);
    if (json_integer_value(json_object_get(column, "missing")) > 0) {
        json_array_append(choice->median, name);
    }
}

static void add_words(choice_t *choice, const json_t *column, json_t *name)
{
    json_int_t distinct = json_integer_value(json_object_get(column, "distinct"));
    bool truth = is_type(column, "boolean");
    if (distinct > USUAL_LABEL || !json_is_true(json_object_get(column, "distinct_exact"))) {
        leave_out(choice, name, "too many different texts");
        return;
    }
    json_array_append(choice->features, name);
    if (json_integer_value(json_object_get(column, "missing")) > 0) {
        json_array_append(choice->mode, name);
    }
    if (!truth) {
        json_array_append(distinct <= USUAL_ONE_HOT ? choice->one_hot : choice->label, name);
    }
}

static void add_column(choice_t *choice, const json_t *column, const char *target)
{
    json_t *name = json_object_get(column, "name");
    if (strcmp(json_string_value(name), target) == 0) {
        return;
    }
    if (json_integer_value(json_object_get(column, "distinct")) < 2) {
        leave_out(choice, name, "it has one value only");
    } else if (is_type(column, "date") || is_type(column, "datetime")) {
        leave_out(choice, name, "it is a date");
    } else if (is_type(column, "integer") || is_type(column, "float")) {
        add_number(choice, column, name);
    } else {
        add_words(choice, column, name);
    }
}

// Adds a step unless it has no columns; takes the list over.
static void add_step(json_t *recipe, const char *op, const char *method, json_t *columns)
{
    if (json_array_size(columns) > 0) {
        json_array_append_new(
            recipe, json_pack("{s:s, s:s, s:O}", "op", op, "method", method, "columns", columns));
    }
    json_decref(columns);
}

json_t *usual_training(const json_t *description, const char *target, bool scale)
{
    choice_t choice = {.features = json_array(),
                       .left_out = json_array(),
                       .median = json_array(),
                       .mode = json_array(),
                       .scale = json_array(),
                       .one_hot = json_array(),
                       .label = json_array()};
    size_t i;
    json_t *column;
    json_array_foreach(json_object_get(description, "columns"), i, column)
    {
        add_column(&choice, column, target);
    }
    if (!scale) {
        json_array_clear(choice.scale);
    }
    json_t *recipe = json_array();
    add_step(recipe, "missing", "median", choice.median);
    add_step(recipe, "missing", "mode", choice.mode);
    add_step(recipe, "scale", "z_score", choice.scale);
    add_step(recipe, "encode", "one_hot", choice.one_hot);
    add_step(recipe, "encode", "label", choice.label);
    return json_pack("{s:o, s:o, s:o}", "features", choice.features, "recipe", recipe, "left_out",
                     choice.left_out);
}
