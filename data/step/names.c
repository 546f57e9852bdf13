// SPDX-License-Identifier: MPL-2.0
// Columns that go, stay, move or are called otherwise: the engine does what these kinds say.
#include "data/step/families.h"

static const setting_t NAMES[] = {
    {.name = "names",
     .kind = SETTING_NAMES,
     .required = true,
     .max = STEP_LIST_MAX,
     .help = "the present name of each column, and its new one"},
    {0},
};

const step_kind_t COLUMN_KINDS[] = {
    {
        .op = "drop",
        .title = "Drop columns",
        .help = "The columns go.",
        .shape = STEP_NAMES,
        .types = TYPES_ANY,
        .names = NAMES_DROP,
    },
    {
        .op = "keep",
        .title = "Keep columns",
        .help = "All other columns go.",
        .shape = STEP_NAMES,
        .types = TYPES_ANY,
        .names = NAMES_KEEP,
    },
    {
        .op = "rename",
        .title = "Rename columns",
        .help = "Columns get other names.",
        .shape = STEP_NAMES,
        .columns = STEP_COLUMNS_NONE,
        .types = TYPES_ANY,
        .settings = NAMES,
        .names = NAMES_RENAME,
    },
    {
        .op = "reorder",
        .title = "Move columns to the front",
        .help = "The columns come first, in this order; the others follow as they were.",
        .shape = STEP_NAMES,
        .types = TYPES_ANY,
        .names = NAMES_REORDER,
    },
    {0},
};
