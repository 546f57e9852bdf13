// SPDX-License-Identifier: MPL-2.0
#include "data/expr/function.h"

#include <string.h>
#include <strings.h>

#include "data/expr/among.h"
#include "data/expr/arithmetic.h"
#include "data/expr/choose.h"
#include "data/expr/compare.h"
#include "data/expr/convert.h"
#include "data/expr/join.h"
#include "data/expr/letters.h"
#include "data/expr/logic.h"
#include "data/expr/math.h"
#include "data/expr/moment.h"
#include "data/expr/moment_text.h"
#include "data/expr/piece.h"
#include "data/expr/regex.h"
#include "data/value/nearest.h"

enum {
    LENIENT = FUNCTION_LENIENT,
    LOSES = FUNCTION_LOSES,
    CHEAP = FUNCTION_CHEAP,
    HIDDEN = FUNCTION_HIDDEN,
    WORD_MAX = 32,
};

#define FUNCTION(name_, group_, signature_, result_, code, prepare_, flags_, usage_, help_,        \
                 example_, gives_)                                                                 \
    {.name = (name_),                                                                              \
     .group = (group_),                                                                            \
     .signature = (signature_),                                                                    \
     .result = (result_),                                                                          \
     code,                                                                                         \
     .prepare = (prepare_),                                                                        \
     .flags = (flags_),                                                                            \
     .usage = (usage_),                                                                            \
     .help = (help_),                                                                              \
     .example = (example_),                                                                        \
     .gives = (gives_)},
static const function_t FUNCTIONS[] = {
#include "data/expr/function.def"
};
#undef FUNCTION

static const size_t COUNT = sizeof FUNCTIONS / sizeof *FUNCTIONS;

const function_t *function_find(const char *name, size_t size)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strncasecmp(FUNCTIONS[i].name, name, size) == 0 && FUNCTIONS[i].name[size] == '\0') {
            return &FUNCTIONS[i];
        }
    }
    return NULL;
}

const function_t *function_next(const function_t *function)
{
    const function_t *next = function + 1;
    return next < FUNCTIONS + COUNT && strcmp(next->name, function->name) == 0 ? next : NULL;
}

const function_t *function_all(size_t *ret_count)
{
    *ret_count = COUNT;
    return FUNCTIONS;
}

const char *function_nearest(const char *word, size_t size)
{
    const char *best = NULL;
    size_t limit = size / 3 + 1; // more than a third wrong is another word
    for (size_t i = 0; i < COUNT && size <= WORD_MAX; i++) {
        if (!FUNCTIONS[i].group[0] || FUNCTIONS[i].flags & HIDDEN) {
            continue;
        }
        size_t d = nearest_distance(word, size, FUNCTIONS[i].name, strlen(FUNCTIONS[i].name));
        if (d <= limit) {
            best = FUNCTIONS[i].name;
            limit = d > 0 ? d - 1 : 0;
            if (d == 0) {
                break;
            }
        }
    }
    return best;
}
