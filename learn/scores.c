// SPDX-License-Identifier: MPL-2.0
#include "learn/scores.h"

#include <stdlib.h>

#include "base/mem.h"

scores_t scores_new(size_t classes)
{
    return (scores_t){.classes = classes,
                      .confusion = mem_array(classes * classes, sizeof(int64_t))};
}

void scores_add(scores_t *scores, bool test, int32_t truth, int32_t prediction)
{
    if (test) {
        scores->confusion[(size_t)truth * scores->classes + (size_t)prediction]++;
    } else {
        scores->train_rows++;
        scores->train_right += truth == prediction;
    }
}

static double share(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

// The label that most training rows have, the lower on a tie.
static int32_t most_frequent(const sample_t *sample)
{
    size_t classes = sample->labels.count;
    int64_t *counts = mem_array(classes, sizeof *counts);
    for (size_t i = 0; i < sample->count; i++) {
        counts[sample->classes[i]] += !sample->test[i];
    }
    size_t best = 0;
    for (size_t i = 1; i < classes; i++) {
        best = counts[i] > counts[best] ? i : best;
    }
    free(counts);
    return (int32_t)best;
}

json_t *scores_to_json(const scores_t *scores, const sample_t *sample)
{
    int64_t tests = 0;
    int64_t right = 0;
    int64_t baseline = 0;
    int32_t guess = most_frequent(sample);
    for (size_t truth = 0; truth < scores->classes; truth++) {
        for (size_t said = 0; said < scores->classes; said++) {
            int64_t count = scores->confusion[truth * scores->classes + said];
            tests += count;
            right += truth == said ? count : 0;
            baseline += (int32_t)truth == guess ? count : 0;
        }
    }
    return json_pack("{s:f, s:f, s:f}", "test_accuracy", share(right, tests), "train_accuracy",
                     share(scores->train_right, scores->train_rows), "baseline_accuracy",
                     share(baseline, tests));
}

json_t *scores_confusion(const scores_t *scores, const labels_t *labels)
{
    json_t *names = json_array();
    json_t *matrix = json_array();
    for (size_t truth = 0; truth < scores->classes; truth++) {
        json_t *row = json_array();
        for (size_t said = 0; said < scores->classes; said++) {
            int64_t count = scores->confusion[truth * scores->classes + said];
            json_array_append_new(row, json_integer(count));
        }
        json_array_append_new(names, labels_to_json(labels, truth));
        json_array_append_new(matrix, row);
    }
    return json_pack("{s:o, s:o}", "labels", names, "matrix", matrix);
}

void scores_release(scores_t *scores)
{
    free(scores->confusion);
    *scores = (scores_t){0};
}
