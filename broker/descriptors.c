// SPDX-License-Identifier: MPL-2.0
#include "broker/descriptors.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RESERVED = 16 }; // segments, their indexes and snapshots that are open at a time

static atomic_int connection_fd_max = INT_MAX;

void descriptors_reserve(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) {
        return;
    }
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    connection_fd_max = limit.rlim_cur > INT_MAX ? INT_MAX : (int)limit.rlim_cur - RESERVED;
}

// In place of libc's: libzmq takes ECONNABORTED for a client that went away, and EMFILE for a bug
// of its own. The system gives the lowest number that is free, so a high one means that few are
// left.
__attribute__((visibility("default"))) int accept4(int listener, __SOCKADDR_ARG address,
                                                   socklen_t *restrict size, int flags)
{
    int fd = (int)syscall(SYS_accept4, listener, address.__sockaddr__, size, flags);
    if (fd >= connection_fd_max) {
        close(fd);
        errno = ECONNABORTED;
        return -1;
    }
    if (fd < 0 && errno == EMFILE) {
        errno = ECONNABORTED;
    }
    return fd;
}
