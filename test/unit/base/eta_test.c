// SPDX-License-Identifier: MPL-2.0
#include "base/eta.h"

#include "test/unit/test.h"

static void rest_is_told_from_the_pace_so_far(void **state)
{
    (void)state;
    eta_t eta = {0};
    assert_int_equal(eta_note(&eta, 1000, 0, false), 0);
    assert_int_equal(eta_note(&eta, 2000, 0.1, false), 0); // too early
    assert_int_equal(eta_note(&eta, 6000, 0.25, false), 15001);
    assert_int_equal(eta_note(&eta, 11000, 0.5, false), 10001);
    assert_int_equal(eta_note(&eta, 21000, 1, false), 0);
}

static void pauses_do_not_count(void **state)
{
    (void)state;
    eta_t eta = {0};
    eta_note(&eta, 1000, 0, false);
    assert_int_equal(eta_note(&eta, 11000, 0.5, false), 10001);
    assert_int_equal(eta_note(&eta, 500000, 0.5, true), 0);
    assert_int_equal(eta_note(&eta, 510000, 0.75, false), 6667);
}

static void what_hardly_began_tells_nothing(void **state)
{
    (void)state;
    eta_t eta = {0};
    eta_note(&eta, 1, 0, false);
    assert_int_equal(eta_note(&eta, 100000, 0.001, false), 0);
    assert_true(eta_note(&eta, INT64_MAX / 2, 0.01, false) > 0);
}

static void words_get_coarser_with_time(void **state)
{
    (void)state;
    static const struct {
        int64_t left_ms;
        const char *text;
    } TEXTS[] = {
        {0, ""},
        {1, "a few seconds left"},
        {5000, "a few seconds left"},
        {21000, "about 25 s left"},
        {59500, "about 1 min left"},
        {89 * 60000, "about 89 min left"},
        {90 * 60000, "about 2 h left"},
        {INT64_MAX / 2, "about 1281023894008 h left"},
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        char text[ETA_TEXT_SIZE];
        eta_text(TEXTS[i].left_ms, text);
        assert_string_equal(text, TEXTS[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rest_is_told_from_the_pace_so_far),
        cmocka_unit_test(pauses_do_not_count),
        cmocka_unit_test(what_hardly_began_tells_nothing),
        cmocka_unit_test(words_get_coarser_with_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
