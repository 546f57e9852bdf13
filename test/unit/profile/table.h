// SPDX-License-Identifier: MPL-2.0
// Reports of tables that a test writes as CSV.
#pragma once

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "data/frame/import.h"
#include "data/profile/report.h"
#include "test/unit/test.h"

// The frame of a CSV text; the caller destroys it.
static inline frame_t *table_frame(const buf_t *csv)
{
    char path[] = "/tmp/autodp-profile-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, csv->data, csv->size), csv->size);
    close(file);
    fault_t fault = {0};
    int fd = -1;
    json_t *description = NULL;
    frame_t *frame = NULL;
    import_t import = {.threads = 1};
    assert_int_equal(import_scratch(NULL, &fd, &fault), ERR_OK);
    assert_int_equal(import_run(path, &import, fd, &description, &fault), ERR_OK);
    assert_int_equal(frame_open_fd(fd, &frame, &fault), ERR_OK);
    json_decref(description);
    unlink(path);
    return frame;
}

static inline json_t *table_report(const buf_t *csv, const report_options_t *options)
{
    fault_t fault = {0};
    json_t *report = NULL;
    frame_t *frame = table_frame(csv);
    assert_int_equal(report_run(frame, options, NULL, &report, &fault), ERR_OK);
    frame_destroy(&frame);
    return report;
}

static inline json_t *table_report_of(const char *csv)
{
    buf_t buf = {0};
    buf_add(&buf, csv, strlen(csv));
    json_t *report = table_report(&buf, NULL);
    buf_release(&buf);
    return report;
}

static inline json_t *table_variable(const json_t *report, size_t index)
{
    return json_array_get(json_object_get(report, "variables"), index);
}

static inline double table_figure(const json_t *json, const char *key)
{
    json_t *value = json_object_get(json, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}
