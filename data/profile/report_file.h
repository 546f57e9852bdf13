// SPDX-License-Identifier: MPL-2.0
// The profile of a table as files.
#pragma once

#include "data/profile/report.h"

// Makes the report of a frame and writes it as JSON and as one HTML page; either path may be NULL.
// `title` is the page's, `version` the program's. Errors: those of report_run; IO, FULL.
err_t report_save(const frame_t *frame, const report_options_t *options, const char *title,
                  const char *version, const char *json_path, const char *html_path,
                  const progress_t *progress, fault_t *fault);
