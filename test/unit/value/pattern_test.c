// SPDX-License-Identifier: MPL-2.0
#include "data/value/pattern.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "test/unit/test.h"

static pattern_t *compiled(const char *text)
{
    pattern_t *pattern = NULL;
    assert_int_equal(pattern_compile(text, strlen(text), &pattern, NULL), ERR_OK);
    return pattern;
}

static text_t text_of(const char *text)
{
    return (text_t){.bytes = text, .size = (uint32_t)strlen(text)};
}

static bool found(const char *pattern_text, const char *text)
{
    pattern_t *pattern = compiled(pattern_text);
    pattern_scratch_t *scratch = pattern_scratch_new(pattern);
    bool is = false;
    assert_int_equal(pattern_matches(scratch, text_of(text), &is, NULL), ERR_OK);
    pattern_scratch_destroy(&scratch);
    pattern_destroy(&pattern);
    return is;
}

static void patterns_are_found_anywhere(void **state)
{
    (void)state;
    assert_true(found("b+", "abbc"));
    assert_false(found("^b", "ab"));
    assert_true(found("", ""));
    assert_true(found("^$", ""));
    assert_true(found("^.$", "\xC3\xA9"));
    assert_true(found("(?i)^\xC3\xA9$", "\xC3\x89"));
    assert_true(found("^\\w+$", "\xC3\xA9t\xC3\xA9"));
    assert_false(found("x", "\xFF"));
    pattern_t *pattern = compiled("^$");
    pattern_scratch_t *scratch = pattern_scratch_new(pattern);
    bool is = false;
    assert_int_equal(pattern_matches(scratch, (text_t){0}, &is, NULL), ERR_OK);
    assert_true(is);
    pattern_scratch_destroy(&scratch);
    pattern_destroy(&pattern);
}

static void replaced(const char *pattern_text, const char *by, const char *text, const char *wanted)
{
    pattern_t *pattern = compiled(pattern_text);
    pattern_replacement_t *replacement = NULL;
    assert_int_equal(pattern_replacement_compile(pattern, by, strlen(by), &replacement, NULL),
                     ERR_OK);
    pattern_scratch_t *scratch = pattern_scratch_new(pattern);
    arena_t arena = {0};
    text_t made = {0};
    assert_int_equal(pattern_replace(scratch, replacement, text_of(text), &arena, &made, NULL),
                     ERR_OK);
    assert_int_equal(made.size, strlen(wanted));
    assert_memory_equal(made.bytes, wanted, made.size);
    arena_release(&arena);
    pattern_scratch_destroy(&scratch);
    pattern_replacement_destroy(&replacement);
    pattern_destroy(&pattern);
}

static void all_matches_are_replaced(void **state)
{
    (void)state;
    replaced("b", "x", "abab", "axax");
    replaced("b", "x", "", "");
    replaced("z", "x", "abab", "abab");
    replaced("(\\d+)-(\\d+)", "$2/$1", "1-2 and 30-40", "2/1 and 40/30");
    replaced("(?<name>\\w)", "<${name}>", "ab", "<a><b>");
    replaced("a|(b)", "[$1]", "ab", "[][b]");
    replaced("a", "$$$0${0}", "a", "$aa");
}

static void empty_matches_are_replaced_as_perl_does(void **state)
{
    (void)state;
    replaced("x*", "-", "abc", "-a-b-c-");
    replaced("x*", "-", "axb", "-a--b-");
    replaced("", "-", "\xC3\xA9x", "-\xC3\xA9-x-");
    replaced("$", "!", "a", "a!");
}

static void groups_are_extracted(void **state)
{
    (void)state;
    pattern_t *pattern = compiled("(\\d+)(px)?");
    assert_int_equal(pattern_groups(pattern), 2);
    pattern_scratch_t *scratch = pattern_scratch_new(pattern);
    bool is = false;
    text_t part;
    assert_int_equal(pattern_extract(scratch, text_of("w 10px 20"), 1, &is, &part, NULL), ERR_OK);
    assert_true(is);
    assert_memory_equal(part.bytes, "10", part.size);
    assert_int_equal(pattern_extract(scratch, text_of("w 10"), 2, &is, &part, NULL), ERR_OK);
    assert_false(is);
    assert_int_equal(pattern_extract(scratch, text_of("none"), 0, &is, &part, NULL), ERR_OK);
    assert_false(is);
    pattern_scratch_destroy(&scratch);
    pattern_destroy(&pattern);
}

static void refused(const char *text, const char *why)
{
    pattern_t *pattern = NULL;
    fault_t fault = {0};
    assert_int_equal(pattern_compile(text, strlen(text), &pattern, &fault), ERR_STEP_PARAMETER);
    assert_null(pattern);
    assert_non_null(strstr(fault.detail, why));
    assert_int_not_equal(fault.remedy[0], '\0');
}

