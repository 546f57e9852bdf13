// SPDX-License-Identifier: MPL-2.0
#include "learn/prepare.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/engine/flow.h"
#include "data/engine/origin.h"
#include "learn/parts.h"

typedef struct {
    flow_t *flow; // the recipe over the table, as far as it was looked at; nothing is learned
    const request_t *request;
    bool *feature; // by column of the table
    recipe_t copy;
} prepare_t;

// --- What columns come from --------------------------------------------------------------------

// Whether a node is a feature's, or made of features: no call takes those with others. What is made
// of no column at all is nobody's secret.
static bool is_ours(const prepare_t *prepare, size_t node)
{
    int64_t column = origin_of(prepare->flow, node).column;
    return column == FLOW_NONE || prepare->feature[column];
}

static bool is_target(const prepare_t *prepare, size_t node)
{
    const node_t *origin = &prepare->flow->nodes[origin_of(prepare->flow, node).node];
    return origin->kind == NODE_SOURCE && origin->from == prepare->request->target;
}

// The node of the column that has this name by now, or will have it when a one_hot is fitted.
static int64_t find(const prepare_t *prepare, const char *name)
{
    int64_t place = flow_find(prepare->flow, name);
    place = place == FLOW_NONE ? flow_opens_to(prepare->flow, name) : place;
    return place == FLOW_NONE ? FLOW_NONE : (int64_t)prepare->flow->live[place].node;
}

static bool is_ours_by_name(const prepare_t *prepare, const char *name)
{
    int64_t node = find(prepare, name);
    return node != FLOW_NONE && is_ours(prepare, (size_t)node);
}

// --- Refusals ----------------------------------------------------------------------------------

static err_t unsupported(const step_t *step, fault_t *fault)
{
    fault_set(fault, ERR_UNSUPPORTED,
              "run the recipe over the table first, and train on the result",
              "step %d (%s) cannot be part of a model: it looks at other rows", step->number,
              step->kind->title);
    fault_at(fault, 0, step->number, NULL);
    return ERR_UNSUPPORTED;
}

static err_t check_target(const prepare_t *prepare, const step_t *step, const char *name,
                          fault_t *fault)
{
    int64_t node = find(prepare, name);
    if (node == FLOW_NONE || !is_target(prepare, (size_t)node)) {
        return ERR_OK;
    }
    fault_set(fault, ERR_TARGET, "remove it from the step: labels are taken as they are",
              "step %d changes the target '%s'", step->number, name);
    fault_at(fault, 0, step->number, name);
    return ERR_TARGET;
}

// A step that names the target for itself, as a drop or a rename does. (Leaving it out by a keep
// does not change its labels.)
static err_t check_named(const prepare_t *prepare, const step_t *step, fault_t *fault)
{
    bool names = step->kind->shape == STEP_NAMES;
    const char *name;
    json_t *unused;
    err_t err = ERR_OK;
    if (names && step->kind->names != NAMES_DROP && step->kind->names != NAMES_RENAME) {
        return ERR_OK;
    }
    for (size_t i = 0; i < step->columns_count && err == ERR_OK; i++) {
        err = check_target(prepare, step, step->columns[i], fault);
    }
    json_object_foreach((json_t *)step_json(step, "names"), name, unused)
    {
        err = err == ERR_OK && names ? check_target(prepare, step, name, fault) : err;
    }
    return err;
}

static err_t mixed(const prepare_t *prepare, const spot_t *spot, size_t own, size_t other,
                   fault_t *fault)
{
    const step_t *step = spot->call.step;
    const char *feature = spot->call.inputs[own].name;
    const char *name = spot->call.inputs[other].name;
    if (is_target(prepare, spot->inputs[other])) {
        fault_set(fault, ERR_TARGET,
                  "take it out of the step: a model must not know what it is to predict",
                  "step %d (%s) uses the target '%.100s' beside '%.100s'", step->number,
                  step->kind->title, name, feature);
    } else {
        fault_set(fault, ERR_UNSUPPORTED,
                  "make all columns of the step features, or take those out that are none",
                  "step %d (%s) uses '%.100s', which is no feature, beside '%.100s'", step->number,
                  step->kind->title, name, feature);
    }
    fault_at(fault, 0, step->number, name);
    return fault->code;
}

// A call of features needs features alone, or a model would have to ask for more than those.
static err_t check_call(const prepare_t *prepare, const spot_t *spot, bool *ret_ours,
                        fault_t *fault)
{
    size_t count = spot->call.inputs_count;
    bool each =
        spot->call.step->kind->shape == STEP_EACH || spot->call.step->kind->shape == STEP_BESIDE;
    size_t own = count;
    size_t other = count;
    for (size_t i = count; i > 0; i--) {
        if (is_ours(prepare, spot->inputs[i - 1])) {
            own = i - 1;
        } else {
            other = i - 1;
        }
    }
    bool ours = count == 0 || (each ? own == 0 : own < count);
    *ret_ours = *ret_ours || ours;
    return ours && other < count ? mixed(prepare, spot, own, other, fault) : ERR_OK;
}

// --- Copies ------------------------------------------------------------------------------------

