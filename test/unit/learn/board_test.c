// SPDX-License-Identifier: MPL-2.0
#include "learn/board.h"

#include "test/unit/engine/temp.h"

static void the_best_of_all_rows_comes_first(void **state)
{
    (void)state;
    json_t *board = json_of("[{\"algorithm\":\"a\",\"score\":3},"
                            "{\"algorithm\":\"b\",\"score\":1,\"rows_share\":0.3},"
                            "{\"algorithm\":\"c\",\"score\":2},"
                            "{\"algorithm\":\"d\",\"state\":\"failed\"},"
                            "{\"algorithm\":\"e\",\"score\":2}]");
    static const struct {
        const char *score;
        const char *order;
    } cases[] = {{"mae", "ceabd"}, {"r2", "acebd"}};
    for (size_t k = 0; k < 2; k++) {
        json_t *sorted = board_sorted(board, cases[k].score);
        for (size_t i = 0; i < 5; i++) {
            const json_t *row = json_array_get(sorted, i);
            const char *name = json_string_value(json_object_get(row, "algorithm"));
            assert_int_equal(*name, cases[k].order[i]);
        }
        json_decref(sorted);
    }
    json_decref(board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_of_all_rows_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
