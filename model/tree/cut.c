// SPDX-License-Identifier: MPL-2.0
#include "model/tree/cut.h"

#include <math.h>
#include <string.h>

// Both sides while the cut moves from the first row to the last: rows go from the right to the
// left one after another. Sums that a criterion does not need are not kept.
typedef struct {
    const double *totals; // weight of each class of both sides
    double *lefts;
    double weight_left;
    double weight_right;
    double sum_left; // of targets; of squares of class weights; of w * log2(w) of class weights
    double sum_right;
} sides_t;

typedef void (*move_fn)(sides_t *sides, const sample_t *sample);
typedef double (*gain_fn)(const sides_t *sides, double best);

#define INLINE static inline __attribute__((always_inline))

INLINE void note(const ordered_t *ordered, size_t i, double gain, cut_t *best)
{
    double middle = (double)ordered->values[i] / 2 + (double)ordered->values[i + 1] / 2;
    // scikit-learn's guard: the upper value must not go left.
    bool upper = middle == (double)ordered->values[i + 1];
    *best = (cut_t){gain, i + 1, upper ? (double)ordered->values[i] : middle};
}

// The loop of all criteria; `move` and `gain` are constants, and become part of it.
INLINE bool scan(const ordered_t *ordered, sides_t sides, move_fn move, gain_fn gain, cut_t *best)
{
    const ordered_t own = *ordered; // nothing that is written can change it
    double before = best->gain;
    for (size_t i = 0; i + own.rows_min < own.count; i++) {
        move(&sides, &own.samples[own.rows[i]]);
        if (own.values[i + 1] <= own.values[i] + CUT_DISTANCE || i + 1 < own.rows_min ||
            sides.weight_left < own.weight_min || sides.weight_right < own.weight_min) {
            continue;
        }
        double now = gain(&sides, best->gain);
        if (now > best->gain) {
            note(ordered, i, now, best);
        }
    }
    return best->gain > before;
}

INLINE void move_weight(sides_t *sides, const sample_t *sample)
{
    sides->weight_left += sample->weight;
    sides->weight_right -= sample->weight;
}

// Whether left / weight_left + right / weight_right is below `best`, found without a division. What
// rounding may turn is left to the exact comparison.
INLINE bool is_below(const sides_t *sides, double left, double right, double best)
{
    static const double margin = 1 - 1e-12;
    return left * sides->weight_right + right * sides->weight_left <
           best * margin * sides->weight_left * sides->weight_right;
}

// `left` and `right` are the sums of squares of class weights.
INLINE double gini_of(const sides_t *sides, double left, double right, double best)
{
    if (is_below(sides, left, right, best + (sides->weight_left + sides->weight_right))) {
        return -INFINITY;
    }
    double impure_left = 1 - left / (sides->weight_left * sides->weight_left);
    double impure_right = 1 - right / (sides->weight_right * sides->weight_right);
    return -sides->weight_right * impure_right - sides->weight_left * impure_left;
}

INLINE void move_gini(sides_t *sides, const sample_t *sample)
{
    double weight = sample->weight;
    double left = sides->lefts[sample->class];
    double right = sides->totals[sample->class] - left;
    move_weight(sides, sample);
    sides->sum_left += weight * (2 * left + weight);
    sides->sum_right -= weight * (2 * right - weight);
    sides->lefts[sample->class] = left + weight;
}

INLINE double gain_gini(const sides_t *sides, double best)
{
    return gini_of(sides, sides->sum_left, sides->sum_right, best);
}

// Of two classes the second's weight says all: nothing is looked up by class.
INLINE void move_two(sides_t *sides, const sample_t *sample)
{
    move_weight(sides, sample);
    sides->sum_left += sample->weight * sample->class;
}

INLINE double gain_two(const sides_t *sides, double best)
{
    double second_left = sides->sum_left;
    double first_left = sides->weight_left - second_left;
    double second_right = sides->sum_right - second_left;
    double first_right = sides->weight_right - second_right;
    return gini_of(sides, first_left * first_left + second_left * second_left,
                   first_right * first_right + second_right * second_right, best);
}

static double times_log2(double x)
{
    return x > 0 ? x * log2(x) : 0;
}

INLINE void move_entropy(sides_t *sides, const sample_t *sample)
{
    double left = sides->lefts[sample->class];
    double right = sides->totals[sample->class] - left;
    move_weight(sides, sample);
    sides->sum_left += times_log2(left + sample->weight) - times_log2(left);
    sides->sum_right += times_log2(right - sample->weight) - times_log2(right);
    sides->lefts[sample->class] = left + sample->weight;
}

INLINE double gain_entropy(const sides_t *sides, double best)
{
    (void)best;
    return sides->sum_right - times_log2(sides->weight_right) + sides->sum_left -
           times_log2(sides->weight_left);
}

INLINE void move_squares(sides_t *sides, const sample_t *sample)
{
    double weighted = sample->weight * sample->target;
    move_weight(sides, sample);
    sides->sum_left += weighted;
}

INLINE double gain_squares(const sides_t *sides, double best)
{
    double sum_right = sides->sum_right - sides->sum_left;
    double left = sides->sum_left * sides->sum_left;
    double right = sum_right * sum_right;
    return is_below(sides, left, right, best)
               ? -INFINITY
               : left / sides->weight_left + right / sides->weight_right;
}

// What the sums on the right are before any row moved.
static double sum_before(const tally_t *tally)
{
    double sum = 0;
    for (size_t k = 0; k < tally->classes_count; k++) {
        double weight = tally->classes[k];
        sum += tally->criterion == CRITERION_GINI ? weight * weight : times_log2(weight);
    }
    return tally->criterion == CRITERION_SQUARED_ERROR ? tally->sum : sum;
}

cut_t cut_none(void)
{
    return (cut_t){.gain = -INFINITY};
}

bool cut_improve(const tally_t *tally, const ordered_t *ordered, double *left, cut_t *best)
{
    sides_t sides = {.totals = tally->classes,
                     .lefts = left,
                     .weight_right = tally->weight,
                     .sum_right = sum_before(tally)};
    memset(left, 0, tally->classes_count * sizeof *left);
    switch (tally->criterion) {
    case CRITERION_GINI:
        if (tally->classes_count == 2) {
            sides.sum_right = tally->classes[1];
            return scan(ordered, sides, move_two, gain_two, best);
        }
        return scan(ordered, sides, move_gini, gain_gini, best);
    case CRITERION_ENTROPY:
        return scan(ordered, sides, move_entropy, gain_entropy, best);
    default:
        return scan(ordered, sides, move_squares, gain_squares, best);
    }
}

double cut_decrease(const tally_t *tally, double impurity, double gain, double total)
{
    if (tally->criterion == CRITERION_SQUARED_ERROR) {
        return (gain - tally->sum * tally->sum / tally->weight) / total;
    }
    return (tally->weight * impurity + gain) / total;
}
