// SPDX-License-Identifier: MPL-2.0
#include "data/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/columns.h"

typedef struct {
    const table_t *table;
    json_t *issues;
    columns_t columns;
    plan_t plan;
    int64_t *last;    // by track: its latest need
    size_t *expanded; // columns that one_hot has ended
    size_t expanded_count;
} planner_t;

static unsigned kinds_for(step_kind_t kind, const column_t *column)
{
    if (kind == STEP_DROP_ROWS || kind == STEP_DROP || kind == STEP_CONSTANT) {
        return 0;
    }
    bool discrete = column->coded || column->type == TYPE_TEXT;
    if (discrete || kind == STEP_LABEL || kind == STEP_ONE_HOT) {
        return NEED_LEVELS;
    }
    bool sums = kind == STEP_MEAN || kind == STEP_Z_SCORE || kind == STEP_MIN_MAX;
    return sums ? NEED_MOMENTS : NEED_VALUES;
}

// The track's need at the present stage, a new one if there is none.
static need_t *need_at_stage(planner_t *planner, size_t track)
{
    plan_t *plan = &planner->plan;
    size_t stage = plan->filters_count;
    int64_t last = planner->last[track];
    if (last != PLAN_NONE && plan->needs[last].stage == stage) {
        return &plan->needs[last];
    }
    int64_t index = (int64_t)plan->needs_count++;
    plan->needs = mem_resize(plan->needs, plan->needs_count, sizeof *plan->needs);
    plan->needs[index] = (need_t){
        .track = track, .stage = stage, .levels_max = PLAN_LABEL_LEVELS, .next = PLAN_NONE};
    *(last == PLAN_NONE ? &plan->first[track] : &plan->needs[last].next) = index;
    planner->last[track] = index;
    return &plan->needs[index];
}

static void add_need(planner_t *planner, const step_t *step, size_t track, unsigned kinds)
{
    if (kinds == 0) {
        return;
    }
    need_t *need = need_at_stage(planner, track);
    need->kinds |= kinds;
    bool fewer = step->kind == STEP_ONE_HOT && need->levels_max > PLAN_ONE_HOT_LEVELS;
    if (fewer || (need->levels_step == 0 && (kinds & NEED_LEVELS))) {
        need->levels_max = fewer ? PLAN_ONE_HOT_LEVELS : PLAN_LABEL_LEVELS;
        need->levels_step = step->number;
    }
}

static err_t check_number(const step_t *step, const column_t *column, fault_t *fault)
{
    if (column->type != TYPE_TEXT) {
        return ERR_OK;
    }
    bool scale = step->kind >= STEP_MIN_MAX;
    return fault_set(fault, ERR_COLUMN_TYPE,
                     scale ? "take it out of the step, or encode it first"
                           : "use mode or constant for this column",
                     "column '%s' is text; %s needs numbers", column->name,
                     step_method(step->kind));
}

static err_t check_levels(const planner_t *planner, const step_t *step, const column_t *column,
                          fault_t *fault)
{
    const table_column_t *raw = &planner->table->columns[column->track];
    int64_t limit = step->kind == STEP_ONE_HOT ? PLAN_ONE_HOT_LEVELS : PLAN_LABEL_LEVELS;
    bool same_levels = !column->coded && planner->plan.filters_count == 0;
    if (!same_levels || raw->distinct <= limit) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_LEVELS,
                     step->kind == STEP_ONE_HOT ? "use label, or drop the column"
                                                : "drop the column",
                     "column '%s' has more than %lld distinct values, too many for %s",
                     column->name, (long long)limit, step_method(step->kind));
}

static err_t check_constant_value(const step_t *step, const column_t *column, fault_t *fault)
{
    if (column->type == TYPE_TEXT || step->value.is_number) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_STEP_PARAMETER, "give a number",
                     "column '%s' holds numbers, the constant '%.100s' is none", column->name,
                     step->value.text);
}

// What the description can tell of one column of a step.
static err_t check_column(const planner_t *planner, const step_t *step, const column_t *column,
                          fault_t *fault)
{
    const table_column_t *raw = &planner->table->columns[column->track];
    if (step->kind == STEP_DROP || step->kind == STEP_DROP_ROWS) {
        return ERR_OK;
    }
    if (step->kind == STEP_CONSTANT) {
        return check_constant_value(step, column, fault);
    }
    if (!column->filled && raw->missing >= planner->table->rows) {
        return fault_set(fault, ERR_COLUMN_EMPTY, "drop it, or fill it with a constant",
                         "column '%s' has no values", column->name);
    }
    if (step->kind == STEP_MODE) {
        return ERR_OK;
    }
    if (step->kind == STEP_LABEL || step->kind == STEP_ONE_HOT) {
        return check_levels(planner, step, column, fault);
    }
    err_t err = check_number(step, column, fault);
    if (err == ERR_OK && step->kind >= STEP_MIN_MAX && raw->constant && !column->filled &&
        !column->coded) {
        return fault_set(fault, ERR_COLUMN_CONSTANT, "drop it, or take it out of the step",
                         "column '%s' has the same value in every row; %s cannot scale it",
                         column->name, step_method(step->kind));
    }
    return err;
}

