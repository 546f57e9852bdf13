// SPDX-License-Identifier: MPL-2.0
// Signals as input of a loop.
#pragma once

#include <stdbool.h>

// Blocks SIGTERM and SIGINT (and SIGCHLD when `children`) for this and later threads, ignores
// SIGPIPE, and returns a non-blocking descriptor that is readable when one came; -1 with errno set.
int signals_open(bool children);

// Takes what came; true when one of them asks for the end (anything but SIGCHLD).
bool signals_stop(int fd);
