// SPDX-License-Identifier: MPL-2.0
// From steps to calls.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/engine/flow_edit.h"
#include "data/engine/flow_names.h"
#include "data/frame/frame.h"

// A step in work: the places of its columns, and the names of those it needs beside them.
typedef struct {
    flow_t *flow;
    const step_t *step;
    json_t *issues;
    size_t *places;
    size_t count;
    json_t *extra; // names
    void *tool;    // made when the extra names were asked for; the first call gets it
} work_t;

static void report(work_t *work, fault_t *fault)
{
    fault_at(fault, 0, work->step->number, NULL);
    issues_add(work->issues, fault);
}

static bool is_open(const flow_t *flow, size_t place)
{
    return flow->nodes[flow->live[place].node].kind == NODE_OPEN;
}

// --- Which columns -----------------------------------------------------------------------------

// Names in settings, and the new names of a rename step's object are not columns yet.
static void names_in_settings(const step_t *step, json_t *names)
{
    for (const setting_t *s = step->kind->settings; s && s->name; s++) {
        const json_t *value = step_json(step, s->name);
        if (s->kind == SETTING_COLUMN && value) {
            json_array_append(names, (json_t *)value);
        } else if (s->kind == SETTING_COLUMNS && value) {
            json_array_extend(names, (json_t *)value);
        } else if (s->kind == SETTING_NAMES) {
            const char *key;
            json_t *unused;
            json_object_foreach((json_t *)value, key, unused)
            {
                json_array_append_new(names, json_string(key));
            }
        }
    }
}

static bool find_extra(work_t *work)
{
    work->extra = json_array();
    const step_kind_t *kind = work->step->kind;
    if (!kind->open) {
        names_in_settings(work->step, work->extra);
        return true;
    }
    call_t call = {.step = work->step};
    fault_t fault = {0};
    err_t err = kind->open(&call, work->extra, &fault);
    work->tool = call.tool;
    if (err != ERR_OK) {
        report(work, &fault);
    }
    return err == ERR_OK;
}

typedef enum { NAME_FOUND, NAME_UNKNOWN, NAME_LATER } named_t;

// In a check: puts a column that an open one may become behind the others, as it would be made.
static int64_t add_part(flow_t *flow, const char *name, int64_t open)
{
    size_t from = flow->live[open].node;
    node_t part = flow->nodes[from];
    part.kind = NODE_SELECT;
    part.from = from;
    live_t live = {.name = (char *)name, .node = flow_node(flow, part)};
    flow_splice(flow, flow->live_count, 0, &live, 1);
    return (int64_t)flow->live_count - 1;
}

static named_t look_up(work_t *work, const char *name, bool checking, int64_t *ret_place)
{
    *ret_place = flow_find(work->flow, name);
    int64_t open = *ret_place == FLOW_NONE ? flow_opens_to(work->flow, name) : FLOW_NONE;
    if (open != FLOW_NONE && !checking) {
        return NAME_LATER;
    }
    *ret_place = open == FLOW_NONE ? *ret_place : add_part(work->flow, name, open);
    return *ret_place == FLOW_NONE ? NAME_UNKNOWN : NAME_FOUND;
}

// Whether the step has to wait for names; reports those that nobody knows.
static bool find_columns(work_t *work, bool checking, bool *ret_wait)
{
    const step_t *step = work->step;
    bool good = true;
    size_t count = step->columns_count + json_array_size(work->extra);
    work->places = mem_array(work->flow->live_count + count, sizeof *work->places);
    for (size_t i = 0; i < count; i++) {
        bool own = i < step->columns_count;
        const char *name =
            own ? step->columns[i]
                : json_string_value(json_array_get(work->extra, i - step->columns_count));
        int64_t place;
        named_t named = look_up(work, name, checking, &place);
        *ret_wait = *ret_wait || named == NAME_LATER;
        if (named == NAME_UNKNOWN) {
            fault_t fault;
            flow_unknown(work->flow, step, name, &fault);
            issues_add(work->issues, &fault);
            good = good && own; // the step's other columns can be checked all the same
        } else if (named == NAME_FOUND && own) {
            work->places[work->count++] = (size_t)place;
        }
    }
    return good || *ret_wait;
}

// All columns that are there. Columns of 0 and 1 are never missing, so drop_rows need not wait.
static void take_all(work_t *work, bool checking, bool *ret_wait)
{
    bool filter = work->step->kind->keep && !work->step->kind->learner;
    for (size_t i = 0; i < work->flow->live_count; i++) {
        if (!is_open(work->flow, i)) {
            work->places[work->count++] = i;
        } else if (!checking && !filter) {
            *ret_wait = true;
        }
    }
}

