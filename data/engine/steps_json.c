// SPDX-License-Identifier: MPL-2.0
#include "data/engine/steps_json.h"

#include <math.h>
#include <string.h>

#include "base/fault_json.h"
#include "base/mem.h"
#include "data/value/date.h"

// A number as JSON: integral values have no point.
static json_t *number_json(double x)
{
    bool integral = x == trunc(x) && fabs(x) < 9007199254740992.0;
    return integral ? json_integer((json_int_t)x) : json_real(x);
}

static json_t *level_json(const params_t *params, size_t i)
{
    if (params->is_number) {
        return number_json(levels_number(params->levels, i));
    }
    size_t size;
    const char *bytes = levels_bytes(params->levels, i, &size);
    return json_stringn(bytes, size);
}

static void set_levels(json_t *json, const params_t *params, size_t levels_max)
{
    size_t total = levels_count(params->levels);
    size_t shown = levels_max == STEPS_LEVELS_ALL || total < levels_max ? total : levels_max;
    json_t *levels = json_array();
    for (size_t i = 0; i < shown; i++) {
        json_array_append_new(levels, level_json(params, i));
    }
    json_object_set_new(json, "levels", levels);
    json_object_set_new(json, "levels_total", json_integer((json_int_t)total));
}

static void set_values(json_t *json, const params_t *params, size_t values_max)
{
    size_t total = params->values_count;
    size_t shown = values_max == STEPS_LEVELS_ALL || total < values_max ? total : values_max;
    json_t *values = json_array();
    for (size_t i = 0; i < shown; i++) {
        json_array_append_new(values, number_json(params->values[i]));
    }
    json_object_set_new(json, "values", values);
}

static json_t *params_json(const call_t *call, size_t levels_max)
{
    const params_t *params = call->params;
    const step_kind_t *kind = call->step->kind;
    json_t *json = json_pack("{s:s}", "column", call->inputs_count ? call->inputs[0].name : "");
    for (size_t i = 0; i < PARAMS_NUMBERS && kind->numbers[i]; i++) {
        if (*kind->numbers[i]) {
            json_object_set_new(json, kind->numbers[i], number_json(params->numbers[i]));
        }
    }
    if (params->is_value) {
        json_object_set_new(json, "value",
                            params->is_number ? number_json(params->value)
                                              : json_string(params->text));
    }
    if (params->levels) {
        set_levels(json, params, levels_max);
    }
    if (params->values) {
        set_values(json, params, levels_max);
    }
    return json;
}

static json_t *step_json_of(const step_t *step)
{
    json_t *json = json_pack("{s:s}", "op", step->kind->op);
    if (step->kind->method) {
        json_object_set_new(json, "method", json_string(step->kind->method));
    }
    if (step->columns) {
        json_t *names = json_array();
        for (size_t i = 0; i < step->columns_count; i++) {
            json_array_append_new(names, json_string(step->columns[i]));
        }
        json_object_set_new(json, "columns", names);
    }
    for (const setting_t *s = step->kind->settings; s && s->name; s++) {
        json_t *value = json_object_get(step->settings, s->name);
        json_t *initial = s->initial ? json_loads(s->initial, JSON_DECODE_ANY, NULL) : NULL;
        if (value && !json_equal(value, initial)) { // defaults go without saying
            json_object_set(json, s->name, value);
        }
        json_decref(initial);
    }
    return json;
}

json_t *steps_json(const flow_t *flow, size_t levels_max)
{
    json_t *steps = json_array();
    size_t next = 0; // calls are in the order of steps
    for (size_t i = 0; i < flow->recipe.count; i++) {
        const step_t *step = &flow->recipe.steps[i];
        json_t *json = step_json_of(step);
        json_t *parameters = json_array();
        for (; next < flow->spots_count && flow->spots[next]->call.step == step; next++) {
            const spot_t *spot = flow->spots[next];
            if (spot->call.params) {
                json_array_append_new(parameters, params_json(&spot->call, levels_max));
            }
            if (step->kind->shape == STEP_ROWS && spot->fitted) {
                json_object_set_new(json, "rows_dropped",
                                    json_integer(spot->rows_in - spot->rows_kept));
            }
        }
        json_object_set_new(json, "parameters", parameters);
        json_array_append_new(steps, json);
    }
    return steps;
}

// --- Back --------------------------------------------------------------------------------------

static err_t unusable(const call_t *call, fault_t *fault)
{
    return call_fault(call, 0, ERR_INVALID, fault,
                      "use a complete steps document of the same recipe",
                      "step %d has no usable parameters for column '%s'", call->step->number,
                      call->inputs_count ? call->inputs[0].name : "");
}

static bool get_numbers(const json_t *json, const step_kind_t *kind, params_t *params)
{
    for (size_t i = 0; i < PARAMS_NUMBERS && kind->numbers[i]; i++) {
        const json_t *value = json_object_get(json, kind->numbers[i]);
        params->numbers[i] = json_number_value(value);
        if (*kind->numbers[i] && (!json_is_number(value) || !isfinite(params->numbers[i]))) {
            return false;
        }
    }
    return true;
}

