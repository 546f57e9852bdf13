// SPDX-License-Identifier: MPL-2.0
#include "data/profile/report_file.h"

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"

static err_t fail(const char *path, fault_t *fault)
{
    return fault_errno(fault, errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_IO, path);
}

static err_t save_html(const json_t *report, const char *title, const char *path, fault_t *fault)
{
    buf_t html = {0};
    err_t err = report_html(report, title, &html, fault);
    FILE *file = err == ERR_OK ? fopen(path, "wb") : NULL;
    if (file) {
        bool written = fwrite(html.data, 1, html.size, file) == html.size;
        written = fclose(file) == 0 && written;
        err = written ? ERR_OK : fail(path, fault);
    } else if (err == ERR_OK) {
        err = fail(path, fault);
    }
    buf_release(&html);
    return err;
}

err_t report_save(const frame_t *frame, const report_options_t *options, const char *title,
                  const char *version, const char *json_path, const char *html_path,
                  const progress_t *progress, fault_t *fault)
{
    json_t *report = NULL;
    int64_t started_ms = clock_wall_ms();
    err_t err = report_run(frame, options, progress, &report, fault);
    if (err != ERR_OK) {
        return err;
    }
    report_times(report, started_ms, clock_wall_ms(), version);
    if (json_path && json_dump_file(report, json_path, JSON_COMPACT) != 0) {
        err = fail(json_path, fault);
    }
    if (err == ERR_OK && html_path) {
        err = save_html(report, title, html_path, fault);
    }
    json_decref(report);
    return err;
}
