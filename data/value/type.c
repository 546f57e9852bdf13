// SPDX-License-Identifier: MPL-2.0
#include "data/value/type.h"

#include <string.h>

static const char *const NAMES[TYPE_COUNT] = {
    [TYPE_INTEGER] = "integer", [TYPE_FLOAT] = "float",       [TYPE_BOOLEAN] = "boolean",
    [TYPE_DATE] = "date",       [TYPE_DATETIME] = "datetime", [TYPE_CATEGORY] = "category",
    [TYPE_TEXT] = "text",
};

const char *type_name(type_t type)
{
    return NAMES[type];
}

bool type_by_name(const char *name, type_t *ret_type)
{
    for (int i = 0; i < TYPE_COUNT; i++) {
        if (strcmp(NAMES[i], name) == 0) {
            *ret_type = (type_t)i;
            return true;
        }
    }
    return false;
}
