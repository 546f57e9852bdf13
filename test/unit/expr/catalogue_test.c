// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "data/expr/function.h"
#include "test/unit/expr/rig.h"

static void every_example_gives_what_the_help_says(void **state)
{
    (void)state;
    size_t count;
    const function_t *all = function_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (all[i].example[0]) {
            rig_gives(all[i].example, all[i].gives[0] ? all[i].gives : "<null>");
        }
    }
}

static void the_catalogue_tells_all_of_each_function(void **state)
{
    (void)state;
    json_t *catalogue = expr_catalogue();
    const char *const parts[] = {"functions", "operators"};
    for (size_t p = 0; p < 2; p++) {
        size_t i;
        json_t *entry;
        assert_true(json_array_size(json_object_get(catalogue, parts[p])) > 10);
        json_array_foreach(json_object_get(catalogue, parts[p]), i, entry)
        {
            const char *const keys[] = {"name", "usage", "result", "description", "example"};
            for (size_t k = 0; k < 5; k++) {
                assert_true(json_string_length(json_object_get(entry, keys[k])) > 0);
            }
            assert_int_equal(json_object_get(entry, "group") != NULL, p == 0);
        }
    }
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(catalogue, "limits"), "depth")),
        EXPR_DEPTH_MAX);
    json_decref(catalogue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_gives_what_the_help_says),
        cmocka_unit_test(the_catalogue_tells_all_of_each_function),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