// --- Calls -------------------------------------------------------------------------------------

static const char *needs(unsigned types)
{
    return types == TYPES_NUMBER  ? "numbers"
           : types == TYPES_WORDS ? "text"
           : types == TYPES_TIME  ? "dates"
                                  : "columns of another type";
}

static err_t check_type(const step_t *step, const input_t *input, fault_t *fault)
{
    const step_kind_t *kind = step->kind;
    if (type_in(input->type, kind->types)) {
        return ERR_OK;
    }
    bool words = type_in(input->type, TYPES_WORDS);
    const char *remedy = strcmp(kind->op, "missing") == 0 ? "use mode or constant for this column"
                         : kind->types == TYPES_NUMBER && words
                             ? "take it out of the step, or encode it first"
                         : kind->types == TYPES_TIME ? "take it out of the step, or parse it first"
                                                     : "take it out of the step, or cast it first";
    fault_set(fault, ERR_COLUMN_TYPE, remedy, "column '%s' is %s; %s needs %s", input->name,
              type_name(input->type), kind->method ? kind->method : kind->op, needs(kind->types));
    fault_at(fault, 0, step->number, input->name);
    return ERR_COLUMN_TYPE;
}

// A column without values has no type of its own to speak of.
static err_t check_input(const call_t *call, size_t i, fault_t *fault)
{
    const input_t *input = &call->inputs[i];
    const step_kind_t *kind = call->step->kind;
    bool empty = input->facts && !input->filled && kind->learner &&
                 !type_in(input->type, kind->types) &&
                 json_integer_value(json_object_get(input->facts, "distinct")) == 0;
    return empty
               ? call_fault(call, i, ERR_COLUMN_EMPTY, fault, "drop it, or fill it with a constant",
                            "column '%s' has no values", input->name)
               : check_type(call->step, input, fault);
}

static input_t input_of(const flow_t *flow, size_t place)
{
    const node_t *node = &flow->nodes[flow->live[place].node];
    bool raw = node->kind == NODE_SOURCE && flow->stages_count == 1 && !flow->given;
    const json_t *columns = json_object_get(flow->description, "columns");
    return (input_t){.name = flow->live[place].name,
                     .type = node->type,
                     .filled = node->filled,
                     .facts = raw ? json_array_get(columns, node->from) : NULL};
}

static void add_input(flow_t *flow, spot_t *spot, size_t place)
{
    spot->call.inputs[spot->call.inputs_count] = input_of(flow, place);
    spot->inputs[spot->call.inputs_count++] = flow_at(flow, flow->live[place].node, spot->stage);
}

// The inputs' names are those of now; the call keeps its own copies.
static void own_names(spot_t *spot)
{
    for (size_t i = 0; i < spot->call.inputs_count; i++) {
        spot->call.inputs[i].name = mem_strdup(spot->call.inputs[i].name);
    }
}

// A call over some columns and the extra ones; NULL when it cannot be, which is reported.
static spot_t *make_call(work_t *work, const size_t *places, size_t count, size_t *ret_index)
{
    flow_t *flow = work->flow;
    size_t extra = json_array_size(work->extra);
    spot_t *spot = flow_spot(flow, work->step, ret_index);
    call_t *call = &spot->call;
    call->inputs = mem_array(count + extra, sizeof *call->inputs);
    spot->inputs = mem_array(count + extra, sizeof *spot->inputs);
    call->tool = work->tool;
    work->tool = NULL;
    fault_t fault = {0};
    err_t err = ERR_OK;
    for (size_t i = 0; i < count; i++) {
        add_input(flow, spot, places[i]);
    }
    for (size_t i = 0; i < extra; i++) {
        const char *name = json_string_value(json_array_get(work->extra, i));
        add_input(flow, spot, (size_t)flow_find(flow, name));
    }
    own_names(spot);
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        err = check_input(call, i, &fault);
    }
    if (err == ERR_OK && work->step->kind->prepare) {
        err = work->step->kind->prepare(call, &fault);
    } else if (err == ERR_OK && work->step->kind->apply && count > 0) {
        call_output(call, call->inputs[0].name, call->inputs[0].type, call->inputs[0].filled);
    }
    if (err != ERR_OK) {
        report(work, &fault);
        return NULL;
    }
    spot->known = !work->step->kind->learner;
    spot->fitted = spot->known && !work->step->kind->keep;
    return spot;
}

// --- What becomes of the columns ---------------------------------------------------------------

