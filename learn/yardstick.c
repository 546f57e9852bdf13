// SPDX-License-Identifier: MPL-2.0
#include "learn/yardstick.h"

#include <string.h>

#include "model/score/score.h"

static const char *usual(const request_t *request, const sample_t *sample)
{
    bool classes = request->task == TASK_CLASSIFY;
    if (!task_has_target(request->task)) {
        return request->task == TASK_CLUSTER ? "silhouette" : "outlier_share";
    }
    return score_of_choice(classes ? sample->classes : NULL, sample->count, sample->labels.count);
}

const char *yardstick_of(const request_t *request, const sample_t *sample)
{
    return request->score ? request->score : usual(request, sample);
}

const char *yardstick_reason(const request_t *request, const sample_t *sample)
{
    if (request->score) {
        return "the request asks for it";
    }
    if (!task_has_target(request->task)) {
        return "nothing else judges rows of which nothing is known";
    }
    if (request->task != TASK_CLASSIFY) {
        return "it is the usual one for numbers";
    }
    return strcmp(usual(request, sample), "accuracy") == 0
               ? "no label has three times the rows of another"
               : "the most frequent label has three times the rows of the rarest, or more";
}
