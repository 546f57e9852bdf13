// SPDX-License-Identifier: MPL-2.0
#include "broker/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "test/unit/test.h"

enum { DESCRIPTORS = 64, LOG_FILES = 12 };

typedef struct {
    char folder[32];
    struct sockaddr_un address;
    int listener;
    int ends[DESCRIPTORS];
    int count;
} crowd_t;

static void listen_at(crowd_t *crowd)
{
    *crowd = (crowd_t){.folder = "/tmp/autodp.XXXXXX", .address = {.sun_family = AF_UNIX}};
    assert_non_null(mkdtemp(crowd->folder));
    snprintf(crowd->address.sun_path, sizeof crowd->address.sun_path, "%s/s", crowd->folder);
    crowd->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(
        bind(crowd->listener, (struct sockaddr *)&crowd->address, sizeof crowd->address), 0);
    assert_int_equal(listen(crowd->listener, DESCRIPTORS), 0);
}

// A connection whose other end is gone can still be accepted, and takes one descriptor, not two.
static int accept_one(const crowd_t *crowd)
{
    int client = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(client >= 0);
    assert_int_equal(
        connect(client, (const struct sockaddr *)&crowd->address, sizeof crowd->address), 0);
    close(client);
    return accept4(crowd->listener, NULL, NULL, SOCK_CLOEXEC);
}

static void fill(crowd_t *crowd)
{
    int fd = accept_one(crowd);
    while (fd >= 0) {
        crowd->ends[crowd->count++] = fd;
        fd = accept_one(crowd);
    }
}

static void leave(crowd_t *crowd)
{
    while (crowd->count > 0) {
        close(crowd->ends[--crowd->count]);
    }
    close(crowd->listener);
    unlink(crowd->address.sun_path);
    rmdir(crowd->folder);
}

static void connections_leave_descriptors_to_the_log(void **state)
{
    (void)state;
    crowd_t crowd;
    listen_at(&crowd);
    fill(&crowd);
    assert_int_equal(errno, ECONNABORTED);
    assert_true(crowd.count > 0);
    int files[LOG_FILES];
    for (int i = 0; i < LOG_FILES; i++) {
        files[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        assert_true(files[i] >= 0);
    }
    for (int i = 0; i < LOG_FILES; i++) {
        close(files[i]);
    }
    leave(&crowd);
}

static void connection_that_leaves_makes_room(void **state)
{
    (void)state;
    crowd_t crowd;
    listen_at(&crowd);
    fill(&crowd);
    close(crowd.ends[--crowd.count]);
    int fd = accept_one(&crowd);
    assert_true(fd >= 0);
    close(fd);
    leave(&crowd);
}

// libzmq takes EMFILE for a fault of its own and ends the process.
static void no_descriptor_at_all_is_no_connection_either(void **state)
{
    (void)state;
    crowd_t crowd;
    listen_at(&crowd);
    int client = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(client, (struct sockaddr *)&crowd.address, sizeof crowd.address), 0);
    for (int fd = dup(client); fd >= 0; fd = dup(client)) {
        crowd.ends[crowd.count++] = fd;
    }
    assert_int_equal(errno, EMFILE);
    assert_int_equal(accept4(crowd.listener, NULL, NULL, SOCK_CLOEXEC), -1);
    assert_int_equal(errno, ECONNABORTED);
    close(client);
    leave(&crowd);
}

int main(void)
{
    struct rlimit limit = {.rlim_cur = DESCRIPTORS / 2, .rlim_max = DESCRIPTORS};
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
        return 1;
    }
    descriptors_reserve();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_leave_descriptors_to_the_log),
        cmocka_unit_test(connection_that_leaves_makes_room),
        cmocka_unit_test(no_descriptor_at_all_is_no_connection_either),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
