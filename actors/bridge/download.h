// SPDX-License-Identifier: MPL-2.0
// Doors that send a blob as a file: the gateway says which blob the caller may have, the HTTP
// thread sends it from its descriptor. The blob's hash is the entity tag.
#pragma once

#include "actors/bridge/door.h"

// DOOR_DATASET_FILE: the bytes of dataset {id}.
extern const door_ops_t dataset_file_door;

// DOOR_JOB_FILE: the file {name} of job {id}.
extern const door_ops_t job_file_door;
