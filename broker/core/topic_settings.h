// SPDX-License-Identifier: MPL-2.0
// The settings of a topic by name: for admins, for presets and for who prints them.
#pragma once

#include <jansson.h>

#include "broker/core/core.h"

// Changes one setting to what the text says: a number of 0 or more, or for `kind` "queue" or
// "stream". ERR_INVALID names it and what is possible.
err_t topic_settings_take(topic_settings_t *settings, const char *name, const char *text,
                          fault_t *fault);

// Changes what the object (NULL: nothing) names. ERR_INVALID: then `settings` is as it was.
err_t topic_settings_take_json(topic_settings_t *settings, const json_t *object, fault_t *fault);

// All settings as an object. A new reference.
json_t *topic_settings_json(const topic_settings_t *settings);

bool topic_settings_equal(const topic_settings_t *a, const topic_settings_t *b);