static void plan_column(planner_t *planner, const step_t *step, size_t i)
{
    column_t *column = &planner->columns.items[i];
    fault_t fault;
    if (check_column(planner, step, column, &fault) != ERR_OK) {
        fault_at(&fault, 0, step->number, column->name);
        issues_add(planner->issues, &fault);
        if (step->kind < STEP_LABEL) {
            return;
        } // encoded all the same, so that the columns it would make are not issues too
    }
    add_need(planner, step, column->track, kinds_for(step->kind, column));
    if (step->kind == STEP_DROP) {
        columns_end(&planner->columns, i, step->number);
    } else if (step->kind == STEP_ONE_HOT) {
        planner->expanded[planner->expanded_count++] = i;
        columns_expand(&planner->columns, i, step->number, NULL, 0, NULL);
    } else if (step->kind != STEP_DROP_ROWS) {
        columns_advance(column, step);
    }
}

// A name that is no column yet, but may be one when the levels of a one_hot step are known. Every
// column it may come from is summarised.
static bool plan_leaf(planner_t *planner, const step_t *step, const char *name)
{
    bool may_be = false;
    for (size_t i = 0; i < planner->expanded_count; i++) {
        const column_t *column = &planner->columns.items[planner->expanded[i]];
        if (columns_may_be_leaf(column, name)) {
            column_t leaf = {.coded = true};
            add_need(planner, step, column->track, kinds_for(step->kind, &leaf));
            may_be = true;
        }
    }
    return may_be;
}

static void filter_add(filter_t *filter, const column_t *column)
{
    if (!column->filled) {
        filter->tracks[filter->count++] = column->track;
    }
}

static void check_rows_left(planner_t *planner, const filter_t *filter)
{
    for (size_t i = 0; i < filter->count; i++) {
        const table_column_t *raw = &planner->table->columns[filter->tracks[i]];
        if (raw->missing >= planner->table->rows) {
            fault_t fault;
            fault_set(&fault, ERR_NO_ROWS, "drop that column before this step",
                      "column '%s' has no values, so no row would be left", raw->name);
            fault_at(&fault, 0, filter->step, raw->name);
            issues_add(planner->issues, &fault);
        }
    }
}

static void plan_filter(planner_t *planner, const step_t *step)
{
    const columns_t *columns = &planner->columns;
    filter_t filter = {.step = step->number};
    filter.tracks = mem_array(step->columns ? step->columns_count : columns->order_count,
                              sizeof *filter.tracks);
    for (size_t i = 0; !step->columns && i < columns->order_count; i++) {
        filter_add(&filter, &columns->items[columns->order[i]]);
    }
    for (size_t i = 0; i < step->columns_count; i++) {
        int64_t found = columns_find(columns, step->columns[i]);
        if (found != COLUMNS_NONE) {
            filter_add(&filter, &columns->items[found]);
        }
    }
    check_rows_left(planner, &filter);
    plan_t *plan = &planner->plan;
    plan->filters = mem_resize(plan->filters, plan->filters_count + 1, sizeof *plan->filters);
    plan->filters[plan->filters_count++] = filter;
}

static void plan_step(planner_t *planner, const step_t *step)
{
    for (size_t i = 0; i < step->columns_count; i++) {
        const char *name = step->columns[i];
        int64_t found = columns_find(&planner->columns, name);
        if (found != COLUMNS_NONE) {
            plan_column(planner, step, (size_t)found);
        } else if (!plan_leaf(planner, step, name)) {
            fault_t fault;
            columns_unknown(&planner->columns, name, &fault);
            fault_at(&fault, 0, step->number, NULL);
            issues_add(planner->issues, &fault);
        }
    }
    if (step->kind == STEP_DROP_ROWS) {
        plan_filter(planner, step);
    }
}

void plan_make(const table_t *table, const recipe_t *recipe, json_t *issues, plan_t *ret_plan)
{
    planner_t planner = {.table = table, .issues = issues, .columns = columns_new(table)};
    planner.plan.first = mem_array(table->count, sizeof *planner.plan.first);
    planner.last = mem_array(table->count, sizeof *planner.last);
    planner.expanded = mem_array(table->count, sizeof *planner.expanded);
    for (size_t i = 0; i < table->count; i++) {
        planner.plan.first[i] = PLAN_NONE;
        planner.last[i] = PLAN_NONE;
    }
    for (size_t i = 0; i < recipe->count; i++) {
        plan_step(&planner, &recipe->steps[i]);
    }
    if (planner.columns.order_count == 0 && planner.expanded_count == 0) {
        fault_t fault;
        columns_none_left(&fault);
        issues_add(issues, &fault);
    }
    free(planner.last);
    free(planner.expanded);
    columns_release(&planner.columns);
    *ret_plan = planner.plan;
}

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
    table_t *table = NULL;
    if (table_from_json(description, &table, &fault) != ERR_OK) {
        issues_add(issues, &fault);
        return issues;
    }
    recipe_t parsed;
    plan_t plan;
    recipe_parse(recipe, issues, &parsed);
    plan_make(table, &parsed, issues, &plan);
    plan_release(&plan);
    recipe_release(&parsed);
    table_destroy(&table);
    return by_step(issues);
}

void plan_release(plan_t *plan)
{
    for (size_t i = 0; i < plan->filters_count; i++) {
        free(plan->filters[i].tracks);
    }
    free(plan->filters);
    free(plan->needs);
    free(plan->first);
    *plan = (plan_t){0};
}
