// SPDX-License-Identifier: MPL-2.0
// What a publish brings, single or in a batch, read and checked before anything is changed.
#pragma once

#include "broker/core/state.h"

// One record to be stored; views point into the event.
typedef struct {
    int64_t id;
    view_t key;
    view_t message_id;
    int64_t priority;
    int64_t delay_ms;
    int64_t ttl_ms;
    int64_t sequence;
    view_t trace_id;
    view_t content_type;
    view_t schema_version;
    view_t payload;
} intake_record_t;

typedef struct {
    int64_t id;
    view_t topic;
    view_t producer;          // without data: none
    intake_record_t *records; // in the slab of this step
    size_t count;
} intake_t;

// Reads either header. ERR_MALFORMED, ERR_INVALID, ERR_TOO_LARGE: nothing of it may be stored.
err_t intake_publish(const hdr_publish_t *publish, const event_t *event, core_t *core,
                     intake_t *ret, fault_t *fault);
err_t intake_batch(const hdr_publish_batch_t *batch, const event_t *event, core_t *core,
                   intake_t *ret, fault_t *fault);
