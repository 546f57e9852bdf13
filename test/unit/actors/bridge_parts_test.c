// SPDX-License-Identifier: MPL-2.0
// The bridge's pure parts: routes, ranges, and who may send what.
#include <string.h>

#include "actors/bridge/guard.h"
#include "actors/bridge/range.h"
#include "actors/bridge/route.h"
#include "test/unit/test.h"

static void a_route_captures_its_segments(void **state)
{
    (void)state;
    route_match_t match;
    route_find("GET", "/api/v1/jobs/jb_1/files/data.csv", &match);
    assert_non_null(match.route);
    assert_int_equal(match.route->door, DOOR_JOB_FILE);
    assert_true(view_equals(match.id, "jb_1"));
    assert_true(view_equals(match.name, "data.csv"));
}

static void a_path_that_is_longer_or_shorter_is_another(void **state)
{
    (void)state;
    static const char *const PATHS[] = {
        "/api/v1/jobs/jb_1/",       "/api/v1/job", "/api/v1/jobss", "/api/v1/jobs/jb_1/files",
        "/api/v1/jobs/jb_1/files/", "/api/v1",     "/api/v1/",      "/api/v1/jobs//files/a",
    };
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        route_match_t match;
        route_find("GET", PATHS[i], &match);
        assert_null(match.route);
        assert_string_equal(match.allow, "");
    }
}

static void a_verb_without_a_route_lists_those_with_one(void **state)
{
    (void)state;
    route_match_t match;
    route_find("PATCH", "/api/v1/datasets/ds_1", &match);
    assert_null(match.route);
    assert_string_equal(match.allow, "GET, HEAD, DELETE");
}

static void only_api_paths_are_routes(void **state)
{
    (void)state;
    assert_true(route_is_api("/api"));
    assert_true(route_is_api("/api/v2/x"));
    assert_true(route_is_api("/readyz"));
    assert_true(route_is_api("/metrics"));
    assert_false(route_is_api("/apis"));
    assert_false(route_is_api("/readyzz"));
    assert_false(route_is_api("/"));
}

static void expect_range(const char *header, range_kind_t kind, int64_t first, int64_t length)
{
    range_t range = range_of(header, NULL, "\"x\"", 100);
    assert_int_equal(range.kind, kind);
    if (kind != RANGE_OUTSIDE) {
        assert_int_equal(range.first, first);
        assert_int_equal(range.length, length);
    }
}

static void one_range_of_bytes_gives_a_part(void **state)
{
    (void)state;
    expect_range("bytes=0-0", RANGE_PART, 0, 1);
    expect_range("bytes=10-", RANGE_PART, 10, 90);
    expect_range("bytes=10-999", RANGE_PART, 10, 90);
    expect_range("bytes=-5", RANGE_PART, 95, 5);
    expect_range("bytes=-500", RANGE_PART, 0, 100);
}

static void a_range_outside_the_file_is_told(void **state)
{
    (void)state;
    expect_range("bytes=100-", RANGE_OUTSIDE, 0, 0);
    expect_range("bytes=-0", RANGE_OUTSIDE, 0, 0);
    assert_int_equal(range_of("bytes=0-", NULL, "\"x\"", 0).kind, RANGE_OUTSIDE);
    assert_int_equal(range_of("bytes=-1", NULL, "\"x\"", 0).kind, RANGE_OUTSIDE);
}

static void anything_else_gives_the_whole_file(void **state)
{
    (void)state;
    static const char *const HEADERS[] = {
        NULL,         "bytes=",     "bytes=-",    "bytes=5-2",   "bytes=1-2,4-5",
        "rows=1-2",   "bytes=a-b",  "bytes=1 -2", "bytes=--5",   "bytes=1-2-",
        "bytes=+1-2", "bytes= 1-2", "",           "bytes=1-0x5", "bytes=99999999999999999999-",
    };
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++) {
        expect_range(HEADERS[i], RANGE_ALL, 0, 100);
    }
}

