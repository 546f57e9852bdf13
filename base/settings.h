// SPDX-License-Identifier: MPL-2.0
// Configuration: one row per setting in settings.def; a ZPL file and the environment change the
// defaults.
#pragma once

#include <stdint.h>

#include "base/fault.h"

typedef struct settings settings_t;

// The defaults, then `file` (may be NULL), then the environment. An unknown name, a value out of
// range or a file that cannot be read is a fault that names it.
settings_t *settings_new(const char *file, fault_t *fault);

void settings_destroy(settings_t **settings);

// The value of a setting; the name must be in settings.def.
const char *settings_text(const settings_t *settings, const char *name);
int64_t settings_int(const settings_t *settings, const char *name);

// Prints all settings with their values and meaning as a ZPL file on stdout.
void settings_print(const settings_t *settings);
