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
    {"drop", NULL, PART_DROP},
    {"keep", NULL, PART_KEEP},
    {"reorder", NULL, PART_REORDER},
};

enum { PARTS_COUNT = sizeof PARTS / sizeof PARTS[0] };

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
            return texts ? PART_NONE : PARTS[i].part;
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
