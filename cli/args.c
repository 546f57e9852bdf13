// SPDX-License-Identifier: MPL-2.0
#include "cli/args.h"

#include <string.h>

// 0: not known, 1: without a value, 2: with one.
static int arity(const char *options, const char *name, size_t length)
{
    for (const char *at = options; (at = strstr(at, name)) != NULL; at++) {
        bool starts = at == options || at[-1] == ' ';
        char end = at[length];
        if (starts && strncmp(at, name, length) == 0 && (end == ' ' || end == '\0')) {
            return 1;
        }
        if (starts && strncmp(at, name, length) == 0 && end == ':') {
            return 2;
        }
    }
    return 0;
}

static err_t add_option(args_t *args, char *text, char *next, const char *options,
                        bool *ret_used_next, fault_t *fault)
{
    char *equals = strchr(text, '=');
    if (equals) {
        *equals = '\0';
    }
    int takes = arity(options, text, strlen(text));
    if (takes == 0 || (takes == 1 && equals)) {
        return fault_set(fault, ERR_INVALID, "'autodp help' lists the commands and their options",
                         "there is no option '--%s'%s here", text, takes ? " with a value" : "");
    }
    const char *value = equals ? equals + 1 : takes == 2 ? next : "";
    if (!value) {
        return fault_set(fault, ERR_INVALID, "'autodp help' shows what it takes",
                         "the option '--%s' needs a value", text);
    }
    if (args->option_count == ARGS_OPTIONS_MAX) {
        return fault_set(fault, ERR_INVALID, NULL, "too many options");
    }
    *ret_used_next = takes == 2 && !equals;
    args->names[args->option_count] = text;
    args->values[args->option_count++] = value;
    return ERR_OK;
}

err_t args_parse(int argc, char **argv, const char *options, args_t *ret_args, fault_t *fault)
{
    args_t args = {0};
    bool words_only = false;
    for (int i = 0; i < argc; i++) {
        bool used_next = false;
        if (!words_only && strcmp(argv[i], "--") == 0) {
            words_only = true;
        } else if (!words_only && (strcmp(argv[i], "-o") == 0 || strncmp(argv[i], "--", 2) == 0)) {
            static char output[] = "output"; // what -o is short for
            err_t err = add_option(&args, argv[i][1] == 'o' ? output : argv[i] + 2,
                                   i + 1 < argc ? argv[i + 1] : NULL, options, &used_next, fault);
            if (err) {
                return err;
            }
        } else if (args.word_count == ARGS_WORDS_MAX) {
            return fault_set(fault, ERR_INVALID, NULL, "too many words");
        } else {
            args.words[args.word_count++] = argv[i];
        }
        i += used_next;
    }
    *ret_args = args;
    return ERR_OK;
}

const char *args_value(const args_t *args, const char *name, const char *otherwise)
{
    for (int i = args->option_count; i-- > 0;) {
        if (strcmp(args->names[i], name) == 0) {
            return args->values[i];
        }
    }
    return otherwise;
}

bool args_has(const args_t *args, const char *name)
{
    return args_value(args, name, NULL) != NULL;
}

err_t args_word(const args_t *args, int at, const char *what, const char **ret_word, fault_t *fault)
{
    if (at >= args->word_count) {
        return fault_set(fault, ERR_INVALID, "'autodp help' shows what the command takes",
                         "%s is missing", what);
    }
    *ret_word = args->words[at];
    return ERR_OK;
}
