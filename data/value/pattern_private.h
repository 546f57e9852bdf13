// SPDX-License-Identifier: MPL-2.0
// What pattern.c and pattern_replace.c share.
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "data/value/pattern.h"

struct pattern {
    pcre2_code *code;
    char *text;
    unsigned groups;
};

struct pattern_scratch {
    const pattern_t *pattern;
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack; // NULL without JIT
    buf_t buf;
};

// Matches from `start`; `ret_spans` are the groups' ends in pairs, `ret_count` is how many pairs
// were set, 0 when there is no match. Faults as those of pattern_matches.
err_t pattern_match_from(pattern_scratch_t *scratch, text_t text, size_t start, uint32_t options,
                         const PCRE2_SIZE **ret_spans, unsigned *ret_count, fault_t *fault);

// What a group took, with no bytes where it took no part. A lookahead with \K may end a match
// before its start; that is nothing too.
text_t pattern_span(text_t text, const PCRE2_SIZE *spans, unsigned count, unsigned group);

// At most 40 bytes of a text, cut between characters: for "%.*s" in faults.
int pattern_shown(const char *text, size_t size);

// How many characters a text has.
size_t pattern_characters(const char *text, size_t size);
