// SPDX-License-Identifier: MPL-2.0
#include "data/engine/process.h"

#include "test/unit/engine/temp.h"

static void an_empty_recipe_copies_every_byte(void **state)
{
    (void)state;
    const char *table = "id,\"a name\",note\n007,1e5,\"x, \"\"y\"\"\"\n\"\",NA, 1.50 \n";
    assert_output(table, "[]", table);
    assert_output("a\n1\n\n2\n", "[]", "a\n1\n\n2\n");
    assert_output("a;b\r\n1,5;2\r\n", "[]", "a;b\n1,5;2\n");
}

static void untouched_cells_keep_their_bytes_in_filled_columns_too(void **state)
{
    (void)state;
    assert_output("id,x,y\n007,1.0,\"q\"\n+8,NA,NA\n9,3.50,nan\n",
                  "[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"x\"]}]",
                  "id,x,y\n007,1.0,\"q\"\n+8,2.25,NA\n9,3.50,nan\n");
}

static void missing_is_written_empty_in_changed_columns(void **state)
{
    (void)state;
    assert_output("x,y\nNA,1\n1,2\n3,3\n",
                  "[{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"x\"]}]",
                  "x,y\n,1\n0,2\n1,3\n");
    assert_output("x,y\nNA,1\n1,2\n3,3\n",
                  "[{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"x\"]},"
                  "{\"op\":\"drop\",\"columns\":[\"y\"]}]",
                  "x\n\"\"\n0\n1\n");
}

static void a_filled_integer_column_keeps_large_integers(void **state)
{
    (void)state;
    assert_output("x,y\n9007199254740993,1\nNA,2\n",
                  "[{\"op\":\"missing\",\"method\":\"constant\",\"columns\":[\"x\"],\"value\":-1}]",
                  "x,y\n9007199254740993,1\n-1,2\n");
}

static void constants_are_quoted_where_they_must_be(void **state)
{
    (void)state;
    assert_output(
        "x,y\n\"p\",1\nNA,2\n",
        "[{\"op\":\"missing\",\"method\":\"constant\",\"columns\":[\"x\"],\"value\":\"a,\\\"b\"}]",
        "x,y\n\"p\",1\n\"a,\"\"b\",2\n");
}

static void one_hot_takes_the_place_of_its_column(void **state)
{
    (void)state;
    assert_output("a,c,b\n1,y,2\n3,x,4\n5,NA,6\n",
                  "[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"c\"]}]",
                  "a,c_x,c_y,b\n1,0,1,2\n3,1,0,4\n5,0,0,6\n");
    assert_output("a,c\n1,2.0\n3,10\n5,2\n",
                  "[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"c\"]}]",
                  "a,c_2,c_10\n1,1,0\n3,0,1\n5,1,0\n");
}

static void labels_count_sorted_values_and_missing_stays(void **state)
{
    (void)state;
    assert_output("c,n\nb,10\na,9\nNA,NA\nB,2\n",
                  "[{\"op\":\"encode\",\"method\":\"label\",\"columns\":[\"c\",\"n\"]}]",
                  "c,n\n2,2\n1,1\n,\n0,0\n");
}

static void rows_go_before_what_follows_is_fitted(void **state)
{
    (void)state;
    assert_output("x,y\n1,\n2,a\n4,b\n",
                  "[{\"op\":\"missing\",\"method\":\"drop_rows\",\"columns\":[\"y\"]},"
                  "{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"x\"]}]",
                  "x,y\n0,a\n1,b\n");
    assert_output("x,y\n1,\n2,a\n,b\n",
                  "[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"x\"]},"
                  "{\"op\":\"missing\",\"method\":\"drop_rows\"}]",
                  "x,y\n2,a\n1.5,b\n");
}

