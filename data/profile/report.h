// SPDX-License-Identifier: MPL-2.0
// The profile of a table: what is in it, column by column and between columns, as a "Profile
// report" (docs/profile.md).
//
// Figures are exact, whatever the number of rows: what does not fit the memory budget goes through
// a temporary file. What had to be left out is named in the report's notes. Beside the budget, each
// thread holds a stripe of the columns it compares, a column with missing cells takes a bit a row,
// and a thread at Spearman's correlation takes a byte a row and eight a missing one.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/progress.h"
#include "data/frame/frame.h"

enum {
    REPORT_MEMORY_BYTES = 256 << 20, // the default budget
    REPORT_MEMORY_MIN = 1 << 20,     // a budget is at least so much
    REPORT_HTML_BYTES = 3 << 20,     // no page is larger
    REPORT_NUMBERS_MAX = 100,        // columns in correlations of numbers
    REPORT_LEVELS_MAX = 40,          // columns in Cramer's V
    REPORT_SPEARMAN_WORK_MAX =
        2000000000, // pairs x rows; beyond, it would take longer than the rest
};

typedef enum { REPORT_AUTO, REPORT_ON, REPORT_OFF } report_switch_t;

typedef struct {
    size_t threads;        // 0: as many as there are processors, at most PARALLEL_THREADS
    size_t memory_bytes;   // 0: REPORT_MEMORY_BYTES
    const char *folder;    // for temporary files; NULL: /tmp
    const size_t *columns; // ascending; NULL: all
    size_t columns_count;
    report_switch_t spearman; // AUTO: up to REPORT_SPEARMAN_WORK_MAX
} report_options_t;

// Makes the report of a frame. The same frame gives the same report, byte for byte, whatever the
// threads and the budget are. `options` and `progress` may be NULL. The caller owns *ret_report.
//
// Errors: IO, FULL (temporary files), CORRUPT, INVALID (a column that is not there), CANCELLED.
err_t report_run(const frame_t *frame, const report_options_t *options, const progress_t *progress,
                 json_t **ret_report, fault_t *fault);

// Writes when the work began and ended (milliseconds since 1970, UTC) and which version did it
// into a report.
void report_times(json_t *report, int64_t started_ms, int64_t ended_ms, const char *version);

// Appends a report as one HTML page that needs nothing else: no scripts, pictures inline, at most
// REPORT_HTML_BYTES whatever the table is. Errors: INVALID (not a report).
err_t report_html(const json_t *report, const char *title, buf_t *ret_html, fault_t *fault);
