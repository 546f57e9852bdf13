// SPDX-License-Identifier: MPL-2.0
#include "data/expr/signature.h"

#include <stdio.h>
#include <string.h>

#include "data/expr/bind.h"

enum { DESCRIPTION_MAX = 96 };

char signature_letter(const char *signature, size_t index)
{
    char letter = '\0';
    for (const char *at = signature; *at; at++) {
        if (*at == '*') {
            return letter;
        }
        if (*at == '?') {
            continue;
        }
        letter = *at;
        if (index == 0) {
            return letter;
        }
        index--;
    }
    return '\0';
}

void signature_counts(const char *signature, size_t *ret_needed, size_t *ret_most)
{
    size_t letters = 0;
    size_t needed = SIZE_MAX;
    bool repeats = false;
    for (const char *at = signature; *at; at++) {
        needed = *at == '?' ? letters : needed;
        repeats = repeats || *at == '*';
        letters += *at != '?' && *at != '*';
    }
    *ret_needed = needed == SIZE_MAX ? letters : needed;
    *ret_most = repeats ? EXPR_LIST_MAX + 1 : letters;
}

bool signature_unify(type_t a, type_t b, type_t *ret_type)
{
    if (a == b || b == TYPE_NULL) {
        *ret_type = a;
    } else if (a == TYPE_NULL) {
        *ret_type = b;
    } else if (type_in(a, TYPES_NUMBER) && type_in(b, TYPES_NUMBER)) {
        *ret_type = TYPE_FLOAT;
    } else if (type_in(a, TYPES_TIME) && type_in(b, TYPES_TIME)) {
        *ret_type = TYPE_DATETIME;
    } else {
        return false;
    }
    return true;
}

static bool letter_fits(char letter, const node_t *item)
{
    type_t type = item->type;
    if (type == TYPE_NULL) {
        return letter != 'T' && letter != 'I';
    }
    switch (letter) {
    case 'i':
        return type == TYPE_INTEGER;
    case 'f':
    case 'n':
        return type_in(type, TYPES_NUMBER);
    case 'b':
        return type == TYPE_BOOLEAN;
    case 't':
        return type == TYPE_TEXT;
    case 'd':
        return type == TYPE_DATE;
    case 'm':
    case 'w':
        return type_in(type, TYPES_TIME);
    case 'T':
        return type == TYPE_TEXT && item->only == NODE_CONSTANT;
    case 'I':
        return type == TYPE_INTEGER && item->only == NODE_CONSTANT;
    default:
        return true;
    }
}

static bool choice_fits(const node_t *node, type_t *ret_unified)
{
    type_t unified = TYPE_NULL;
    for (size_t i = 0; i < node->count; i++) {
        bool condition = i % 2 == 0 && i + 1 < node->count;
        type_t type = node->items[i]->type;
        if (condition ? type != TYPE_BOOLEAN && type != TYPE_NULL
                      : !signature_unify(unified, type, &unified)) {
            return false;
        }
    }
    *ret_unified = unified;
    return true;
}

bool signature_fits(const function_t *function, const node_t *node, type_t *ret_unified)
{
    size_t needed;
    size_t most;
    if (function->signature[0] == '#') {
        return choice_fits(node, ret_unified);
    }
    signature_counts(function->signature, &needed, &most);
    if (node->count < needed || node->count > most) {
        return false;
    }
    type_t unified = TYPE_NULL;
    bool numbers = false;
    for (size_t i = 0; i < node->count; i++) {
        char letter = signature_letter(function->signature, i);
        if (!letter_fits(letter, node->items[i])) {
            return false;
        }
        numbers = numbers || letter == 'n';
        if ((letter == 'n' || letter == 'c') &&
            !signature_unify(unified, node->items[i]->type, &unified)) {
            return false;
        }
    }
    *ret_unified = numbers && unified == TYPE_NULL ? TYPE_FLOAT : unified;
    return true;
}

type_t signature_wanted(char letter, type_t unified)
{
    switch (letter) {
    case 'i':
    case 'I':
        return TYPE_INTEGER;
    case 'f':
        return TYPE_FLOAT;
    case 'b':
        return TYPE_BOOLEAN;
    case 't':
    case 'T':
        return TYPE_TEXT;
    case 'd':
        return TYPE_DATE;
    case 'm':
        return TYPE_DATETIME;
    case 'n':
    case 'c':
        return unified;
    default:
        return TYPE_NULL;
    }
}

type_t signature_result(const function_t *function, const node_t *node, type_t unified)
{
    if (function->result != 'w') {
        return signature_wanted(function->result, unified);
    }
    for (size_t i = 0; i < node->count; i++) {
        if (type_in(node->items[i]->type, TYPES_TIME)) {
            return node->items[i]->type;
        }
    }
    return TYPE_DATE;
}

static const char *type_of(const node_t *node)
{
    return node->type == TYPE_NULL ? "missing" : type_name(node->type);
}

