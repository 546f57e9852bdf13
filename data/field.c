// SPDX-License-Identifier: MPL-2.0
#include "data/field.h"

#include <string.h>

static const char *const NAMES[] = {"integer", "float", "text"};

const char *type_name(type_t type)
{
    return NAMES[type];
}

bool type_by_name(const char *name, type_t *ret_type)
{
    for (int i = TYPE_INTEGER; i <= TYPE_TEXT; i++) {
        if (strcmp(NAMES[i], name) == 0) {
            *ret_type = (type_t)i;
            return true;
        }
    }
    return false;
}

bool field_missing(const char *text, size_t size)
{
    switch (size) {
    case 0:
        return true;
    case 2:
        return memcmp(text, "NA", 2) == 0;
    case 3:
        return memcmp(text, "NaN", 3) == 0 || memcmp(text, "nan", 3) == 0 ||
               memcmp(text, "N/A", 3) == 0;
    case 4:
        return memcmp(text, "NULL", 4) == 0 || memcmp(text, "null", 4) == 0;
    default:
        return false;
    }
}