static void steps_compose_in_one_pass(void **state)
{
    (void)state;
    // mean 2 fills; then z_score sees 0,2,2,4: mean 2, sd sqrt 2; then min_max sees -1.41..
    // to 1.41..
    assert_output("x,y\n0,1\nNA,1\n2,1\n4,1\n",
                  "[{\"op\":\"missing\",\"method\":\"mean\",\"columns\":[\"x\"]},"
                  "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"x\"]},"
                  "{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"x\"]}]",
                  "x,y\n0,1\n0.5,1\n0.5,1\n1,1\n");
    // the median of 5,5,1,9 is 5; robust then sees 1,5,5,5,9: a spread of 0 is refused elsewhere
    assert_output("x,y\n1,0\n3,0\nNA,0\n9,0\n",
                  "[{\"op\":\"missing\",\"method\":\"constant\",\"columns\":[\"x\"],\"value\":5},"
                  "{\"op\":\"scale\",\"method\":\"robust\",\"columns\":[\"x\"]}]",
                  "x,y\n-0.8571428571428571,0\n-0.2857142857142857,0\n0.2857142857142857,0\n"
                  "1.4285714285714286,0\n");
}

static void codes_can_be_scaled_and_leaves_too(void **state)
{
    (void)state;
    assert_output("c,y\na,1\nb,1\nNA,1\nc,1\n",
                  "[{\"op\":\"encode\",\"method\":\"label\",\"columns\":[\"c\"]},"
                  "{\"op\":\"missing\",\"method\":\"median\",\"columns\":[\"c\"]},"
                  "{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"c\"]}]",
                  "c,y\n0,1\n0.5,1\n0.5,1\n1,1\n");
    assert_output("c,y\na,1\nb,1\nb,1\nb,1\n",
                  "[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"c\"]},"
                  "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"c_b\"]},"
                  "{\"op\":\"drop\",\"columns\":[\"c_a\"]}]",
                  "c_b,y\n-1.7320508075688774,1\n0.5773502691896258,1\n0.5773502691896258,1\n"
                  "0.5773502691896258,1\n");
}

static void a_leaf_can_be_split_again(void **state)
{
    (void)state;
    assert_output("c,y\na,1\nb,1\n",
                  "[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"c\"]},"
                  "{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"c_a\"]}]",
                  "c_a_0,c_a_1,c_b,y\n0,1,0,1\n1,0,1,1\n");
}

static void the_mode_is_the_smallest_of_the_most_frequent(void **state)
{
    (void)state;
    assert_output("t,n\nb,10\na,9\nNA,NA\na,10\nb,9\n",
                  "[{\"op\":\"missing\",\"method\":\"mode\",\"columns\":[\"t\",\"n\"]}]",
                  "t,n\nb,10\na,9\na,9\na,10\nb,9\n");
}

static void the_result_counts_rows_and_names_columns(void **state)
{
    (void)state;
    temp_t temp = temp_table("x,c\n1,a\n,b\n3,a\n");
    fault_t fault = {0};
    json_t *result = NULL;
    char *text = temp_process(&temp,
                              "[{\"op\":\"missing\",\"method\":\"drop_rows\"},"
                              "{\"op\":\"encode\",\"method\":\"label\",\"columns\":[\"c\"]}]",
                              &result, &fault);
    assert_string_equal(text, "x,c\n1,0\n3,0\n");
    json_t *expected = json_of(
        "{\"rows_in\":3,\"rows_out\":2,\"bytes\":12,"
        "\"columns\":[{\"name\":\"x\",\"type\":\"integer\"},{\"name\":\"c\",\"type\":\"integer\"}],"
        "\"steps\":[{\"op\":\"missing\",\"method\":\"drop_rows\",\"rows_dropped\":"
        "1,"
        "\"parameters\":[]},{\"op\":\"encode\",\"method\":\"label\",\"columns\":[\"c\"],"
        "\"parameters\":[{\"column\":\"c\",\"levels\":[\"a\"],\"levels_total\":1}]}]}");
    assert_true(json_equal(result, expected));
    json_decref(expected);
    json_decref(result);
    free(text);
    temp_release(&temp);
}

