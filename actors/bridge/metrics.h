// SPDX-License-Identifier: MPL-2.0
// DOOR_METRICS: the platform's counters for Prometheus. Only admins may see them: a scraper brings
// an admin's API token.
#pragma once

#include "actors/bridge/door.h"

extern const door_ops_t metrics_door;
