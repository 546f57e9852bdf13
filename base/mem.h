// SPDX-License-Identifier: MPL-2.0
// Memory: small allocations end the process when they fail (a supervisor restarts it, the log and
// the catalog lose nothing); sizes that come from outside are checked against a limit before they
// get here.
#pragma once

#include <stddef.h>

// Zeroed memory of `size` bytes (at least one); never NULL. Freed with free().
void *mem_new(size_t size);

// Zeroed memory for `count` items of `size` bytes; overflow ends the process. Freed with free().
void *mem_array(size_t count, size_t size);

// realloc() that never returns NULL; `count * size` overflow ends the process. New bytes are not
// zeroed.
void *mem_resize(void *old, size_t count, size_t size);

// strdup() that never returns NULL, except for a NULL text.
char *mem_strdup(const char *text);

// Logs that `size` bytes could not be had and ends the process with exit code 71.
_Noreturn void mem_exhausted(size_t size);
