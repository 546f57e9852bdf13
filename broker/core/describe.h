// SPDX-License-Identifier: MPL-2.0
// The core's things as JSON objects, for who asks how they are. All return a new reference.
#pragma once

#include <jansson.h>

#include "broker/core/state.h"

// Without its groups, but with their number.
json_t *describe_topic(const topic_t *topic);

// A list, with the consumers of each, of which only the first are named.
json_t *describe_groups(const topic_t *topic);

json_t *describe_client(const session_t *session);
json_t *describe_service(const service_t *service);
