// SPDX-License-Identifier: MPL-2.0
#include "data/fit.h"

#include "data/transform.h"
#include "test/unit/data/temp.h"

typedef struct {
    temp_t temp;
    table_t *table;
    recipe_t recipe;
    fit_t *fit;
} fitted_table_t;

static fitted_table_t fit_table(const char *text, const char *recipe, const row_mask_t *mask)
{
    fitted_table_t fitted = {.temp = temp_table(text)};
    json_t *steps = json_of(recipe);
    json_t *issues = json_array();
    fault_t fault = {0};
    assert_int_equal(table_from_json(fitted.temp.description, &fitted.table, NULL), ERR_OK);
    recipe_parse(steps, issues, &fitted.recipe);
    fit_run(fitted.temp.input, fitted.table, &fitted.recipe, mask, NULL, &fitted.fit, &fault);
    assert_string_equal(fault.detail, "");
    json_decref(issues);
    json_decref(steps);
    return fitted;
}

static void release(fitted_table_t *fitted)
{
    fit_destroy(&fitted->fit);
    recipe_release(&fitted->recipe);
    table_destroy(&fitted->table);
    temp_release(&fitted->temp);
}

static const char TABLE[] = "x,c,g,y\n1,a,u,1\n2,b,v,2\n,a,,3\n4,,u,4\n10,d,v,5\n";
static const char RECIPE[] =
    "[{\"op\":\"missing\",\"method\":\"median\",\"columns\":[\"x\"]},"
    "{\"op\":\"missing\",\"method\":\"mode\",\"columns\":[\"g\"]},"
    "{\"op\":\"missing\",\"method\":\"drop_rows\",\"columns\":[\"c\"]},"
    "{\"op\":\"scale\",\"method\":\"robust\",\"columns\":[\"x\"]},"
    "{\"op\":\"encode\",\"method\":\"label\",\"columns\":[\"c\"]},"
    "{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"g\",\"y\"]},"
    "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"g_u\",\"c\"]}]";

static void a_mask_leaves_rows_out_of_the_fit(void **state)
{
    (void)state;
    const uint8_t keep[] = {1, 1, 1, 0};
    row_mask_t mask = {.keep = keep, .rows = 4};
    fitted_table_t fitted =
        fit_table(TABLE, "[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"x\"]}]", &mask);
    assert_int_equal(fitted.fit->rows_in, 3);
    assert_true(fitted.fit->steps[0].items[0].op->fill == 1.5);
    release(&fitted);
}

// Transforms the whole table and appends it to `text`.
static void render(const fitted_table_t *fitted, const fit_t *fit, buf_t *text)
{
    reader_t *reader = NULL;
    const reader_row_t *row = NULL;
    cell_t cells[32];
    assert_int_equal(reader_open(fitted->temp.input, NULL, &reader, NULL), ERR_OK);
    while (reader_next(reader, &row, NULL) == ERR_OK && row) {
        assert_int_equal(transform_row(fit, row, cells, NULL), ERR_OK);
        for (size_t i = 0; i < fit->columns.order_count; i++) {
            if (cells[i].value.kind == VALUE_NUMBER) {
                buf_addf(text, "%a,", cells[i].value.number);
            } else {
                buf_add(text, cells[i].value.text, cells[i].value.size);
            }
        }
        buf_addf(text, "%d\n", transform_keeps(fit, row));
    }
    reader_destroy(&reader);
}

static void a_fit_survives_the_way_through_json(void **state)
{
    (void)state;
    fitted_table_t fitted = fit_table(TABLE, RECIPE, NULL);
    json_t *steps = fit_steps(fitted.fit, FIT_LEVELS_ALL);
    char *text = json_dumps(steps, 0);
    json_t *read = json_of(text);
    fit_t *again = NULL;
    fault_t fault = {0};
    fit_from_steps(fitted.table, &fitted.recipe, read, &again, &fault);
    assert_string_equal(fault.detail, "");
    buf_t first = {0};
    buf_t second = {0};
    render(&fitted, fitted.fit, &first);
    render(&fitted, again, &second);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
    buf_release(&first);
    buf_release(&second);
    fit_destroy(&again);
    free(text);
    json_decref(read);
    json_decref(steps);
    release(&fitted);
}

static void an_incomplete_document_is_refused(void **state)
{
    (void)state;
    fitted_table_t fitted = fit_table(TABLE, RECIPE, NULL);
    fault_t fault = {0};
    fit_t *again = NULL;
    json_t *steps = fit_steps(fitted.fit, 1);
    assert_int_equal(fit_from_steps(fitted.table, &fitted.recipe, steps, &again, &fault),
                     ERR_INVALID);
    assert_int_equal(fault.step, 5);
    assert_null(again);
    json_decref(steps);
    steps = json_array();
    assert_int_equal(fit_from_steps(fitted.table, &fitted.recipe, steps, &again, &fault),
                     ERR_INVALID);
    assert_int_equal(fault.step, 1);
    json_decref(steps);
    release(&fitted);
}

static void values_unseen_in_the_fit_have_no_level(void **state)
{
    (void)state;
    const uint8_t keep[] = {1, 1, 1};
    row_mask_t mask = {.keep = keep, .rows = 3};
    fitted_table_t fitted =
        fit_table("c,h\na,a\nb,b\na,a\nz,z\nNA,NA\n",
                  "[{\"op\":\"encode\",\"method\":\"label\",\"columns\":[\"c\"]},"
                  "{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"h\"]}]",
                  &mask);
    buf_t text = {0};
    render(&fitted, fitted.fit, &text);
    buf_add(&text, "", 1);
    assert_string_equal(text.data, "0x0p+0,0x1p+0,0x0p+0,1\n0x1p+0,0x0p+0,0x1p+0,1\n"
                                   "0x0p+0,0x1p+0,0x0p+0,1\n-0x1p+0,0x0p+0,0x0p+0,1\n"
                                   "0x0p+0,0x0p+0,1\n");
    buf_release(&text);
    release(&fitted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mask_leaves_rows_out_of_the_fit),
        cmocka_unit_test(a_fit_survives_the_way_through_json),
        cmocka_unit_test(an_incomplete_document_is_refused),
        cmocka_unit_test(values_unseen_in_the_fit_have_no_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
