// SPDX-License-Identifier: MPL-2.0
// Deleting topics and groups. One that is leaving takes nothing new; it goes when nothing that was
// asked of the disk speaks of it any more.
#pragma once

#include "broker/core/state.h"

// Begins the deletion. ERR_CONFLICT: it has consumers.
err_t farewell_topic(core_t *core, topic_t *topic, fault_t *fault);
err_t farewell_delete_group(core_t *core, group_t *group, fault_t *fault);

// An ephemeral group whose last consumer has left.
void farewell_group(core_t *core, group_t *group);

// Deletes at once (for the recovery).
void farewell_forget_group(core_t *core, group_t *group);
void farewell_forget_topic(core_t *core, topic_t *topic);

// Deletes those that nothing speaks of any more.
void farewell_run(core_t *core);

// The events of OP_DELETE.
void farewell_on_deleted(core_t *core, op_t *op, const event_t *event);
void farewell_on_failed(core_t *core, op_t *op, const event_t *event);
