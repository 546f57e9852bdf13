// SPDX-License-Identifier: MPL-2.0
#include "data/engine/flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/engine/flow_edit.h"
#include "data/frame/frame.h"

size_t flow_node(flow_t *flow, node_t node)
{
    if (flow->nodes_count == flow->nodes_capacity) {
        flow->nodes_capacity = flow->nodes_capacity ? flow->nodes_capacity * 2 : 32;
        flow->nodes = mem_resize(flow->nodes, flow->nodes_capacity, sizeof *flow->nodes);
    }
    node.select = FLOW_NONE;
    flow->nodes[flow->nodes_count] = node;
    return flow->nodes_count++;
}

spot_t *flow_spot(flow_t *flow, const step_t *step, size_t *ret_index)
{
    if (flow->spots_count == flow->spots_capacity) {
        flow->spots_capacity = flow->spots_capacity ? flow->spots_capacity * 2 : 16;
        flow->spots = mem_resize(flow->spots, flow->spots_capacity, sizeof(spot_t *));
    }
    spot_t *spot = mem_new(sizeof *spot);
    *spot = (spot_t){.call = {.step = step},
                     .index = flow->spots_count,
                     .stage = flow->stages_count - 1,
                     .first = FLOW_NONE};
    flow->spots[flow->spots_count] = spot;
    *ret_index = flow->spots_count++;
    return spot;
}

void flow_begin_stage(flow_t *flow, size_t spot)
{
    flow->stages = mem_resize(flow->stages, flow->stages_count + 1, sizeof *flow->stages);
    flow->stages[flow->stages_count] = spot;
    if (flow->stages_count > 0) {
        flow->spots[spot]->begins = flow->stages_count;
    }
    flow->stages_count++;
}

size_t flow_at(flow_t *flow, size_t node, size_t stage)
{
    if (flow->nodes[node].stage == stage) {
        return node;
    }
    int64_t select = flow->nodes[node].select;
    if (select != FLOW_NONE && flow->nodes[select].stage == stage) {
        return (size_t)select;
    }
    node_t part = flow->nodes[node];
    part.kind = NODE_SELECT;
    part.from = node;
    part.stage = stage;
    size_t made = flow_node(flow, part);
    flow->nodes[node].select = (int64_t)made;
    return made;
}

// Whether columns take the places of as many that are called the same, so that all names stay where
// they are.
static bool keeps_names(const flow_t *flow, size_t place, size_t gone, const live_t *with,
                        size_t count)
{
    bool same = gone == count;
    for (size_t i = 0; i < count && same; i++) {
        const live_t *live = &flow->live[place + i];
        bool open = flow->nodes[live->node].kind == NODE_OPEN;
        same = strcmp(live->name, with[i].name) == 0 &&
               open == (flow->nodes[with[i].node].kind == NODE_OPEN);
    }
    return same;
}

void flow_splice(flow_t *flow, size_t place, size_t gone, const live_t *with, size_t count)
{
    if (!keeps_names(flow, place, gone, with, count)) {
        levels_destroy(&flow->places);
    }
    size_t behind = flow->live_count - place - gone;
    size_t total = place + count + behind;
    if (total > flow->live_capacity) {
        flow->live_capacity = total * 2;
        flow->live = mem_resize(flow->live, flow->live_capacity, sizeof *flow->live);
    }
    for (size_t i = place; i < place + gone; i++) {
        flow->open -= flow->nodes[flow->live[i].node].kind == NODE_OPEN;
        free(flow->live[i].name);
    }
    memmove(flow->live + place + count, flow->live + place + gone, behind * sizeof *flow->live);
    for (size_t i = 0; i < count; i++) {
        flow->live[place + i] = (live_t){.name = mem_strdup(with[i].name), .node = with[i].node};
        flow->open += flow->nodes[with[i].node].kind == NODE_OPEN;
    }
    flow->live_count = total;
}

void flow_note_gone(flow_t *flow, const char *name, int32_t step, bool expanded)
{
    flow->gone = mem_resize(flow->gone, flow->gone_count + 1, sizeof *flow->gone);
    flow->gone[flow->gone_count++] =
        (gone_t){.name = mem_strdup(name), .step = step, .expanded = expanded};
}

