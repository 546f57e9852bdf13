// SPDX-License-Identifier: MPL-2.0
// Regular expressions: PCRE2's syntax over UTF-8, with \d, \w, \b and cases by Unicode. A pattern
// that backtracks too much ends with a fault instead of running for ever.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/value/vector.h"

enum {
    PATTERN_BYTES_MAX = 4096,
    PATTERN_MATCH_LIMIT = 1000000, // PCRE2's count of steps on one text
    PATTERN_DEPTH_LIMIT = 100000,
    PATTERN_HEAP_KIB_MAX = 16384,
    PATTERN_RESULT_MAX = 1 << 20, // bytes that a replacement may make of one text
    PATTERN_WHOLE = 0,            // the group that is the whole match
};

typedef struct pattern pattern_t;                         // never changes: threads share it
typedef struct pattern_scratch pattern_scratch_t;         // of one pattern in one thread
typedef struct pattern_replacement pattern_replacement_t; // never changes

// Compiles a pattern. ERR_STEP_PARAMETER: it is longer than PATTERN_BYTES_MAX or not valid; the
// fault names the place (in characters, from 1) and PCRE2's words for it.
err_t pattern_compile(const char *text, size_t size, pattern_t **ret_pattern, fault_t *fault);

// How many capturing groups there are.
unsigned pattern_groups(const pattern_t *pattern);

void pattern_destroy(pattern_t **pattern);

// What one thread needs to use a pattern; the pattern must outlive it.
pattern_scratch_t *pattern_scratch_new(const pattern_t *pattern);
void pattern_scratch_destroy(pattern_scratch_t **scratch);

// Compiles what stands in for a match: $1, ${1}, $name, ${name} are groups (empty where they took
// no part), $0 is the match, $$ a dollar sign. ERR_STEP_PARAMETER: longer than PATTERN_BYTES_MAX,
// no such group or a lone dollar sign.
err_t pattern_replacement_compile(const pattern_t *pattern, const char *text, size_t size,
                                  pattern_replacement_t **ret_replacement, fault_t *fault);
void pattern_replacement_destroy(pattern_replacement_t **replacement);

// The functions below return ERR_UNSUPPORTED when the pattern needs too much backtracking on a
// text. A text that is not UTF-8 has no match.

// Whether the pattern is found anywhere in a text.
err_t pattern_matches(pattern_scratch_t *scratch, text_t text, bool *ret_found, fault_t *fault);

// What a group (at most pattern_groups) took in the first match: a part of `text`. Not found: there
// is no match or the group took no part in it.
err_t pattern_extract(pattern_scratch_t *scratch, text_t text, unsigned group, bool *ret_found,
                      text_t *ret_text, fault_t *fault);

// Replaces all matches, as Perl's s///g does for empty ones. The result is `text` itself when there
// is no match, else it is in the arena. ERR_TOO_LARGE: it would pass PATTERN_RESULT_MAX.
err_t pattern_replace(pattern_scratch_t *scratch, const pattern_replacement_t *replacement,
                      text_t text, arena_t *arena, text_t *ret_text, fault_t *fault);