static bool get_value(const json_t *json, params_t *params)
{
    const json_t *value = json_object_get(json, "value");
    if (!value) {
        return true;
    }
    params->is_value = true;
    params->is_number = json_is_number(value);
    params->value = json_number_value(value);
    params->text = mem_strdup(json_string_value(value));
    return params->is_number || params->text;
}

static bool get_levels(const json_t *json, params_t *params)
{
    const json_t *levels = json_object_get(json, "levels");
    size_t count = json_array_size(levels);
    if (!levels) {
        return true;
    }
    params->levels = levels_new(count, SIZE_MAX);
    params->is_number = json_is_number(json_array_get(levels, 0));
    bool good =
        count > 0 && json_integer_value(json_object_get(json, "levels_total")) == (json_int_t)count;
    for (size_t i = 0; good && i < count; i++) {
        const json_t *level = json_array_get(levels, i);
        const char *text = json_string_value(level);
        if (params->is_number) {
            good = json_is_number(level) &&
                   levels_add_number(params->levels, json_number_value(level), 1) == (int64_t)i;
        } else {
            good = text &&
                   levels_add(params->levels, text, json_string_length(level), 1) == (int64_t)i;
        }
    }
    return good;
}

static bool get_values(const json_t *json, params_t *params)
{
    const json_t *values = json_object_get(json, "values");
    params->values_count = json_array_size(values);
    params->values = values ? mem_array(params->values_count, sizeof(double)) : NULL;
    for (size_t i = 0; i < params->values_count; i++) {
        const json_t *value = json_array_get(values, i);
        params->values[i] = json_number_value(value);
        if (!json_is_number(value)) {
            return false;
        }
    }
    return true;
}

static bool is_time(type_t type, double value)
{
    return type == TYPE_DATE ? value >= (double)DATE_MIN && value <= (double)DATE_MAX
                             : value >= (double)DATETIME_MIN && value <= (double)DATETIME_MAX;
}

// Whether numbers that stand for dates or instants are some.
static bool are_times(const call_t *call)
{
    const params_t *params = call->params;
    type_t type = call->inputs_count > 0 ? call->inputs[0].type : TYPE_TEXT;
    if (!type_in(type, TYPES_TIME)) {
        return true;
    }
    bool good = !params->is_value || is_time(type, params->value);
    for (size_t i = 0; good && params->levels && i < levels_count(params->levels); i++) {
        good = params->is_number && is_time(type, levels_number(params->levels, i));
    }
    return good;
}

// The parameters of a call in its step's document. (A model's recipe lacks some steps of the whole
// one, so that numbers are not places.)
static const json_t *find_params(const flow_t *flow, const call_t *call, const json_t *steps)
{
    const json_t *step = json_array_get(steps, (size_t)(call->step - flow->recipe.steps));
    const json_t *parameters = json_object_get(step, "parameters");
    size_t i;
    json_t *entry;
    json_array_foreach(parameters, i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "column"));
        if (name && call->inputs_count > 0 && strcmp(name, call->inputs[0].name) == 0) {
            return entry;
        }
    }
    return NULL;
}

static err_t restore_call(flow_t *flow, spot_t *spot, const json_t *steps, fault_t *fault)
{
    call_t *call = &spot->call;
    const step_kind_t *kind = call->step->kind;
    spot->fitted = true;
    if (spot->known) {
        return ERR_OK;
    }
    if (kind->bound) {
        return call_fault(call, SIZE_MAX, ERR_UNSUPPORTED, fault,
                          "run the recipe over the table first, and use the result",
                          "step %d (%s) holds for one table only", call->step->number, kind->title);
    }
    const json_t *json = find_params(flow, call, steps);
    call->params = params_new();
    if (!json || !get_numbers(json, kind, call->params) || !get_value(json, call->params) ||
        !get_levels(json, call->params) || !get_values(json, call->params) || !are_times(call) ||
        (kind->restore && !kind->restore(call))) {
        return unusable(call, fault);
    }
    spot->known = true;
    return kind->opens ? flow_open(flow, spot->index, fault) : ERR_OK;
}

err_t steps_restore(flow_t *flow, const json_t *steps, fault_t *fault)
{
    size_t next = 0;
    flow->given = true;
    while (flow->next < flow->recipe.count || next < flow->spots_count) {
        json_t *issues = json_array();
        flow_plan(flow, false, issues);
        bool bad = json_array_size(issues) > 0;
        if (bad) {
            fault_from_json(json_array_get(issues, 0), fault);
        }
        json_decref(issues);
        if (bad) {
            return fault->code;
        }
        if (next == flow->spots_count && flow->next < flow->recipe.count) {
            return fault_set(fault, ERR_UNSUPPORTED, "run the recipe over the table first",
                             "step %d cannot be part of a model",
                             flow->recipe.steps[flow->next].number);
        }
        for (; next < flow->spots_count; next++) {
            err_t err = restore_call(flow, flow->spots[next], steps, fault);
            if (err != ERR_OK) {
                return err;
            }
        }
    }
    return ERR_OK;
}