// "column 'x' is text", "5 is integer", "upper() is text".
static void describe(const expr_t *expr, const node_t *node, char text[DESCRIPTION_MAX])
{
    const char *word = expr->text + node->at;
    int size = token_shown(word, node->name_size);
    if (node->kind == NODE_COLUMN) {
        const char *name = expr->columns[node->column];
        snprintf(text, DESCRIPTION_MAX, "column '%.*s' is %s", token_shown(name, strlen(name)),
                 name, type_of(node));
    } else if (node->kind == NODE_LITERAL) {
        snprintf(text, DESCRIPTION_MAX, "%.*s is %s", size, word, type_of(node));
    } else {
        bool named = node->function->group[0] != '\0';
        snprintf(text, DESCRIPTION_MAX, "%s%s%s is %s", named ? "" : "the result of '",
                 node->function->name, named ? "()" : "'", type_of(node));
    }
}

// What a letter takes, and how a value of another type becomes that.
static const char *letter_needs(char letter, const char **ret_remedy)
{
    switch (letter) {
    case 'i':
        *ret_remedy = "make it an integer by integer(x)";
        return "an integer";
    case 'f':
    case 'n':
        *ret_remedy = "make it a number by number(x) or integer(x)";
        return "a number";
    case 'b':
        *ret_remedy = "compare it, as in x > 0, or use boolean(x)";
        return "a boolean";
    case 't':
        *ret_remedy = "make it a text by text(x)";
        return "a text";
    case 'd':
    case 'm':
    case 'w':
        *ret_remedy = "make it a date by date(x) or datetime(x)";
        return "a date or datetime";
    case 'T':
        *ret_remedy = "write the text itself; a column is not possible there";
        return "a constant text";
    case 'I':
        *ret_remedy = "write the number itself; a column is not possible there";
        return "a constant integer";
    default:
        *ret_remedy = "make both of one type: number(x), text(x), date(x)";
        return "values of one type";
    }
}

static err_t refuse_counts(const expr_t *expr, const node_t *node, fault_t *fault)
{
    char remedy[FAULT_REMEDY_MAX];
    snprintf(remedy, sizeof remedy, "write %s", node->function->usage);
    return bind_fault(expr, node, fault, ERR_STEP_PARAMETER, remedy,
                      "%s() does not take %u argument%s", node->function->name, node->count,
                      node->count == 1 ? "" : "s");
}

static err_t refuse_pair(const expr_t *expr, const node_t *node, const node_t *a, const node_t *b,
                         fault_t *fault)
{
    char first[DESCRIPTION_MAX];
    char second[DESCRIPTION_MAX];
    describe(expr, a, first);
    describe(expr, b, second);
    return bind_fault(
        expr, node, fault, ERR_COLUMN_TYPE,
        type_in(a->type, TYPES_TIME) || type_in(b->type, TYPES_TIME)
            ? "make both of one type, as by date('2020-01-31'), datetime(x) or text(x)"
            : "make both of one type, as by number(x) or text(x)",
        "%s, %s; '%s' needs values of one type", first, second, node->function->name);
}

// The first argument whose type goes with none of those before it; NULL: there is none.
static const node_t *odd_one(const node_t *node, bool choice, const node_t **ret_first)
{
    type_t unified = TYPE_NULL;
    *ret_first = node->items[0];
    for (size_t i = 0; i < node->count; i++) {
        bool condition = choice && i % 2 == 0 && i + 1 < node->count;
        if (condition) {
            continue;
        }
        if (unified == TYPE_NULL) {
            *ret_first = node->items[i];
        }
        if (!signature_unify(unified, node->items[i]->type, &unified)) {
            return node->items[i];
        }
    }
    return NULL;
}

static err_t refuse_letter(const expr_t *expr, const node_t *node, char letter, const node_t *item,
                           fault_t *fault)
{
    char text[DESCRIPTION_MAX];
    const char *remedy;
    const char *needs = letter_needs(letter, &remedy);
    describe(expr, item, text);
    bool named = node->function->group[0] != '\0';
    bool constant = (letter == 'T' || letter == 'I') &&
                    (item->only != NODE_CONSTANT || item->type == TYPE_NULL);
    if (node->function->name[0] == '+' && item->type == TYPE_TEXT) {
        remedy = "join texts by || or concat(), make a number of a text by number(x)";
    }
    return bind_fault(expr, item, fault, constant ? ERR_STEP_PARAMETER : ERR_COLUMN_TYPE, remedy,
                      "%s; %s%s%s needs %s", text, named ? "" : "'", node->function->name,
                      named ? "()" : "'", needs);
}

err_t signature_refuse(const expr_t *expr, const node_t *node, fault_t *fault)
{
    const function_t *best = NULL;
    const node_t *first;
    const function_t *row = node->function;
    do {
        size_t needed;
        size_t most;
        signature_counts(row->signature, &needed, &most);
        bool counts = row->signature[0] == '#' || (node->count >= needed && node->count <= most);
        best = counts && !best ? row : best;
        row = function_next(row);
    } while (row);
    if (!best) {
        return refuse_counts(expr, node, fault);
    }
    bool choice = best->signature[0] == '#';
    for (size_t i = 0; i < node->count; i++) {
        bool condition = choice && i % 2 == 0 && i + 1 < node->count;
        char letter = choice ? (condition ? 'b' : 'c') : signature_letter(best->signature, i);
        if (!letter_fits(letter, node->items[i])) {
            return refuse_letter(expr, node, letter, node->items[i], fault);
        }
    }
    const node_t *odd = odd_one(node, choice, &first);
    if (!odd) {
        return refuse_letter(expr, node, 'c', node->items[0], fault);
    }
    return refuse_pair(expr, node, first, odd, fault);
}
