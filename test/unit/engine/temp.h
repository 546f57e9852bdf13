// SPDX-License-Identifier: MPL-2.0
// Tables in temporary files, and recipes run over them.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "data/engine/check.h"
#include "data/engine/preview.h"
#include "data/engine/process.h"
#include "data/frame/import.h"
#include "test/unit/test.h"

typedef struct {
    char input[32];
    char output[32];
    frame_t *frame;
    json_t *description;
} temp_t;

static inline void temp_path(char path[32])
{
    strcpy(path, "/tmp/autodp-test-XXXXXX"); // NOLINT: it fits
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
}

static inline void temp_write(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

// Imports the file at `path`; the fault's detail is "" when that went well.
static inline void temp_import(temp_t *temp, const json_t *options, fault_t *fault)
{
    int fd = -1;
    assert_int_equal(import_scratch("/tmp", &fd, fault), ERR_OK);
    import_t import = {.options = options, .threads = 2};
    if (import_run(temp->input, &import, fd, &temp->description, fault) != ERR_OK) {
        close(fd);
        return;
    }
    assert_int_equal(frame_open_fd(fd, &temp->frame, fault), ERR_OK);
    fault->detail[0] = '\0';
}

// A file that holds the text, and its frame.
static inline temp_t temp_table(const char *text)
{
    temp_t temp = {0};
    temp_path(temp.input);
    temp_path(temp.output);
    temp_write(temp.input, text, strlen(text));
    fault_t fault = {0};
    temp_import(&temp, NULL, &fault);
    assert_string_equal(fault.detail, "");
    return temp;
}

static inline void temp_release(temp_t *temp)
{
    unlink(temp->input);
    unlink(temp->output);
    json_decref(temp->description);
    frame_destroy(&temp->frame);
    *temp = (temp_t){0};
}

static inline json_t *json_of(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_DECODE_ANY, &error);
    if (!json) {
        fail_msg("%s in %s", error.text, text);
    }
    return json;
}

// The output of a recipe as text, or the fault. The caller frees the text.
static inline char *temp_process(const temp_t *temp, const char *recipe, json_t **ret_result,
                                 fault_t *fault)
{
    json_t *steps = json_of(recipe);
    json_t *result = NULL;
    unlink(temp->output);
    process_t process = {
        .frame = temp->frame, .recipe = steps, .output = temp->output, .threads = 2};
    err_t err = process_run(&process, &result, fault);
    json_decref(steps);
    if (ret_result) {
        *ret_result = json_incref(result);
    }
    json_decref(result);
    if (err != ERR_OK) {
        assert_int_equal(access(temp->output, F_OK), -1);
        return NULL;
    }
    buf_t text = {0};
    FILE *file = fopen(temp->output, "rb");
    assert_non_null(file);
    size_t n;
    while ((n = fread(buf_reserve(&text, 4096), 1, 4096, file)) > 0) {
        text.size += n;
    }
    assert_int_equal(fclose(file), 0);
    buf_add(&text, "", 1);
    return text.data;
}

// Asserts what a recipe makes of a table.
static inline void assert_output(const char *table, const char *recipe, const char *expected)
{
    temp_t temp = temp_table(table);
    fault_t fault = {0};
    char *text = temp_process(&temp, recipe, NULL, &fault);
    assert_string_equal(fault.detail, "");
    assert_string_equal(text, expected);
    free(text);
    temp_release(&temp);
}

// Asserts that a recipe fails on a table, with a complete fault.
static inline fault_t assert_recipe_fault(const char *table, const char *recipe, err_t code)
{
    temp_t temp = temp_table(table);
    unlink(temp.output);
    fault_t fault = {0};
    char *text = temp_process(&temp, recipe, NULL, &fault);
    assert_null(text);
    assert_string_equal(err_name(fault.code), err_name(code));
    assert_string_not_equal(fault.detail, "");
    assert_string_not_equal(fault.remedy, "");
    temp_release(&temp);
    return fault;
}
