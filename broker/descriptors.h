// SPDX-License-Identifier: MPL-2.0
// File descriptors: the last ones of the process are for the log, not for connections.
//
// libzmq 4.3.4 ends the process when accept finds no descriptor on a unix socket. This unit
// therefore puts itself in place of accept4 for the whole process.
#pragma once

// Raises the soft limit to the hard one. From now on a connection that would take one of the last
// descriptors is closed at once, and those that are there go on. To be called before there are
// threads.
void descriptors_reserve(void);
