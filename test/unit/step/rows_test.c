// SPDX-License-Identifier: MPL-2.0
// Steps that choose rows, over tables that pandas would be slow with, and their mistakes.
#include <stdio.h>
#include <string.h>

#include "data/engine/process.h"
#include "test/unit/step/table.h"
#include "test/unit/temp.h"
#include "test/unit/test.h"

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = temp_new();
    return folder ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    temp_remove(folder);
    return 0;
}

// Runs a recipe over "in.csv" of the folder; the caller owns the result.
static err_t run(const char *recipe, json_t **ret_result, fault_t *fault)
{
    char input[256];
    char output[256];
    snprintf(input, sizeof input, "%s/in.csv", folder);
    snprintf(output, sizeof output, "%s/out.csv", folder);
    frame_t *frame = NULL;
    json_t *json = json_loads(recipe, 0, NULL);
    err_t err = table_read(input, NULL, 0, &frame, fault);
    process_t process = {.frame = frame, .recipe = json, .output = output};
    err = err == ERR_OK ? process_run(&process, ret_result, fault) : err;
    json_decref(json);
    frame_destroy(&frame);
    return err;
}

static FILE *open_file(const char *name, const char *mode)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, mode);
}

// More distinct rows than are held in memory: of those beyond, the first ones stay too.
static void first_of_equal_rows_stays_beyond_memory(void **state)
{
    (void)state;
    enum { DISTINCT = 2900000, REPEATED = 200000 };
    FILE *file = open_file("in.csv", "w");
    fprintf(file, "key,row\n");
    for (int i = 0; i < DISTINCT; i++) {
        fprintf(file, "%d,%d\n", i, i);
        if (i % 29 == 0) {
            fprintf(file, "%d,%d\n", i, -1);
        }
    }
    for (int i = DISTINCT - REPEATED; i < DISTINCT; i++) {
        fprintf(file, "%d,%d\n", i, -1);
    }
    fclose(file);
    json_t *result = NULL;
    fault_t fault = {0};
    err_t err = run("[{\"op\": \"rows\", \"method\": \"deduplicate\", \"columns\": [\"key\"]},"
                    " {\"op\": \"filter\", \"expression\": \"row = key\"}]",
                    &result, &fault);
    assert_int_equal(err, ERR_OK);
    const json_t *steps = json_object_get(result, "steps");
    json_int_t dropped =
        json_integer_value(json_object_get(json_array_get(steps, 0), "rows_dropped"));
    assert_int_equal(dropped, DISTINCT / 29 + REPEATED);
    dropped = json_integer_value(json_object_get(json_array_get(steps, 1), "rows_dropped"));
    assert_int_equal(dropped, 0);
    json_decref(result);
}

static void expect_fault(const char *recipe, err_t code)
{
    json_t *result = NULL;
    fault_t fault = {0};
    assert_int_equal(run(recipe, &result, &fault), code);
    assert_int_equal(fault.step, 1);
    assert_true(fault.remedy[0] != '\0');
}

static void mistakes_name_their_step(void **state)
{
    (void)state;
    FILE *file = open_file("in.csv", "w");
    fprintf(file, "a,b,c\n1,x,\n2,y,\n");
    fclose(file);
    expect_fault("[{\"op\": \"filter\", \"expression\": \"a +\"}]", ERR_STEP_PARAMETER);
    expect_fault("[{\"op\": \"filter\", \"expression\": \"a\"}]", ERR_STEP_PARAMETER);
    expect_fault("[{\"op\": \"filter\", \"expression\": \"d > 1\"}]", ERR_COLUMN_UNKNOWN);
    expect_fault("[{\"op\": \"filter\", \"expression\": \"a > 5\"}]", ERR_NO_ROWS);
    expect_fault("[{\"op\": \"filter\"}]", ERR_STEP_PARAMETER);
    expect_fault("[{\"op\": \"rows\", \"method\": \"sample\"}]", ERR_STEP_PARAMETER);
    expect_fault("[{\"op\": \"rows\", \"method\": \"head\", \"rows\": 0}]", ERR_STEP_PARAMETER);
    expect_fault("[{\"op\": \"outliers\", \"method\": \"iqr_clip\", \"columns\": [\"b\"]}]",
                 ERR_COLUMN_TYPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_of_equal_rows_stays_beyond_memory),
        cmocka_unit_test(mistakes_name_their_step),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
