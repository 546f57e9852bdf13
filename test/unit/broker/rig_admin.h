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

// Clients "p", "c" and the admin "a", and a stream "feed" of at most 100 records.
rig_t *rig_with_admin(void);

// The broker is killed; the three say hello again.
void rig_restart_with_admin(rig_t *rig);

// "p" publishes so many records, which are stored.
void rig_publish_many(rig_t *rig, const char *topic, int count);

// "c" joins the group.
void rig_join(rig_t *rig, const char *topic, const char *group, int64_t credit);
