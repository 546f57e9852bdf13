// SPDX-License-Identifier: MPL-2.0
// Giving dead letters back: each goes as a new record to the group that gave it up, and to no
// other. The record and the letter's removal are one append.
#pragma once

#include "broker/core/admin.h"

// The method topic.redrive.
admin_fn redrive_topic;

// The events of OP_REDRIVE_READ and OP_REDRIVE.
void redrive_on_read(core_t *core, op_t *op, const event_t *event);
void redrive_on_read_failed(core_t *core, op_t *op, const event_t *event);
void redrive_on_appended(core_t *core, op_t *op, const event_t *event);
void redrive_on_failed(core_t *core, op_t *op, const event_t *event);
