// SPDX-License-Identifier: MPL-2.0
#include "model/pickle/pickle.h"

#include <stdlib.h>
#include <string.h>

#include "test/unit/test.h"

static void assert_bytes(buf_t *out, const char *expected, size_t size)
{
    assert_int_equal(out->size, size);
    assert_memory_equal(out->data, expected, size);
    buf_release(out);
}

// What pickletools.dis says of these opcodes is checked with real Python in test/reference.
static void scalars_have_their_opcodes(void **state)
{
    (void)state;
    buf_t out = {0};
    pickle_begin(&out);
    pickle_none(&out);
    pickle_bool(&out, true);
    pickle_integer(&out, 255);
    pickle_integer(&out, -1);
    pickle_integer(&out, INT64_MIN);
    pickle_float(&out, 1.5);
    pickle_text(&out, "\xC3\xA9");
    pickle_end(&out);
    static const char expected[] = "\x80\x05N\x88K\xFFJ\xFF\xFF\xFF\xFF"
                                   "\x8A\x08\0\0\0\0\0\0\0\x80"
                                   "G\x3F\xF8\0\0\0\0\0\0"
                                   "\x8C\x02\xC3\xA9.";
    assert_bytes(&out, expected, sizeof expected - 1);
}

static void long_texts_have_a_long_length(void **state)
{
    (void)state;
    char text[301];
    memset(text, 'x', 300);
    text[300] = '\0';
    buf_t out = {0};
    pickle_text(&out, text);
    assert_int_equal(out.size, 305);
    assert_memory_equal(out.data, "X\x2C\x01\0\0xx", 7);
    buf_release(&out);
}

static void a_text_cannot_become_an_instruction(void **state)
{
    (void)state;
    buf_t out = {0};
    pickle_text(&out, "x.\ncos\nsystem\n");
    static const char expected[] = "\x8C\x0Ex.\ncos\nsystem\n";
    assert_bytes(&out, expected, sizeof expected - 1);
}

static void containers_and_calls_nest(void **state)
{
    (void)state;
    buf_t out = {0};
    pickle_new(&out, "m", "C");
    pickle_dict(&out);
    pickle_text(&out, "k");
    pickle_list(&out);
    pickle_integer(&out, 1);
    pickle_list_end(&out);
    pickle_dict_end(&out);
    pickle_build(&out);
    static const char expected[] = "cm\nC\n)R}(\x8C\x01k](K\x01"
                                   "eub";
    assert_bytes(&out, expected, sizeof expected - 1);
}

static void arrays_are_little_endian_and_shaped(void **state)
{
    (void)state;
    buf_t out = {0};
    const int32_t numbers[] = {1, -2};
    pickle_int32s(&out, numbers, 2);
    static const char expected[] = "cnumpy\nndarray\n((K\x02t\x8C\x03<i4\x96\x08\0\0\0\0\0\0\0"
                                   "\x01\0\0\0\xFE\xFF\xFF\xFFtR";
    assert_bytes(&out, expected, sizeof expected - 1);
    const double matrix[] = {0, 0, 0, 0, 0, 0};
    pickle_doubles(&out, matrix, 2, 3);
    assert_memory_equal(out.data, "cnumpy\nndarray\n((K\x02K\x03t\x8C\x03<f8\x96\x30", 28);
    buf_release(&out);
}

static void unicode_arrays_are_as_wide_as_their_longest_text(void **state)
{
    (void)state;
    buf_t out = {0};
    const char *const texts[] = {"a", "\xF0\x9F\x90\xA7z"};
    pickle_unicodes(&out, texts, 2);
    static const char expected[] = "cnumpy\nndarray\n((K\x02t\x8C\x03<U2\x96\x10\0\0\0\0\0\0\0"
                                   "a\0\0\0\0\0\0\0\x27\xF4\x01\0z\0\0\0tR";
    assert_bytes(&out, expected, sizeof expected - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_have_their_opcodes),
        cmocka_unit_test(long_texts_have_a_long_length),
        cmocka_unit_test(a_text_cannot_become_an_instruction),
        cmocka_unit_test(containers_and_calls_nest),
        cmocka_unit_test(arrays_are_little_endian_and_shaped),
        cmocka_unit_test(unicode_arrays_are_as_wide_as_their_longest_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
