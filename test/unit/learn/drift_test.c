// SPDX-License-Identifier: MPL-2.0
#include "learn/drift.h"

#include <math.h>

#include "test/unit/engine/temp.h"

static json_t *reference_of(const char *table, size_t columns)
{
    temp_t temp = temp_table(table);
    fault_t fault = {0};
    json_t *reference = NULL;
    const size_t all[] = {0, 1, 2};
    uint8_t keep[1000];
    memset(keep, 1, sizeof keep);
    keep[0] = 0; // the first row is a test row
    assert_int_equal(drift_reference(temp.frame, all, columns, keep, &reference, &fault), ERR_OK);
    temp_release(&temp);
    return reference;
}

static json_t *drift_of(const json_t *reference, const char *table)
{
    temp_t temp = temp_table(table);
    fault_t fault = {0};
    json_t *drift = NULL;
    assert_int_equal(drift_report(reference, temp.frame, NULL, &drift, &fault), ERR_OK);
    temp_release(&temp);
    return drift;
}

static const json_t *column_of(const json_t *drift, size_t i)
{
    return json_array_get(json_object_get(drift, "columns"), i);
}

static double index_of(const json_t *drift, size_t i)
{
    return json_number_value(json_object_get(column_of(drift, i), "index"));
}

static void shares_are_those_of_the_training_rows(void **state)
{
    (void)state;
    json_t *reference = reference_of("c\nz\na\na\nb\n\"\"\n", 1);
    const json_t *column = json_object_get(reference, "c");
    json_t *wanted = json_of("[0.5, 0.25, 0.0, 0.25]"); // a, b, others, missing
    assert_true(json_equal(json_object_get(column, "shares"), wanted));
    json_decref(wanted);
    json_decref(reference);
}

static void a_table_like_the_first_one_has_not_moved(void **state)
{
    (void)state;
    const char *table = "x,c\n0,z\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n8,b\n9,a\n10,b\n";
    json_t *reference = reference_of(table, 2);
    json_t *drift = drift_of(reference, "x,c\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n8,b\n9,a\n10,b\n");
    assert_true(index_of(drift, 0) == 0 && index_of(drift, 1) == 0);
    assert_string_equal(json_string_value(json_object_get(column_of(drift, 0), "change")),
                        "little");
    json_decref(drift);
    json_decref(reference);
}

static void the_index_is_the_population_stability_index(void **state)
{
    (void)state;
    json_t *reference = reference_of("x,c\n0,z\n1,a\n2,a\n3,a\n4,b\n", 2);
    json_t *drift = drift_of(reference, "x,c\n1,a\n2,b\n3,b\n4,b\n");
    assert_string_equal(json_string_value(json_object_get(column_of(drift, 0), "column")), "c");
    double wanted = (0.25 - 0.75) * log(0.25 / 0.75) + (0.75 - 0.25) * log(0.75 / 0.25);
    assert_true(fabs(index_of(drift, 0) - wanted) < 1e-12);
    assert_string_equal(json_string_value(json_object_get(column_of(drift, 0), "change")), "much");
    assert_true(index_of(drift, 1) == 0);
    json_decref(drift);
    json_decref(reference);
}

static void a_column_that_is_gone_is_named(void **state)
{
    (void)state;
    json_t *reference = reference_of("x,c\n0,z\n1,a\n2,b\n", 2);
    temp_t temp = temp_table("x\n1\n2\n");
    fault_t fault = {0};
    json_t *drift = NULL;
    assert_int_equal(drift_report(reference, temp.frame, NULL, &drift, &fault), ERR_COLUMN_UNKNOWN);
    assert_string_equal(fault.column, "c");
    json_object_set_new(reference, "c", json_of("{\"levels\":[\"a\",3],\"shares\":[1,1,1,1]}"));
    temp_release(&temp);
    temp = temp_table("x,c\n1,a\n2,b\n");
    assert_int_equal(drift_report(reference, temp.frame, NULL, &drift, &fault), ERR_CORRUPT);
    temp_release(&temp);
    json_decref(reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_of_the_training_rows),
        cmocka_unit_test(a_table_like_the_first_one_has_not_moved),
        cmocka_unit_test(the_index_is_the_population_stability_index),
        cmocka_unit_test(a_column_that_is_gone_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
