// SPDX-License-Identifier: MPL-2.0
// Steps that make or change columns: what they do at the edges, and whether what they learned holds
// for another table. The numbers themselves are compared in test/reference/shape_test.py.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "data/engine/cells.h"
#include "data/engine/fit.h"
#include "data/engine/flow.h"
#include "data/engine/steps_json.h"
#include "data/frame/import.h"
#include "test/unit/test.h"

static frame_t *table_of(const char *text)
{
    char path[] = "/tmp/autodp-shape-XXXXXX";
    int file = mkstemp(path);
    int fd = -1;
    fault_t fault = {0};
    json_t *description = NULL;
    frame_t *frame = NULL;
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    assert_int_equal(import_scratch("/tmp", &fd, &fault), ERR_OK);
    import_t import = {.threads = 1};
    assert_int_equal(import_run(path, &import, fd, &description, &fault), ERR_OK);
    assert_int_equal(frame_open_fd(fd, &frame, &fault), ERR_OK);
    json_decref(description);
    unlink(path);
    return frame;
}

static flow_t *flow_of(const frame_t *frame, const char *recipe)
{
    json_t *json = json_loads(recipe, 0, NULL);
    json_t *issues = json_array();
    recipe_t steps;
    flow_t *flow = NULL;
    fault_t fault = {0};
    assert_non_null(json);
    recipe_parse(json, issues, &steps);
    if (json_array_size(issues) > 0) {
        fail_msg("%s", json_dumps(issues, 0));
    }
    assert_int_equal(flow_new(frame_description(frame), &steps, &flow, &fault), ERR_OK);
    recipe_release(&steps);
    json_decref(issues);
    json_decref(json);
    return flow;
}

// The table that a flow makes, as CSV; a fault's detail when a step fails. The caller frees it.
static char *show(flow_t *flow, const frame_t *frame)
{
    buf_t text = {0};
    fault_t fault = {0};
    size_t count = frame_columns(frame);
    size_t *all = calloc(count, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        all[i] = i;
    }
    eval_t *eval = eval_new(flow, frame, NULL);
    const uint32_t *rows;
    size_t height = 0;
    err_t err = eval_begin(eval, 0, all, count, 0, &fault);
    err = err ? err : eval_rows(eval, flow->stages_count - 1, &rows, &height, &fault);
    for (size_t row = 0; row <= height && err == ERR_OK; row++) {
        for (size_t i = 0; i < flow->live_count && err == ERR_OK; i++) {
            char scratch[CELLS_VALUE_SIZE];
            const vector_t *vector = NULL;
            text_t cell = {flow->live[i].name, (uint32_t)strlen(flow->live[i].name)};
            size_t node = flow_at(flow, flow->live[i].node, flow->stages_count - 1);
            err = row > 0 ? eval_node(eval, node, &vector, &fault) : ERR_OK;
            cell = vector && err == ERR_OK ? cells_value(vector, row - 1, scratch) : cell;
            buf_add(&text, ",", i > 0);
            buf_add(&text, cell.bytes, cell.size);
        }
        buf_add(&text, "\n", 1);
    }
    eval_destroy(&eval);
    free(all);
    if (err != ERR_OK) {
        buf_clear(&text);
        buf_add(&text, fault.detail, strlen(fault.detail));
    }
    buf_add(&text, "", 1);
    return text.data;
}

static err_t fit(flow_t *flow, const frame_t *frame, fault_t *fault)
{
    fit_setup_t setup = {.frame = frame, .threads = 1};
    return fit_flow(flow, &setup, fault);
}

static void assert_makes(const char *table, const char *recipe, const char *expected)
{
    fault_t fault = {0};
    frame_t *frame = table_of(table);
    flow_t *flow = flow_of(frame, recipe);
    fit(flow, frame, &fault);
    assert_string_equal(fault.detail, "");
    char *made = show(flow, frame);
    assert_string_equal(made, expected);
    free(made);
    flow_destroy(&flow);
    frame_destroy(&frame);
}

static void assert_fails(const char *table, const char *recipe, err_t code, const char *part)
{
    fault_t fault = {0};
    frame_t *frame = table_of(table);
    flow_t *flow = flow_of(frame, recipe);
    assert_string_equal(err_name(fit(flow, frame, &fault)), err_name(code));
    if (!strstr(fault.detail, part)) {
        fail_msg("'%s' is not in '%s'", part, fault.detail);
    }
    assert_string_not_equal(fault.remedy, "");
    assert_int_equal(fault.step, 1);
    flow_destroy(&flow);
    frame_destroy(&frame);
}

