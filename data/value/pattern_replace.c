// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/value/pattern_private.h"

typedef struct {
    unsigned group; // what the match's group took comes after ...
    size_t start;   // ... these bytes of the replacement
    size_t size;
} piece_t;

struct pattern_replacement {
    char *bytes;
    piece_t *pieces; // the last one has no group
    size_t count;
};

static bool add(buf_t *buf, const char *bytes, size_t size)
{
    if (buf->size + size > PATTERN_RESULT_MAX) {
        return false;
    }
    if (size > 0) {
        buf_add(buf, bytes, size);
    }
    return true;
}

static bool add_replacement(buf_t *buf, const pattern_replacement_t *replacement, text_t text,
                            const PCRE2_SIZE *spans, unsigned count)
{
    for (size_t i = 0; i < replacement->count; i++) {
        const piece_t *piece = &replacement->pieces[i];
        if (!add(buf, replacement->bytes + piece->start, piece->size)) {
            return false;
        }
        if (i + 1 < replacement->count) {
            text_t taken = pattern_span(text, spans, count, piece->group);
            if (!add(buf, taken.bytes, taken.size)) {
                return false;
            }
        }
    }
    return true;
}

static size_t next_character(text_t text, size_t at)
{
    at++;
    while (at < text.size && ((unsigned char)text.bytes[at] & 0xC0) == 0x80) {
        at++;
    }
    return at;
}

static err_t too_large(fault_t *fault)
{
    return fault_set(fault, ERR_TOO_LARGE, "replace by something shorter",
                     "a replacement makes a text of more than %d bytes", PATTERN_RESULT_MAX);
}

// Fills the scratch's buffer; it stays empty, and `ret_any` false, when there is no match. After an
// empty match a longer one at the same place is tried first, then one character on.
static err_t replace_all(pattern_scratch_t *scratch, const pattern_replacement_t *replacement,
                         text_t text, bool *ret_any, fault_t *fault)
{
    buf_t *buf = &scratch->buf;
    size_t done = 0; // what is copied so far
    size_t at = 0;
    uint32_t options = 0;
    *ret_any = false;
    while (at <= text.size) {
        const PCRE2_SIZE *spans = NULL;
        unsigned count = 0;
        err_t err = pattern_match_from(scratch, text, at, options, &spans, &count, fault);
        if (err) {
            return err;
        }
        if (count == 0 && !(options & PCRE2_NOTEMPTY_ATSTART)) {
            break;
        }
        if (count == 0) {
            at = next_character(text, at);
            options = PCRE2_NO_UTF_CHECK;
            continue;
        }
        if (spans[1] < spans[0] || spans[0] < done) {
            break;
        }
        *ret_any = true;
        if (!add(buf, text.bytes + done, spans[0] - done) ||
            !add_replacement(buf, replacement, text, spans, count)) {
            return too_large(fault);
        }
        bool empty = spans[0] == spans[1];
        done = spans[1];
        at = done;
        options = PCRE2_NO_UTF_CHECK | (empty ? PCRE2_NOTEMPTY_ATSTART | PCRE2_ANCHORED : 0);
    }
    return add(buf, text.bytes + done, text.size - done) ? ERR_OK : too_large(fault);
}

err_t pattern_replace(pattern_scratch_t *scratch, const pattern_replacement_t *replacement,
                      text_t text, arena_t *arena, text_t *ret_text, fault_t *fault)
{
    buf_clear(&scratch->buf);
    text_t subject = {.bytes = text.size > 0 ? text.bytes : "", .size = text.size};
    bool any;
    err_t err = replace_all(scratch, replacement, subject, &any, fault);
    if (err) {
        return err;
    }
    if (!any) {
        *ret_text = text;
        return ERR_OK;
    }
    size_t size = scratch->buf.size;
    char *bytes = arena_alloc(arena, size + 1);
    if (size > 0) {
        memcpy(bytes, scratch->buf.data, size);
    }
    *ret_text = (text_t){.bytes = bytes, .size = (uint32_t)size};
    return ERR_OK;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The group of a number or name; false when there is none.
static bool find_group(const pattern_t *pattern, const char *name, size_t size, unsigned *ret_group)
{
    char terminated[64];
    if (size == 0 || size >= sizeof terminated) {
        return false;
    }
    memcpy(terminated, name, size);
    terminated[size] = '\0';
    if (name[0] >= '0' && name[0] <= '9') {
        char *end;
        unsigned long number = strtoul(terminated, &end, 10);
        *ret_group = (unsigned)number;
        return *end == '\0' && number <= pattern->groups;
    }
    int number = pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR)terminated);
    *ret_group = (unsigned)number;
    return number > 0;
}

// A reference behind a dollar sign at `text[at]`; returns where it ends, 0 when it is none.
static size_t read_reference(const pattern_t *pattern, const char *text, size_t size, size_t at,
                             unsigned *ret_group)
{
    bool braces = at < size && text[at] == '{';
    size_t start = at + braces;
    size_t end = start;
    bool digits = start < size && text[start] >= '0' && text[start] <= '9';
    while (end < size && is_word(text[end]) && (!digits || braces || text[end] <= '9')) {
        end++;
    }
    if ((braces && (end >= size || text[end] != '}')) ||
        !find_group(pattern, text + start, end - start, ret_group)) {
        return 0;
    }
    return end + braces;
}

err_t pattern_replacement_compile(const pattern_t *pattern, const char *text, size_t size,
                                  pattern_replacement_t **ret_replacement, fault_t *fault)
{
    if (size > PATTERN_BYTES_MAX) {
        return fault_set(fault, ERR_STEP_PARAMETER, "make the replacement shorter",
                         "the replacement has %zu bytes; at most %d are possible", size,
                         PATTERN_BYTES_MAX);
    }
    pattern_replacement_t *made = mem_new(sizeof *made);
    made->bytes = text_dup(text, size);
    made->pieces = mem_array(size + 1, sizeof *made->pieces);
    piece_t *piece = made->pieces;
    size_t used = 0; // "$$" becomes one byte, so that the bytes move to the front
    size_t at = 0;
    while (at < size) {
        if (text[at] != '$' || (at + 1 < size && text[at + 1] == '$')) {
            at += text[at] == '$';
            made->bytes[used++] = text[at++];
            continue;
        }
        size_t end = read_reference(pattern, text, size, at + 1, &piece->group);
        if (end == 0) {
            pattern_replacement_destroy(&made);
            return fault_set(fault, ERR_STEP_PARAMETER,
                             "write $1 or ${name} for a group of the pattern, $$ for a dollar sign",
                             "the replacement '%.*s' names at character %zu a group that the "
                             "pattern '%.*s' does not have",
                             pattern_shown(text, size), text, pattern_characters(text, at) + 1,
                             pattern_shown(pattern->text, strlen(pattern->text)), pattern->text);
        }
        piece->size = used - piece->start;
        piece++;
        piece->start = used;
        at = end;
    }
    piece->size = used - piece->start;
    made->count = (size_t)(piece - made->pieces) + 1;
    *ret_replacement = made;
    return ERR_OK;
}

void pattern_replacement_destroy(pattern_replacement_t **replacement)
{
    if (*replacement) {
        free((*replacement)->bytes);
        free((*replacement)->pieces);
        free(*replacement);
        *replacement = NULL;
    }
}
