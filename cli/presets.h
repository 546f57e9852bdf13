// SPDX-License-Identifier: MPL-2.0
// What topics are like before an admin configures them: config/topics.cfg, built in, and then
// DATA/topics.cfg when it is there.
#pragma once

#include "base/fault.h"
#include "broker/core/core.h"

typedef struct {
    topic_preset_t *items; // names are malloc'd
    size_t count;
} presets_t;

// Reads both. ERR_INVALID names the file and the line. Freed by presets_release also then.
err_t presets_load(const char *data_dir, presets_t *ret, fault_t *fault);

// Adds what a ZPL text says; later words on a setting win. `where` names it in faults.
err_t presets_read(presets_t *presets, const char *text, const char *where, fault_t *fault);

void presets_release(presets_t *presets);
