// SPDX-License-Identifier: MPL-2.0
#include "proto/keyfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/unit/test.h"

static const keyfile_t KEYFILE = {
    .name = "laptop",
    .role = "client",
    .endpoint = "tcp://ml.example.org:5670",
    .broker = ":bv*93[ZbDTBQES]Tck<Ckuzk<#NuxW/:F%:w3q2",
    .public_key = "hEFX}:fK/n>G@Mapv$<<H8mk#kd[*ijDp2-Ly+>G",
    .secret_key = "0123456789abcdefghijklmnopqrstuvwxyzABCD",
};

static char path[64];

static int make_path(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/keyfile.XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    return unlink(path);
}

static int drop_path(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static void what_is_written_comes_back(void **state)
{
    (void)state;
    keyfile_t keyfile;
    assert_int_equal(keyfile_write(path, &KEYFILE, NULL), ERR_OK);
    assert_int_equal(keyfile_read(path, &keyfile, NULL), ERR_OK);
    assert_string_equal(keyfile.name, KEYFILE.name);
    assert_string_equal(keyfile.role, KEYFILE.role);
    assert_string_equal(keyfile.endpoint, KEYFILE.endpoint);
    assert_string_equal(keyfile.broker, KEYFILE.broker);
    assert_string_equal(keyfile.public_key, KEYFILE.public_key);
    assert_string_equal(keyfile.secret_key, KEYFILE.secret_key);
}

static void file_is_not_overwritten(void **state)
{
    (void)state;
    assert_int_equal(keyfile_write(path, &KEYFILE, NULL), ERR_OK);
    assert_int_equal(keyfile_write(path, &KEYFILE, NULL), ERR_CONFLICT);
}

static void file_others_can_read_is_refused(void **state)
{
    (void)state;
    keyfile_t keyfile;
    assert_int_equal(keyfile_write(path, &KEYFILE, NULL), ERR_OK);
    chmod(path, 0640);
    assert_int_equal(keyfile_read(path, &keyfile, NULL), ERR_FORBIDDEN);
}

static void bad_file_names_what_is_missing(void **state)
{
    (void)state;
    keyfile_t keyfile = KEYFILE;
    fault_t fault;
    keyfile.secret_key[5] = '\0';
    assert_int_equal(keyfile_write(path, &keyfile, NULL), ERR_OK);
    assert_int_equal(keyfile_read(path, &keyfile, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.detail, "'secret'"));
    unlink(path);
    assert_int_equal(keyfile_read(path, &keyfile, &fault), ERR_NOT_FOUND);
}

static void heartbeats_are_above_the_broker(void **state)
{
    (void)state;
    char text[ENDPOINT_SIZE];
    assert_int_equal(endpoint_remote(text, "tcp://[::1]:5670", ENDPOINT_HEARTBEAT_OUT, NULL),
                     ERR_OK);
    assert_string_equal(text, "tcp://[::1]:5672");
}

static void odd_endpoints_are_refused(void **state)
{
    (void)state;
    static const char *const ODD[] = {"",          "ipc:///x",   "tcp://",     "tcp://h",
                                      "tcp://h:",  "tcp://:5",   "tcp://h:0",  "tcp://h:65534",
                                      "ws://h:80", "tcp://h:5x", "tcp://h:-5", "tcp://a;b:5",
                                      "tcp://h: 5"};
    char text[ENDPOINT_SIZE];
    for (size_t i = 0; i < sizeof ODD / sizeof ODD[0]; i++) {
        assert_int_equal(endpoint_remote(text, ODD[i], ENDPOINT_BROKER, NULL), ERR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_comes_back, make_path, drop_path),
        cmocka_unit_test_setup_teardown(file_is_not_overwritten, make_path, drop_path),
        cmocka_unit_test_setup_teardown(file_others_can_read_is_refused, make_path, drop_path),
        cmocka_unit_test_setup_teardown(bad_file_names_what_is_missing, make_path, drop_path),
        cmocka_unit_test(heartbeats_are_above_the_broker),
        cmocka_unit_test(odd_endpoints_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
