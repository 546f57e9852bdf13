// SPDX-License-Identifier: MPL-2.0
#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// RFC 4648, section 10.
static void the_standard_s_examples(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char *text = base64_text(pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(text, pairs[i][1]);
        buf_t out = {0};
        assert_true(base64_read(text, &out));
        assert_int_equal(out.size, strlen(pairs[i][0]));
        assert_memory_equal(out.size ? out.data : "", pairs[i][0], out.size);
        buf_release(&out);
        free(text);
    }
}

static void every_byte_comes_back(void **state)
{
    (void)state;
    uint8_t bytes[256];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(255 - i);
    }
    char *text = base64_text(bytes, sizeof bytes);
    buf_t out = {0};
    assert_true(base64_read(text, &out));
    assert_int_equal(out.size, sizeof bytes);
    assert_memory_equal(out.data, bytes, sizeof bytes);
    buf_release(&out);
    free(text);
}

static void what_is_no_base64_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"Z",    "Zg",        "Zg=",  "Zg==Zg==", "====", "Z===",
                                        "Zh==", "Zm9v\n   ", "Zm9=", "Zm 9",     "=m9v", "Zm-_"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        buf_t out = {0};
        assert_false(base64_read(texts[i], &out));
        assert_int_equal(out.size, 0);
        buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standard_s_examples),
        cmocka_unit_test(every_byte_comes_back),
        cmocka_unit_test(what_is_no_base64_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
