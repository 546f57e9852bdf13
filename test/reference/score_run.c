// SPDX-License-Identifier: MPL-2.0
// score_run SPEC.json: the scores of verdicts, for tests that hold them against sklearn.metrics.
//   {"classes": K, "truth": [...], "predicted": [...], "probabilities": [...] or null}
// or {"truth": [...], "predicted": [...]} for numbers,
// or {"groups": K, "x": [...], "predicted": [...], "squares": [...]}.
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/score/score.h"

static double *numbers(const json_t *spec, const char *key, size_t *ret_count)
{
    const json_t *list = json_object_get(spec, key);
    *ret_count = json_array_size(list);
    double *values = mem_array(*ret_count + 1, sizeof *values);
    for (size_t i = 0; i < *ret_count; i++) {
        values[i] = json_number_value(json_array_get(list, i));
    }
    return values;
}

static int32_t *classes(const double *values, size_t count)
{
    int32_t *list = mem_array(count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        list[i] = (int32_t)values[i];
    }
    return list;
}

int main(int argc, char **argv)
{
    json_t *spec = argc == 2 ? json_load_file(argv[1], 0, NULL) : NULL;
    size_t rows;
    size_t known;
    size_t count;
    double *truth = numbers(spec, "truth", &known);
    double *predicted = numbers(spec, "predicted", &rows);
    double *probabilities = numbers(spec, "probabilities", &count);
    int32_t *true_classes = classes(truth, known);
    int32_t *said = classes(predicted, rows);
    json_t *scores;
    if (json_object_get(spec, "classes")) {
        class_verdicts_t verdicts = {true_classes, said, count ? probabilities : NULL, rows,
                                     (size_t)json_integer_value(json_object_get(spec, "classes"))};
        scores = score_classes(&verdicts);
    } else if (json_object_get(spec, "groups")) {
        size_t cells;
        size_t groups = (size_t)json_integer_value(json_object_get(spec, "groups"));
        double *x = numbers(spec, "x", &cells);
        double *squares = numbers(spec, "squares", &rows);
        group_verdicts_t verdicts = {x, rows, cells / rows, said, groups, squares};
        scores = score_groups(&verdicts, 0);
        free(squares);
        free(x);
    } else {
        number_verdicts_t verdicts = {truth, predicted, rows};
        scores = score_numbers(&verdicts);
    }
    json_dumpf(scores, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(scores);
    json_decref(spec);
    free(truth);
    free(predicted);
    free(probabilities);
    free(true_classes);
    free(said);
    return 0;
}
