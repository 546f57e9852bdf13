// SPDX-License-Identifier: MPL-2.0
#include "data/step/settings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/value/levels.h"
#include "data/value/number.h"

static err_t wrong(const setting_t *setting, fault_t *fault, const char *remedy)
{
    return fault_set(fault, ERR_STEP_PARAMETER, remedy, "'%s' is not valid", setting->name);
}

static err_t check_number(const setting_t *setting, const json_t *value, fault_t *fault)
{
    bool whole = setting->kind == SETTING_INTEGER;
    double x = json_number_value(value);
    char remedy[FAULT_REMEDY_MAX];
    char least[NUMBER_TEXT_SIZE] = "";
    char most[NUMBER_TEXT_SIZE] = "";
    if (isfinite(setting->min) && isfinite(setting->max)) {
        number_format(setting->min, least);
        number_format(setting->max, most);
        snprintf(remedy, sizeof remedy, "give %s from %s to %s", whole ? "an integer" : "a number",
                 least, most);
    } else {
        snprintf(remedy, sizeof remedy, "give %s", whole ? "an integer" : "a number");
    }
    bool good = whole ? json_is_integer(value) : json_is_number(value);
    return good && x >= setting->min && x <= setting->max ? ERR_OK : wrong(setting, fault, remedy);
}

static err_t check_choice(const setting_t *setting, const json_t *value, fault_t *fault)
{
    const char *text = json_string_value(value);
    for (const char *at = setting->choices; text && *at;) {
        size_t size = strcspn(at, "|");
        if (strlen(text) == size && memcmp(at, text, size) == 0) {
            return ERR_OK;
        }
        at += size + (at[size] == '|');
    }
    char remedy[FAULT_REMEDY_MAX];
    snprintf(remedy, sizeof remedy, "use one of %s", setting->choices);
    return wrong(setting, fault, remedy);
}

static err_t check_text(const setting_t *setting, const json_t *value, fault_t *fault)
{
    size_t most = setting->max > 0 ? (size_t)setting->max : STEP_TEXT_BYTES;
    char remedy[FAULT_REMEDY_MAX];
    snprintf(remedy, sizeof remedy, "give a text of at most %zu bytes", most);
    if (!json_is_string(value) || json_string_length(value) > most ||
        strlen(json_string_value(value)) != json_string_length(value)) {
        return wrong(setting, fault, remedy);
    }
    bool name = setting->kind == SETTING_NAME || setting->kind == SETTING_COLUMN;
    return name && json_string_length(value) == 0 ? wrong(setting, fault, "give a name") : ERR_OK;
}

static err_t check_type(const setting_t *setting, const json_t *value, fault_t *fault)
{
    type_t type;
    bool known = json_is_string(value) && type_by_name(json_string_value(value), &type);
    return known ? ERR_OK
                 : wrong(setting, fault,
                         "use integer, float, boolean, date, datetime, category or text");
}

static err_t check_list(const setting_t *setting, const json_t *value, fault_t *fault)
{
    size_t most = setting->max > 0 ? (size_t)setting->max : STEP_LIST_MAX;
    size_t i;
    json_t *item;
    if (!json_is_array(value) || json_array_size(value) == 0 || json_array_size(value) > most) {
        char remedy[FAULT_REMEDY_MAX];
        snprintf(remedy, sizeof remedy, "give a list of 1 to %zu items", most);
        return wrong(setting, fault, remedy);
    }
    levels_t *seen = levels_new(json_array_size(value), SIZE_MAX);
    err_t err = ERR_OK;
    json_array_foreach(value, i, item)
    {
        bool number = setting->kind == SETTING_VALUES && json_is_number(item);
        bool text = json_is_string(item) && json_string_length(item) <= STEP_NAME_BYTES &&
                    (setting->kind == SETTING_VALUES || json_string_length(item) > 0);
        char *key = json_dumps(item, JSON_ENCODE_ANY);
        if (!number && !text) {
            err = wrong(setting, fault, "give a list of texts");
        } else if (key && levels_add(seen, key, strlen(key), 1) != (int64_t)i) {
            err = fault_set(fault, ERR_STEP_PARAMETER, "name it once", "'%s' has %.100s twice",
                            setting->name, key);
        }
        free(key);
        if (err != ERR_OK) {
            break;
        }
    }
    levels_destroy(&seen);
    return err;
}

static err_t check_names(const setting_t *setting, json_t *value, fault_t *fault)
{
    const char *key;
    json_t *name;
    if (!json_is_object(value) || json_object_size(value) == 0 ||
        json_object_size(value) > STEP_LIST_MAX) {
        return wrong(setting, fault, "give an object of present and new names");
    }
    json_object_foreach(value, key, name)
    {
        size_t size = json_is_string(name) ? json_string_length(name) : 0;
        if (size == 0 || size > STEP_NAME_BYTES || strlen(key) > STEP_NAME_BYTES) {
            return wrong(setting, fault, "give an object of present and new names");
        }
    }
    return ERR_OK;
}

static err_t check(const setting_t *setting, json_t *value, fault_t *fault)
{
    switch (setting->kind) {
    case SETTING_NUMBER:
    case SETTING_INTEGER:
        return check_number(setting, value, fault);
    case SETTING_BOOLEAN:
        return json_is_boolean(value) ? ERR_OK : wrong(setting, fault, "give true or false");
    case SETTING_CHOICE:
        return check_choice(setting, value, fault);
    case SETTING_TYPE:
        return check_type(setting, value, fault);
    case SETTING_VALUE:
        return json_is_number(value) ? ERR_OK : check_text(setting, value, fault);
    case SETTING_VALUES:
    case SETTING_COLUMNS:
    case SETTING_LIST:
        return check_list(setting, value, fault);
    case SETTING_NAMES:
        return check_names(setting, value, fault);
    default:
        return check_text(setting, value, fault);
    }
}

// Settings that no kind knows are mistakes; op, method, columns are the step's own, and what a
// document of a fitted recipe adds is left alone.
static err_t check_known(const json_t *json, const step_t *step, fault_t *fault)
{
    static const char *const own[] = {"op",         "method",       "columns",
                                      "parameters", "rows_dropped", "note"};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)json, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
            known = known || strcmp(own[i], key) == 0;
        }
        for (const setting_t *s = step->kind->settings; s && s->name; s++) {
            known = known || strcmp(s->name, key) == 0;
        }
        if (!known) {
            return fault_set(fault, ERR_STEP_PARAMETER,
                             "leave it out, or look for a typing mistake",
                             "the step has no setting '%.100s'", key);
        }
    }
    return ERR_OK;
}

err_t settings_read(const json_t *json, step_t *step, fault_t *fault)
{
    step->settings = json_object();
    err_t err = check_known(json, step, fault);
    for (const setting_t *s = step->kind->settings; s && s->name && err == ERR_OK; s++) {
        json_t *value = json_object_get(json, s->name);
        if (value && !json_is_null(value)) {
            err = check(s, value, fault);
            json_object_set(step->settings, s->name, value);
        } else if (s->initial) {
            json_object_set_new(step->settings, s->name,
                                json_loads(s->initial, JSON_DECODE_ANY, NULL));
        } else if (s->required) {
            err = fault_set(fault, ERR_STEP_PARAMETER, s->help, "'%s' is missing", s->name);
        }
    }
    return err;
}
