// SPDX-License-Identifier: MPL-2.0
#include "data/step/step.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const json_t *step_json(const step_t *step, const char *setting)
{
    return json_object_get(step->settings, setting);
}

double step_number(const step_t *step, const char *setting)
{
    return json_number_value(step_json(step, setting));
}

int64_t step_integer(const step_t *step, const char *setting)
{
    return json_integer_value(step_json(step, setting));
}

bool step_flag(const step_t *step, const char *setting)
{
    return json_is_true(step_json(step, setting));
}

const char *step_text(const step_t *step, const char *setting)
{
    return json_string_value(step_json(step, setting));
}

bool step_chose(const step_t *step, const char *setting, const char *choice)
{
    const char *text = step_text(step, setting);
    return text && strcmp(text, choice) == 0;
}

void call_output(call_t *call, const char *name, type_t type, bool filled)
{
    call->outputs = mem_resize(call->outputs, call->outputs_count + 1, sizeof *call->outputs);
    call->outputs[call->outputs_count++] =
        (output_t){.name = mem_strdup(name), .type = type, .filled = filled};
}

err_t call_fault(const call_t *call, size_t input, err_t code, fault_t *fault, const char *remedy,
                 const char *format, ...)
{
    char detail[FAULT_DETAIL_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    fault_set(fault, code, remedy, "%s", detail);
    fault_at(fault, 0, call->step->number,
             input < call->inputs_count ? call->inputs[input].name : NULL);
    return code;
}

void call_release(call_t *call)
{
    const step_kind_t *kind = call->step->kind;
    if (call->learning && kind->learner->discard) {
        kind->learner->discard(call);
    }
    if (call->tool && kind->release_tool) {
        kind->release_tool(call->tool);
    }
    for (size_t i = 0; i < call->outputs_count; i++) {
        free(call->outputs[i].name);
    }
    for (size_t i = 0; i < call->inputs_count; i++) {
        free((char *)call->inputs[i].name);
    }
    params_release(&call->params);
    free(call->outputs);
    free(call->inputs);
    *call = (call_t){.step = call->step};
}
