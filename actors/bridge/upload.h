// SPDX-License-Identifier: MPL-2.0
// DOOR_UPLOAD: a body of any size becomes a blob and then a dataset. The token is checked before
// the first byte is stored; the connection is suspended while a chunk is on its way, which is the
// back-pressure; a client that goes away, or any fault, gives the upload up.
#pragma once

#include "actors/bridge/door.h"

extern const door_ops_t upload_door;
