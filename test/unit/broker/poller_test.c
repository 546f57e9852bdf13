// SPDX-License-Identifier: MPL-2.0
#include "broker/poller.h"

#include <unistd.h>

#include "test/unit/test.h"

enum { MOST_US = 200 };

static void looks_get_longer_while_news_comes_soon(void **state)
{
    (void)state;
    static const int64_t LOOKS[] = {10, 20, 40, 80, 160, 200, 200};
    int64_t look_us = 0;
    for (size_t i = 0; i < sizeof LOOKS / sizeof LOOKS[0]; i++) {
        look_us = poller_next_look(look_us, MOST_US, MOST_US);
        assert_int_equal(look_us, LOOKS[i]);
    }
}

static void a_look_that_was_long_enough_stays_and_one_in_vain_is_the_last(void **state)
{
    (void)state;
    assert_int_equal(poller_next_look(40, 30, MOST_US), 40);
    assert_int_equal(poller_next_look(40, MOST_US + 1, MOST_US), 0);
}

static void input_is_found_with_and_without_looking(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    poller_t poller = {0};
    poller_add(&poller, NULL, ends[0]);
    for (int64_t most_us = 0; most_us <= MOST_US; most_us += MOST_US) {
        poller.look_most_us = most_us;
        poller.look_us = most_us;
        assert_true(poller_wait(&poller, 1));
        assert_false(poller_ready(&poller, 0));
        assert_int_equal(write(ends[1], "x", 1), 1);
        assert_true(poller_wait(&poller, -1));
        assert_true(poller_ready(&poller, 0));
        char byte;
        assert_int_equal(read(ends[0], &byte, 1), 1);
    }
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_get_longer_while_news_comes_soon),
        cmocka_unit_test(a_look_that_was_long_enough_stays_and_one_in_vain_is_the_last),
        cmocka_unit_test(input_is_found_with_and_without_looking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