// What was learned of one table goes through its document and is used on another.
static void assert_transfers(const char *learned, const char *recipe, const char *table,
                             const char *expected)
{
    fault_t fault = {0};
    frame_t *frame = table_of(learned);
    flow_t *flow = flow_of(frame, recipe);
    fit(flow, frame, &fault);
    assert_string_equal(fault.detail, "");
    json_t *steps = steps_json(flow, STEPS_LEVELS_ALL);
    flow_destroy(&flow);
    frame_destroy(&frame);
    frame = table_of(table);
    flow = flow_of(frame, recipe);
    steps_restore(flow, steps, &fault);
    assert_string_equal(fault.detail, "");
    char *made = show(flow, frame);
    assert_string_equal(made, expected);
    free(made);
    json_decref(steps);
    flow_destroy(&flow);
    frame_destroy(&frame);
}

static void texts_change_once_a_word(void **state)
{
    (void)state;
    const char *table = "t\n\" It's  \"\nNA\n\xC3\x89t\xC3\xA9-12\n\" It's  \"\n";
    assert_makes(table, "[{\"op\":\"text\",\"method\":\"trim\",\"columns\":[\"t\"]}]",
                 "t\nIt's\n\n\xC3\x89t\xC3\xA9-12\nIt's\n");
    assert_makes(table, "[{\"op\":\"text\",\"method\":\"upper\",\"columns\":[\"t\"]}]",
                 "t\n IT'S  \n\n\xC3\x89T\xC3\x89-12\n IT'S  \n");
    assert_makes(table, "[{\"op\":\"text\",\"method\":\"length\",\"columns\":[\"t\"]}]",
                 "t\n7\n\n6\n7\n");
    assert_makes(table,
                 "[{\"op\":\"text\",\"method\":\"replace\",\"columns\":[\"t\"],\"find\":\"'s\","
                 "\"with\":\"\\\\n'\"}]",
                 "t\n It\\n'  \n\n\xC3\x89t\xC3\xA9-12\n It\\n'  \n");
    assert_makes(table,
                 "[{\"op\":\"text\",\"method\":\"extract\",\"columns\":[\"t\"],\"pattern\":"
                 "\"(\\\\D)-(\\\\d)\",\"group\":2}]",
                 "t\n\n\n1\n\n");
}

static void wrong_pattern_is_told_in_its_own_words(void **state)
{
    (void)state;
    assert_fails(
        "t\nx\n",
        "[{\"op\":\"text\",\"method\":\"extract\",\"columns\":[\"t\"],\"pattern\":\"(a\"}]",
        ERR_STEP_PARAMETER, "the pattern '(a'");
    assert_fails("t\nx\n",
                 "[{\"op\":\"text\",\"method\":\"extract\",\"columns\":[\"t\"],\"pattern\":\"a\","
                 "\"group\":1}]",
                 ERR_STEP_PARAMETER, "no group 1");
    assert_fails("t\nx\n",
                 "[{\"op\":\"text\",\"method\":\"replace\",\"columns\":[\"t\"],\"find\":\"\"}]",
                 ERR_STEP_PARAMETER, "'find' is empty");
}

static void parts_of_dates_stand_behind_the_column(void **state)
{
    (void)state;
    assert_makes("d,n\n1969-12-31T23:59:58Z,1\nNA,2\n",
                 "[{\"op\":\"date\",\"method\":\"parts\",\"columns\":[\"d\"],\"parts\":[\"year\","
                 "\"second\",\"is_weekend\"]}]",
                 "d,d_year,d_second,d_is_weekend,n\n1969-12-31T23:59:58Z,1969,58,false,1\n,,,,2\n");
    assert_fails("d\n2020-01-31\n",
                 "[{\"op\":\"date\",\"method\":\"parts\",\"columns\":[\"d\"],\"parts\":[\"era\"]}]",
                 ERR_STEP_PARAMETER, "no part 'era'");
}

