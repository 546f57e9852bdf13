// SPDX-License-Identifier: MPL-2.0
// The families of steps: a table each, ended by a kind without an op. catalogue.c alone reads them.
#pragma once

#include "data/step/step.h"

extern const step_kind_t MISSING_KINDS[];
extern const step_kind_t MISSING_GROUP_KINDS[];
extern const step_kind_t MISSING_ORDER_KINDS[];
extern const step_kind_t SCALE_KINDS[];
extern const step_kind_t SCALE_SHAPE_KINDS[];
extern const step_kind_t ENCODE_KINDS[];
extern const step_kind_t ENCODE_MORE_KINDS[];
extern const step_kind_t COLUMN_KINDS[];
extern const step_kind_t COLUMN_MAKE_KINDS[];
extern const step_kind_t ROW_KINDS[];
extern const step_kind_t OUTLIER_KINDS[];
extern const step_kind_t TEXT_KINDS[];
extern const step_kind_t DATE_KINDS[];
extern const step_kind_t BIN_KINDS[];
extern const step_kind_t REDUCE_KINDS[];
