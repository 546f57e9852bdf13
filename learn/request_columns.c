// SPDX-License-Identifier: MPL-2.0
#include "learn/request_columns.h"

#include <string.h>

#include "base/mem.h"
#include "learn/setting.h"

static err_t read_column(const json_t *json, const char *what, const levels_t *table,
                         size_t *ret_column, fault_t *fault)
{
    const char *name = json_string_value(json);
    if (!name) {
        return setting_fail(fault, what, "name a column of the table");
    }
    int64_t column = levels_find(table, name, strlen(name));
    if (column == LEVELS_UNKNOWN) {
        fault_set(fault, ERR_COLUMN_UNKNOWN, "name a column of the table as it was uploaded",
                  "there is no column '%s'", name);
        fault_at(fault, 0, 0, name);
        return ERR_COLUMN_UNKNOWN;
    }
    *ret_column = (size_t)column;
    return ERR_OK;
}

// Texts and truth values are classes; numbers are when there are few of them.
static task_t usual_task(const json_t *column)
{
    const char *type = json_string_value(json_object_get(column, "type"));
    bool number = type && (strcmp(type, "float") == 0 || strcmp(type, "integer") == 0);
    json_int_t distinct = json_integer_value(json_object_get(column, "distinct"));
    return number && distinct > REQUEST_CLASSES ? TASK_REGRESS : TASK_CLASSIFY;
}

err_t request_target(const json_t *json, const json_t *columns, const levels_t *table,
                     request_t *request, fault_t *fault)
{
    const json_t *given = json_object_get(json, "target");
    if (request->task && !task_has_target(request->task)) {
        request->target = REQUEST_NO_TARGET;
        return !given || json_is_null(given)
                   ? ERR_OK
                   : setting_fail(fault, "target", "leave it out: the task predicts no column");
    }
    err_t err = read_column(given, "target", table, &request->target, fault);
    if (err != ERR_OK) {
        return err;
    }
    const json_t *column = json_array_get(columns, request->target);
    const char *type = json_string_value(json_object_get(column, "type"));
    bool number = type && (strcmp(type, "float") == 0 || strcmp(type, "integer") == 0);
    request->task = request->task ? request->task : usual_task(column);
    return request->task == TASK_CLASSIFY || number
               ? ERR_OK
               : setting_fail(fault, "task", "use classify: the target is no number");
}

static err_t add_feature(const char *name, size_t column, request_t *request, fault_t *fault)
{
    err_t err = ERR_OK;
    if (column == request->target) {
        err = fault_set(fault, ERR_TARGET, "take it out of the features",
                        "the target '%s' is among the features", name);
    }
    for (size_t i = 0; i < request->features_count; i++) {
        if (request->features[i] == column) {
            err = fault_set(fault, ERR_HYPERPARAMETER, "name it once",
                            "'%s' stands twice in 'features'", name);
        }
    }
    if (err != ERR_OK) {
        fault_at(fault, 0, 0, name);
        return err;
    }
    request->features[request->features_count++] = column;
    return ERR_OK;
}

err_t request_features(const json_t *json, const levels_t *table, request_t *request,
                       fault_t *fault)
{
    const json_t *features = json_object_get(json, "features");
    size_t count = json_array_size(features);
    if (count == 0 || count > levels_count(table)) {
        return setting_fail(fault, "features", "name at least one column of the table");
    }
    request->features = mem_array(count, sizeof *request->features);
    for (size_t i = 0; i < count; i++) {
        size_t column = 0;
        err_t err = read_column(json_array_get(features, i), "features", table, &column, fault);
        if (err == ERR_OK) {
            err =
                add_feature(json_string_value(json_array_get(features, i)), column, request, fault);
        }
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}
