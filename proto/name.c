// SPDX-License-Identifier: MPL-2.0
#include "proto/name.h"

#include <string.h>

#include "proto/limits.h"

static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

err_t name_check(view_t name, const char *what, fault_t *fault)
{
    size_t good = 0;
    while (good < name.size && memchr(ALLOWED, name.data[good], sizeof ALLOWED - 1)) {
        good++;
    }
    if (name.size > 0 && name.size <= LIMIT_NAME_BYTES && good == name.size) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_INVALID,
                     "use 1 to 64 letters, digits, dots, underscores and hyphens",
                     "%s name '%.*s' is not valid", what, (int)name.size, name.data);
}
