// SPDX-License-Identifier: MPL-2.0
// The recording port's inside: shared by its two halves only.
#pragma once

#include "base/settings.h"
#include "test/unit/actors/port.h"

enum { PORT_WATCHES_MAX = 16 };

typedef struct {
    int fd;
    actor_watch_fn *on_input;
    void *context;
} port_watch_t;

struct actor {
    const actor_spec_t *spec;
    void *state;
    bool started;
    char *data_dir;
    settings_t *settings;
    json_t *changed; // settings by name
    int64_t now_ms;
    int64_t requests;
    int64_t offsets;
    int64_t children;
    port_watch_t watches[PORT_WATCHES_MAX];
    size_t watch_count;
    port_output_t *first;
    port_output_t *last;
};
