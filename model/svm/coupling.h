// SPDX-License-Identifier: MPL-2.0
// Probabilities of classes out of decision values of their pairs.
#pragma once

#include <stddef.h>

// Couples pairwise probabilities, `pairs[i * classes + j]` being that of i when it is i or j, into
// `classes` probabilities: T.-F. Wu, C.-J. Lin and R. C. Weng, JMLR 5:975, 2004, algorithm 2, with
// libsvm's limits. Like scikit-learn, for two classes too.
void coupling_solve(const double *pairs, size_t classes, double *ret);
