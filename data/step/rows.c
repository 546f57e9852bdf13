// SPDX-License-Identifier: MPL-2.0
// Steps that choose rows, or put them into an order.
#include "data/expr/expr.h"
#include "data/step/families.h"
#include "data/step/row_steps.h"

static const setting_t EXPRESSION[] = {
    {.name = "expression",
     .kind = SETTING_EXPRESSION,
     .required = true,
     .max = EXPR_TEXT_MAX,
     .help = "what is true for rows that stay, as in price > 0 and city = 'Wien'"},
    {0},
};

static const setting_t COUNT[] = {
    {.name = "rows",
     .kind = SETTING_INTEGER,
     .required = true,
     .min = 1,
     .max = 1e15,
     .help = "how many rows stay"},
    {0},
};

static const setting_t SAMPLE[] = {
    {.name = "rows",
     .kind = SETTING_INTEGER,
     .min = 1,
     .max = 1e15,
     .help = "how many rows stay; or say the share"},
    {.name = "share", .kind = SETTING_NUMBER, .min = 0, .max = 1, .help = "the share that stays"},
    {.name = "seed",
     .kind = SETTING_INTEGER,
     .initial = "42",
     .min = 0,
     .max = 1e15,
     .help = "another number makes another sample"},
    {0},
};

static const setting_t ORDER[] = {
    {.name = "descending",
     .kind = SETTING_BOOLEAN,
     .initial = "false",
     .help = "the largest first"},
    {.name = "missing",
     .kind = SETTING_CHOICE,
     .initial = "\"last\"",
     .choices = "last|first",
     .help = "where rows without a value stand, in either direction"},
    {0},
};

const step_kind_t ROW_KINDS[] = {
    {
        .op = "filter",
        .title = "Keep rows that meet a condition",
        .help = "Rows for which the expression is true stay.",
        .shape = STEP_ROWS,
        .columns = STEP_COLUMNS_NONE,
        .types = TYPES_ANY,
        .settings = EXPRESSION,
        .open = row_filter_open,
        .prepare = row_filter_prepare,
        .keep = row_filter_keep,
        .release_tool = row_filter_release,
    },
    {
        .op = "rows",
        .method = "deduplicate",
        .title = "Drop repeated rows",
        .help = "Of rows that are equal in the columns the first one stays.",
        .shape = STEP_ROWS,
        .columns = STEP_COLUMNS_ANY,
        .types = TYPES_ANY,
        .bound = true,
        .learner = &ROW_REPEAT,
        .keep = row_repeat_keep,
    },
    {
        .op = "rows",
        .method = "sample",
        .title = "Keep a random sample",
        .help = "Rows chosen at random stay, in their order.",
        .shape = STEP_ROWS,
        .columns = STEP_COLUMNS_NONE,
        .types = TYPES_ANY,
        .settings = SAMPLE,
        .bound = true,
        .prepare = row_sample_prepare,
        .learner = &ROW_PLACES,
        .finish = row_sample_finish,
        .keep = row_sample_keep,
    },
    {
        .op = "rows",
        .method = "head",
        .title = "Keep the first rows",
        .help = "The first rows stay.",
        .shape = STEP_ROWS,
        .columns = STEP_COLUMNS_NONE,
        .types = TYPES_ANY,
        .settings = COUNT,
        .bound = true,
        .learner = &ROW_PLACES,
        .finish = row_places_finish,
        .keep = row_head_keep,
    },
    {
        .op = "rows",
        .method = "tail",
        .title = "Keep the last rows",
        .help = "The last rows stay.",
        .shape = STEP_ROWS,
        .columns = STEP_COLUMNS_NONE,
        .types = TYPES_ANY,
        .settings = COUNT,
        .bound = true,
        .learner = &ROW_PLACES,
        .finish = row_places_finish,
        .keep = row_tail_keep,
    },
    {
        .op = "sort",
        .title = "Sort rows",
        .help = "Rows in the order of the columns, the first one before the others; equal rows "
                "stay in their order.",
        .shape = STEP_SORT,
        .columns = STEP_COLUMNS_SOME,
        .types = TYPES_ANY,
        .settings = ORDER,
        .bound = true,
    },
    {0},
};
