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
    bool any; // whatever its settings
} PARTS[] = {
    {"missing", "mean", PART_MEAN, true},
    {"missing", "median", PART_MEDIAN, true},
    {"missing", "mode", PART_MODE, true},
    {"missing", "constant", PART_CONSTANT, true},
    {"missing", "indicator", PART_INDICATOR, true},
    {"scale", "min_max", PART_MIN_MAX, true},
    {"scale", "z_score", PART_Z_SCORE, true},
    {"scale", "robust", PART_ROBUST, true},
    {"scale", "max_abs", PART_MAX_ABS, true},
    {"scale", "log", PART_LOG, true},
    {"scale", "log1p", PART_LOG1P, true},
    {"scale", "box_cox", PART_BOX_COX, true},
    {"scale", "yeo_johnson", PART_YEO_JOHNSON, true},
    {"scale", "quantile", PART_QUANTILE, true},
    {"outliers", "iqr_clip", PART_CLIP, true},
    {"outliers", "z_score_clip", PART_CLIP, true},
    {"bin", "equal_width", PART_BIN, true},
    {"bin", "equal_frequency", PART_BIN, true},
    {"bin", "edges", PART_BIN, true},
    {"encode", "label", PART_LABEL, true},
    {"encode", "one_hot", PART_ONE_HOT, false},
    {"encode", "frequency", PART_FREQUENCY, true},
    {"drop", NULL, PART_DROP, true},
    {"keep", NULL, PART_KEEP, true},
    {"reorder", NULL, PART_REORDER, true},
};

enum { PARTS_COUNT = sizeof PARTS / sizeof PARTS[0] };

// Whether what may be set is as it is when nobody sets it, but for the setting `allowed`.
static bool is_plain(const step_t *step, const char *allowed)
{
    for (const setting_t *s = step->kind->settings; s && s->name; s++) {
        const json_t *value = step_json(step, s->name);
        if (s->required || !value || json_is_null(value) || strcmp(s->name, allowed) == 0) {
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
            bool texts = PARTS[i].part == PART_BIN && step_chose(step, "labels", "interval");
            return !texts && (PARTS[i].any || is_plain(step, "drop")) ? PARTS[i].part : PART_NONE;
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
