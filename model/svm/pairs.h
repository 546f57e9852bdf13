// SPDX-License-Identifier: MPL-2.0
// Classification by pairs of classes.
#pragma once

#include <libsvm/svm.h>

#include "model/svm/machine.h"
#include "model/svm/nodes.h"

// Trains all pairs of classes and puts them together into the machine, whose kernel is set. The
// weights are of the classes. Errors: HYPERPARAMETER, CANCELLED.
err_t pairs_train(machine_t *machine, const lesson_t *lesson, const nodes_t *nodes,
                  const struct svm_parameter *parameter, const double *weights, const fit_t *fit,
                  fault_t *fault);
