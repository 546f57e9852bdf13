// SPDX-License-Identifier: MPL-2.0
// The cases of csv-spectrum, written anew; its twelfth contradicts itself and is left out.
#include "test/unit/csv/table.h"

typedef struct {
    const char *name;
    const char *rows;
} case_t;

static const case_t CASES[] = {
    {"comma_in_quotes", "2:John|Doe|120 any st.|[Anytown, WW]|08123;"},
    {"empty", "2:1|[]|[];3:2|3|4;"},
    {"empty_crlf", "2:1|[]|[];3:2|3|4;"},
    {"escaped_quotes", "2:1|[ha \"ha\" ha];3:3|4;"},
    {"json", "2:1|[{\"type\": \"Point\", \"coordinates\": [102.0, 0.5]}];"},
    {"newlines", "2:1|2|3;3:[Once upon \na time]|5|6;5:7|8|9;"},
    {"newlines_crlf", "2:1|2|3;3:[Once upon \r\na time]|5|6;5:7|8|9;"},
    {"quotes_and_newlines", "2:1|[ha \n\"ha\" \nha];5:3|4;"},
    {"simple", "2:1|2|3;"},
    {"simple_crlf", "2:1|2|3;"},
    {"utf8", "2:1|2|3;3:4|5|\xCA\xA4;"},
};

static void assert_case(const case_t *one, const csv_options_t *options)
{
    char path[256];
    snprintf(path, sizeof path, "%s/csv/%s.csv", TEST_DATA, one->name);
    fault_t fault;
    csv_t *csv = NULL;
    char *rows = table_read_file(path, options, &csv, &fault);
    assert_string_equal(fault.detail, "");
    assert_string_equal(rows, one->rows);
    assert_false(csv_is_careful(csv));
    free(rows);
    buf_t again = {0};
    assert_int_equal(csv_restart(csv, &fault), ERR_OK);
    assert_int_equal(table_drain(csv, &again, &fault), ERR_OK);
    buf_add(&again, "", 1);
    assert_string_equal(again.data, one->rows);
    buf_release(&again);
    csv_destroy(&csv);
}

static void every_case_is_read_as_it_should_on_every_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        for (unsigned kind = 0; kind < 4; kind++) {
            csv_options_t options = {.lenient = kind & 1, .scalar = kind & 2};
            assert_case(&CASES[i], &options);
        }
    }
}

static void single_quotes_work_on_every_path(void **state)
{
    (void)state;
    csv_options_t options = {.quote = '\''};
    assert_table("a,b\n'x,\"y',\"\n'it''s',2\n", &options, "2:[x,\"y]|\";3:[it's]|2;");
    fault_t fault = assert_table_fault("a,b\n1,don't\n", 12, &options, ERR_CSV_QUOTE);
    assert_int_equal(fault.line, 2);
    options.lenient = true;
    assert_table("a,b\n'x,y',don't\n", &options, "2:[x,y]|don't;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_is_read_as_it_should_on_every_path),
        cmocka_unit_test(single_quotes_work_on_every_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
