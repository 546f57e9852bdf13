// SPDX-License-Identifier: MPL-2.0
// Support vector machines: scikit-learn's SVC, NuSVC, SVR and OneClassSVM, trained by a solver of
// our own that goes the way of libsvm's (C.-C. Chang and C.-J. Lin, ACM TIST 2:27, 2011), which is
// what scikit-learn stands on.
//
// Trained on the same rows in the same order as scikit-learn, decision values differ by what the
// solver's tolerance `tol` leaves open. The loaded pickle decides as we do, to rounding. A row's
// weight multiplies what an error in it costs.
//
// The solver ends after ten million steps, or 100 a row if that is more: the facts then have
// {"converged": false}, as the pickle's fit_status_ has 1.
#pragma once

#include "model/core/estimator.h"

// Probabilities of SVC and NUSVC are Platt's with `probability`, else coupled logistic functions
// of the decision values: good to rank rows by, but not calibrated.
extern const estimator_t SVC;
extern const estimator_t NUSVC;
extern const estimator_t SVR;
extern const estimator_t ONE_CLASS_SVM;
