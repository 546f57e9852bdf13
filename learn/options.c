// SPDX-License-Identifier: MPL-2.0
#include "learn/options.h"

#include "learn/request.h"
#include "model/score/score.h"

const param_t TRAINING_OPTIONS[] = {
    {.name = "folds",
     .type = PARAM_INTEGER,
     .initial = "null",
     .min = 2,
     .max = REQUEST_FOLDS_MAX,
     .optional = true,
     .help = "Cross-validation: the training rows are judged in so many parts."},
    {.name = "test_size",
     .type = PARAM_NUMBER,
     .initial = "0.2",
     .min = REQUEST_TEST_SIZE_MIN,
     .max = REQUEST_TEST_SIZE_MAX,
     .help = "The share of rows that is kept for the test: 0.2 is every fifth row."},
    {.name = "seed",
     .type = PARAM_INTEGER,
     .initial = "42",
     .max = REQUEST_SEED_MAX,
     .help = "The same seed splits and draws the same way."},
    {.name = "refit",
     .type = PARAM_BOOLEAN,
     .initial = "true",
     .help = "Once the test rows have judged it, train again on all rows; that model is kept."},
    {.name = "learning_curve",
     .type = PARAM_BOOLEAN,
     .initial = "false",
     .help = "Train on fewer rows too, and show whether more rows would help."},
    {0},
};

const param_t SEARCH_OPTIONS[] = {
    {.name = "method",
     .type = PARAM_CHOICE,
     .initial = "\"random\"",
     .choices = "random|grid|halving",
     .help = "random draws candidates, grid tries every combination, halving begins with many of "
             "them on few rows and gives the best ones more."},
    {.name = "trials",
     .type = PARAM_INTEGER,
     .initial = "20",
     .min = 1,
     .max = REQUEST_TRIALS_MAX,
     .help = "So many candidates are tried, at most."},
    {.name = "budget",
     .type = PARAM_NUMBER,
     .initial = "null",
     .min = REQUEST_BUDGET_MIN,
     .max = REQUEST_BUDGET_MAX,
     .optional = true,
     .help = "The search ends after so many seconds; what was found counts."},
    {.name = "memory_mb",
     .type = PARAM_NUMBER,
     .initial = "null",
     .min = REQUEST_MEMORY_MB_MIN,
     .max = REQUEST_MEMORY_MB_MAX,
     .optional = true,
     .help = "So many megabytes a trial may need; one that needs more fails, the others go on."},
    {0},
};

static json_t *names_of(const char *(*at)(size_t i))
{
    json_t *names = json_array();
    for (size_t i = 0; at(i); i++) {
        json_array_append_new(names, json_string(at(i)));
    }
    return names;
}

static const struct {
    task_t task;
    const char *title;
    const char *help;
} TASKS[] = {
    {TASK_CLASSIFY, "Which class", "Predicts which of a few values a column has."},
    {TASK_REGRESS, "Which number", "Predicts a column of numbers."},
    {TASK_CLUSTER, "Find groups", "Puts rows that are like each other into groups."},
    {TASK_OUTLIER, "Find outliers", "Tells which rows are unlike most others."},
};

static json_t *tasks_to_json(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof TASKS / sizeof *TASKS; i++) {
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:s}", "name",
                                              task_name(TASKS[i].task), "title", TASKS[i].title,
                                              "help", TASKS[i].help, "target",
                                              (int)task_has_target(TASKS[i].task), "algorithm",
                                              request_algorithm(TASKS[i].task)));
    }
    return list;
}

json_t *options_to_json(void)
{
    json_t *scores =
        json_pack("{s:o, s:o}", task_name(TASK_CLASSIFY), names_of(score_of_classes_at),
                  task_name(TASK_REGRESS), names_of(score_of_numbers_at));
    return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o}", "classes", REQUEST_CLASSES, "tasks",
                     tasks_to_json(), "options", params_to_json(TRAINING_OPTIONS), "search",
                     params_to_json(SEARCH_OPTIONS), "scores", scores, "splits",
                     divisions_to_json());
}
