// SPDX-License-Identifier: MPL-2.0
#include "data/expr/token.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "base/text.h"

enum { SHOWN_MAX = 40 };

size_t token_position(const source_t *source, size_t at)
{
    size_t position = 1;
    for (size_t i = 1; i <= at && i < source->size; i++) {
        position += ((unsigned char)source->text[i] & 0xC0) != 0x80;
    }
    return position + (at == source->size && at > 0);
}

int token_shown(const char *text, size_t size)
{
    return (int)(size <= SHOWN_MAX ? size : text_utf8_prefix(text, SHOWN_MAX));
}

err_t token_fault(const source_t *source, size_t at, fault_t *fault, err_t code, const char *remedy,
                  const char *format, ...)
{
    char text[FAULT_DETAIL_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return fault_set(fault, code, remedy, "at character %zu: %s", token_position(source, at), text);
}

bool token_is(const token_t *token, const char *word)
{
    return (token->kind == TOKEN_NAME || token->kind == TOKEN_SYMBOL) &&
           token->text.size == strlen(word) &&
           strncasecmp(token->text.bytes, word, token->text.size) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The length of the character at `at` when it may be in a name, else 0. Marks belong to letters.
static size_t name_character(const source_t *source, size_t at, bool first)
{
    char c = source->text[at];
    if ((unsigned char)c < 0x80) {
        return is_ascii_letter(c) || (!first && is_digit(c));
    }
    utf8proc_int32_t point;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)source->text + at,
                                             (utf8proc_ssize_t)(source->size - at), &point);
    if (size <= 0) {
        return 0;
    }
    utf8proc_category_t category = utf8proc_category(point);
    bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    bool other = category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_NO;
    return letter || (other && !first) ? (size_t)size : 0;
}

static void read_name(const source_t *source, token_t *token)
{
    size_t end = token->at;
    while (end < source->size) {
        size_t size = name_character(source, end, end == token->at);
        if (size == 0) {
            break;
        }
        end += size;
    }
    token->size = end - token->at;
}

static size_t digits_end(const source_t *source, size_t at)
{
    while (at < source->size && is_digit(source->text[at])) {
        at++;
    }
    return at;
}

static err_t read_number(const source_t *source, token_t *token, fault_t *fault)
{
    size_t end = digits_end(source, token->at);
    if (end < source->size && source->text[end] == '.') {
        end = digits_end(source, end + 1);
    }
    if (end < source->size && (source->text[end] | 0x20) == 'e') {
        size_t sign = end + 1 < source->size &&
                      (source->text[end + 1] == '+' || source->text[end + 1] == '-');
        end = digits_end(source, end + 1 + sign);
    }
    while (end < source->size && (is_ascii_letter(source->text[end]) ||
                                  is_digit(source->text[end]) || source->text[end] == '.')) {
        end++; // "12abc" and "1.2.3" are one wrong word, not two
    }
    token->size = end - token->at;
    const char *text = source->text + token->at;
    token->number_kind = number_parse(text, token->size, &token->number);
    // The one integer that has no positive twin; the parser takes it behind a minus only.
    bool least = token->size == 19 && memcmp(text, "9223372036854775808", 19) == 0;
    if (token->number_kind == NUMBER_NONE && !least) {
        return token_fault(
            source, token->at, fault, ERR_STEP_PARAMETER,
            "write integers without leading zeros and within 64 bits, larger numbers "
            "as 1e20, ids in quotes, names in backquotes",
            "'%.*s' is not a number", token_shown(text, token->size), text);
    }
    return ERR_OK;
}

// What a backslash and `c` stand for; 0: the backslash stays, so that patterns need no second one.
static char escaped(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case '\\':
    case '\'':
    case '"':
        return c;
    default:
        return '\0';
    }
}

// Whether a backslash and a character, or a doubled quote, are one character at `at`.
static bool is_pair(const source_t *source, size_t at, char quote)
{
    if (at + 1 >= source->size) {
        return false;
    }
    char c = source->text[at];
    char next = source->text[at + 1];
    return (c == quote && next == quote) || (c == '\\' && quote != '`' && escaped(next) != '\0');
}