static void difference_needs_two_dates(void **state)
{
    (void)state;
    assert_makes("a,b\n2020-01-02,2020-01-01T12:00:00Z\nNA,2020-01-01T12:00:00Z\n",
                 "[{\"op\":\"date\",\"method\":\"difference\",\"columns\":[\"a\"],\"other\":\"b\","
                 "\"unit\":\"hours\",\"as\":\"c\"}]",
                 "a,b,c\n2020-01-02,2020-01-01T12:00:00Z,12\n,2020-01-01T12:00:00Z,\n");
    assert_fails("a,b\n2020-01-02,1\n",
                 "[{\"op\":\"date\",\"method\":\"difference\",\"columns\":[\"a\"],\"other\":\"b\","
                 "\"as\":\"c\"}]",
                 ERR_COLUMN_TYPE, "'b' is integer");
}

static void bins_hold_for_another_table(void **state)
{
    (void)state;
    assert_transfers("n\n0\n5\n10\n",
                     "[{\"op\":\"bin\",\"method\":\"equal_width\",\"columns\":[\"n\"],\"bins\":2,"
                     "\"labels\":\"interval\"}]",
                     "n\n-1\n0\n5\n5.5\n11\n", "n\n\n[0, 5]\n[0, 5]\n(5, 10]\n\n");
    assert_transfers("n\n1\n2\n3\n4\n",
                     "[{\"op\":\"bin\",\"method\":\"equal_frequency\",\"columns\":[\"n\"],"
                     "\"bins\":2}]",
                     "n\n1\n2.5\n2.6\nNA\n", "n\n0\n0\n1\n\n");
    assert_fails("n\n1\n1\n",
                 "[{\"op\":\"bin\",\"method\":\"equal_frequency\",\"columns\":[\"n\"],\"bins\":2}]",
                 ERR_COLUMN_CONSTANT, "'n'");
    assert_fails("n\n1\n",
                 "[{\"op\":\"bin\",\"method\":\"edges\",\"columns\":[\"n\"],\"edges\":[1,\"x\"]}]",
                 ERR_STEP_PARAMETER, "'edges'");
}

static void powers_name_the_column_they_cannot_change(void **state)
{
    (void)state;
    const char *box_cox = "[{\"op\":\"scale\",\"method\":\"box_cox\",\"columns\":[\"n\"]}]";
    assert_fails("n\n0\n1\n", box_cox, ERR_COLUMN_TYPE, "column 'n' has numbers that are not pos");
    assert_fails("n\n3\n3\n", box_cox, ERR_COLUMN_CONSTANT, "'n'");
    assert_transfers("n\n1\n2\n3\n5\n8\n", box_cox, "n\n-1\nNA\n", "n\n\n\n");
}

static void quantiles_hold_for_another_table(void **state)
{
    (void)state;
    assert_transfers("n\n0\n1\n2\n3\n4\n",
                     "[{\"op\":\"scale\",\"method\":\"quantile\",\"columns\":[\"n\"]}]",
                     "n\n-1\n0.5\n2\n9\nNA\n", "n\n0\n0.125\n0.5\n1\n\n");
}

static void unit_norm_leaves_zero_rows(void **state)
{
    (void)state;
    assert_makes("a,b\n3,4\n0,0\nNA,1\n",
                 "[{\"op\":\"scale\",\"method\":\"unit_norm\",\"columns\":[\"a\",\"b\"]}]",
                 "a,b\n0.6,0.8\n0,0\n,\n");
}

static void encodings_hold_for_another_table(void **state)
{
    (void)state;
    const char *seen = "t,y\na,1\na,0\nb,1\nc,1\n";
    assert_transfers(seen, "[{\"op\":\"encode\",\"method\":\"frequency\",\"columns\":[\"t\"]}]",
                     "t,y\na,1\nz,1\nNA,1\n", "t,y\n0.5,1\n0,1\n,1\n");
    assert_transfers(seen,
                     "[{\"op\":\"encode\",\"method\":\"target\",\"columns\":[\"t\"],\"target\":"
                     "\"y\",\"smoothing\":2}]",
                     "t,y\na,0\nz,0\nNA,0\n", "t,y\n0.625,0\n0.75,0\n0.75,0\n");
    const char *one_hot = "[{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"t\"],"
                          "\"min_share\":0.5%s}]";
    char recipe[200];
    snprintf(recipe, sizeof recipe, one_hot, "");
    assert_transfers(seen, recipe, "t,y\na,0\nb,0\nz,0\nNA,0\n",
                     "t_a,t_other,y\n1,0,0\n0,1,0\n0,0,0\n0,0,0\n");
    snprintf(recipe, sizeof recipe, one_hot, ",\"unknown\":\"other\",\"drop\":\"first\"");
    assert_transfers(seen, recipe, "t,y\na,0\nz,0\n", "t_other,y\n0,0\n1,0\n");
    snprintf(recipe, sizeof recipe, one_hot, ",\"unknown\":\"error\"");
    assert_transfers(seen, recipe, "t,y\na,0\nz,0\n",
                     "column 't' has the value 'z', which was not there when it was learned");
}

