// SPDX-License-Identifier: MPL-2.0
#include "proto/endpoint.h"

#include <string.h>

#include "proto/limits.h"
#include "proto/name.h"
#include "test/unit/test.h"

static void endpoints_are_in_the_data_directorys_run_folder(void **state)
{
    (void)state;
    char text[ENDPOINT_SIZE];
    fault_t fault;
    assert_int_equal(endpoint_path(text, "/var/lib/autodp", ENDPOINT_BROKER, &fault), ERR_OK);
    assert_string_equal(text, "ipc:///var/lib/autodp/run/broker.sock");
    assert_int_equal(endpoint_path(text, "/var/lib/autodp", ENDPOINT_HEARTBEAT_OUT, &fault),
                     ERR_OK);
    assert_string_equal(text, "ipc:///var/lib/autodp/run/heartbeat-out.sock");
    assert_int_equal(endpoint_folder(text, "/var/lib/autodp", &fault), ERR_OK);
    assert_string_equal(text, "/var/lib/autodp/run");
}

static void directory_whose_sockets_would_not_fit_is_refused(void **state)
{
    (void)state;
    char dir[256] = {0};
    char text[ENDPOINT_SIZE];
    fault_t fault;
    size_t rest = strlen("/run/heartbeat-out.sock");
    memset(dir, 'x', 107 - rest);
    assert_int_equal(endpoint_path(text, dir, ENDPOINT_HEARTBEAT_OUT, &fault), ERR_OK);
    assert_int_equal(strlen(text), 6 + 107);
    dir[107 - rest] = 'x';
    assert_int_equal(endpoint_path(text, dir, ENDPOINT_HEARTBEAT_OUT, &fault), ERR_INVALID);
    assert_int_equal(endpoint_folder(text, dir, &fault), ERR_INVALID);
}

static void names_are_plain(void **state)
{
    (void)state;
    fault_t fault;
    assert_int_equal(name_check(view_of("job.events_2-b"), "topic", &fault), ERR_OK);
    assert_int_equal(name_check(view_of(""), "topic", &fault), ERR_INVALID);
    assert_int_equal(name_check(view_of("a b"), "topic", &fault), ERR_INVALID);
    assert_string_equal(fault.detail, "topic name 'a b' is not valid");
    assert_int_equal(name_check(view_of("a/b"), "topic", &fault), ERR_INVALID);
    assert_int_equal(name_check(view_of("\xC3\xA9"), "topic", &fault), ERR_INVALID);
    char longest[LIMIT_NAME_BYTES + 2] = {0};
    memset(longest, 'a', LIMIT_NAME_BYTES);
    assert_int_equal(name_check(view_of(longest), "topic", &fault), ERR_OK);
    longest[LIMIT_NAME_BYTES] = 'a';
    assert_int_equal(name_check(view_of(longest), "topic", &fault), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endpoints_are_in_the_data_directorys_run_folder),
        cmocka_unit_test(directory_whose_sockets_would_not_fit_is_refused),
        cmocka_unit_test(names_are_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
