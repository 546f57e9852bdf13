// SPDX-License-Identifier: MPL-2.0
#include "learn/parts.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/step/codes.h"
#include "data/value/date.h"

static const struct {
    const char *op;
    const char *method; // NULL: the op has none
    part_t part;
} PARTS[] = {
    {"missing", "mean", PART_MEAN},
    {"missing", "median", PART_MEDIAN},
    {"missing", "mode", PART_MODE},
    {"missing", "constant", PART_CONSTANT},
    {"missing", "indicator", PART_INDICATOR},
    {"scale", "min_max", PART_MIN_MAX},
    {"scale", "z_score", PART_Z_SCORE},
    {"scale", "robust", PART_ROBUST},
    {"scale", "max_abs", PART_MAX_ABS},
    {"scale", "log", PART_LOG},
    {"scale", "log1p", PART_LOG1P},
    {"scale", "box_cox", PART_BOX_COX},
    {"scale", "yeo_johnson", PART_YEO_JOHNSON},
    {"scale", "quantile", PART_QUANTILE},
    {"outliers", "iqr_clip", PART_CLIP},
    {"outliers", "z_score_clip", PART_CLIP},
    {"bin", "equal_width", PART_BIN},
    {"bin", "equal_frequency", PART_BIN},
    {"bin", "edges", PART_BIN},
    {"encode", "label", PART_LABEL},
    {"encode", "one_hot", PART_ONE_HOT},
    {"encode", "frequency", PART_FREQUENCY},
    {"scale", "unit_norm", PART_UNIT_NORM},
    {"reduce", "pca", PART_PCA},
    {"duplicate", NULL, PART_SAME},
    {"cast", NULL, PART_SAME},
};

enum { PARTS_COUNT = sizeof PARTS / sizeof PARTS[0] };

bool part_goes(const step_t *step)
{
    const step_kind_t *kind = step->kind;
    bool makes = kind->shape != STEP_ROWS && kind->shape != STEP_SORT;
    return makes && !kind->bound && !step_json(step, "target");
}

// Whether a cast changes no cell: a number stays the number that it is.
static bool is_same(const call_t *call)
{
    type_t from = call->inputs[0].type;
    type_t to = call->outputs[0].type;
    bool wider = (to == TYPE_FLOAT && type_in(from, TYPES_NUMBER | 1 << TYPE_BOOLEAN)) ||
                 (to == TYPE_INTEGER && from == TYPE_BOOLEAN);
    return wider || from == to || (type_in(from, TYPES_WORDS) && type_in(to, TYPES_WORDS));
}

static part_t find(const step_kind_t *kind)
{
    for (size_t i = 0; i < PARTS_COUNT; i++) {
        const char *method = PARTS[i].method;
        bool same = strcmp(kind->op, PARTS[i].op) == 0 &&
                    (method ? kind->method && strcmp(kind->method, method) == 0 : !kind->method);
        if (same) {
            return PARTS[i].part;
        }
    }
    return PART_NONE;
}

part_t part_of(const call_t *call)
{
    part_t part = find(call->step->kind);
    bool texts = part == PART_BIN && step_chose(call->step, "labels", "interval");
    bool other = part == PART_SAME && !is_same(call);
    return texts || other ? PART_NONE : part;
}

bool part_joins(part_t part)
{
    return part == PART_UNIT_NORM || part == PART_PCA;
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

bool part_groups(const call_t *call)
{
    return call->params->values || step_chose(call->step, "unknown", "other") ||
           step_chose(call->step, "unknown", "error");
}

double part_group(const call_t *call, int64_t level)
{
    const params_t *params = call->params;
    double own = params->values ? params->values[0] : (double)levels_count(params->levels);
    if (level == CODES_UNKNOWN) {
        return step_chose(call->step, "unknown", "other") ? own : CODES_UNKNOWN;
    }
    return fmin((double)level, own);
}
