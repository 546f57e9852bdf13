// SPDX-License-Identifier: MPL-2.0
#include "data/field.h"

#include <string.h>

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
