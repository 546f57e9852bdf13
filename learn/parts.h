// SPDX-License-Identifier: MPL-2.0
// Which steps can be part of a model: those that scikit-learn has a counterpart for.
#pragma once

#include "data/step/step.h"

typedef enum {
    PART_NONE, // no counterpart
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
    PART_DROP,
    PART_KEEP,
    PART_REORDER, // a model has its inputs in the order of the request, whatever the table's
    PART_ROWS,    // chooses rows by what stands in them alone: it works before the model
} part_t;

// What a step is to a model. PART_NONE also for settings that the counterpart does not have.
part_t part_of(const step_t *step);

// Whether values share a column of a one_hot, or new ones are no matter of course: then what counts
// is not the value's level but its group. part_group is that of a level, or of a value that is not
// among them (CODES_UNKNOWN): a level's own place, the place behind those that have a column of
// their own for all others, or CODES_UNKNOWN where no column is 1.
bool part_groups(const call_t *call);
double part_group(const call_t *call, int64_t level);

// What a fill step of a column of texts or dates puts in, as the file has it. The caller frees.
char *part_fill_text(const call_t *call);
