// SPDX-License-Identifier: MPL-2.0
#include "learn/parts.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/value/date.h"

static const struct {
    const char *op;
    const char *method; // NULL: the op has none
    part_t part;
} PARTS[] = {
    {"missing", "mean", PART_MEAN},      {"missing", "median", PART_MEDIAN},
    {"missing", "mode", PART_MODE},      {"missing", "constant", PART_CONSTANT},
    {"scale", "min_max", PART_MIN_MAX},  {"scale", "z_score", PART_Z_SCORE},
    {"scale", "robust", PART_ROBUST},    {"encode", "label", PART_LABEL},
    {"encode", "one_hot", PART_ONE_HOT}, {"drop", NULL, PART_DROP},
    {"keep", NULL, PART_KEEP},           {"reorder", NULL, PART_REORDER},
};

enum { PARTS_COUNT = sizeof PARTS / sizeof PARTS[0] };

// Whether what may be set is as it is when nobody sets it.
static bool is_plain(const step_t *step)
{
    for (const setting_t *s = step->kind->settings; s && s->name; s++) {
        const json_t *value = step_json(step, s->name);
        if (s->required || !value || json_is_null(value)) {
            continue;
        }
        json_t *initial = s->initial ? json_loads(s->initial, JSON_DECODE_ANY, NULL) : NULL;
        bool same = initial && (json_is_number(initial) && json_is_number(value)
                                    ? json_number_value(initial) == json_number_value(value)
                                    : json_equal(initial, value));
        json_decref(initial);
        if (!same) {
            return false;
        }
    }
    return true;
}

part_t part_of(const step_t *step)
{
    const step_kind_t *kind = step->kind;
    if (kind->shape == STEP_ROWS) {
        return kind->learner ? PART_NONE : PART_ROWS;
    }
    for (size_t i = 0; i < PARTS_COUNT; i++) {
        const char *method = PARTS[i].method;
        bool same = strcmp(kind->op, PARTS[i].op) == 0 &&
                    (method ? kind->method && strcmp(kind->method, method) == 0 : !kind->method);
        if (same) {
            return is_plain(step) ? PARTS[i].part : PART_NONE;
        }
    }
    return PART_NONE;
}

char *part_fill_text(const call_t *call)
{
    char text[DATETIME_TEXT_SIZE];
    const params_t *params = call->params;
    if (!params->is_number) {
        return mem_strdup(params->text);
    }
    int64_t value = (int64_t)params->value;
    return text_dup(text, call->inputs[0].type == TYPE_DATE ? date_format_iso(value, text)
                                                            : datetime_format_iso(value, text));
}
