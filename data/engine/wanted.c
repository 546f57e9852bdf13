// SPDX-License-Identifier: MPL-2.0
#include "data/engine/wanted.h"

#include <string.h>

#include "data/step/recipe.h"

static bool is_in(const json_t *names, const char *name)
{
    size_t i;
    json_t *item;
    json_array_foreach(names, i, item)
    {
        if (strcmp(json_string_value(item), name) == 0) {
            return true;
        }
    }
    return false;
}

static void add_columns(json_t *names, const step_t *step)
{
    for (size_t i = 0; i < step->columns_count; i++) {
        json_array_append_new(names, json_string(step->columns[i]));
    }
}

// The columns that settings name; a renamed one is read under its new name.
static void add_settings(json_t *names, const step_t *step)
{
    const char *key;
    json_t *value;
    for (const setting_t *s = step->kind->settings; s && s->name; s++) {
        json_t *given = (json_t *)step_json(step, s->name);
        if (s->kind == SETTING_COLUMN && given) {
            json_array_append(names, given);
        } else if (s->kind == SETTING_COLUMNS && given) {
            json_array_extend(names, given);
        } else if (s->kind == SETTING_NAMES && given) {
            json_object_foreach(given, key, value)
            {
                json_array_append_new(names, json_string(key));
            }
        }
    }
}

// Adds what a step reads; false when that may be everything.
static bool add_step(json_t *typed, json_t *dropped, const step_t *step)
{
    const step_kind_t *kind = step->kind;
    call_t call = {.step = step};
    if (kind->columns == STEP_COLUMNS_ANY && step->columns_count == 0) {
        return false;
    }
    if (kind->shape == STEP_NAMES && kind->names == NAMES_DROP) {
        add_columns(dropped, step);
    } else if (kind->shape != STEP_NAMES) {
        add_columns(typed, step);
    }
    add_settings(typed, step);
    bool good = !kind->open || kind->open(&call, typed, NULL) == ERR_OK;
    if (call.tool && kind->release_tool) {
        kind->release_tool(call.tool);
    }
    return good;
}

void wanted_by(const json_t *recipe, wanted_t *ret_wanted)
{
    wanted_t wanted = {.typed = json_array(), .skipped = json_array()};
    json_t *dropped = json_array();
    recipe_t parsed = {0};
    bool known = recipe_read(recipe, &parsed, NULL) == ERR_OK;
    for (size_t i = 0; i < parsed.count && known; i++) {
        known = add_step(wanted.typed, dropped, &parsed.steps[i]);
    }
    size_t i;
    json_t *name;
    json_array_foreach(dropped, i, name)
    {
        if (known && !is_in(wanted.typed, json_string_value(name))) {
            json_array_append(wanted.skipped, name);
        }
    }
    if (!known) {
        json_decref(wanted.typed);
        wanted.typed = NULL;
    }
    json_decref(dropped);
    recipe_release(&parsed);
    *ret_wanted = wanted;
}

void wanted_release(wanted_t *wanted)
{
    json_decref(wanted->typed);
    json_decref(wanted->skipped);
    *wanted = (wanted_t){0};
}
