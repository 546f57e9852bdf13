// SPDX-License-Identifier: MPL-2.0
// Counters as text that Prometheus reads (exposition format 0.0.4).
#pragma once

#include <jansson.h>

#include "base/buf.h"

// Appends the broker's `stats`: its own values, topics, groups, histograms. What was cut off at the
// end of a page is counted in autodp_topics_omitted.
void exposition_stats(buf_t *text, const json_t *stats);

// Appends the actors that health.list names.
void exposition_actors(buf_t *text, const json_t *actors);

// Appends one value of a kind ("gauge", "counter") without labels.
void exposition_value(buf_t *text, const char *name, const char *kind, const char *help,
                      json_int_t value);
