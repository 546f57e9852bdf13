// SPDX-License-Identifier: MPL-2.0
#include "data/profile/report.h"

#include <math.h>

#include "test/unit/profile/table.h"

enum { ROWS = 70000, TINY_BYTES = 1 << 20 };

static uint64_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return *state >> 33;
}

// More than a stripe, with what goes through temporary files when memory is short: doubles with all
// their digits, unique and many texts, rows that repeat.
static void write_table(buf_t *csv)
{
    uint64_t state = 7;
    const char *colours[] = {"red", "green", "blue"};
    buf_addf(csv, "wide,decimal,count,huge,text,word,colour,truth,day,few\n");
    for (int i = 0; i < ROWS; i++) {
        uint64_t r = next(&state);
        double x = (double)(r % 1000003) / 7;
        if (i % 10 == 9) { // a row that many share
            buf_addf(csv, "1,2,3,4,same,w,red,true,2020-01-01,\n");
            continue;
        }
        buf_addf(csv, r % 11 ? "%.17g," : ",", x);
        buf_addf(csv, r % 13 ? "%.2f," : ",", x / 10 + (double)(next(&state) % 1000));
        buf_addf(csv, "%d,%llu,", (int)(r % 100), (unsigned long long)r * 4000000007ULL);
        buf_addf(csv, "text %d,word %d,", i, (int)(r % 5000));
        buf_addf(csv, "%s,%s,2020-01-%02d,", colours[r % 3], r % 2 ? "true" : "false",
                 (int)(1 + r % 28));
        buf_addf(csv, r % 3 ? "%d\n" : "\n", (int)(r % 5));
    }
}

static char *dump(const frame_t *frame, size_t threads, size_t bytes)
{
    fault_t fault = {0};
    json_t *report = NULL;
    report_options_t options = {.threads = threads, .memory_bytes = bytes};
    assert_int_equal(report_run(frame, &options, NULL, &report, &fault), ERR_OK);
    char *text = json_dumps(report, JSON_REAL_PRECISION(17));
    json_decref(report);
    return text;
}

static void threads_and_budgets_change_no_byte(void **state)
{
    (void)state;
    buf_t csv = {0};
    write_table(&csv);
    frame_t *frame = table_frame(&csv);
    char *first = dump(frame, 1, 0);
    char *threads = dump(frame, 4, 0);
    char *tiny = dump(frame, 1, TINY_BYTES);
    char *both = dump(frame, 4, TINY_BYTES);
    assert_string_equal(first, threads);
    assert_string_equal(first, tiny);
    assert_string_equal(first, both);
    free(first);
    free(threads);
    free(tiny);
    free(both);
    frame_destroy(&frame);
    buf_release(&csv);
}

static void figures_of_a_small_column_are_those_by_hand(void **state)
{
    (void)state;
    json_t *report = table_report_of("x,y\n1,a\n2,b\n,\n2,b\n0,\n-5,c\n");
    json_t *x = table_variable(report, 0);
    assert_int_equal(table_figure(x, "valid"), 5);
    assert_int_equal(table_figure(x, "missing"), 1);
    assert_int_equal(table_figure(x, "distinct"), 4);
    assert_int_equal(table_figure(x, "unique"), 3);
    assert_int_equal(table_figure(x, "zeros"), 1);
    assert_int_equal(table_figure(x, "negatives"), 1);
    assert_int_equal(table_figure(x, "sum"), 0);
    assert_true(table_figure(x, "mean") == 0);
    assert_true(table_figure(x, "variance") == 34.0 / 4);
    assert_true(table_figure(x, "mad") == 1);
    assert_true(table_figure(json_object_get(x, "quantiles"), "median") == 1);
    json_t *y = table_variable(report, 1);
    assert_int_equal(table_figure(y, "distinct"), 3);
    json_t *most = json_array_get(json_object_get(y, "common"), 0);
    assert_string_equal(json_string_value(json_object_get(most, "value")), "b");
    json_decref(report);
}

static void one_row_and_no_values_are_described(void **state)
{
    (void)state;
    json_t *report = table_report_of("x,y,z\n3.5,,a\n");
    json_t *x = table_variable(report, 0);
    assert_true(table_figure(x, "mean") == 3.5);
    assert_true(json_is_null(json_object_get(x, "sd")));
    assert_true(json_is_null(json_object_get(x, "skewness")));
    json_t *y = table_variable(report, 1);
    assert_int_equal(table_figure(y, "valid"), 0);
    assert_int_equal(table_figure(y, "distinct"), 0);
    json_decref(report);
}

static const json_t *find_alert(const json_t *report, const char *kind, const char *column)
{
    size_t i;
    json_t *alert;
    json_array_foreach(json_object_get(report, "alerts"), i, alert)
    {
        const char *name = json_string_value(json_object_get(alert, "column"));
        if (strcmp(json_string_value(json_object_get(alert, "kind")), kind) == 0 &&
            (!column || (name && strcmp(name, column) == 0))) {
            return alert;
        }
    }
    return NULL;
}

static void write_alarming(buf_t *csv)
{
    buf_addf(csv, "id,same,gone,zeros,up,twin,code,when,rare\n");
    for (int i = 0; i < 200; i++) {
        buf_addf(csv, "%d,7,,%d,%d,%d,%03d,%02d.01.%d,%s\n", 1000 + (i * 37) % 200, i % 2 ? i : 0,
                 i / 2, 3 * (i / 2) + i % 2, (i * 7) % 200, 1 + i % 28, 1900 + i,
                 i == 5 ? "rare" : "usual");
    }
}

