// SPDX-License-Identifier: MPL-2.0
#include "base/text.h"
#include "data/csv/scanner.h"

typedef struct {
    uint64_t quote;
    uint64_t delimiter;
    uint64_t lf;
    uint64_t cr;
    uint64_t nul;
    uint64_t high;
} marks_t;

static inline marks_t marks_of(const char *block, char delimiter, char quote)
{
    marks_t m = {0};
    for (int i = 0; i < 64; i++) {
        char c = block[i];
        m.quote |= (uint64_t)(c == quote) << i;
        m.delimiter |= (uint64_t)(c == delimiter) << i;
        m.lf |= (uint64_t)(c == '\n') << i;
        m.cr |= (uint64_t)(c == '\r') << i;
        m.nul |= (uint64_t)(c == '\0') << i;
        m.high |= (uint64_t)((unsigned char)c >> 7) << i;
    }
    return m;
}

static inline uint64_t prefix_xor(uint64_t bits)
{
    for (int shift = 1; shift < 64; shift *= 2) {
        bits ^= bits << shift;
    }
    return bits;
}

#include "data/csv/scanner_loop.h"

const scanner_t *scanner_plain(void)
{
    static const scanner_t plain = {
        .name = "plain", .cut = cut_blocks, .find = find_blocks, .utf8 = text_is_utf8};
    return &plain;
}
