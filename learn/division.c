// SPDX-License-Identifier: MPL-2.0
#include "learn/division.h"

#include <string.h>

#include "data/value/type.h"

enum { ALL_TASKS = TASK_CLASSIFY | TASK_REGRESS | TASK_CLUSTER | TASK_OUTLIER };

static const struct {
    const char *name;
    const char *title;
    const char *help;
    unsigned tasks;
    unsigned types; // of the column; 0: there is none
} KINDS[] = {
    [DIVIDE_STRATIFIED] = {"stratified", "At random, each label in its share",
                           "Every label has its share of the test rows.", TASK_CLASSIFY, 0},
    [DIVIDE_RANDOM] = {"random", "At random", "Test rows are drawn without a look at them.",
                       ALL_TASKS, 0},
    [DIVIDE_TIME] = {"time", "By time",
                     "The rows that come last are the test: for forecasts, where the past has to "
                     "tell the future.",
                     ALL_TASKS, TYPES_NUMBER | TYPES_TIME},
    [DIVIDE_GROUP] = {"group", "By groups",
                      "All rows of a group are on one side: for several rows of one patient, "
                      "customer or machine.",
                      ALL_TASKS, TYPES_ANY},
};

enum { KINDS_COUNT = sizeof KINDS / sizeof KINDS[0] };

const char *division_name(divide_t kind)
{
    return KINDS[kind].name;
}

bool division_has_column(divide_t kind)
{
    return KINDS[kind].types != 0;
}

static err_t fail(fault_t *fault, const char *remedy)
{
    return fault_set(fault, ERR_HYPERPARAMETER, remedy, "the value of 'split' is not valid");
}

static err_t read_kind(const json_t *json, task_t task, divide_t *ret_kind, fault_t *fault)
{
    const char *name = json_string_value(json_object_get(json, "kind"));
    size_t kind = 0;
    while (kind < KINDS_COUNT && (!name || strcmp(KINDS[kind].name, name) != 0)) {
        kind++;
    }
    if (kind == KINDS_COUNT) {
        return fail(fault, "use {\"kind\": ...} with stratified, random, time or group");
    }
    if (!(KINDS[kind].tasks & (unsigned)task)) {
        return fail(fault, "use random: without labels nothing can be stratified");
    }
    *ret_kind = (divide_t)kind;
    return ERR_OK;
}

static err_t check_column(const char *name, const json_t *column, divide_t kind, fault_t *fault)
{
    type_t type = TYPE_TEXT;
    const char *type_text = json_string_value(json_object_get(column, "type"));
    if (type_text && type_by_name(type_text, &type) && type_in(type, KINDS[kind].types)) {
        return ERR_OK;
    }
    fault_set(fault, ERR_COLUMN_TYPE, "name a column of numbers or dates",
              "'split': the column '%.100s' has no order in time", name);
    fault_at(fault, 0, 0, name);
    return ERR_COLUMN_TYPE;
}

static err_t read_column(const json_t *json, const json_t *columns, const levels_t *names,
                         size_t target, division_t *division, fault_t *fault)
{
    const char *name = json_string_value(json_object_get(json, "column"));
    if (!name) {
        return fail(fault, "name the column of the times or groups in \"column\"");
    }
    int64_t column = levels_find(names, name, strlen(name));
    err_t err = ERR_OK;
    if (column == LEVELS_UNKNOWN) {
        err = fault_set(fault, ERR_COLUMN_UNKNOWN, "name a column of the table as it was uploaded",
                        "'split': there is no column '%.100s'", name);
    } else if ((size_t)column == target) {
        err = fault_set(fault, ERR_TARGET, "divide the rows by another column",
                        "'split': the column '%.100s' is the target", name);
    }
    if (err != ERR_OK) {
        fault_at(fault, 0, 0, name);
        return err;
    }
    division->column = (size_t)column;
    return check_column(name, json_array_get(columns, (size_t)column), division->kind, fault);
}

err_t division_read(const json_t *json, const json_t *columns, const levels_t *names, task_t task,
                    size_t target, division_t *ret_division, fault_t *fault)
{
    division_t division = {task == TASK_CLASSIFY ? DIVIDE_STRATIFIED : DIVIDE_RANDOM, 0};
    err_t err = ERR_OK;
    if (json && !json_is_null(json)) {
        err = read_kind(json, task, &division.kind, fault);
        const json_t *column = json_object_get(json, "column");
        if (err == ERR_OK && division_has_column(division.kind)) {
            err = read_column(json, columns, names, target, &division, fault);
        } else if (err == ERR_OK && column && !json_is_null(column)) {
            err = fail(fault, "leave \"column\" out, or divide by time or group");
        }
    }
    if (err == ERR_OK) {
        *ret_division = division;
    }
    return err;
}

static json_t *tasks_json(unsigned tasks)
{
    json_t *list = json_array();
    for (unsigned task = 1; task <= tasks; task *= 2) {
        if (tasks & task) {
            json_array_append_new(list, json_string(task_name((task_t)task)));
        }
    }
    return list;
}

static json_t *types_json(unsigned types)
{
    json_t *list = json_array();
    for (int type = 0; type < TYPE_COUNT; type++) {
        if (type_in((type_t)type, types)) {
            json_array_append_new(list, json_string(type_name((type_t)type)));
        }
    }
    return list;
}

json_t *divisions_to_json(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < KINDS_COUNT; i++) {
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:b, s:o, s:o}", "name", KINDS[i].name,
                                        "title", KINDS[i].title, "help", KINDS[i].help, "column",
                                        KINDS[i].types != 0, "tasks", tasks_json(KINDS[i].tasks),
                                        "types", types_json(KINDS[i].types)));
    }
    return list;
}
