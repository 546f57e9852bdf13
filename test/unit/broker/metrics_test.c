// SPDX-License-Identifier: MPL-2.0
// Histograms, and what Prometheus reads of them.
#include <string.h>

#include "actors/bridge/exposition.h"
#include "broker/core/metrics.h"
#include "test/unit/test.h"

static void values_fall_into_the_bucket_of_the_next_bound(void **state)
{
    (void)state;
    metrics_t metrics = {0};
    static const int64_t VALUES[] = {0, 1, 2, 3, 4, 5, 4096, 4097};
    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++) {
        metrics_note(&metrics, METRIC_CALL_MS, VALUES[i]);
    }
    const histogram_t *histogram = &metrics.histograms[METRIC_CALL_MS];
    static const int64_t EXPECTED[METRIC_BUCKETS + 1] = {1, 1, 1, 2, 1, [13] = 1, [14] = 1};
    assert_memory_equal(histogram->counts, EXPECTED, sizeof EXPECTED);
    assert_int_equal(histogram->count, 8);
    assert_int_equal(histogram->sum, 8208);
}

static void buckets_of_the_text_add_up(void **state)
{
    (void)state;
    metrics_t metrics = {0};
    metrics_note(&metrics, METRIC_PUBLISH_MS, 1);
    metrics_note(&metrics, METRIC_PUBLISH_MS, 3);
    metrics_note(&metrics, METRIC_PUBLISH_MS, 9000);
    json_t *stats = json_pack("{s:o}", "histograms", metrics_json(&metrics));
    buf_t text = {0};
    exposition_stats(&text, stats);
    buf_add(&text, "", 1);
    static const char *const LINES[] = {
        "autodp_publish_seconds_bucket{le=\"0\"} 0\n",
        "autodp_publish_seconds_bucket{le=\"0.001\"} 1\n",
        "autodp_publish_seconds_bucket{le=\"0.002\"} 1\n",
        "autodp_publish_seconds_bucket{le=\"0.004\"} 2\n",
        "autodp_publish_seconds_bucket{le=\"4.096\"} 2\n",
        "autodp_publish_seconds_bucket{le=\"+Inf\"} 3\n",
        "autodp_publish_seconds_sum 9.004\nautodp_publish_seconds_count 3\n",
    };
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++) {
        assert_non_null(strstr(text.data, LINES[i]));
    }
    buf_release(&text);
    json_decref(stats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_fall_into_the_bucket_of_the_next_bound),
        cmocka_unit_test(buckets_of_the_text_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
