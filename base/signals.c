// SPDX-License-Identifier: MPL-2.0
#include "base/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <ucontext.h>
#include <unistd.h>

// A library may have started threads before (OpenBLAS does when it is loaded). One of them that
// gets a signal blocks it from now on and sends it once more, until it is left for the descriptor.
static void pass_on(int number, siginfo_t *info, void *context)
{
    (void)info;
    int error = errno;
    sigaddset(&((ucontext_t *)context)->uc_sigmask, number);
    kill(getpid(), number);
    errno = error;
}

static void take_over(sigset_t *set, int number)
{
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaddset(set, number);
    sigprocmask(SIG_BLOCK, set, NULL);
    sigaction(number, &action, NULL);
}

int signals_open(bool children)
{
    sigset_t set;
    sigemptyset(&set);
    take_over(&set, SIGTERM);
    take_over(&set, SIGINT);
    if (children) {
        take_over(&set, SIGCHLD);
    }
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

bool signals_stop(int fd)
{
    bool stop = false;
    struct signalfd_siginfo info;
    while (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
        stop = stop || info.ssi_signo != SIGCHLD;
    }
    return stop;
}
