// SPDX-License-Identifier: MPL-2.0
#include "base/crc32c.h"

#include <string.h>

#include "test/unit/test.h"

// RFC 3720, appendix B.4, and the check value of the polynomial's registrations.
static void checksums_are_those_of_the_standard(void **state)
{
    (void)state;
    unsigned char bytes[32];
    assert_int_equal(crc32c(0, "123456789", 9), 0xE3069283);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(crc32c(0, bytes, sizeof bytes), 0x8A9136AA);
    memset(bytes, 0xFF, sizeof bytes);
    assert_int_equal(crc32c(0, bytes, sizeof bytes), 0x62A8AB43);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)i;
    }
    assert_int_equal(crc32c(0, bytes, sizeof bytes), 0x46DD794E);
    assert_int_equal(crc32c(0, "", 0), 0);
}

static void table_and_instruction_agree_in_any_pieces(void **state)
{
    (void)state;
    unsigned char bytes[100];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 37 + 11);
    }
    uint32_t whole = crc32c(0, bytes, sizeof bytes);
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        uint32_t first = crc32c(0, bytes, cut);
        assert_int_equal(crc32c_table(0, bytes, cut), first);
        assert_int_equal(crc32c(first, bytes + cut, sizeof bytes - cut), whole);
        assert_int_equal(crc32c_table(first, bytes + cut, sizeof bytes - cut), whole);
    }
}

// Long ones are computed in three pieces.
static void long_checksums_are_those_of_the_table(void **state)
{
    (void)state;
    static unsigned char bytes[40000];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 131 + i / 256);
    }
    for (size_t size = 700; size < sizeof bytes - 7; size += 97) {
        const unsigned char *at = bytes + size % 7;
        assert_int_equal(crc32c(5, at, size), crc32c_table(5, at, size));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksums_are_those_of_the_standard),
        cmocka_unit_test(long_checksums_are_those_of_the_table),
        cmocka_unit_test(table_and_instruction_agree_in_any_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
