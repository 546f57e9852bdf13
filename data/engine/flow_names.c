// SPDX-License-Identifier: MPL-2.0
// Names that a flow does not know, and steps that only change names.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/engine/flow_edit.h"
#include "data/engine/flow_names.h"
#include "data/value/nearest.h"

int64_t flow_opens_to(const flow_t *flow, const char *name)
{
    int64_t found = FLOW_NONE;
    size_t longest = 0;
    for (size_t i = 0; flow->open > 0 && i < flow->live_count; i++) {
        const live_t *live = &flow->live[i];
        size_t size = strlen(live->name);
        if (flow->nodes[live->node].kind == NODE_OPEN && strncmp(name, live->name, size) == 0 &&
            name[size] == '_' && size >= longest) {
            longest = size;
            found = (int64_t)i;
        }
    }
    return found;
}

static const gone_t *find_gone(const flow_t *flow, const char *name)
{
    for (size_t i = flow->gone_count; i > 0; i--) {
        if (strcmp(flow->gone[i - 1].name, name) == 0) {
            return &flow->gone[i - 1];
        }
    }
    return NULL;
}

static void meant(const flow_t *flow, const char *name, char *remedy, size_t size)
{
    const char **names = mem_array(flow->live_count, sizeof *names);
    for (size_t i = 0; i < flow->live_count; i++) {
        names[i] = flow->live[i].name;
    }
    long near = nearest_name(names, flow->live_count, name);
    if (near >= 0) {
        snprintf(remedy, size, "did you mean '%.200s'?", names[near]);
    } else {
        snprintf(remedy, size, "use a column that the table has at this step");
    }
    free(names);
}

err_t flow_unknown(const flow_t *flow, const step_t *step, const char *name, fault_t *fault)
{
    char remedy[FAULT_REMEDY_MAX];
    const gone_t *gone = find_gone(flow, name);
    if (gone && gone->expanded) {
        snprintf(remedy, sizeof remedy, "step %d split it into 0/1 columns named '%.150s_...'",
                 gone->step, name);
    } else if (gone) {
        snprintf(remedy, sizeof remedy, "step %d took it away; move this step before it",
                 gone->step);
    } else {
        meant(flow, name, remedy, sizeof remedy);
    }
    fault_set(fault, ERR_COLUMN_UNKNOWN, remedy, "there is no column '%.200s'", name);
    fault_at(fault, 0, step->number, name);
    return ERR_COLUMN_UNKNOWN;
}

static bool is_named(const step_t *step, const char *name)
{
    for (size_t i = 0; i < step->columns_count; i++) {
        if (strcmp(step->columns[i], name) == 0) {
            return true;
        }
    }
    return false;
}

// Whether a step names a column that an open one may become.
static bool names_part(const step_t *step, const live_t *live)
{
    size_t size = strlen(live->name);
    for (size_t i = 0; i < step->columns_count; i++) {
        if (strncmp(step->columns[i], live->name, size) == 0 && step->columns[i][size] == '_') {
            return true;
        }
    }
    return false;
}

// The live columns of which `wanted` is true stay, in their order.
static void keep(flow_t *flow, const step_t *step, bool wanted)
{
    levels_t *named = levels_new(step->columns_count, SIZE_MAX);
    for (size_t i = 0; i < step->columns_count; i++) {
        levels_add(named, step->columns[i], strlen(step->columns[i]), 1);
    }
    size_t kept = 0;
    levels_destroy(&flow->places);
    for (size_t i = 0; i < flow->live_count; i++) {
        live_t live = flow->live[i];
        bool open = flow->nodes[live.node].kind == NODE_OPEN; // a check: parts may go, or stay
        bool is = open ? wanted && names_part(step, &live)
                       : levels_find(named, live.name, strlen(live.name)) != LEVELS_UNKNOWN;
        if (is == wanted) {
            flow->live[kept++] = live;
            continue;
        }
        flow->open -= flow->nodes[live.node].kind == NODE_OPEN;
        flow_note_gone(flow, live.name, step->number, false);
        free(live.name);
    }
    flow->live_count = kept;
    levels_destroy(&named);
}

static void reorder(flow_t *flow, const step_t *step)
{
    live_t *order = mem_array(flow->live_count, sizeof *order);
    size_t count = 0;
    for (size_t i = 0; i < step->columns_count; i++) {
        int64_t place = flow_find(flow, step->columns[i]);
        if (place != FLOW_NONE) {
            order[count++] = flow->live[place];
        }
    }
    for (size_t i = 0; i < flow->live_count; i++) {
        if (!is_named(step, flow->live[i].name)) {
            order[count++] = flow->live[i];
        }
    }
    if (count == flow->live_count) {
        memcpy(flow->live, order, count * sizeof *order);
    }
    levels_destroy(&flow->places);
    free(order);
}

// All names change at once, so that two columns can swap theirs.
static err_t rename_all(flow_t *flow, const step_t *step, fault_t *fault)
{
    const json_t *names = step_json(step, "names");
    levels_t *seen = levels_new(flow->live_count, SIZE_MAX);
    err_t err = ERR_OK;
    for (size_t i = 0; i < flow->live_count && err == ERR_OK; i++) {
        const char *old = flow->live[i].name;
        const char *given = json_string_value(json_object_get(names, old));
        const char *name = given ? given : old;
        if (levels_add(seen, name, strlen(name), 1) != (int64_t)i) {
            fault_set(fault, ERR_COLUMN_COLLISION, "choose another name",
                      "two columns would have the name '%.200s'", name);
            fault_at(fault, 0, step->number, name);
            err = ERR_COLUMN_COLLISION;
        }
    }
    levels_destroy(&seen);
    for (size_t i = 0; i < flow->live_count && err == ERR_OK; i++) {
        const char *given = json_string_value(json_object_get(names, flow->live[i].name));
        if (given) {
            flow_note_gone(flow, flow->live[i].name, step->number, false);
            free(flow->live[i].name);
            flow->live[i].name = mem_strdup(given);
        }
    }
    levels_destroy(&flow->places);
    return err;
}

err_t flow_names(flow_t *flow, const step_t *step, fault_t *fault)
{
    switch (step->kind->names) {
    case NAMES_DROP:
        keep(flow, step, false);
        return ERR_OK;
    case NAMES_KEEP:
        keep(flow, step, true);
        return ERR_OK;
    case NAMES_REORDER:
        reorder(flow, step);
        return ERR_OK;
    default:
        return rename_all(flow, step, fault);
    }
}
