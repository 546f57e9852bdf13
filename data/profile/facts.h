// SPDX-License-Identifier: MPL-2.0
// What the parts of a profile share: the table, the budget, and the facts of each column.
#pragma once

#include <jansson.h>

#include "base/fault.h"
#include "data/frame/frame.h"
#include "data/profile/crew.h"
#include "data/profile/mask.h"
#include "data/profile/report.h"
#include "data/profile/scratch.h"

enum {
    FACTS_BANDS = 100,   // of rows, for the picture of what is missing
    FACTS_POINTS = 1000, // rows of scatter plots
    FACTS_LEVELS = 50,   // a column with more distinct values has no levels
    FACTS_NO_LEVEL = 255,
};

typedef enum {
    TREND_NONE,
    TREND_UP,
    TREND_STRICTLY_UP,
    TREND_DOWN,
    TREND_STRICTLY_DOWN,
    TREND_FLAT,
} trend_t;

typedef struct {
    size_t column; // of the frame
    const char *name;
    const json_t *cells; // of the description, where kinds of values are mixed; NULL: they are not
    type_t type;
    mask_t mask;
    bool mask_kept;              // false: there was no memory to keep which rows are missing
    uint32_t bands[FACTS_BANDS]; // missing ones
    size_t valid;
    size_t distinct;
    size_t single; // values that occur once
    int64_t bytes; // memory that the values take
    json_t *variable;
    // Numbers and times.
    trend_t trend;
    size_t zeros;
    size_t negatives;
    double mean;
    double sd;       // population
    double skewness; // NaN: not known
    bool ranked;     // the scratch file holds the ranks
    int64_t ranks_offset;
    double *points; // FACTS_POINTS of them, NaN where missing; NULL: none
    double uniform; // how likely an even distribution is, by chi-squared; NaN: not known
    // Texts and booleans.
    size_t length_min; // in characters
    size_t length_max;
    size_t numbers; // texts that are numbers
    size_t dates;   // texts that look like dates
    bool leveled;   // whether its levels are compared with those of others
    size_t levels;  // 0: too many, else the scratch file holds their codes, a byte a row
    int64_t codes_offset;
    double imbalance; // 0: all levels are as frequent, to 1; NaN: not known
} facts_t;

typedef struct {
    const frame_t *frame;
    const report_options_t *options;
    const progress_t *progress;
    scratch_t *scratch;
    size_t threads;
    size_t share; // bytes of the budget that a thread has
    size_t rows;
    size_t bands;
    size_t points;
    size_t count; // of columns
    facts_t *facts;
    stripe_t **stripes; // by worker
    json_t *notes;      // what is not exact or was left out
} study_t;

// The row of point `i` of a scatter plot.
static inline size_t study_point_row(const study_t *study, size_t i)
{
    return (size_t)((unsigned __int128)i * study->rows / study->points);
}

// Adds a note to the report: what, whether it was left out or is approximate, and why.
void study_note(study_t *study, const char *what, const char *why);

// The studies of a column: they fill its facts and make its variable. Errors: IO, FULL, CORRUPT.
err_t numeric_study(study_t *study, facts_t *facts, stripe_t *stripe, fault_t *fault);
err_t words_study(study_t *study, facts_t *facts, stripe_t *stripe, fault_t *fault);
err_t truth_study(study_t *study, facts_t *facts, stripe_t *stripe, fault_t *fault);

// Counts the missing cells of each band of rows. The mask is complete.
void facts_bands(const study_t *study, facts_t *facts);
