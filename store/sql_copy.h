// SPDX-License-Identifier: MPL-2.0
// A copy of a database that others write to, as it is at one moment that several databases, and
// other files, can share: all are held, the moment passes, and then each is copied.
#pragma once

#include "base/fault.h"

typedef struct sql_copy sql_copy_t;

// Opens a database that is there and holds its writers, who wait (their busy timeout at most).
// ERR_IO.
err_t sql_copy_hold(const char *path, sql_copy_t **ret, fault_t *fault);

// Keeps the database's present state for this copy and lets the writers go on. ERR_IO.
err_t sql_copy_pin(sql_copy_t *copy, fault_t *fault);

// Writes the state to a new file and waits until it is on disk. ERR_IO, ERR_FULL.
err_t sql_copy_write(sql_copy_t *copy, const char *to, fault_t *fault);

void sql_copy_destroy(sql_copy_t **copy);