// With `wanted` (a byte for each column of the step) only those columns are copied.
static step_t copy_step(const step_t *step, const bool *wanted)
{
    step_t copy = {.kind = step->kind, .number = step->number};
    copy.columns = step->columns ? mem_array(step->columns_count, sizeof *copy.columns) : NULL;
    copy.settings = json_incref(step->settings);
    for (size_t i = 0; i < step->columns_count; i++) {
        if (!wanted || wanted[i]) {
            copy.columns[copy.columns_count++] = mem_strdup(step->columns[i]);
        }
    }
    return copy;
}

static recipe_t copy_recipe(const recipe_t *recipe)
{
    recipe_t copy = {.steps = mem_array(recipe->count, sizeof *copy.steps)};
    for (; copy.count < recipe->count; copy.count++) {
        copy.steps[copy.count] = copy_step(&recipe->steps[copy.count], NULL);
    }
    return copy;
}

static void add(prepare_t *prepare, step_t step)
{
    prepare->copy.steps[prepare->copy.count++] = step;
}

// The names of ours that a rename changes.
static void add_rename(prepare_t *prepare, const step_t *step)
{
    json_t *names = json_object();
    const char *old;
    json_t *name;
    json_object_foreach((json_t *)step_json(step, "names"), old, name)
    {
        if (is_ours_by_name(prepare, old)) {
            json_object_set(names, old, name);
        }
    }
    if (json_object_size(names) > 0) {
        step_t copy = copy_step(step, NULL);
        json_decref(copy.settings);
        copy.settings = json_pack("{s:O}", "names", names);
        add(prepare, copy);
    }
    json_decref(names);
}

// --- Steps -------------------------------------------------------------------------------------

// Which columns of the step are ours, and whether any is. The caller frees the list.
static bool *find_ours(const prepare_t *prepare, const step_t *step, bool *ret_any)
{
    bool *ours = mem_array(step->columns_count, sizeof *ours);
    *ret_any = false;
    for (size_t i = 0; i < step->columns_count; i++) {
        ours[i] = is_ours_by_name(prepare, step->columns[i]);
        *ret_any = *ret_any || ours[i];
    }
    return ours;
}

// Plans the step; whether it makes something of features.
static err_t plan(prepare_t *prepare, bool *ret_ours, fault_t *fault)
{
    flow_t *flow = prepare->flow;
    size_t spot = flow->spots_count;
    json_t *issues = json_array(); // who runs the recipe tells of them
    err_t err = ERR_OK;
    flow_plan_one(flow, true, issues);
    json_decref(issues);
    for (; spot < flow->spots_count && err == ERR_OK; spot++) {
        bool rows = flow->spots[spot]->call.step->kind->shape == STEP_ROWS;
        err = rows ? ERR_OK : check_call(prepare, flow->spots[spot], ret_ours, fault);
    }
    return err;
}

static void take_names(prepare_t *prepare, const step_t *step, const bool *ours, bool any)
{
    names_effect_t effect = step->kind->names;
    if (effect == NAMES_KEEP || (effect == NAMES_DROP && any)) {
        add(prepare, copy_step(step, ours));
    } else if (effect == NAMES_RENAME) {
        add_rename(prepare, step);
    }
}

// Refuses what cannot go with a model, and what would change the target.
static err_t check_step(const prepare_t *prepare, const step_t *step, bool any, fault_t *fault)
{
    step_shape_t shape = step->kind->shape;
    if (shape == STEP_SORT || (shape == STEP_ROWS && step->kind->learner)) {
        return unsupported(step, fault);
    }
    err_t err = shape == STEP_ROWS ? ERR_OK : check_named(prepare, step, fault);
    bool makes = shape != STEP_ROWS && shape != STEP_NAMES;
    return err == ERR_OK && makes && any && !part_goes(step) ? unsupported(step, fault) : err;
}

static err_t take_step(prepare_t *prepare, const step_t *step, fault_t *fault)
{
    step_shape_t shape = step->kind->shape;
    bool any;
    bool *ours = find_ours(prepare, step, &any);
    err_t err = check_step(prepare, step, any, fault);
    bool made = any;
    if (err == ERR_OK && shape == STEP_NAMES) {
        take_names(prepare, step, ours, any);
    }
    err = err == ERR_OK ? plan(prepare, &made, fault) : err;
    if (err == ERR_OK && shape != STEP_NAMES && shape != STEP_ROWS && made) {
        bool each = shape == STEP_EACH || shape == STEP_BESIDE;
        add(prepare, copy_step(step, each ? ours : NULL));
    }
    free(ours);
    return err;
}

err_t prepare_recipe(const recipe_t *recipe, const json_t *description, const request_t *request,
                     recipe_t *ret_recipe, fault_t *fault)
{
    prepare_t prepare = {.request = request};
    recipe_t whole = copy_recipe(recipe);
    err_t err = flow_new(description, &whole, &prepare.flow, fault);
    recipe_release(&whole);
    if (err != ERR_OK) {
        return err;
    }
    prepare.copy.steps = mem_array(recipe->count, sizeof *prepare.copy.steps);
    prepare.feature = mem_array(prepare.flow->live_count, sizeof(bool));
    for (size_t i = 0; i < request->features_count; i++) {
        prepare.feature[request->features[i]] = true;
    }
    for (size_t i = 0; i < recipe->count && err == ERR_OK; i++) {
        err = take_step(&prepare, &recipe->steps[i], fault);
    }
    free(prepare.feature);
    flow_destroy(&prepare.flow);
    if (err != ERR_OK) {
        recipe_release(&prepare.copy);
        return err;
    }
    *ret_recipe = prepare.copy;
    return ERR_OK;
}
