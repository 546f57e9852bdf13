// SPDX-License-Identifier: MPL-2.0
// What people should look at.
#pragma once

#include "data/profile/relate.h"

// The "alerts" of a report, the gravest kinds first. A new reference.
json_t *alert_list(study_t *study, const relate_t *relate, const json_t *duplicates);