static void label_takes_an_order(void **state)
{
    (void)state;
    const char *recipe = "[{\"op\":\"encode\",\"method\":\"label\",\"columns\":[\"t\"],\"order\":"
                         "[\"low\",\"high\"]%s}]";
    char text[200];
    snprintf(text, sizeof text, recipe, "");
    assert_makes("t\nhigh\nlow\nNA\nlow\n", text, "t\n1\n0\n\n0\n");
    assert_fails("t\nhigh\nmid\n", text, ERR_STEP_PARAMETER, "'mid', which is not in 'order'");
    assert_transfers("t\nlow\n", text, "t\nmid\n",
                     "column 't' has the value 'mid', which is not in 'order'");
    snprintf(text, sizeof text, recipe, ",\"unknown\":\"code\"");
    assert_makes("t\nhigh\nmid\n", text, "t\n1\n-1\n");
}

static void columns_are_made_of_others(void **state)
{
    (void)state;
    const char *table = "a,b\nx-y-z,1\nx,2.5\nNA,NA\n";
    assert_makes(table,
                 "[{\"op\":\"split\",\"column\":\"a\",\"separator\":\"-\",\"into\":[\"p\",\"q\"]}]",
                 "a,b,p,q\nx-y-z,1,x,y-z\nx,2.5,x,\n,,,\n");
    assert_makes(table, "[{\"op\":\"merge\",\"columns\":[\"b\",\"a\"],\"as\":\"c\"}]",
                 "c\n1 x-y-z\n2.5 x\n\n");
    assert_makes(table, "[{\"op\":\"cast\",\"columns\":[\"b\"],\"type\":\"integer\"}]",
                 "a,b\nx-y-z,1\nx,\n,\n");
    assert_makes(table, "[{\"op\":\"derive\",\"as\":\"c\",\"expression\":\"if(b > 2, a, 'no')\"}]",
                 "a,b,c\nx-y-z,1,no\nx,2.5,x\n,,no\n");
    assert_makes(table, "[{\"op\":\"duplicate\",\"column\":\"b\",\"as\":\"c\"}]",
                 "a,b,c\nx-y-z,1,1\nx,2.5,2.5\n,,\n");
    assert_makes("n\n20200131\n20201331\n",
                 "[{\"op\":\"cast\",\"columns\":[\"n\"],\"type\":\"date\",\"format\":\"%Y%m%d\"}]",
                 "n\n2020-01-31\n\n");
}

static void new_names_must_be_free(void **state)
{
    (void)state;
    assert_fails("a,b\nx,1\n", "[{\"op\":\"derive\",\"as\":\"b\",\"expression\":\"b + 1\"}]",
                 ERR_COLUMN_COLLISION, "'b'");
    assert_fails("a,b\nx,1\n", "[{\"op\":\"merge\",\"columns\":[\"a\"],\"as\":\"b\"}]",
                 ERR_COLUMN_COLLISION, "'b'");
    assert_fails("a,b\nx,1\n", "[{\"op\":\"derive\",\"as\":\"c\",\"expression\":\"a + 1\"}]",
                 ERR_COLUMN_TYPE, "");
    assert_fails("a,b\nx,1\n", "[{\"op\":\"derive\",\"as\":\"c\",\"expression\":\"b +\"}]",
                 ERR_STEP_PARAMETER, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_change_once_a_word),
        cmocka_unit_test(wrong_pattern_is_told_in_its_own_words),
        cmocka_unit_test(parts_of_dates_stand_behind_the_column),
        cmocka_unit_test(difference_needs_two_dates),
        cmocka_unit_test(bins_hold_for_another_table),
        cmocka_unit_test(powers_name_the_column_they_cannot_change),
        cmocka_unit_test(quantiles_hold_for_another_table),
        cmocka_unit_test(unit_norm_leaves_zero_rows),
        cmocka_unit_test(encodings_hold_for_another_table),
        cmocka_unit_test(label_takes_an_order),
        cmocka_unit_test(columns_are_made_of_others),
        cmocka_unit_test(new_names_must_be_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
