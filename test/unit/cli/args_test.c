// SPDX-License-Identifier: MPL-2.0
#include "cli/args.h"

#include <stdio.h>
#include <string.h>

#include "test/unit/test.h"

static args_t args;
static fault_t fault;

static err_t parse(const char *options, int argc, const char *const *words)
{
    char text[8][64];
    static char kept[8][64];
    char *argv[8];
    for (int i = 0; i < argc; i++) {
        snprintf(text[i], sizeof text[i], "%s", words[i]);
        memcpy(kept[i], text[i], sizeof text[i]);
        argv[i] = kept[i];
    }
    return args_parse(argc, argv, options, &args, &fault);
}

static void words_and_options_are_sorted(void **state)
{
    (void)state;
    const char *words[] = {"ds_1", "--recipe", "r.json", "--wait", "--data=/d"};
    assert_int_equal(parse("recipe: wait data:", 5, words), ERR_OK);
    assert_int_equal(args.word_count, 1);
    assert_string_equal(args_value(&args, "recipe", ""), "r.json");
    assert_string_equal(args_value(&args, "data", ""), "/d");
    assert_true(args_has(&args, "wait"));
    assert_false(args_has(&args, "json"));
}

static void everything_behind_two_dashes_is_a_word(void **state)
{
    (void)state;
    const char *words[] = {"--", "--wait"};
    assert_int_equal(parse("wait", 2, words), ERR_OK);
    assert_int_equal(args.word_count, 1);
    assert_false(args_has(&args, "wait"));
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    const char *unknown[] = {"--wai"};
    assert_int_equal(parse("wait", 1, unknown), ERR_INVALID);
    assert_non_null(strstr(fault.detail, "--wai"));
    const char *no_value[] = {"--recipe"};
    assert_int_equal(parse("recipe:", 1, no_value), ERR_INVALID);
    const char *a_value[] = {"--wait=1"};
    assert_int_equal(parse("wait", 1, a_value), ERR_INVALID);
    const char *none[] = {"x"};
    const char *word = NULL;
    assert_int_equal(parse("", 1, none), ERR_OK);
    assert_int_equal(args_word(&args, 1, "the dataset", &word, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.detail, "the dataset"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_options_are_sorted),
        cmocka_unit_test(everything_behind_two_dashes_is_a_word),
        cmocka_unit_test(what_is_wrong_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