static void constant_columns_cannot_be_scaled(void **state)
{
    (void)state;
    fault_t fault =
        assert_recipe_fault("x,y\n5,1\n5,2\n",
                            "[{\"op\":\"drop\",\"columns\":[\"y\"]},"
                            "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"x\"]}]",
                            ERR_COLUMN_CONSTANT);
    assert_int_equal(fault.step, 2);
    assert_string_equal(fault.column, "x");
    // only what is left after drop_rows is constant: the description cannot know
    fault = assert_recipe_fault("x,y\n5,1\n5,2\n7,\n",
                                "[{\"op\":\"missing\",\"method\":\"drop_rows\"},"
                                "{\"op\":\"scale\",\"method\":\"min_max\",\"columns\":[\"x\"]}]",
                                ERR_COLUMN_CONSTANT);
    assert_int_equal(fault.step, 2);
    assert_string_equal(fault.column, "x");
    fault = assert_recipe_fault("x,y\n1,1\n5,2\n5,3\n5,4\n5,5\n9,6\n",
                                "[{\"op\":\"scale\",\"method\":\"robust\",\"columns\":[\"x\"]}]",
                                ERR_COLUMN_CONSTANT);
    assert_non_null(strstr(fault.detail, "interquartile"));
}

static void no_rows_left_is_a_fault(void **state)
{
    (void)state;
    fault_t fault = assert_recipe_fault(
        "x,y\n1,\n,2\n", "[{\"op\":\"missing\",\"method\":\"drop_rows\"}]", ERR_NO_ROWS);
    assert_int_equal(fault.step, 1);
}

static void one_hot_names_may_not_collide(void **state)
{
    (void)state;
    fault_t fault = assert_recipe_fault(
        "c,c_a\na,1\nb,2\n", "[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"c\"]}]",
        ERR_COLUMN_COLLISION);
    assert_string_equal(fault.column, "c");
    assert_non_null(strstr(fault.detail, "c_a"));
}

static void a_column_of_very_large_numbers_is_refused_not_spoiled(void **state)
{
    (void)state;
    assert_recipe_fault("x,y\n1e300,1\n-1e300,2\n3e200,1\n",
                        "[{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"x\"]}]",
                        ERR_COLUMN_TYPE);
}

static void too_many_levels_are_refused_at_once(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_add(&text, "c,n\n", 4);
    for (int i = 0; i < 100000; i++) {
        buf_addf(&text, "v%d,%d\n", i, i);
    }
    buf_add(&text, "", 1);
    temp_t temp = temp_table(text.data);
    unlink(temp.output);
    const char *const columns[] = {"c", "n"};
    for (int i = 0; i < 2; i++) {
        char recipe[200];
        snprintf(recipe, sizeof recipe,
                 "[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"%s\"]}]", columns[i]);
        fault_t fault = {0};
        assert_null(temp_process(&temp, recipe, NULL, &fault));
        assert_int_equal(fault.code, ERR_LEVELS);
        assert_string_equal(fault.column, columns[i]);
        assert_int_equal(fault.step, 1);
        // a description that did not know: the pass itself stops
        const json_t *all = json_object_get(frame_description(temp.frame), "columns");
        json_object_set_new(json_array_get(all, (size_t)i), "distinct", json_integer(3));
        assert_null(temp_process(&temp, recipe, NULL, &fault));
        assert_int_equal(fault.code, ERR_LEVELS);
        assert_string_equal(fault.column, columns[i]);
        assert_int_equal(fault.step, 1);
    }
    temp_release(&temp);
    buf_release(&text);
}

static bool refuse(void *context, double fraction, const char *stage)
{
    (void)context;
    (void)fraction;
    (void)stage;
    return false;
}

static void a_run_can_be_cancelled(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_add(&text, "x\n", 2);
    for (int i = 0; i < 20000; i++) {
        buf_addf(&text, "%d\n", i);
    }
    buf_add(&text, "", 1);
    temp_t temp = temp_table(text.data);
    progress_t progress = {.report = refuse};
    json_t *recipe = json_of("[]");
    json_t *result = NULL;
    fault_t fault = {0};
    unlink(temp.output);
    process_t process = {
        .frame = temp.frame, .recipe = recipe, .output = temp.output, .progress = &progress};
    assert_int_equal(process_run(&process, &result, &fault), ERR_CANCELLED);
    assert_int_equal(access(temp.output, F_OK), -1);
    json_decref(recipe);
    temp_release(&temp);
    buf_release(&text);
}

static bool stop_in_the_middle(void *context, double fraction, const char *stage)
{
    int *reports = context;
    (void)fraction;
    return strcmp(stage, "write") != 0 || ++*reports < 5;
}

