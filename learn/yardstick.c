// SPDX-License-Identifier: MPL-2.0
#include "learn/yardstick.h"

#include <math.h>
#include <string.h>

#include "model/score/score.h"

static const char *usual(const request_t *request, const sample_t *sample)
{
    bool classes = request->task == TASK_CLASSIFY;
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
    if (request->task != TASK_CLASSIFY) {
        return "it is the usual one for numbers";
    }
    return strcmp(usual(request, sample), "accuracy") == 0
               ? "no label has three times the rows of another"
               : "the most frequent label has three times the rows of the rarest, or more";
}

// The better the higher; NAN without a score.
static double rank_of(const json_t *row, const char *score)
{
    const json_t *value = json_object_get(json_object_get(row, "scores"), score);
    double sign = score_is_gain(score) ? 1 : -1;
    return json_is_number(value) ? sign * json_number_value(value) : NAN;
}

static bool is_better(const json_t *row, const json_t *other, const char *score)
{
    bool whole = !json_object_get(row, "rows_share");
    bool other_whole = !json_object_get(other, "rows_share");
    double a = rank_of(row, score);
    double b = rank_of(other, score);
    if (isnan(a) != isnan(b)) {
        return isnan(b);
    }
    return whole != other_whole ? whole : a > b;
}

json_t *yardstick_order(const json_t *board, const char *score)
{
    json_t *list = json_array();
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)board, i, row)
    {
        json_t *own = json_copy(row);
        json_t *scores = json_object_get(row, "scores");
        size_t at = json_array_size(list);
        if (scores) {
            json_t *value = json_object_get(scores, score);
            json_object_set_new(own, "score", value ? json_incref(value) : json_null());
            json_object_del(own, "sd");
        }
        while (at > 0 && is_better(own, json_array_get(list, at - 1), score)) {
            at--;
        }
        json_array_insert_new(list, at, own);
    }
    return list;
}
