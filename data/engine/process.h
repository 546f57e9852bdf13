// SPDX-License-Identifier: MPL-2.0
// A recipe over a whole table: streamed, by several threads, into one CSV file.
#pragma once

#include <jansson.h>

#include "data/engine/fit.h"

typedef struct {
    char delimiter; // 0: the input's
    bool quote_all; // every cell that is not missing
    bool bom;       // begin with a byte order mark, as spreadsheets like it
    bool gzip;      // a gzip member for each stripe
} output_style_t;

typedef struct {
    const frame_t *frame;
    const json_t *recipe;
    const char *output;
    output_style_t style;
    size_t threads;
    bool consume; // the frame is of no use to anybody else: its disk space goes as it is read
    bool resume;  // go on from what an earlier run of the same left beside the output, and leave as
                  // much for a later one; else nothing is synced
    int64_t mark_bytes; // how much output there is between two marks that a run can resume from; 0:
                        // the usual 64 MiB
    const progress_t *progress;
} process_t;

// Writes the output and makes the "Process result" (docs/documents.md). The file appears under its
// name when it is whole: until then it is "<output>.part". The caller owns *ret_result.
//
// Errors: those of fit_flow and of steps; FULL, IO; CANCELLED. Then there is no output; what can be
// resumed stays when `resume` is set and the fault is FULL, IO or CANCELLED.
err_t process_run(const process_t *process, json_t **ret_result, fault_t *fault);
