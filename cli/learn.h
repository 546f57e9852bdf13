// SPDX-License-Identifier: MPL-2.0
// Training on a file, without a platform.
#pragma once

#include <jansson.h>

#include "cli/args.h"

// Trains on the table at `path` what a "Training request" says; features and recipe that nobody
// named are the usual ones (learn/usual.h). Writes the files of train_run to --output and prints
// how good the model is.
err_t learn_train(const args_t *args, const char *path, json_t *training, fault_t *fault);
