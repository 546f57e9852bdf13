// SPDX-License-Identifier: MPL-2.0
// Texts. Conventions: pandas' Series.str (strip, lower, upper, title, replace, extract, len), with
// letters, patterns (PCRE2) and spaces as the expression language has them.
#include <stdlib.h>
#include <string.h>

#include "data/step/families.h"
#include "data/step/formula.h"
#include "data/value/pattern.h"

static const setting_t REPLACE[] = {
    {.name = "find", .kind = SETTING_TEXT, .required = true, .help = "what is looked for"},
    {.name = "with", .kind = SETTING_TEXT, .initial = "\"\"", .help = "what takes its place"},
    {.name = "regex",
     .kind = SETTING_BOOLEAN,
     .initial = "false",
     .help = "whether 'find' is a regular expression; then $1 in 'with' is its first group"},
    {0},
};

static const setting_t EXTRACT[] = {
    {.name = "pattern",
     .kind = SETTING_TEXT,
     .required = true,
     .help = "a regular expression; the cell becomes what its group took"},
    {.name = "group",
     .kind = SETTING_INTEGER,
     .min = 0,
     .max = 1000,
     .help = "the group, 0 for the whole match; left out: the first group if there is one"},
    {0},
};

static err_t prepare_simple(call_t *call, fault_t *fault)
{
    const input_t *input = &call->inputs[0];
    bool length = strcmp(call->step->kind->method, "length") == 0;
    call_output(call, input->name, length ? TYPE_INTEGER : input->type, input->filled);
    return formula_prepare(call, fault, "%s(x)", call->step->kind->method);
}

// A wrong pattern is told here, in its own words and not in those of an expression.
static err_t check_pattern(const call_t *call, const char *pattern, const char *with,
                           unsigned *ret_groups, fault_t *fault)
{
    pattern_t *compiled = NULL;
    pattern_replacement_t *replacement = NULL;
    err_t err = pattern_compile(pattern, strlen(pattern), &compiled, fault);
    *ret_groups = err == ERR_OK ? pattern_groups(compiled) : 0;
    if (err == ERR_OK && with) {
        err = pattern_replacement_compile(compiled, with, strlen(with), &replacement, fault);
    }
    if (err != ERR_OK) {
        fault_at(fault, 0, call->step->number, call->inputs[0].name);
    }
    pattern_replacement_destroy(&replacement);
    pattern_destroy(&compiled);
    return err;
}

static err_t prepare_replace(call_t *call, fault_t *fault)
{
    const char *find = step_text(call->step, "find");
    const char *with = step_text(call->step, "with");
    bool regex = step_flag(call->step, "regex");
    unsigned groups;
    if (*find == '\0') {
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault, "say what is looked for",
                          "'find' is empty");
    }
    err_t err = regex ? check_pattern(call, find, with, &groups, fault) : ERR_OK;
    if (err != ERR_OK) {
        return err;
    }
    char *find_literal = formula_quote(find);
    char *with_literal = formula_quote(with);
    err = formula_prepare(call, fault, "%s(x, %s, %s)", regex ? "regex_replace" : "replace",
                          find_literal, with_literal);
    free(find_literal);
    free(with_literal);
    call_output(call, call->inputs[0].name, call->inputs[0].type, call->inputs[0].filled);
    return err;
}

static err_t prepare_extract(call_t *call, fault_t *fault)
{
    const char *pattern = step_text(call->step, "pattern");
    unsigned groups;
    err_t err = check_pattern(call, pattern, NULL, &groups, fault);
    if (err != ERR_OK) {
        return err;
    }
    int64_t group = step_json(call->step, "group") ? step_integer(call->step, "group") : groups > 0;
    if (group > groups) {
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault,
                          "give 0, the whole match, or put parentheses around a part",
                          "there is no group %lld, the pattern has %u", (long long)group, groups);
    }
    char *literal = formula_quote(pattern);
    err = formula_prepare(call, fault, "regex_extract(x, %s, %lld)", literal, (long long)group);
    free(literal);
    call_output(call, call->inputs[0].name, call->inputs[0].type, false);
    return err;
}

const step_kind_t TEXT_KINDS[] = {
    {
        .op = "text",
        .method = "trim",
        .title = "Trim spaces",
        .help = "Spaces, tabs and line ends around the text go.",
        .types = TYPES_WORDS,
        .prepare = prepare_simple,
        .apply = formula_apply,
        .release_tool = formula_release,
    },
    {
        .op = "text",
        .method = "lower",
        .title = "Small letters",
        .help = "All letters become small ones.",
        .types = TYPES_WORDS,
        .prepare = prepare_simple,
        .apply = formula_apply,
        .release_tool = formula_release,
    },
    {
        .op = "text",
        .method = "upper",
        .title = "Capital letters",
        .help = "All letters become capitals.",
        .types = TYPES_WORDS,
        .prepare = prepare_simple,
        .apply = formula_apply,
        .release_tool = formula_release,
    },
    {
        .op = "text",
        .method = "title",
        .title = "Capital at each word",
        .help = "Each word begins with a capital.",
        .types = TYPES_WORDS,
        .prepare = prepare_simple,
        .apply = formula_apply,
        .release_tool = formula_release,
    },
    {
        .op = "text",
        .method = "replace",
        .title = "Find and replace",
        .help = "One text takes the place of another, everywhere.",
        .types = TYPES_WORDS,
        .settings = REPLACE,
        .prepare = prepare_replace,
        .apply = formula_apply,
        .release_tool = formula_release,
    },
    {
        .op = "text",
        .method = "extract",
        .title = "Take out a part",
        .help = "What a regular expression finds first; missing where it finds nothing.",
        .types = TYPES_WORDS,
        .settings = EXTRACT,
        .prepare = prepare_extract,
        .apply = formula_apply,
        .release_tool = formula_release,
    },
    {
        .op = "text",
        .method = "length",
        .title = "Length of the text",
        .help = "How many characters the text has.",
        .types = TYPES_WORDS,
        .prepare = prepare_simple,
        .apply = formula_apply,
        .release_tool = formula_release,
    },
    {0},
};
