// SPDX-License-Identifier: MPL-2.0
#include "learn/board.h"

#include <math.h>

#include "model/score/score.h"

double board_rank(const json_t *row, const char *score)
{
    const json_t *value = json_object_get(row, "score");
    double sign = score_is_gain(score) ? 1 : -1;
    return json_is_number(value) ? sign * json_number_value(value) : NAN;
}

bool board_is_better(const json_t *row, const json_t *other, const char *score)
{
    bool whole = !json_object_get(row, "rows_share");
    bool other_whole = !json_object_get(other, "rows_share");
    double a = board_rank(row, score);
    double b = board_rank(other, score);
    if (isnan(a) != isnan(b)) {
        return isnan(b);
    }
    return whole != other_whole ? whole : a > b;
}

json_t *board_sorted(const json_t *rows, const char *score)
{
    json_t *list = json_array();
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)rows, i, row)
    {
        size_t at = json_array_size(list);
        while (at > 0 && board_is_better(row, json_array_get(list, at - 1), score)) {
            at--;
        }
        json_array_insert(list, at, row);
    }
    return list;
}
