// SPDX-License-Identifier: MPL-2.0
// Classification by pairs of classes.
#pragma once

#include "model/svm/settings.h"

// Finds the borders of all pairs of classes, side by side, and puts them together into the machine,
// whose kernel is set. The weights are of the classes. Errors: MEMORY, CANCELLED.
err_t pairs_train(machine_t *machine, const lesson_t *lesson, const settings_t *settings,
                  const double *weights, const fit_t *fit, fault_t *fault);
