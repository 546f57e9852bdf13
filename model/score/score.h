// SPDX-License-Identifier: MPL-2.0
// How good predictions are. Names, definitions and edges are those of sklearn.metrics 1.2; figures
// that are not defined are null. Equal to scikit-learn's to 1e-12, the silhouette to 1e-9.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What a classifier said of rows whose classes are known.
typedef struct {
    const int32_t *truth; // 0 to classes - 1
    const int32_t *predicted;
    const double *probabilities; // rows * classes, each row's sum 1; NULL: there are none
    size_t rows;                 // at least 1
    size_t classes;              // at least 2
} class_verdicts_t;

// What a regressor said.
typedef struct {
    const double *truth;
    const double *predicted;
    size_t rows; // at least 1
} number_verdicts_t;

// {"accuracy", "balanced_accuracy", "precision_macro", "recall_macro", "f1_macro",
// "precision_weighted", "recall_weighted", "f1_weighted", "mcc", "kappa", "roc_auc", "pr_auc",
// "log_loss", "brier"}. With more than two classes, roc_auc and pr_auc are means of one against the
// rest, and brier is the sum over all classes (G. W. Brier, 1950). A new reference.
json_t *score_classes(const class_verdicts_t *verdicts);

// {"rmse", "mae", "r2", "mape", "median_ae"}. A new reference.
json_t *score_numbers(const number_verdicts_t *verdicts);

// One score alone; NAN when it is not defined, or there is none of that name.
double score_of_classes(const class_verdicts_t *verdicts, const char *name);
double score_of_numbers(const number_verdicts_t *verdicts, const char *name);

// The name of a score as a constant; NULL when there is none of that name, or `name` is NULL.
const char *score_find(bool classes, const char *name);

// Whether a score of classes is made of probabilities, not of what was said.
bool score_needs_probabilities(const char *name);

// Scores one after the other; NULL behind the last one.
const char *score_of_classes_at(size_t i);
const char *score_of_numbers_at(size_t i);

// Rows of numbers that were put into groups without anything being known of them.
typedef struct {
    const double *x; // rows * columns
    size_t rows;     // at least 1
    size_t columns;
    const int32_t *groups; // 0 to count - 1
    size_t count;
    const double *squares; // squared distances to the middle of the own group
} group_verdicts_t;

enum { SCORE_SILHOUETTE_ROWS = 2000 };

// {"inertia", "silhouette"}: the sum of the squares, and the mean silhouette (P. J. Rousseeuw,
// Journal of Computational and Applied Mathematics 20:53, 1987) of at most SCORE_SILHOUETTE_ROWS
// rows, drawn with a seed, among each other; it is not defined for one group, nor when each row is
// a group. A new reference.
json_t *score_groups(const group_verdicts_t *verdicts, uint64_t seed);

// {"outlier_share"}: the share of rows that are -1. A new reference.
json_t *score_outliers(const double *said, size_t rows);

// Whether more is better. `name` is a key of the above.
bool score_is_gain(const char *name);

// The score that models are compared by when nobody says: "f1_macro" where the most frequent class
// has SCORE_SKEW times the rows of the least frequent one, else "accuracy"; "r2" for numbers.
enum { SCORE_SKEW = 3 };
const char *score_of_choice(const int32_t *truth, size_t rows, size_t classes);
