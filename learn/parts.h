// SPDX-License-Identifier: MPL-2.0
// Which steps go with a model, and what they are where models are exported.
#pragma once

#include "data/step/step.h"

typedef enum {
    PART_NONE, // nothing that others have
    PART_SAME, // the numbers, or the texts, stay as they are
    PART_MEAN,
    PART_MEDIAN,
    PART_MODE,
    PART_CONSTANT,
    PART_MIN_MAX,
    PART_Z_SCORE,
    PART_ROBUST,
    PART_MAX_ABS,
    PART_LOG,
    PART_LOG1P,
    PART_BOX_COX,
    PART_YEO_JOHNSON,
    PART_QUANTILE,
    PART_CLIP,
    PART_BIN,
    PART_LABEL,
    PART_ONE_HOT,
    PART_FREQUENCY,
    PART_INDICATOR, // a column beside the one that it is about
    PART_UNIT_NORM, // of several columns together, as the next one
    PART_PCA,
} part_t;

// Whether a step can go with a model: it makes columns, and looks at one row at a time. What it
// learns of the training rows it takes along.
bool part_goes(const step_t *step);

// What a call is to an export. PART_NONE also for settings that the counterpart does not have.
part_t part_of(const call_t *call);

// Whether a part takes several columns together, so that it is a stage of its own.
bool part_joins(part_t part);

// Whether values share a column of a one_hot, or new ones are no matter of course: then what counts
// is not the value's level but its group. part_group is that of a level, or of a value that is not
// among them (CODES_UNKNOWN): a level's own place, the place behind those that have a column of
// their own for all others, or CODES_UNKNOWN where no column is 1.
bool part_groups(const call_t *call);
double part_group(const call_t *call, int64_t level);

// What a fill step of a column of texts or dates puts in, as the file has it. The caller frees.
char *part_fill_text(const call_t *call);
