// SPDX-License-Identifier: MPL-2.0
#include "data/value/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/value/pattern_private.h"

enum {
    JIT_STACK_FIRST = 32 << 10,
    JIT_STACK_MAX = 1 << 20,
    SHOWN_MAX = 40,
};

size_t pattern_characters(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return count;
}

int pattern_shown(const char *text, size_t size)
{
    return (int)(size <= SHOWN_MAX ? size : text_utf8_prefix(text, SHOWN_MAX));
}

static err_t not_valid(const char *text, size_t size, int code, size_t offset, fault_t *fault)
{
    char message[128] = "";
    pcre2_get_error_message(code, (PCRE2_UCHAR *)message, sizeof message);
    return fault_set(fault, ERR_STEP_PARAMETER,
                     "correct the pattern; put a backslash before . * + ? ( ) [ ] { } ^ $ | that "
                     "stand for themselves",
                     "the pattern '%.*s' is not valid at character %zu: %s",
                     pattern_shown(text, size), text,
                     pattern_characters(text, offset <= size ? offset : size) + 1, message);
}

err_t pattern_compile(const char *text, size_t size, pattern_t **ret_pattern, fault_t *fault)
{
    if (size > PATTERN_BYTES_MAX) {
        return fault_set(fault, ERR_STEP_PARAMETER, "make the pattern shorter",
                         "the pattern has %zu bytes; at most %d are possible", size,
                         PATTERN_BYTES_MAX);
    }
    int error;
    PCRE2_SIZE offset;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)text, size, PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C,
                      &error, &offset, NULL);
    if (!code) {
        return not_valid(text, size, error, offset, fault);
    }
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); // without it the interpreter does the work
    uint32_t groups = 0;
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
    pattern_t *pattern = mem_new(sizeof *pattern);
    *pattern = (pattern_t){.code = code, .text = text_dup(text, size), .groups = groups};
    *ret_pattern = pattern;
    return ERR_OK;
}

unsigned pattern_groups(const pattern_t *pattern)
{
    return pattern->groups;
}

void pattern_destroy(pattern_t **pattern)
{
    if (*pattern) {
        pcre2_code_free((*pattern)->code);
        free((*pattern)->text);
        free(*pattern);
        *pattern = NULL;
    }
}

pattern_scratch_t *pattern_scratch_new(const pattern_t *pattern)
{
    pattern_scratch_t *scratch = mem_new(sizeof *scratch);
    scratch->pattern = pattern;
    scratch->data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
    scratch->context = pcre2_match_context_create(NULL);
    if (!scratch->data || !scratch->context) {
        mem_exhausted(sizeof *scratch);
    }
    pcre2_set_match_limit(scratch->context, PATTERN_MATCH_LIMIT);
    pcre2_set_depth_limit(scratch->context, PATTERN_DEPTH_LIMIT);
    pcre2_set_heap_limit(scratch->context, PATTERN_HEAP_KIB_MAX);
    size_t jit = 0;
    if (pcre2_pattern_info(pattern->code, PCRE2_INFO_JITSIZE, &jit) == 0 && jit > 0) {
        scratch->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MAX, NULL);
        pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
    }
    return scratch;
}

void pattern_scratch_destroy(pattern_scratch_t **scratch)
{
    if (*scratch) {
        pcre2_match_data_free((*scratch)->data);
        pcre2_match_context_free((*scratch)->context);
        pcre2_jit_stack_free((*scratch)->stack);
        buf_release(&(*scratch)->buf);
        free(*scratch);
        *scratch = NULL;
    }
}

err_t pattern_match_from(pattern_scratch_t *scratch, text_t text, size_t start, uint32_t options,
                         const PCRE2_SIZE **ret_spans, unsigned *ret_count, fault_t *fault)
{
    const pattern_t *pattern = scratch->pattern;
    const char *bytes = text.size > 0 ? text.bytes : "";
    int count = pcre2_match(pattern->code, (PCRE2_SPTR)bytes, text.size, start, options,
                            scratch->data, scratch->context);
    if (count == PCRE2_ERROR_JIT_STACKLIMIT) {
        count = pcre2_match(pattern->code, (PCRE2_SPTR)bytes, text.size, start,
                            options | PCRE2_NO_JIT, scratch->data, scratch->context);
    }
    if (count > 0 || count == PCRE2_ERROR_NOMATCH ||
        (count <= PCRE2_ERROR_UTF8_ERR1 && count >= PCRE2_ERROR_UTF8_ERR21)) {
        *ret_count = count > 0 ? (unsigned)count : 0;
        *ret_spans = pcre2_get_ovector_pointer(scratch->data);
        return ERR_OK;
    }
    return fault_set(fault, ERR_UNSUPPORTED,
                     "make it simpler: avoid repeats inside repeats, as in (a+)+",
                     "the pattern '%.*s' needs too much backtracking on '%.*s'",
                     pattern_shown(pattern->text, strlen(pattern->text)), pattern->text,
                     pattern_shown(bytes, text.size), bytes);
}

err_t pattern_matches(pattern_scratch_t *scratch, text_t text, bool *ret_found, fault_t *fault)
{
    const PCRE2_SIZE *spans = NULL;
    unsigned count = 0;
    err_t err = pattern_match_from(scratch, text, 0, 0, &spans, &count, fault);
    if (err == ERR_OK) {
        *ret_found = count > 0;
    }
    return err;
}

text_t pattern_span(text_t text, const PCRE2_SIZE *spans, unsigned count, unsigned group)
{
    if (group >= count || spans[2 * (size_t)group] == PCRE2_UNSET ||
        spans[2 * (size_t)group] > spans[2 * (size_t)group + 1]) {
        return (text_t){0};
    }
    size_t start = spans[2 * (size_t)group];
    size_t end = spans[2 * (size_t)group + 1];
    return (text_t){.bytes = text.size > 0 ? text.bytes + start : "",
                    .size = (uint32_t)(end - start)};
}

err_t pattern_extract(pattern_scratch_t *scratch, text_t text, unsigned group, bool *ret_found,
                      text_t *ret_text, fault_t *fault)
{
    const PCRE2_SIZE *spans = NULL;
    unsigned count = 0;
    err_t err = pattern_match_from(scratch, text, 0, 0, &spans, &count, fault);
    if (err == ERR_OK) {
        text_t taken = pattern_span(text, spans, count, group);
        *ret_found = taken.bytes != NULL;
        *ret_text = taken;
    }
    return err;
}
