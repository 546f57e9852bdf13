// SPDX-License-Identifier: MPL-2.0
#include "data/run.h"

#include <stdlib.h>

#include "base/fault_json.h"
#include "base/mem.h"

// Parses a recipe that must be free of issues.
static err_t parse(const json_t *json, recipe_t *recipe, fault_t *fault)
{
    json_t *issues = json_array();
    fault_t first = {0};
    recipe_parse(json, issues, recipe);
    if (json_array_size(issues) > 0) {
        fault_from_json(json_array_get(issues, 0), &first);
    }
    json_decref(issues);
    if (fault && first.code != ERR_OK) {
        *fault = first;
    }
    return first.code;
}

err_t run_begin(const char *path, const json_t *description, const json_t *recipe,
                const progress_t *progress, run_t **ret_run, fault_t *fault)
{
    run_t *run = mem_new(sizeof *run);
    err_t err = table_from_json(description, &run->table, fault);
    if (err == ERR_OK) {
        err = parse(recipe, &run->recipe, fault);
    }
    if (err == ERR_OK) {
        err = fit_run(path, run->table, &run->recipe, NULL, progress, &run->fit, fault);
    }
    if (err != ERR_OK) {
        run_destroy(&run);
        return err;
    }
    *ret_run = run;
    return ERR_OK;
}

json_t *run_columns(const run_t *run, bool origin)
{
    const columns_t *columns = &run->fit->columns;
    json_t *list = json_array();
    for (size_t i = 0; i < columns->order_count; i++) {
        const column_t *column = &columns->items[columns->order[i]];
        json_t *json =
            json_pack("{s:s, s:s}", "name", column->name, "type", type_name(column->type));
        if (origin) {
            const char *from = run->table->columns[column->track].name;
            json_object_set_new(json, "from", json_string(from));
            json_object_set_new(json, "changed", json_boolean(column->touched));
        }
        json_array_append_new(list, json);
    }
    return list;
}

void run_destroy(run_t **run)
{
    if (!*run) {
        return;
    }
    fit_destroy(&(*run)->fit);
    recipe_release(&(*run)->recipe);
    table_destroy(&(*run)->table);
    free(*run);
    *run = NULL;
}
