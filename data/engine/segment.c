// SPDX-License-Identifier: MPL-2.0
#include "data/engine/segment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "data/engine/sort.h"
#include "data/engine/steps_json.h"
#include "data/frame/import.h"

// Of a segment's work, what it takes to learn.
static const double FIT_SHARE = 0.5;

segment_t *segment_last(const segments_t *segments)
{
    return &segments->items[segments->count - 1];
}

static size_t count_sorts(const recipe_t *recipe)
{
    size_t count = 0;
    for (size_t i = 0; i < recipe->count; i++) {
        count += recipe->steps[i].kind->shape == STEP_SORT;
    }
    return count;
}

// The steps behind the sort; the flow keeps the others.
static recipe_t split(flow_t *flow)
{
    size_t first = flow->next + 1;
    recipe_t rest = {.count = flow->recipe.count - first};
    rest.steps = mem_array(rest.count, sizeof *rest.steps);
    memcpy(rest.steps, flow->recipe.steps + first, rest.count * sizeof *rest.steps);
    flow->recipe.count = first;
    return rest;
}

static err_t begin(segments_t *segments, const frame_t *frame, recipe_t *recipe, fault_t *fault)
{
    flow_t *flow;
    err_t err = flow_new(frame_description(frame), recipe, &flow, fault);
    if (err == ERR_OK) {
        segments->items = mem_resize(segments->items, segments->count + 1, sizeof *segments->items);
        segments->items[segments->count++] = (segment_t){.flow = flow, .frame = frame};
    }
    return err;
}

// The table of a segment is not needed any more: a temporary one goes.
static void drop_table(segment_t *segment)
{
    frame_destroy(&segment->owned);
    segment->frame = NULL;
    segment->flow->description = NULL;
}

static err_t sort_segment(segments_t *segments, const fit_setup_t *setup, fault_t *fault)
{
    segment_t *segment = segment_last(segments);
    frame_t *frame = NULL;
    int fd;
    err_t err = import_scratch(NULL, &fd, fault);
    if (err != ERR_OK) {
        return err;
    }
    err = segment_write(segment, setup, SORT_MEMORY, fd, &segment->faulty, fault);
    if (err != ERR_OK) {
        close(fd);
        return err;
    }
    recipe_t rest = split(segment->flow);
    drop_table(segment);
    err = frame_open_fd(fd, &frame, fault);
    err = err == ERR_OK ? begin(segments, frame, &rest, fault) : err;
    if (err == ERR_OK) {
        segment_last(segments)->owned = frame;
    } else {
        frame_destroy(&frame);
    }
    recipe_release(&rest);
    return err;
}

// One segment: fitted, and sorted when a sort follows.
static err_t run_segment(segments_t *segments, const fit_setup_t *setup, size_t parts,
                         fault_t *fault)
{
    segment_t *segment = segment_last(segments);
    bool first = segments->count == 1;
    double from = (double)(segments->count - 1) / (double)parts;
    double to = (double)segments->count / (double)parts;
    double middle = segments->count == parts ? to : from + FIT_SHARE * (to - from);
    progress_t fitting = progress_part(setup->progress, from, middle);
    progress_t sorting = progress_part(setup->progress, middle, to);
    fit_setup_t mine = *setup;
    mine.frame = segment->frame;
    mine.mask = first ? setup->mask : NULL;
    mine.cache = first ? setup->cache : NULL;
    mine.progress = setup->progress ? &fitting : NULL;
    err_t err = fit_flow(segment->flow, &mine, fault);
    if (err == ERR_OK && segment->flow->broken) {
        mine.progress = setup->progress ? &sorting : NULL;
        err = sort_segment(segments, &mine, fault);
    }
    return err;
}

err_t segment_run(const fit_setup_t *setup, recipe_t *recipe, segments_t *ret_segments,
                  fault_t *fault)
{
    segments_t segments = {0};
    size_t parts = count_sorts(recipe) + 1;
    size_t done = 0;
    err_t err = begin(&segments, setup->frame, recipe, fault);
    while (err == ERR_OK && done < segments.count) {
        done = segments.count;
        err = run_segment(&segments, setup, parts, fault);
    }
    if (err != ERR_OK) {
        segment_release(&segments);
        return err;
    }
    *ret_segments = segments;
    return ERR_OK;
}

// Cells that steps made missing, step by step, where there are any.
static void set_faulty(const segment_t *segment, json_t *steps)
{
    for (size_t i = 0; i < segment->flow->spots_count && segment->faulty; i++) {
        const step_t *step = segment->flow->spots[i]->call.step;
        json_t *json = json_array_get(steps, (size_t)step->number - 1);
        if (segment->faulty[i] > 0) {
            int64_t before = json_integer_value(json_object_get(json, "cells_lost"));
            json_object_set_new(json, "cells_lost", json_integer(before + segment->faulty[i]));
        }
    }
}

json_t *segment_steps(const segments_t *segments, size_t levels_max)
{
    json_t *steps = json_array();
    for (size_t i = 0; i < segments->count; i++) {
        json_t *some = steps_json(segments->items[i].flow, levels_max);
        json_array_extend(steps, some);
        json_decref(some);
        set_faulty(&segments->items[i], steps);
    }
    return steps;
}

void segment_release(segments_t *segments)
{
    for (size_t i = 0; i < segments->count; i++) {
        flow_destroy(&segments->items[i].flow);
        frame_destroy(&segments->items[i].owned);
        free(segments->items[i].faulty);
    }
    free(segments->items);
    *segments = (segments_t){0};
}
