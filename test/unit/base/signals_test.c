// SPDX-License-Identifier: MPL-2.0
#include "base/signals.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "test/unit/test.h"

enum { THREADS = 3, WAIT_MS = 10000 };

static void *wait_for_the_end(void *end)
{
    char byte;
    while (read(*(int *)end, &byte, 1) < 0) {
    }
    return NULL;
}

static bool comes(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    return poll(&poll_fd, 1, WAIT_MS) == 1;
}

static void signals_reach_the_descriptor_whatever_threads_there_were(void **state)
{
    (void)state;
    int ends[2];
    pthread_t threads[THREADS];
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < THREADS; i++) { // they block no signal
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_the_end, &ends[0]), 0);
    }
    int fd = signals_open(true);
    assert_true(fd >= 0);
    for (int round = 0; round < 3; round++) {
        kill(getpid(), SIGTERM);
        assert_true(comes(fd));
        assert_true(signals_stop(fd));
        kill(getpid(), SIGCHLD);
        assert_true(comes(fd));
        assert_false(signals_stop(fd));
    }
    close(ends[1]);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    close(ends[0]);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_reach_the_descriptor_whatever_threads_there_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
