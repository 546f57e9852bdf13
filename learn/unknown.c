// SPDX-License-Identifier: MPL-2.0
#include "learn/unknown.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/step/codes.h"
#include "data/value/number.h"

enum { SHOWN_BYTES = 60 };

const char *unknown_becomes(const step_t *step)
{
    const char *method = step->kind->method;
    if (strcmp(method, "label") == 0) {
        return "it counts as -1";
    }
    if (strcmp(method, "one_hot") == 0) {
        return step_chose(step, "unknown", "other") ? "it counts as another rare value"
                                                    : "none of its columns is 1";
    }
    return strcmp(method, "frequency") == 0 ? "it counts as a value that never came"
                                            : "it counts as the average of all rows";
}

char *unknown_value(const vector_t *cells, size_t row)
{
    char text[NUMBER_TEXT_SIZE];
    if (cells->texts) {
        text_t whole = vector_text(cells, row);
        size_t size = whole.size < SHOWN_BYTES ? whole.size : SHOWN_BYTES;
        while (size > 0 && size < whole.size && (whole.bytes[size] & 0xC0) == 0x80) {
            size--; // not within a character
        }
        return text_dup(whole.bytes, size);
    }
    size_t size = cells->integers ? number_format_integer(cells->integers[row], text)
                                  : number_format(cells->numbers[row], text);
    return text_dup(text, size);
}

static err_t look_at(const inputs_t *inputs, size_t number, unknown_fn *each, void *context,
                     fault_t *fault)
{
    const spot_t *spot = inputs->features->flow->spots[number];
    const vector_t *cells;
    err_t err = eval_inputs(inputs->eval, spot, &cells, fault);
    if (err != ERR_OK) {
        return err;
    }
    const int32_t *codes = codes_of(spot->call.params, cells, eval_arena(inputs->eval));
    for (size_t i = 0; i < cells->count; i++) {
        if (vector_is_valid(cells, i) && codes[i] == CODES_UNKNOWN) {
            each(context, number, cells, i);
        }
    }
    return ERR_OK;
}

err_t unknown_each(const inputs_t *inputs, unknown_fn *each, void *context, fault_t *fault)
{
    const flow_t *flow = inputs->features->flow;
    err_t err = ERR_OK;
    for (size_t i = 0; i < flow->spots_count && err == ERR_OK; i++) {
        const call_t *call = &flow->spots[i]->call;
        bool encodes = strcmp(call->step->kind->op, "encode") == 0;
        if (encodes && call->params && call->params->levels) {
            err = look_at(inputs, i, each, context, fault);
        }
    }
    return err;
}

typedef struct {
    const flow_t *flow;
    json_t *notes;
} notes_t;

static void note(void *context, size_t spot, const vector_t *cells, size_t row)
{
    const notes_t *notes = context;
    const call_t *call = &notes->flow->spots[spot]->call;
    char *value = unknown_value(cells, row);
    char *detail = text_format("step %d had not seen the value '%s': %s", call->step->number, value,
                               unknown_becomes(call->step));
    json_array_append_new(notes->notes,
                          json_pack("{s:I, s:s, s:s}", "row", (json_int_t)row + 1, "column",
                                    call->inputs[0].name, "detail", detail));
    free(detail);
    free(value);
}

err_t unknown_notes(const inputs_t *inputs, json_t *notes, fault_t *fault)
{
    notes_t context = {inputs->features->flow, notes};
    return unknown_each(inputs, note, &context, fault);
}
