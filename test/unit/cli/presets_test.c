// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "cli/presets.h"
#include "test/unit/test.h"

static fault_t fault;

static const topic_preset_t *find(const presets_t *presets, const char *name)
{
    for (size_t i = 0; i < presets->count; i++) {
        if (strcmp(presets->items[i].name, name) == 0) {
            return &presets->items[i];
        }
    }
    return NULL;
}

static void the_built_in_ones_are_there(void **state)
{
    (void)state;
    presets_t presets;
    assert_int_equal(presets_load("/nowhere", &presets, &fault), ERR_OK);
    const topic_preset_t *events = find(&presets, "job.events");
    assert_non_null(events);
    assert_int_equal(events->settings.kind, TOPIC_STREAM);
    assert_int_equal(events->settings.retention_ms, 7LL * 24 * 3600 * 1000);
    assert_int_equal(events->settings.retention_bytes, 256 << 20);
    assert_int_equal(find(&presets, "training")->settings.kind, TOPIC_QUEUE);
    presets_release(&presets);
}

static void later_words_win_and_the_rest_stays(void **state)
{
    (void)state;
    presets_t presets = {0};
    assert_int_equal(
        presets_read(&presets, "a.b\n    kind = stream\n    bytes_max = 5\n", "one", &fault),
        ERR_OK);
    assert_int_equal(presets_read(&presets, "# x\na.b\n    bytes_max = 7\nc\n", "two", &fault),
                     ERR_OK);
    assert_int_equal(presets.count, 2);
    assert_int_equal(find(&presets, "a.b")->settings.kind, TOPIC_STREAM);
    assert_int_equal(find(&presets, "a.b")->settings.bytes_max, 7);
    presets_release(&presets);
}

static void mistakes_are_named_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
    } WRONG[] = {
        {"a\n    kind = stream\nb\n    kind = heap\n", 4},
        {"a\n    colour = 3\n", 2},
        {"\n\na\n    bytes_max = -1\n", 4},
        {"a\n  kind = queue\n", 2},
        {"a\n    kind queue\n", 2},
        {"a b\n", 1},
        {"kind = queue\n", 1},
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        presets_t presets = {0};
        assert_int_equal(presets_read(&presets, WRONG[i].text, "topics.cfg", &fault), ERR_INVALID);
        assert_int_equal(fault.line, WRONG[i].line);
        assert_non_null(strstr(fault.detail, "topics.cfg, line "));
        assert_string_not_equal(fault.remedy, "");
        presets_release(&presets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_in_ones_are_there),
        cmocka_unit_test(later_words_win_and_the_rest_stays),
        cmocka_unit_test(mistakes_are_named_with_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