static err_t check_name(flow_t *flow, const call_t *call, const char *name, size_t from,
                        size_t gone, fault_t *fault)
{
    int64_t place = flow_find(flow, name);
    if (place == FLOW_NONE || ((size_t)place >= from && (size_t)place < from + gone)) {
        return ERR_OK;
    }
    fault_set(fault, ERR_COLUMN_COLLISION, "rename or drop one of them",
              "two columns would have the name '%.200s'", name);
    fault_at(fault, 0, call->step->number, call->inputs_count ? call->inputs[0].name : name);
    return ERR_COLUMN_COLLISION;
}

// Puts outputs [first, first + count) of a call in the place of `gone` columns.
static err_t place_outputs(flow_t *flow, size_t index, size_t first, size_t count, size_t place,
                           size_t gone, fault_t *fault)
{
    spot_t *spot = flow->spots[index];
    const call_t *call = &spot->call;
    if (flow->live_count - gone + count > FRAME_COLUMNS_MAX) {
        fault_set(fault, ERR_LEVELS, "use fewer columns",
                  "the table would have more than %d columns", FRAME_COLUMNS_MAX);
        fault_at(fault, 0, call->step->number, call->inputs_count ? call->inputs[0].name : NULL);
        return ERR_LEVELS;
    }
    for (size_t i = first; i < first + count; i++) {
        err_t err = check_name(flow, call, call->outputs[i].name, place, gone, fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    live_t *with = mem_array(count, sizeof *with);
    for (size_t i = 0; i < count; i++) {
        with[i] = (live_t){.name = call->outputs[first + i].name,
                           .node = (size_t)spot->first + first + i};
    }
    flow_splice(flow, place, gone, with, count);
    free(with);
    return ERR_OK;
}

static void make_nodes(flow_t *flow, size_t index)
{
    spot_t *spot = flow->spots[index];
    spot->first = (int64_t)flow->nodes_count;
    for (size_t i = 0; i < spot->call.outputs_count; i++) {
        const output_t *output = &spot->call.outputs[i];
        flow_node(flow, (node_t){.kind = NODE_OUTPUT,
                                 .type = output->type,
                                 .filled = output->filled,
                                 .stage = spot->stage,
                                 .from = index,
                                 .output = i});
    }
}

// The column stays in its place until it is known what it becomes.
static void leave_open(work_t *work, size_t index, size_t place)
{
    flow_t *flow = work->flow;
    live_t open = {.name = flow->live[place].name};
    open.node = flow_node(flow, (node_t){.kind = NODE_OPEN,
                                         .type = TYPE_INTEGER,
                                         .filled = true,
                                         .stage = flow->stages_count - 1,
                                         .from = index});
    flow_note_gone(flow, open.name, work->step->number, true);
    char *name = mem_strdup(open.name);
    open.name = name;
    flow_splice(flow, place, 1, &open, 1);
    free(name);
}

static void plan_each(work_t *work)
{
    flow_t *flow = work->flow;
    bool beside = work->step->kind->shape == STEP_BESIDE;
    char **names = mem_array(work->count, sizeof *names); // places move
    for (size_t i = 0; i < work->count; i++) {
        names[i] = mem_strdup(flow->live[work->places[i]].name);
    }
    for (size_t i = 0; i < work->count; i++) {
        int64_t place = flow_find(flow, names[i]);
        if (place == FLOW_NONE) {
            continue; // an output of this step took its name: reported
        }
        size_t index;
        size_t at = (size_t)place;
        fault_t fault = {0};
        const spot_t *spot = make_call(work, &at, 1, &index);
        if (work->step->kind->opens) { // also when it cannot be, so that the columns it would make
                                       // are no issues too
            leave_open(work, index, at);
        } else if (spot) {
            make_nodes(flow, index);
            if (place_outputs(flow, index, 0, spot->call.outputs_count, at + beside, !beside,
                              &fault) != ERR_OK) {
                report(work, &fault);
            }
        }
    }
    for (size_t i = 0; i < work->count; i++) {
        free(names[i]);
    }
    free(names);
}

// Outputs replace the columns one by one; more of them stand behind the last.
static void plan_together(work_t *work)
{
    size_t index;
    fault_t fault = {0};
    const spot_t *spot = make_call(work, work->places, work->count, &index);
    if (!spot) {
        return;
    }
    make_nodes(work->flow, index);
    err_t err = ERR_OK;
    size_t outputs = spot->call.outputs_count;
    for (size_t i = 0; i < work->count && i < outputs && err == ERR_OK; i++) {
        err = place_outputs(work->flow, index, i, 1, work->places[i], 1, &fault);
    }
    if (err == ERR_OK && outputs > work->count) {
        err = place_outputs(work->flow, index, work->count, outputs - work->count,
                            work->places[work->count - 1] + 1, 0, &fault);
    }
    if (err != ERR_OK) {
        report(work, &fault);
    }
}

static void plan_new(work_t *work)
{
    size_t index;
    fault_t fault = {0};
    const spot_t *spot = make_call(work, work->places, work->count, &index);
    if (spot) {
        make_nodes(work->flow, index);
        if (place_outputs(work->flow, index, 0, spot->call.outputs_count, work->flow->live_count, 0,
                          &fault) != ERR_OK) {
            report(work, &fault);
        }
    }
}

static int by_place(const void *left, const void *right)
{
    size_t a = *(const size_t *)left;
    size_t b = *(const size_t *)right;
    return (a > b) - (a < b);
}

// The columns go; the outputs stand where the first of them stood.
static void plan_merge(work_t *work)
{
    size_t index;
    fault_t fault = {0};
    flow_t *flow = work->flow;
    const spot_t *spot = make_call(work, work->places, work->count, &index);
    if (!spot) {
        return;
    }
    make_nodes(flow, index);
    qsort(work->places, work->count, sizeof *work->places, by_place);
    for (size_t i = work->count; i > 1; i--) {
        flow_note_gone(flow, flow->live[work->places[i - 1]].name, work->step->number, false);
        flow_splice(flow, work->places[i - 1], 1, NULL, 0);
    }
    if (work->count > 0 && place_outputs(flow, index, 0, spot->call.outputs_count, work->places[0],
                                         1, &fault) != ERR_OK) {
        report(work, &fault);
    }
}

// Behind drop_rows the columns have no missing values any more.
static void note_filled(work_t *work)
{
    flow_t *flow = work->flow;
    if (!step_chose(work->step, "how", "any")) {
        return;
    }
    for (size_t i = 0; i < work->count; i++) {
        live_t *live = &flow->live[work->places[i]];
        live->node = flow_at(flow, live->node, flow->stages_count - 1);
        flow->nodes[live->node].filled = true;
    }
}

static void plan_rows(work_t *work)
{
    size_t index;
    if (make_call(work, work->places, work->count, &index)) {
        flow_begin_stage(work->flow, index);
        note_filled(work);
    }
}

static void plan_found(work_t *work)
{
    fault_t fault = {0};
    switch (work->step->kind->shape) {
    case STEP_EACH:
    case STEP_BESIDE:
        plan_each(work);
        break;
    case STEP_TOGETHER:
        plan_together(work);
        break;
    case STEP_NEW:
        plan_new(work);
        break;
    case STEP_MERGE:
        plan_merge(work);
        break;
    case STEP_ROWS:
        plan_rows(work);
        break;
    case STEP_NAMES:
        if (flow_names(work->flow, work->step, &fault) != ERR_OK) {
            report(work, &fault);
        }
        break;
    default:
        break;
    }
}

// Plans one step; false when it has to wait.
static bool plan_step(flow_t *flow, const step_t *step, bool checking, json_t *issues)
{
    work_t work = {.flow = flow, .step = step, .issues = issues};
    bool wait = false;
    bool good = find_extra(&work) && find_columns(&work, checking, &wait);
    if (good && step->columns_count == 0 && step->kind->columns == STEP_COLUMNS_ANY) {
        take_all(&work, checking, &wait);
    }
    flow->broken = !wait && good && step->kind->shape == STEP_SORT && !checking;
    bool some = step->columns_count == 0 || work.count > 0;
    if (good && some && !wait && !flow->broken) {
        plan_found(&work);
    }
    if (work.tool && step->kind->release_tool) {
        step->kind->release_tool(work.tool);
    }
    free(work.places);
    json_decref(work.extra);
    return !wait && !flow->broken;
}

bool flow_plan_one(flow_t *flow, bool checking, json_t *issues)
{
    bool planned = flow->next < flow->recipe.count &&
                   plan_step(flow, &flow->recipe.steps[flow->next], checking, issues);
    flow->next += planned;
    return planned;
}

void flow_plan(flow_t *flow, bool checking, json_t *issues)
{
    while (flow_plan_one(flow, checking, issues)) {
    }
}

err_t flow_open(flow_t *flow, size_t index, fault_t *fault)
{
    spot_t *spot = flow->spots[index];
    make_nodes(flow, index);
    for (size_t place = 0; place < flow->live_count; place++) {
        const node_t *node = &flow->nodes[flow->live[place].node];
        if (node->kind == NODE_OPEN && node->from == index) {
            return place_outputs(flow, index, 0, spot->call.outputs_count, place, 1, fault);
        }
    }
    return ERR_OK; // dropped since
}
