// SPDX-License-Identifier: MPL-2.0
// Command lines: words, and options `--name value` or `--name=value` or, for those without a value,
// `--name`.
#pragma once

#include <stdbool.h>

#include "base/fault.h"

enum { ARGS_WORDS_MAX = 16, ARGS_OPTIONS_MAX = 32 };

typedef struct {
    const char *words[ARGS_WORDS_MAX];
    int word_count;
    const char *names[ARGS_OPTIONS_MAX];
    const char *values[ARGS_OPTIONS_MAX]; // "" for an option without a value
    int option_count;
} args_t;

// Sorts argv (without the program's name). `options` names those a command knows, separated by
// spaces, with a ':' behind those that take a value: "recipe: wait". ERR_INVALID names what is
// wrong.
err_t args_parse(int argc, char **argv, const char *options, args_t *ret_args, fault_t *fault);

// The option's value; `otherwise` when it was not given.
const char *args_value(const args_t *args, const char *name, const char *otherwise);

// Whether the option was given.
bool args_has(const args_t *args, const char *name);

// The word at this place; ERR_INVALID says that `what` is missing.
err_t args_word(const args_t *args, int at, const char *what, const char **ret_word,
                fault_t *fault);
