// SPDX-License-Identifier: MPL-2.0
#include "broker/core/metrics.h"

static const char *const NAMES[METRIC_COUNT] = {
    [METRIC_PUBLISH_MS] = "publish_ms",
    [METRIC_CALL_MS] = "call_ms",
    [METRIC_SYNC_MS] = "sync_ms",
    [METRIC_BATCH_RECORDS] = "batch_records",
};

static int64_t bound(int bucket)
{
    return bucket == 0 ? 0 : INT64_C(1) << (bucket - 1);
}

void metrics_note(metrics_t *metrics, metric_t metric, int64_t value)
{
    histogram_t *histogram = &metrics->histograms[metric];
    int bucket = 0;
    while (bucket < METRIC_BUCKETS && value > bound(bucket)) {
        bucket++;
    }
    histogram->counts[bucket]++;
    histogram->sum += value;
    histogram->count++;
}

static json_t *histogram_json(const char *name, const histogram_t *histogram)
{
    json_t *bounds = json_array();
    json_t *counts = json_array();
    for (int i = 0; i <= METRIC_BUCKETS; i++) {
        json_array_append_new(counts, json_integer(histogram->counts[i]));
        if (i < METRIC_BUCKETS) {
            json_array_append_new(bounds, json_integer(bound(i)));
        }
    }
    return json_pack("{s:s, s:I, s:I, s:o, s:o}", "name", name, "count",
                     (json_int_t)histogram->count, "sum", (json_int_t)histogram->sum, "bounds",
                     bounds, "counts", counts);
}

json_t *metrics_json(const metrics_t *metrics)
{
    json_t *all = json_array();
    for (int i = 0; i < METRIC_COUNT; i++) {
        json_array_append_new(all, histogram_json(NAMES[i], &metrics->histograms[i]));
    }
    return all;
}
