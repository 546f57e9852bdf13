// SPDX-License-Identifier: MPL-2.0
#include "learn/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/engine/check.h"
#include "data/engine/flow.h"
#include "data/engine/origin.h"
#include "learn/prepare.h"

// Whether a filter may take away rows with missing values in a way that shows in the rows only.
static bool is_open(const recipe_t *recipe)
{
    for (size_t i = 0; i < recipe->count; i++) {
        const step_t *step = &recipe->steps[i];
        bool known = strcmp(step->kind->op, "missing") == 0 && step_chose(step, "how", "any");
        if (step->kind->shape == STEP_ROWS && !known) {
            return true;
        }
    }
    return false;
}

// How many cells of the table's column are missing that the live column is, changed in place; 0
// for one that was made of it otherwise.
static json_int_t missing_in(const flow_t *flow, const live_t *live)
{
    origin_t origin = origin_of(flow, live->node);
    const json_t *columns = json_object_get(flow->description, "columns");
    const json_t *column = origin.column == FLOW_NONE || !origin.same
                               ? NULL
                               : json_array_get(columns, (size_t)origin.column);
    return json_integer_value(json_object_get(column, "missing"));
}

// Checks a column that features have become at the end.
static err_t check_input(const flow_t *flow, const live_t *live, fault_t *fault)
{
    const node_t *node = &flow->nodes[live->node];
    json_int_t missing = missing_in(flow, live);
    if (type_in(node->type, TYPES_WORDS | TYPES_TIME)) {
        fault_set(fault, ERR_COLUMN_TYPE,
                  "add an encode step for it, drop it by a step, or take it out of the features",
                  "feature '%s' is %s; a model needs numbers", live->name,
                  type_in(node->type, TYPES_WORDS) ? "text" : "a date");
    } else if (!node->filled && missing > 0 && !is_open(&flow->recipe)) {
        fault_set(fault, ERR_COLUMN_MISSING,
                  "add a missing step for it, or take it out of the features",
                  "feature '%s' has %lld missing values after the recipe", live->name,
                  (long long)missing);
    } else {
        return ERR_OK;
    }
    fault_at(fault, 0, 0, live->name);
    return fault->code;
}

// What is there at the end and comes from features becomes an input.
static err_t check_inputs(flow_t *flow, const request_t *request, fault_t *fault)
{
    bool *feature = mem_array(flow->live_count, sizeof *feature);
    for (size_t f = 0; f < request->features_count; f++) {
        feature[request->features[f]] = true;
    }
    json_t *unused = json_array();
    flow_plan(flow, true, unused);
    json_decref(unused);
    err_t err = ERR_OK;
    for (size_t i = 0; i < flow->live_count && err == ERR_OK; i++) {
        int64_t column = origin_of(flow, flow->live[i].node).column;
        bool ours = column == FLOW_NONE || feature[column];
        err = ours ? check_input(flow, &flow->live[i], fault) : ERR_OK;
    }
    free(feature);
    return err;
}

static err_t check_target(const json_t *column, fault_t *fault)
{
    const char *name = json_string_value(json_object_get(column, "name"));
    json_int_t distinct = json_integer_value(json_object_get(column, "distinct"));
    if (distinct > 1) {
        return ERR_OK;
    }
    fault_set(fault, ERR_TARGET, "choose a column with at least two different values",
              "the target '%s' has %lld different values", name, (long long)distinct);
    fault_at(fault, 0, 0, name);
    return ERR_TARGET;
}

static err_t check_request(const request_t *request, flow_t *flow, fault_t *fault)
{
    const json_t *columns = json_object_get(flow->description, "columns");
    recipe_t prepared;
    err_t err = request->target == REQUEST_NO_TARGET
                    ? ERR_OK
                    : check_target(json_array_get(columns, request->target), fault);
    if (err == ERR_OK) {
        err = prepare_recipe(&flow->recipe, flow->description, request, &prepared, fault);
        if (err == ERR_OK) {
            recipe_release(&prepared);
        }
    }
    return err == ERR_OK ? check_inputs(flow, request, fault) : err;
}

json_t *training_check(const json_t *training, const json_t *recipe, const json_t *description)
{
    json_t *issues = recipe_check(recipe, description);
    fault_t fault = {0};
    flow_t *flow = NULL;
    recipe_t parsed;
    if (json_array_size(issues) > 0) {
        return issues;
    }
    recipe_parse(recipe, issues, &parsed);
    err_t err = flow_new(description, &parsed, &flow, &fault);
    if (err == ERR_OK) {
        request_t request;
        err = request_parse(training, description, &request, &fault);
        if (err == ERR_OK) {
            err = check_request(&request, flow, &fault);
            request_release(&request);
        }
    }
    if (err) {
        issues_add(issues, &fault);
    }
    flow_destroy(&flow);
    recipe_release(&parsed);
    return issues;
}
