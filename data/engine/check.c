// SPDX-License-Identifier: MPL-2.0
#include "data/engine/check.h"

#include "data/engine/flow.h"

static json_int_t step_of(const json_t *issue)
{
    return json_integer_value(json_object_get(issue, "step"));
}

// The issues in the order of steps; those of the same step keep theirs.
static json_t *by_step(json_t *issues)
{
    json_t *sorted = json_array();
    for (json_int_t step = 0; step <= RECIPE_STEPS_MAX; step++) {
        size_t i;
        json_t *issue;
        json_array_foreach(issues, i, issue)
        {
            if (step_of(issue) == step) {
                json_array_append(sorted, issue);
            }
        }
    }
    json_decref(issues);
    return sorted;
}

json_t *recipe_check(const json_t *recipe, const json_t *description)
{
    json_t *issues = json_array();
    fault_t fault;
    flow_t *flow = NULL;
    recipe_t parsed;
    recipe_parse(recipe, issues, &parsed);
    err_t err = flow_new(description, &parsed, &flow, &fault);
    if (err == ERR_OK) {
        flow_plan(flow, true, issues);
        err = flow_check_columns(flow, &fault);
    }
    if (err != ERR_OK) {
        issues_add(issues, &fault);
    }
    flow_destroy(&flow);
    recipe_release(&parsed);
    return json_array_size(issues) > 1 ? by_step(issues) : issues;
}