// Where the closing quote is; the end of the source when there is none.
static size_t quote_end(const source_t *source, size_t at, char quote)
{
    while (at < source->size && (source->text[at] != quote || is_pair(source, at, quote))) {
        at += 1 + is_pair(source, at, quote);
    }
    return at < source->size ? at : source->size;
}

static err_t read_quoted(const source_t *source, token_t *token, fault_t *fault)
{
    char quote = source->text[token->at];
    size_t end = quote_end(source, token->at + 1, quote);
    if (end >= source->size) {
        return token_fault(source, token->at, fault, ERR_STEP_PARAMETER,
                           "close it with the same quote; a quote inside is doubled",
                           "the quote %c is not closed", quote);
    }
    char *made = arena_alloc(source->arena, end - token->at);
    size_t size = 0;
    for (size_t at = token->at + 1; at < end; at++) {
        bool pair = is_pair(source, at, quote);
        bool doubled = source->text[at] == quote;
        at += pair;
        made[size++] = pair && !doubled ? escaped(source->text[at]) : source->text[at];
    }
    made[size] = '\0';
    token->kind = quote == '`' ? TOKEN_QUOTED : TOKEN_TEXT;
    token->size = end + 1 - token->at;
    token->text = (text_t){.bytes = made, .size = (uint32_t)size};
    if (token->kind == TOKEN_QUOTED && size == 0) {
        return token_fault(source, token->at, fault, ERR_STEP_PARAMETER,
                           "write the column's name between the backquotes", "the name is empty");
    }
    return ERR_OK;
}

static err_t read_symbol(const source_t *source, token_t *token, fault_t *fault)
{
    static const char *const SYMBOLS[] = {"==", "!=", "<>", "<=", ">=", "//", "||", "+", "-", "*",
                                          "/",  "%",  "^",  "=",  "<",  ">",  "(",  ")", ","};
    const char *text = source->text + token->at;
    size_t left = source->size - token->at;
    for (size_t i = 0; i < sizeof SYMBOLS / sizeof *SYMBOLS; i++) {
        size_t size = strlen(SYMBOLS[i]);
        if (left >= size && memcmp(text, SYMBOLS[i], size) == 0) {
            token->size = size;
            return ERR_OK;
        }
    }
    size_t size = 1;
    while (size < left && ((unsigned char)text[size] & 0xC0) == 0x80) {
        size++;
    }
    return token_fault(
        source, token->at, fault, ERR_STEP_PARAMETER,
        "put a column's name with special characters in backquotes, a text in quotes",
        "found '%.*s', which has no meaning here", (int)size, text);
}

err_t token_read(const source_t *source, size_t at, token_t *ret_token, fault_t *fault)
{
    while (at < source->size && strchr(" \t\r\n", source->text[at])) {
        at++;
    }
    token_t token = {.kind = TOKEN_END, .at = at};
    err_t err = ERR_OK;
    char c = at < source->size ? source->text[at] : '\0';
    bool number =
        is_digit(c) || (c == '.' && at + 1 < source->size && is_digit(source->text[at + 1]));
    if (at >= source->size) {
        token.size = 0;
    } else if (number) {
        token.kind = TOKEN_NUMBER;
        err = read_number(source, &token, fault);
    } else if (c == '\'' || c == '"' || c == '`') {
        err = read_quoted(source, &token, fault);
    } else if (name_character(source, at, true) > 0) {
        token.kind = TOKEN_NAME;
        read_name(source, &token);
    } else {
        token.kind = TOKEN_SYMBOL;
        err = read_symbol(source, &token, fault);
    }
    if (err) {
        return err;
    }
    if (token.kind != TOKEN_TEXT && token.kind != TOKEN_QUOTED) {
        token.text = (text_t){.bytes = source->text + at, .size = (uint32_t)token.size};
    }
    *ret_token = token;
    return ERR_OK;
}
