// SPDX-License-Identifier: MPL-2.0
#include "data/step/catalogue.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/step/families.h"

static const step_kind_t *const FAMILIES[] = {
    MISSING_KINDS, MISSING_ORDER_KINDS, MISSING_GROUP_KINDS, SCALE_KINDS,       SCALE_SHAPE_KINDS,
    ENCODE_KINDS,  ENCODE_MORE_KINDS,   COLUMN_KINDS,        COLUMN_MAKE_KINDS, ROW_KINDS,
    OUTLIER_KINDS, TEXT_KINDS,          DATE_KINDS,          BIN_KINDS,         REDUCE_KINDS,
};

const step_kind_t *catalogue_at(size_t i)
{
    for (size_t f = 0; f < sizeof FAMILIES / sizeof FAMILIES[0]; f++) {
        for (const step_kind_t *kind = FAMILIES[f]; kind->op; kind++) {
            if (i-- == 0) {
                return kind;
            }
        }
    }
    return NULL;
}

const step_kind_t *catalogue_find(const char *op, const char *method, bool *ret_op)
{
    *ret_op = false;
    const step_kind_t *kind;
    for (size_t i = 0; (kind = catalogue_at(i)) != NULL; i++) {
        if (strcmp(kind->op, op) != 0) {
            continue;
        }
        *ret_op = true;
        if (!kind->method || (method && strcmp(kind->method, method) == 0)) {
            return kind;
        }
    }
    return NULL;
}

// Adds a name behind a list, with what comes between.
static void list_add(char *to, size_t size, const char *name, bool first, bool last)
{
    size_t used = strlen(to);
    snprintf(to + used, size - used, "%s%s", first ? "" : last ? " or " : ", ", name);
}

void catalogue_list(const char *op, char *to, size_t size)
{
    const char *names[64];
    size_t count = 0;
    const step_kind_t *kind;
    *to = '\0';
    for (size_t i = 0; (kind = catalogue_at(i)) != NULL && count < 64; i++) {
        const char *name = op ? kind->method : kind->op;
        bool wanted = name && (!op || strcmp(kind->op, op) == 0);
        if (wanted && (count == 0 || strcmp(names[count - 1], name) != 0)) {
            names[count++] = name;
        }
    }
    for (size_t i = 0; i < count; i++) {
        list_add(to, size, names[i], i == 0, i + 1 == count);
    }
}

static const char *const KIND_WORDS[] = {
    [SETTING_NUMBER] = "number",         [SETTING_INTEGER] = "integer",
    [SETTING_BOOLEAN] = "boolean",       [SETTING_TEXT] = "text",
    [SETTING_CHOICE] = "choice",         [SETTING_VALUE] = "value",
    [SETTING_VALUES] = "values",         [SETTING_COLUMN] = "column",
    [SETTING_COLUMNS] = "columns",       [SETTING_NAME] = "name",
    [SETTING_NAMES] = "names",           [SETTING_LIST] = "list",
    [SETTING_EXPRESSION] = "expression", [SETTING_TYPE] = "type",
};

static json_t *choices_json(const char *choices)
{
    json_t *list = json_array();
    while (*choices) {
        size_t size = strcspn(choices, "|");
        json_array_append_new(list, json_stringn(choices, size));
        choices += size + (choices[size] == '|');
    }
    return list;
}

static json_t *setting_json(const setting_t *setting)
{
    json_t *json =
        json_pack("{s:s, s:s, s:b, s:s}", "name", setting->name, "kind", KIND_WORDS[setting->kind],
                  "required", setting->required, "help", setting->help);
    if (setting->initial) {
        json_object_set_new(json, "default", json_loads(setting->initial, JSON_DECODE_ANY, NULL));
    }
    if (setting->kind == SETTING_NUMBER || setting->kind == SETTING_INTEGER) {
        if (isfinite(setting->min)) {
            json_object_set_new(json, "min", json_real(setting->min));
        }
        if (isfinite(setting->max)) {
            json_object_set_new(json, "max", json_real(setting->max));
        }
    }
    if (setting->choices) {
        json_object_set_new(json, "choices", choices_json(setting->choices));
    }
    return json;
}

static json_t *kind_json(const step_kind_t *kind)
{
    static const char *const columns[] = {
        [STEP_COLUMNS_SOME] = "some", [STEP_COLUMNS_ANY] = "any", [STEP_COLUMNS_NONE] = "none"};
    json_t *types = json_array();
    for (int type = 0; type < TYPE_COUNT; type++) {
        if (type_in((type_t)type, kind->types)) {
            json_array_append_new(types, json_string(type_name((type_t)type)));
        }
    }
    json_t *settings = json_array();
    for (const setting_t *setting = kind->settings; setting && setting->name; setting++) {
        json_array_append_new(settings, setting_json(setting));
    }
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:b}", "op", kind->op, "title",
                             kind->title, "help", kind->help, "columns", columns[kind->columns],
                             "types", types, "settings", settings, "learns", kind->learner != NULL);
    if (kind->method) {
        json_object_set_new(json, "method", json_string(kind->method));
    }
    return json;
}

json_t *catalogue_json(void)
{
    json_t *list = json_array();
    const step_kind_t *kind;
    for (size_t i = 0; (kind = catalogue_at(i)) != NULL; i++) {
        json_array_append_new(list, kind_json(kind));
    }
    return list;
}
