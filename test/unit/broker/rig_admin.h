// SPDX-License-Identifier: MPL-2.0
// Calls to the service `broker` in tests.
#pragma once

#include "proto/method.h"
#include "rig.h"

// "a" calls the method.
void rig_ask(rig_t *rig, method_t method, const void *message);

// The answer, a message of the method's answer kind that the caller releases.
void rig_answer(rig_t *rig, method_t method, void *ret);

// Both; the answer says no more than that it is done.
void rig_do(rig_t *rig, method_t method, const void *message);

// Both; the answer is a fault of this code.
void rig_refuse(rig_t *rig, method_t method, const void *message, err_t code);

// The state of a topic as topic.show tells it; a new reference.
json_t *rig_show(rig_t *rig, const char *topic);

// A number in it, of the topic, or with a group of its group.
int64_t rig_number(rig_t *rig, const char *topic, const char *group, const char *name);