static char *text_of(const char *path)
{
    buf_t text = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t n;
    while ((n = fread(buf_reserve(&text, 4096), 1, 4096, file)) > 0) {
        text.size += n;
    }
    assert_int_equal(fclose(file), 0);
    buf_add(&text, "", 1);
    return text.data;
}

static void a_run_that_was_cut_off_goes_on_where_it_was(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_add(&text, "x,y\n", 4);
    for (int i = 0; i < 1000; i++) {
        buf_addf(&text, "%d,%d\n", i, i % 7);
    }
    buf_add(&text, "", 1);
    temp_t temp = {0};
    temp_path(temp.input);
    temp_path(temp.output);
    temp_write(temp.input, text.data, text.size - 1);
    json_t *options = json_of("{\"stripe_rows\": 100}");
    fault_t fault = {0};
    temp_import(&temp, options, &fault);
    json_t *recipe = json_of("[{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"x\"]},"
                             "{\"op\":\"filter\",\"expression\":\"y <> 3\"}]");
    json_t *result = NULL;
    process_t whole = {.frame = temp.frame, .recipe = recipe, .output = temp.output};
    assert_int_equal(process_run(&whole, &result, &fault), ERR_OK);
    char *expected = text_of(temp.output);
    unlink(temp.output);
    int reports = 0;
    progress_t progress = {.report = stop_in_the_middle, .context = &reports};
    process_t process = whole;
    process.resume = true;
    process.mark_bytes = 1;
    process.progress = &progress;
    assert_int_equal(process_run(&process, NULL, &fault), ERR_CANCELLED);
    assert_int_equal(access(temp.output, F_OK), -1);
    process.progress = NULL;
    json_t *resumed = NULL;
    assert_int_equal(process_run(&process, &resumed, &fault), ERR_OK);
    char *made = text_of(temp.output);
    assert_string_equal(made, expected);
    assert_true(json_equal(resumed, result));
    free(made);
    free(expected);
    json_decref(resumed);
    json_decref(result);
    json_decref(recipe);
    json_decref(options);
    temp_release(&temp);
    buf_release(&text);
}

static void an_output_that_cannot_be_made_is_a_fault(void **state)
{
    (void)state;
    temp_t temp = temp_table("x\n1\n");
    json_t *recipe = json_of("[]");
    json_t *result = NULL;
    fault_t fault = {0};
    process_t process = {.frame = temp.frame, .recipe = recipe, .output = "/nonexistent/o.csv"};
    assert_int_equal(process_run(&process, &result, &fault), ERR_IO);
    json_decref(recipe);
    temp_release(&temp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_recipe_copies_every_byte),
        cmocka_unit_test(untouched_cells_keep_their_bytes_in_filled_columns_too),
        cmocka_unit_test(missing_is_written_empty_in_changed_columns),
        cmocka_unit_test(a_filled_integer_column_keeps_large_integers),
        cmocka_unit_test(constants_are_quoted_where_they_must_be),
        cmocka_unit_test(one_hot_takes_the_place_of_its_column),
        cmocka_unit_test(labels_count_sorted_values_and_missing_stays),
        cmocka_unit_test(rows_go_before_what_follows_is_fitted),
        cmocka_unit_test(steps_compose_in_one_pass),
        cmocka_unit_test(codes_can_be_scaled_and_leaves_too),
        cmocka_unit_test(a_leaf_can_be_split_again),
        cmocka_unit_test(the_mode_is_the_smallest_of_the_most_frequent),
        cmocka_unit_test(the_result_counts_rows_and_names_columns),
        cmocka_unit_test(constant_columns_cannot_be_scaled),
        cmocka_unit_test(no_rows_left_is_a_fault),
        cmocka_unit_test(one_hot_names_may_not_collide),
        cmocka_unit_test(a_column_of_very_large_numbers_is_refused_not_spoiled),
        cmocka_unit_test(too_many_levels_are_refused_at_once),
        cmocka_unit_test(a_run_can_be_cancelled),
        cmocka_unit_test(a_run_that_was_cut_off_goes_on_where_it_was),
        cmocka_unit_test(an_output_that_cannot_be_made_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
