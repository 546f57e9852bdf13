// SPDX-License-Identifier: MPL-2.0
#include "base/heap.h"

#include "test/unit/test.h"

enum { MANY = 2000 };

static void nodes_come_in_the_order_they_are_due(void **state)
{
    (void)state;
    static heap_node_t nodes[MANY];
    heap_t heap = {0};
    uint32_t random = 1;
    for (int i = 0; i < MANY; i++) {
        random = random * 1664525U + 1013904223U; // Numerical Recipes' generator
        heap_set(&heap, &nodes[i], random % 500);
    }
    for (int i = 0; i < MANY; i += 3) {
        heap_remove(&heap, &nodes[i]);
        heap_remove(&heap, &nodes[i]); // twice is once
    }
    for (int i = 1; i < MANY; i += 3) {
        heap_set(&heap, &nodes[i], nodes[i].due_ms + 100); // moved
    }
    int64_t last = 0;
    size_t left = heap.count;
    heap_node_t *node;
    while ((node = heap_first(&heap))) {
        assert_true(node->due_ms >= last);
        last = node->due_ms;
        heap_remove(&heap, node);
        left--;
    }
    assert_int_equal(left, 0);
    heap_release(&heap);
}

static void nodes_due_together_come_in_the_order_they_were_set(void **state)
{
    (void)state;
    heap_node_t nodes[100] = {{0}};
    heap_t heap = {0};
    for (int i = 0; i < 100; i++) {
        heap_set(&heap, &nodes[i], 7);
    }
    for (int i = 0; i < 100; i++) {
        assert_ptr_equal(heap_first(&heap), &nodes[i]);
        heap_remove(&heap, &nodes[i]);
    }
    assert_null(heap_first(&heap));
    heap_release(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_come_in_the_order_they_are_due),
        cmocka_unit_test(nodes_due_together_come_in_the_order_they_were_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
