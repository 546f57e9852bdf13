// SPDX-License-Identifier: MPL-2.0
// Support vector machines: trained by libsvm (C.-C. Chang and C.-J. Lin, ACM TIST 2:27, 2011),
// which is what scikit-learn's SVC, NuSVC, SVR and OneClassSVM stand on, and answered by ourselves.
//
// Trained on the same rows in the same order as scikit-learn, decision values differ by what the
// solver's tolerance `tol` leaves open. The loaded pickle decides as we do, to rounding.
//
// Row weights are taken only when all are equal: the solver has none.
#pragma once

#include "model/core/estimator.h"

// Probabilities of SVC and NUSVC are Platt's with `probability`, else coupled logistic functions
// of the decision values: good to rank rows by, but not calibrated.
extern const estimator_t SVC;
extern const estimator_t NUSVC;
extern const estimator_t SVR;
extern const estimator_t ONE_CLASS_SVM;
