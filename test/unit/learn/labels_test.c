// SPDX-License-Identifier: MPL-2.0
#include "learn/labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/unit/test.h"

// Adds a cell that is written so.
static err_t add(labels_t *labels, const char *written, int32_t *index, fault_t *fault)
{
    double number = strtod(written, NULL);
    int64_t integer = strtoll(written, NULL, 10);
    text_t text = {.bytes = written, .size = (uint32_t)strlen(written)};
    vector_t cells = {.type = labels->type, .count = 1};
    switch (labels->type) {
    case TYPE_FLOAT:
        cells.numbers = &number;
        break;
    case TYPE_TEXT:
        cells.texts = &text;
        break;
    default:
        cells.integers = &integer;
        break;
    }
    return labels_add(labels, &cells, 0, index, fault);
}

// Adds the texts, sorts, and compares with what is expected, in order.
static void assert_sorted(type_t type, const char *const *texts, const char *const *sorted,
                          size_t count, size_t distinct)
{
    labels_t labels = labels_new(type);
    int32_t indexes[16];
    int32_t after[16];
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(add(&labels, texts[i], &indexes[i], NULL), ERR_OK);
    }
    assert_int_equal(labels.count, distinct);
    labels_sort(&labels, after);
    int64_t rows = 0;
    for (size_t i = 0; i < distinct; i++) {
        assert_string_equal(labels.items[i].text, sorted[i]);
        assert_int_equal(levels_find(labels.index, sorted[i], strlen(sorted[i])), i);
        rows += labels.items[i].rows;
    }
    assert_int_equal(rows, count);
    assert_int_equal(after[indexes[0]], levels_find(labels.index, labels.items[after[0]].text,
                                                    strlen(labels.items[after[0]].text)));
    labels_release(&labels);
}

static void texts_are_sorted_by_bytes(void **state)
{
    (void)state;
    const char *const texts[] = {"b", "a", "B", "10", "9", "b"};
    const char *const sorted[] = {"10", "9", "B", "a", "b"};
    assert_sorted(TYPE_TEXT, texts, sorted, 6, 5);
}

static void numbers_are_sorted_and_joined_by_value(void **state)
{
    (void)state;
    const char *const integers[] = {"10", "9", "-1", "9223372036854775807", "9223372036854775806",
                                    "-0", "0"};
    const char *const sorted[] = {
        "-1", "0", "9", "10", "9223372036854775806", "9223372036854775807"};
    assert_sorted(TYPE_INTEGER, integers, sorted, 7, 6);
    const char *const floats[] = {"1.50", "1.5", "-2", "1e1"};
    const char *const ordered[] = {"-2", "1.5", "10"};
    assert_sorted(TYPE_FLOAT, floats, ordered, 4, 3);
}

static void too_many_labels_are_not_classes(void **state)
{
    (void)state;
    labels_t labels = labels_new(TYPE_INTEGER);
    fault_t fault = {0};
    int32_t index;
    char text[16];
    for (int i = 0; i < LABELS_MAX; i++) {
        snprintf(text, sizeof text, "%d", i);
        assert_int_equal(add(&labels, text, &index, &fault), ERR_OK);
    }
    assert_int_equal(add(&labels, "100000", &index, &fault), ERR_TARGET);
    assert_int_equal(add(&labels, "7", &index, &fault), ERR_OK);
    labels_release(&labels);
}

static void truth_values_are_false_and_true(void **state)
{
    (void)state;
    const char *const truths[] = {"1", "0", "1"};
    const char *const sorted[] = {"false", "true"};
    assert_sorted(TYPE_BOOLEAN, truths, sorted, 3, 2);
}

static void categories_and_dates_are_texts(void **state)
{
    (void)state;
    const type_t types[] = {TYPE_CATEGORY, TYPE_TEXT, TYPE_DATE, TYPE_DATETIME};
    for (int i = 0; i < 4; i++) {
        labels_t labels = labels_new(types[i]);
        assert_int_equal(labels.type, TYPE_TEXT);
        labels_release(&labels);
    }
}

static void labels_keep_their_type_in_json(void **state)
{
    (void)state;
    const type_t types[] = {TYPE_TEXT, TYPE_INTEGER, TYPE_FLOAT, TYPE_BOOLEAN};
    const char *const expected[] = {"\"3\"", "3", "3.0", "true"};
    for (int i = 0; i < 4; i++) {
        labels_t labels = labels_new(types[i]);
        int32_t index;
        assert_int_equal(add(&labels, "3", &index, NULL), ERR_OK);
        json_t *json = labels_to_json(&labels, 0);
        char *text = json_dumps(json, JSON_ENCODE_ANY);
        assert_string_equal(text, expected[i]);
        free(text);
        json_decref(json);
        labels_release(&labels);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_sorted_by_bytes),
        cmocka_unit_test(numbers_are_sorted_and_joined_by_value),
        cmocka_unit_test(too_many_labels_are_not_classes),
        cmocka_unit_test(truth_values_are_false_and_true),
        cmocka_unit_test(categories_and_dates_are_texts),
        cmocka_unit_test(labels_keep_their_type_in_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
