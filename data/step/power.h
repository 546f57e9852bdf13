// SPDX-License-Identifier: MPL-2.0
// Power transforms towards a normal distribution: Box-Cox (G. E. P. Box, D. R. Cox, "An Analysis of
// Transformations", 1964) and Yeo-Johnson (I.-K. Yeo, R. A. Johnson, "A New Family of Power
// Transformations to Improve Normality or Symmetry", 2000).
#pragma once

#include "data/step/step.h"

// Learns the lambda with the greatest likelihood, then mean and standard deviation of what it
// makes: params->numbers are lambda, mean, sd (0 and 1 when the setting "standardize" is off).
//
// The first pass finds the range; the next ones evaluate the likelihood at 33 lambdas each, from -2
// to 2 (wider when the best one is at an end) and then around the best one, 16 times as fine, until
// a parabola through the best three gives lambda to about 1e-9; the last one takes the moments.
// Memory does not depend on the rows. Errors: COLUMN_EMPTY; COLUMN_CONSTANT; COLUMN_TYPE for
// numbers that are not positive (Box-Cox) or that no lambda fits.
extern const learner_t LEARN_POWER;

// The transform of one number; not finite where it has none.
double power_box_cox(double x, double lambda);
double power_yeo_johnson(double x, double lambda);
