// SPDX-License-Identifier: MPL-2.0
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/unit/test.h"

enum { MANY = 20000 };

typedef struct {
    int64_t key;
    bool in;
} thing_t;

static void values_are_found_until_they_are_removed(void **state)
{
    (void)state;
    map_t map = {0};
    thing_t *things = mem_array(MANY, sizeof *things);
    assert_null(map_get(&map, "x", 1));
    for (int64_t i = 0; i < MANY; i++) {
        things[i].key = i * 65536; // low bits alike
        map_add(&map, &things[i].key, sizeof things[i].key, &things[i]);
    }
    for (int64_t i = 0; i < MANY; i += 2) {
        assert_ptr_equal(map_remove(&map, &things[i].key, sizeof things[i].key), &things[i]);
        assert_null(map_remove(&map, &things[i].key, sizeof things[i].key));
    }
    assert_int_equal(map.live, MANY / 2);
    for (int64_t i = 0; i < MANY; i++) {
        void *expected = i % 2 ? &things[i] : NULL;
        assert_ptr_equal(map_get(&map, &things[i].key, sizeof things[i].key), expected);
    }
    map_release(&map);
    free(things);
}

static void values_are_visited_in_order_of_arrival(void **state)
{
    (void)state;
    map_t map = {0};
    static const char *const KEYS[] = {"c", "a", "longer than eight bytes", "b", "d"};
    for (size_t i = 0; i < 5; i++) {
        map_add(&map, KEYS[i], strlen(KEYS[i]), (void *)KEYS[i]);
    }
    map_remove(&map, "a", 1);
    size_t at = 0;
    static const char *const EXPECTED[] = {"c", "longer than eight bytes", "b", "d"};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(map_next(&map, &at), EXPECTED[i]);
    }
    assert_null(map_next(&map, &at));
    map_release(&map);
}

static void removing_while_visiting_is_allowed(void **state)
{
    (void)state;
    map_t map = {0};
    static char keys[100];
    for (size_t i = 0; i < sizeof keys; i++) {
        keys[i] = (char)i;
        map_add(&map, &keys[i], 1, &keys[i]);
    }
    size_t at = 0;
    size_t visited = 0;
    char *value;
    while ((value = map_next(&map, &at))) {
        assert_ptr_equal(map_remove(&map, value, 1), value);
        visited++;
    }
    assert_int_equal(visited, sizeof keys);
    assert_int_equal(map.live, 0);
    map_release(&map);
}

// As a queue is used: added at one end, removed at the other, for long.
static void map_that_is_added_to_and_removed_from_stays_small(void **state)
{
    (void)state;
    map_t map = {0};
    thing_t things[16];
    for (int64_t i = 0; i < MANY; i++) {
        thing_t *thing = &things[i % 16];
        if (i >= 16) {
            map_remove(&map, &thing->key, sizeof thing->key);
        }
        thing->key = i;
        map_add(&map, &thing->key, sizeof thing->key, thing);
    }
    assert_int_equal(map.live, 16);
    assert_true(map.capacity <= 64);
    map_release(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_until_they_are_removed),
        cmocka_unit_test(values_are_visited_in_order_of_arrival),
        cmocka_unit_test(removing_while_visiting_is_allowed),
        cmocka_unit_test(map_that_is_added_to_and_removed_from_stays_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
