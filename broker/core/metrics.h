// SPDX-License-Identifier: MPL-2.0
// How long things took and how large they were, since the start, as histograms.
#pragma once

#include <jansson.h>
#include <stdint.h>

typedef enum {
    METRIC_PUBLISH_MS,    // from a publish to its acknowledgement
    METRIC_CALL_MS,       // from a call to its answer
    METRIC_SYNC_MS,       // of a write and its fdatasync
    METRIC_BATCH_RECORDS, // stored together
    METRIC_COUNT,
} metric_t;

enum { METRIC_BUCKETS = 14 }; // up to 0, 1, 2, 4, ... 4096, and everything

typedef struct {
    int64_t counts[METRIC_BUCKETS + 1];
    int64_t sum;
    int64_t count;
} histogram_t;

typedef struct {
    histogram_t histograms[METRIC_COUNT];
} metrics_t;

void metrics_note(metrics_t *metrics, metric_t metric, int64_t value);

// A list of {name, count, sum, bounds, counts}; counts[i] is of values up to bounds[i] and above
// the bound before, the last one of what is above all bounds. A new reference.
json_t *metrics_json(const metrics_t *metrics);
