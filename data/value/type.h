// SPDX-License-Identifier: MPL-2.0
// Column types. The table of types, first to last, is the order in which they are listed to people.
#pragma once

#include <stdbool.h>

typedef enum {
    TYPE_INTEGER,
    TYPE_FLOAT,
    TYPE_BOOLEAN,
    TYPE_DATE,
    TYPE_DATETIME,
    TYPE_CATEGORY, // a text with few distinct values
    TYPE_TEXT,
    TYPE_COUNT,
} type_t;

// Sets of types, one bit each.
enum {
    TYPES_NUMBER = 1 << TYPE_INTEGER | 1 << TYPE_FLOAT,
    TYPES_TIME = 1 << TYPE_DATE | 1 << TYPE_DATETIME,
    TYPES_WORDS = 1 << TYPE_CATEGORY | 1 << TYPE_TEXT,
    TYPES_ANY = (1 << TYPE_COUNT) - 1,
};

// Whether a type is in a set.
static inline bool type_in(type_t type, unsigned types)
{
    return (types >> type & 1U) != 0;
}

// "integer", "float", "boolean", "date", "datetime", "category" or "text".
const char *type_name(type_t type);

// Finds a type by its name; false when there is none.
bool type_by_name(const char *name, type_t *ret_type);