static void faults_name_the_place(void **state)
{
    (void)state;
    refused("a(b", "the pattern 'a(b' is not valid at character 4: missing closing parenthesis");
    refused("\xC3\xA9\xC3\xA9[", "at character 4: missing terminating ]");
    refused("\xFF", "UTF-8 error");
    refused("\\C", "\\C");
    char long_one[PATTERN_BYTES_MAX + 2];
    memset(long_one, 'x', sizeof long_one);
    long_one[PATTERN_BYTES_MAX + 1] = '\0';
    refused(long_one, "4097 bytes");
}

static void replacement_refused(const char *by)
{
    pattern_t *pattern = compiled("(?<ab>a)");
    pattern_replacement_t *replacement = NULL;
    fault_t fault = {0};
    assert_int_equal(pattern_replacement_compile(pattern, by, strlen(by), &replacement, &fault),
                     ERR_STEP_PARAMETER);
    assert_non_null(strstr(fault.detail, "the replacement"));
    pattern_destroy(&pattern);
}

static void replacements_name_groups_that_exist(void **state)
{
    (void)state;
    const char *const bad[] = {
        "$", "$2", "${ab", "$x", "${2}", "${}", "${1x}", "$99999999999999999999", "a$ b", "${ab}$"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        replacement_refused(bad[i]);
    }
    char long_one[PATTERN_BYTES_MAX + 2];
    memset(long_one, 'x', sizeof long_one);
    long_one[PATTERN_BYTES_MAX + 1] = '\0';
    replacement_refused(long_one);
}

static void backtracking_has_an_end(void **state)
{
    (void)state;
    const char *const bad[] = {"^(a+)+$", "(a|a)*b$", "(.*)*x\\1y", "(?:a?){30}a{30}b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pattern_t *pattern = compiled(bad[i]);
        pattern_scratch_t *scratch = pattern_scratch_new(pattern);
        fault_t fault = {0};
        bool is;
        const char *text = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaxaaaaaaa!xyb!";
        err_t err = pattern_matches(scratch, text_of(text), &is, &fault);
        if (err != ERR_OK) {
            assert_int_equal(err, ERR_UNSUPPORTED);
            assert_non_null(strstr(fault.detail, "needs too much backtracking on 'aaaa"));
        } else {
            assert_int_not_equal(i, 0);
        }
        pattern_scratch_destroy(&scratch);
        pattern_destroy(&pattern);
    }
}

static void results_have_a_limit(void **state)
{
    (void)state;
    enum { SIZE = 3000 };
    char by[SIZE];
    char subject[SIZE];
    memset(by, 'y', SIZE);
    memset(subject, 'x', SIZE);
    pattern_t *pattern = compiled("x");
    pattern_replacement_t *replacement = NULL;
    assert_int_equal(pattern_replacement_compile(pattern, by, SIZE, &replacement, NULL), ERR_OK);
    pattern_scratch_t *scratch = pattern_scratch_new(pattern);
    arena_t arena = {0};
    text_t made;
    text_t text = {.bytes = subject, .size = 300};
    assert_int_equal(pattern_replace(scratch, replacement, text, &arena, &made, NULL), ERR_OK);
    assert_int_equal(made.size, 300 * SIZE);
    text.size = 400;
    assert_int_equal(pattern_replace(scratch, replacement, text, &arena, &made, NULL),
                     ERR_TOO_LARGE);
    arena_release(&arena);
    pattern_scratch_destroy(&scratch);
    pattern_replacement_destroy(&replacement);
    pattern_destroy(&pattern);
}

static void *match_often(void *argument)
{
    pattern_scratch_t *scratch = pattern_scratch_new(argument);
    for (int i = 0; i < 2000; i++) {
        char text[16] = "ab0";
        text[2] = (char)('0' + i % 10);
        bool is = false;
        text_t part = {0};
        if (pattern_extract(scratch, text_of(text), 1, &is, &part, NULL) || !is ||
            part.bytes[0] != text[2]) {
            abort();
        }
    }
    pattern_scratch_destroy(&scratch);
    return NULL;
}

static void threads_share_a_pattern(void **state)
{
    (void)state;
    pattern_t *pattern = compiled("(\\d)");
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, match_often, pattern), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    pattern_destroy(&pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_found_anywhere),
        cmocka_unit_test(all_matches_are_replaced),
        cmocka_unit_test(empty_matches_are_replaced_as_perl_does),
        cmocka_unit_test(groups_are_extracted),
        cmocka_unit_test(faults_name_the_place),
        cmocka_unit_test(replacements_name_groups_that_exist),
        cmocka_unit_test(backtracking_has_an_end),
        cmocka_unit_test(results_have_a_limit),
        cmocka_unit_test(threads_share_a_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