// Names of columns that are not known yet cannot clash: they hold a NUL.
static void index_places(flow_t *flow)
{
    flow->places = levels_new(flow->live_count, SIZE_MAX);
    for (size_t i = 0; i < flow->live_count; i++) {
        bool open = flow->nodes[flow->live[i].node].kind == NODE_OPEN;
        char *name = text_format("%s%c%zu", flow->live[i].name, '\0', i);
        size_t size = strlen(flow->live[i].name);
        levels_add(flow->places, name, open ? size + 2 : size, 1);
        free(name);
    }
}

int64_t flow_find(flow_t *flow, const char *name)
{
    if (!flow->places) {
        index_places(flow);
    }
    int64_t place = levels_find(flow->places, name, strlen(name));
    return place == LEVELS_UNKNOWN ? FLOW_NONE : place;
}

static bool add_source(flow_t *flow, const json_t *column, size_t i, levels_t *seen)
{
    const char *name = json_string_value(json_object_get(column, "name"));
    const char *type = json_string_value(json_object_get(column, "type"));
    node_t node = {.kind = NODE_SOURCE, .from = i};
    if (!name || !type || !type_by_name(type, &node.type) ||
        levels_add(seen, name, strlen(name), 1) != (int64_t)i) {
        return false;
    }
    node.filled = json_integer_value(json_object_get(column, "missing")) == 0 &&
                  json_is_integer(json_object_get(column, "missing"));
    live_t live = {.name = (char *)name, .node = flow_node(flow, node)};
    flow_splice(flow, flow->live_count, 0, &live, 1);
    return true;
}

err_t flow_new(const json_t *description, recipe_t *recipe, flow_t **ret_flow, fault_t *fault)
{
    const json_t *columns = json_object_get(description, "columns");
    size_t count = json_array_size(columns);
    flow_t *flow = mem_new(sizeof *flow);
    flow->description = description;
    flow->recipe = *recipe;
    *recipe = (recipe_t){0};
    flow_begin_stage(flow, 0);
    levels_t *seen = levels_new(count, SIZE_MAX);
    const char *delimiter = json_string_value(json_object_get(description, "delimiter"));
    bool good = count > 0 && count <= FRAME_COLUMNS_MAX && delimiter && strlen(delimiter) == 1 &&
                json_is_integer(json_object_get(description, "rows"));
    for (size_t i = 0; i < count && good; i++) {
        good = add_source(flow, json_array_get(columns, i), i, seen);
    }
    levels_destroy(&seen);
    if (!good) {
        flow_destroy(&flow);
        return fault_set(fault, ERR_INVALID, "inspect the file again",
                         "the table's description is not valid");
    }
    *ret_flow = flow;
    return ERR_OK;
}

err_t flow_read(const frame_t *frame, const json_t *recipe, flow_t **ret_flow, fault_t *fault)
{
    recipe_t parsed = {0};
    err_t err = recipe_read(recipe, &parsed, fault);
    err = err == ERR_OK ? flow_new(frame_description(frame), &parsed, ret_flow, fault) : err;
    recipe_release(&parsed);
    return err;
}

err_t flow_check_columns(const flow_t *flow, fault_t *fault)
{
    return flow->live_count > 0 ? ERR_OK
                                : fault_set(fault, ERR_STEP_PARAMETER, "keep at least one column",
                                            "the recipe leaves no column");
}

void flow_destroy(flow_t **flow)
{
    if (!*flow) {
        return;
    }
    for (size_t i = 0; i < (*flow)->spots_count; i++) {
        call_release(&(*flow)->spots[i]->call);
        free((*flow)->spots[i]->inputs);
        json_decref((*flow)->spots[i]->facts);
        free((*flow)->spots[i]);
    }
    for (size_t i = 0; i < (*flow)->live_count; i++) {
        free((*flow)->live[i].name);
    }
    for (size_t i = 0; i < (*flow)->gone_count; i++) {
        free((*flow)->gone[i].name);
    }
    levels_destroy(&(*flow)->places);
    free((*flow)->spots);
    free((*flow)->live);
    free((*flow)->gone);
    free((*flow)->nodes);
    free((*flow)->stages);
    recipe_release(&(*flow)->recipe);
    free(*flow);
    *flow = NULL;
}
