// SPDX-License-Identifier: MPL-2.0
#include "data/csv/scanner.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "test/unit/test.h"

// A generator that gives the same bytes everywhere (Knuth's MMIX constants).
static uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

static void both_say_the_same_about_utf8(void **state)
{
    (void)state;
    static const char *const parts[] = {"a",
                                        "\xC3\xA9",
                                        "\xE2\x82\xAC",
                                        "\xF0\x9F\x98\x80",
                                        "\xED\x9F\xBF",
                                        "\xEF\xBF\xBF",
                                        "\xF4\x8F\xBF\xBF",
                                        "\xE0\xA0\x80",
                                        "\xC2\x80",
                                        "bcdefgh"};
    static const char *const wrong[] = {"\x80",
                                        "\xC3",
                                        "\xC0\xAF",
                                        "\xC1\xBF",
                                        "\xE0\x9F\xBF",
                                        "\xED\xA0\x80",
                                        "\xF0\x8F\xBF\xBF",
                                        "\xF4\x90\x80\x80",
                                        "\xF5\x80\x80\x80",
                                        "\xFF",
                                        "\xE2\x82",
                                        "\xF0\x9F\x98"};
    uint64_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        buf_t text = {0};
        size_t count = next_random(&seed) % 40;
        bool spoil = round & 1;
        size_t spoilt = next_random(&seed) % (count + 1);
        for (size_t i = 0; i <= count; i++) {
            const char *part = spoil && i == spoilt ? wrong[next_random(&seed) % 12]
                                                    : parts[next_random(&seed) % 10];
            buf_add(&text, part, strlen(part));
        }
        buf_reserve(&text, PIECE_SLACK);
        assert_int_equal(scanner_best()->utf8(text.data, text.size), !spoil);
        assert_int_equal(text_is_utf8(text.data, text.size), !spoil);
        buf_release(&text);
    }
}

static void every_pair_of_bytes_is_judged_alike(void **state)
{
    (void)state;
    char bytes[128] = {0};
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned second = 0; second < 256; second++) {
            for (size_t at = 28; at < 33; at++) {
                memset(bytes, 'x', 64);
                bytes[at] = (char)first;
                bytes[at + 1] = (char)second;
                assert_int_equal(scanner_best()->utf8(bytes, 64), text_is_utf8(bytes, 64));
                assert_int_equal(scanner_best()->utf8(bytes, at + 2), text_is_utf8(bytes, at + 2));
            }
        }
    }
}

static csv_piece_t piece_of(const char *bytes, size_t size, size_t columns)
{
    csv_piece_t piece = {.columns = columns};
    piece_reserve(&piece, size);
    memcpy(piece.bytes, bytes, size);
    memset(piece.bytes + size, 0, PIECE_SLACK);
    piece.size = size;
    return piece;
}

static void assert_same_fields(const char *bytes, size_t size, size_t columns)
{
    csv_piece_t one = piece_of(bytes, size, columns);
    csv_piece_t other = piece_of(bytes, size, columns);
    bool high = false;
    bool other_high = false;
    bool found = scanner_best()->find(&one, ',', '"', &high);
    assert_int_equal(scanner_plain()->find(&other, ',', '"', &other_high), found);
    if (found) {
        assert_int_equal(high, other_high);
        assert_int_equal(one.rows, other.rows);
        assert_memory_equal(one.bytes, other.bytes, size);
        if (one.rows > 0) {
            assert_memory_equal(one.fields, other.fields, one.rows * columns * sizeof *one.fields);
        }
    }
    piece_release(&one);
    piece_release(&other);
}

static void both_find_the_same_fields(void **state)
{
    (void)state;
    static const char *const cells[] = {"",         "a",        "\"\"",       "\"x\"",
                                        "\"p,q\"",  "\"\n\r\"", "\"a\"\"b\"", "12345678901",
                                        "\xC3\xA9", "\"\"\"\""};
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n", "\r\r\n"};
    uint64_t seed = 2;
    for (int round = 0; round < 5000; round++) {
        char bytes[2048];
        size_t size = 0;
        size_t columns = 1 + next_random(&seed) % 4;
        for (size_t row = next_random(&seed) % 20 + 1; row > 0; row--) {
            for (size_t i = 0; i < columns; i++) {
                const char *cell = cells[next_random(&seed) % 10];
                const char *end = i + 1 < columns ? "," : ends[next_random(&seed) % 5];
                size += (size_t)snprintf(bytes + size, sizeof bytes - size, "%s%s", cell, end);
            }
        }
        assert_same_fields(bytes, size, columns);
        bytes[next_random(&seed) % size] = "\",\nx"[next_random(&seed) % 4];
        assert_same_fields(bytes, size, columns);
    }
}

static void both_cut_at_the_same_place(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int round = 0; round < 5000; round++) {
        char bytes[512 + PIECE_SLACK] = {0};
        size_t size = 1 + next_random(&seed) % 512;
        for (size_t i = 0; i < size; i++) {
            bytes[i] = "ab,\"\n\r"[next_random(&seed) % 6];
        }
        cut_t one = {.quote = '"',
                     .narrow = round & 1,
                     .bytes_min = 1 + next_random(&seed) % 300,
                     .rows_max = 1 + next_random(&seed) % 50,
                     .after_end = 1};
        cut_t other = one;
        size_t first = size / 2; // in two steps
        size_t end = scanner_best()->cut(&one, bytes, first, false);
        end = end ? end : scanner_best()->cut(&one, bytes, size, true);
        assert_int_equal(scanner_plain()->cut(&other, bytes, size, true), end);
        assert_int_equal(one.rows, other.rows);
        assert_int_equal(one.lines, other.lines);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_say_the_same_about_utf8),
        cmocka_unit_test(every_pair_of_bytes_is_judged_alike),
        cmocka_unit_test(both_find_the_same_fields),
        cmocka_unit_test(both_cut_at_the_same_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