static void if_range_must_be_the_strong_tag(void **state)
{
    (void)state;
    assert_int_equal(range_of("bytes=1-2", "\"x\"", "\"x\"", 100).kind, RANGE_PART);
    assert_int_equal(range_of("bytes=1-2", "\"y\"", "\"x\"", 100).kind, RANGE_ALL);
    assert_int_equal(range_of("bytes=1-2", "W/\"x\"", "\"x\"", 100).kind, RANGE_ALL);
}

static void if_none_match_takes_lists_weak_tags_and_a_star(void **state)
{
    (void)state;
    assert_true(range_none_match("\"a\", W/\"x\"", "\"x\""));
    assert_true(range_none_match("*", "\"x\""));
    assert_false(range_none_match("\"xx\",\"x", "\"x\""));
    assert_false(range_none_match(NULL, "\"x\""));
    assert_false(range_none_match("W/, ,W/", "\"x\""));
}

static void expect_guard(guard_t headers, bool login, err_t expected)
{
    headers.host = "autodp.example:8080";
    headers.unsafe = true;
    fault_t fault;
    assert_int_equal(guard_check(&headers, login, "https://data.example/app", &fault), expected);
}

static void a_cookie_needs_the_marker_only_where_it_counts(void **state)
{
    (void)state;
    expect_guard((guard_t){.cookie = "s"}, false, ERR_FORBIDDEN);
    expect_guard((guard_t){.cookie = "s", .marker = "yes"}, false, ERR_FORBIDDEN);
    expect_guard((guard_t){.cookie = "s", .marker = "1"}, false, ERR_OK);
    expect_guard((guard_t){.cookie = "s", .authorization = "bearer t"}, false, ERR_OK);
    expect_guard((guard_t){.cookie = "s", .authorization = "Basic t"}, false, ERR_FORBIDDEN);
    expect_guard((guard_t){0}, false, ERR_OK);
    guard_t reading = {.cookie = "s"};
    assert_int_equal(guard_check(&reading, false, "", NULL), ERR_OK);
}

static void a_login_counts_on_its_origin(void **state)
{
    (void)state;
    expect_guard((guard_t){0}, true, ERR_OK);
    expect_guard((guard_t){.cookie = "old"}, true, ERR_OK);
    expect_guard((guard_t){.origin = "http://autodp.example:8080"}, true, ERR_OK);
    expect_guard((guard_t){.origin = "https://data.example"}, true, ERR_OK);
    expect_guard((guard_t){.origin = "null"}, true, ERR_FORBIDDEN);
    expect_guard((guard_t){.origin = "http://autodp.example"}, true, ERR_FORBIDDEN);
    expect_guard((guard_t){.fetch_site = "same-site"}, true, ERR_FORBIDDEN);
    expect_guard((guard_t){.fetch_site = "same-origin"}, true, ERR_OK);
    expect_guard((guard_t){.fetch_site = "cross-site", .marker = "1"}, true, ERR_OK);
}

static void a_bearer_token_goes_before_the_cookie(void **state)
{
    (void)state;
    bool by_cookie;
    guard_t both = {.authorization = "Bearer  tok", .cookie = "s"};
    assert_true(view_equals(guard_token(&both, &by_cookie), "tok"));
    assert_false(by_cookie);
    guard_t basic = {.authorization = "Basic eA==", .cookie = "s"};
    assert_true(view_equals(guard_token(&basic, &by_cookie), "s"));
    assert_true(by_cookie);
    guard_t none = {.cookie = ""};
    assert_null(guard_token(&none, &by_cookie).data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_captures_its_segments),
        cmocka_unit_test(a_path_that_is_longer_or_shorter_is_another),
        cmocka_unit_test(a_verb_without_a_route_lists_those_with_one),
        cmocka_unit_test(only_api_paths_are_routes),
        cmocka_unit_test(one_range_of_bytes_gives_a_part),
        cmocka_unit_test(a_range_outside_the_file_is_told),
        cmocka_unit_test(anything_else_gives_the_whole_file),
        cmocka_unit_test(if_range_must_be_the_strong_tag),
        cmocka_unit_test(if_none_match_takes_lists_weak_tags_and_a_star),
        cmocka_unit_test(a_cookie_needs_the_marker_only_where_it_counts),
        cmocka_unit_test(a_login_counts_on_its_origin),
        cmocka_unit_test(a_bearer_token_goes_before_the_cookie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