static void alerts_name_columns_and_pairs(void **state)
{
    (void)state;
    buf_t csv = {0};
    write_alarming(&csv);
    json_t *report = table_report(&csv, NULL);
    assert_non_null(find_alert(report, "unique", "id"));
    assert_non_null(find_alert(report, "constant", "same"));
    assert_non_null(find_alert(report, "empty", "gone"));
    assert_non_null(find_alert(report, "zeros", "zeros"));
    assert_non_null(find_alert(report, "monotonic", "up"));
    assert_non_null(find_alert(report, "date_text", "when"));
    assert_non_null(find_alert(report, "imbalance", "rare"));
    assert_non_null(find_alert(report, "constant_length", "code"));
    const json_t *bond = find_alert(report, "high_correlation", "up");
    assert_non_null(bond);
    assert_string_equal(json_string_value(json_object_get(bond, "other")), "twin");
    assert_null(find_alert(report, "duplicates", NULL));
    json_decref(report);
    buf_release(&csv);
}

static void mixed_kinds_are_told_with_an_example(void **state)
{
    (void)state;
    json_t *report = table_report_of("x,y\n1,a\n2,b\n3.5,c\noops,d\n,e\n");
    const json_t *alert = find_alert(report, "mixed", "x");
    assert_non_null(alert);
    assert_true(table_figure(alert, "value") == 0.75);
    assert_non_null(strstr(json_string_value(json_object_get(alert, "text")), "oops"));
    assert_null(find_alert(report, "mixed", "y"));
    json_decref(report);
}

static void repeated_rows_are_counted_and_shown(void **state)
{
    (void)state;
    json_t *report = table_report_of("a,b\n1,x\n2,y\n1,x\n,\n1.0,x\n,\n");
    json_t *duplicates = json_object_get(report, "duplicates");
    assert_int_equal(table_figure(duplicates, "rows"), 3);
    assert_int_equal(table_figure(duplicates, "groups"), 2);
    json_t *top = json_array_get(json_object_get(duplicates, "top"), 0);
    assert_int_equal(table_figure(top, "count"), 3);
    assert_int_equal(table_figure(top, "first_row"), 1);
    assert_non_null(find_alert(report, "duplicates", NULL));
    json_decref(report);
}

static void only_wanted_columns_are_read(void **state)
{
    (void)state;
    buf_t csv = {0};
    buf_addf(&csv, "a,b,c\n1,x,2\n3,y,4\n");
    const size_t columns[] = {0, 2};
    report_options_t options = {.columns = columns, .columns_count = 2};
    json_t *report = table_report(&csv, &options);
    assert_int_equal(json_array_size(json_object_get(report, "variables")), 2);
    assert_string_equal(json_string_value(json_object_get(table_variable(report, 1), "name")), "c");
    json_decref(report);
    frame_t *frame = table_frame(&csv);
    const size_t beyond[] = {3};
    report_options_t wrong = {.columns = beyond, .columns_count = 1};
    fault_t fault;
    assert_int_equal(report_run(frame, &wrong, NULL, &report, &fault), ERR_INVALID);
    frame_destroy(&frame);
    buf_release(&csv);
}

static void what_is_left_out_is_noted(void **state)
{
    (void)state;
    buf_t csv = {0};
    buf_addf(&csv, "a,b\n1,2\n2,3\n3,5\n");
    report_options_t options = {.spearman = REPORT_OFF};
    json_t *report = table_report(&csv, &options);
    assert_true(json_is_null(json_object_get(json_object_get(report, "correlations"), "spearman")));
    json_t *note = json_array_get(json_object_get(report, "notes"), 0);
    assert_string_equal(json_string_value(json_object_get(note, "part")), "spearman");
    assert_true(json_is_false(json_object_get(note, "exact")));
    json_decref(report);
    buf_release(&csv);
}

static bool refuse(void *context, double fraction, const char *stage)
{
    (void)fraction;
    (void)stage;
    return --*(int *)context > 0;
}

static void it_ends_when_nobody_wants_it(void **state)
{
    (void)state;
    buf_t csv = {0};
    buf_addf(&csv, "a,b,c\n1,2,x\n2,3,x\n3,5,x\n");
    frame_t *frame = table_frame(&csv);
    for (int calls = 1; calls < 6; calls++) {
        int left = calls;
        progress_t progress = {.report = refuse, .context = &left};
        json_t *report = NULL;
        fault_t fault;
        assert_int_equal(report_run(frame, NULL, &progress, &report, &fault), ERR_CANCELLED);
        assert_null(report);
    }
    frame_destroy(&frame);
    buf_release(&csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_and_budgets_change_no_byte),
        cmocka_unit_test(figures_of_a_small_column_are_those_by_hand),
        cmocka_unit_test(one_row_and_no_values_are_described),
        cmocka_unit_test(alerts_name_columns_and_pairs),
        cmocka_unit_test(mixed_kinds_are_told_with_an_example),
        cmocka_unit_test(repeated_rows_are_counted_and_shown),
        cmocka_unit_test(only_wanted_columns_are_read),
        cmocka_unit_test(what_is_left_out_is_noted),
        cmocka_unit_test(it_ends_when_nobody_wants_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
