// SPDX-License-Identifier: MPL-2.0
// Requests that are one call each: what reaches the gateway, and what comes back.
#include "actors/bridge/bridge.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "test/unit/actors/bridge_fixture.h"
#include "test/unit/test.h"

#define BEARER "Authorization: Bearer secret\r\n"
#define JSON_TYPE "Content-Type: application/json\r\n"

static int setup(void **state)
{
    fixture_t *fixture = mem_new(sizeof *fixture);
    fixture_open(fixture, "", 0);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    fixture_close(*state);
    free(*state);
    return 0;
}

// Sends a request with a JSON body.
static void post(fixture_t *fixture, const char *line, const char *headers, const char *body)
{
    assert_true(http_sendf(fixture->fd,
                           "%s HTTP/1.1\r\nHost: h\r\n%s" JSON_TYPE "Content-Length: %zu\r\n\r\n%s",
                           line, headers, strlen(body), body));
}

static void get(fixture_t *fixture, const char *line, const char *headers)
{
    assert_true(http_sendf(fixture->fd, "%s HTTP/1.1\r\nHost: h\r\n%s\r\n", line, headers));
}

static const char *text_in(const json_t *body, const char *object, const char *key)
{
    return json_string_value(json_object_get(json_object_get(body, object), key));
}

static void malformed_json_names_line_and_column(void **state)
{
    fixture_t *fixture = *state;
    post(fixture, "POST /api/v1/tokens", BEARER, "{\n \"name\": nope}");
    fixture_problem(fixture, 400, "INVALID", "line 2, column 13");
    assert_int_equal(port_count(fixture->actor, PORT_CALL), 0);
}

static void a_field_of_the_wrong_kind_is_named(void **state)
{
    fixture_t *fixture = *state;
    post(fixture, "POST /api/v1/tokens", BEARER, "{\"name\": 7}");
    fixture_problem(fixture, 400, "INVALID", "'name' is not a text");
    post(fixture, "POST /api/v1/tokens", BEARER, "{}");
    fixture_problem(fixture, 400, "INVALID", "'name' is missing");
    post(fixture, "POST /api/v1/tokens", BEARER, "{\"name\": \"a\", \"nmae\": \"b\"}");
    fixture_problem(fixture, 400, "INVALID", "no field 'nmae'");
    post(fixture, "POST /api/v1/tokens", BEARER, "[1]");
    fixture_problem(fixture, 400, "INVALID", "not a JSON object");
    post(fixture, "POST /api/v1/tokens", BEARER, "");
    fixture_problem(fixture, 400, "INVALID", "not JSON");
}

static void a_body_cannot_set_the_token_or_the_id(void **state)
{
    fixture_t *fixture = *state;
    post(fixture, "POST /api/v1/tokens", BEARER, "{\"name\": \"a\", \"token\": \"other\"}");
    fixture_problem(fixture, 400, "INVALID", "no field 'token'");
    post(fixture, "PUT /api/v1/datasets/ds_1/recipe", BEARER, "{\"recipe\": [], \"id\": \"ds_2\"}");
    fixture_problem(fixture, 400, "INVALID", "no field 'id'");
}

static void too_deep_a_document_is_refused(void **state)
{
    fixture_t *fixture = *state;
    post(fixture, "PUT /api/v1/datasets/ds_1/recipe", BEARER,
         "{\"recipe\": [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}");
    fixture_problem(fixture, 400, "INVALID", "'recipe' is nested too deeply");
}

static void an_oversized_body_is_refused_and_the_connection_lives(void **state)
{
    fixture_t *fixture = *state;
    size_t size = (1 << 20) + 1;
    char *body = mem_new(size + 1);
    memset(body, ' ', size);
    post(fixture, "POST /api/v1/tokens", BEARER, body);
    fixture_problem(fixture, 413, "TOO_LARGE", "1048576");
    assert_true(http_sendf(fixture->fd,
                           "POST /api/v1/tokens HTTP/1.1\r\nHost: h\r\n" BEARER JSON_TYPE
                           "Transfer-Encoding: chunked\r\n\r\n%zx\r\n",
                           size));
    http_send(fixture->fd, body, size);
    http_sendf(fixture->fd, "\r\n0\r\n\r\n");
    fixture_problem(fixture, 413, "TOO_LARGE", "1048576");
    free(body);
    get(fixture, "GET /healthz", "");
    json_decref(fixture_json(fixture, 200));
}

static void an_endless_body_is_cut_off(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(fixture->fd, "POST /api/v1/tokens HTTP/1.1\r\nHost: h\r\n" JSON_TYPE
                                        "Content-Length: 99999999999\r\n\r\n"));
    fixture_problem(fixture, 401, "UNAUTHENTICATED", "no valid session");
    assert_true(http_closed(fixture->fd));
}

static void a_wrong_verb_names_the_right_ones(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "DELETE /api/v1/jobs", BEARER);
    http_reply_t reply;
    fixture_read(fixture, false, &reply);
    assert_int_equal(reply.status, 405);
    assert_string_equal(http_header(&reply, "Allow"), "POST, GET, HEAD");
    assert_string_equal(http_header(&reply, "Content-Type"), "application/problem+json");
    http_release(&reply);
    get(fixture, "HEAD /api/v1/events", BEARER);
    fixture_read(fixture, true, &reply);
    assert_int_equal(reply.status, 405);
    http_release(&reply);
}

static void an_unknown_path_is_a_problem_document(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "GET /api/v1/nothing", BEARER);
    fixture_problem(fixture, 404, "NOT_FOUND", "/api/v1/nothing");
    get(fixture, "GET /api/v1/datasets/", BEARER);
    fixture_problem(fixture, 404, "NOT_FOUND", "/api/v1/datasets/");
    get(fixture, "GET /api/v1/jobs/%ff", BEARER);
    fixture_problem(fixture, 404, "NOT_FOUND", "no such thing");
}

static void a_wrong_content_type_is_refused(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(fixture->fd, "POST /api/v1/tokens HTTP/1.1\r\nHost: h\r\n" BEARER
                                        "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}"));
    fixture_problem(fixture, 415, "INVALID", "text/plain");
}

static void without_credentials_nothing_is_called(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "GET /api/v1/jobs", "");
    http_reply_t reply;
    fixture_read(fixture, false, &reply);
    assert_int_equal(reply.status, 401);
    assert_string_equal(http_header(&reply, "WWW-Authenticate"), "Bearer realm=\"autodp\"");
    http_release(&reply);
    assert_int_equal(port_count(fixture->actor, PORT_CALL), 0);
}

static void an_unsafe_request_by_cookie_needs_the_marker(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "DELETE /api/v1/jobs/jb_1", "Cookie: autodp_session=s\r\n");
    fixture_problem(fixture, 403, "FORBIDDEN", "X-AutoDP");
    get(fixture, "DELETE /api/v1/jobs/jb_1", "Cookie: autodp_session=s\r\nX-AutoDP: 1\r\n");
    port_output_t *call = fixture_call(fixture, METHOD_job_cancel);
    const msg_by_id_t *request = call->message;
    assert_string_equal(request->token, "s");
    assert_string_equal(request->id, "jb_1");
    fixture_answer(fixture, call, json_pack("{ss}", "id", "jb_1"));
    json_decref(fixture_json(fixture, 200));
}

static void a_bearer_token_needs_no_marker_and_goes_before_the_cookie(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "DELETE /api/v1/jobs/jb_1", BEARER "Cookie: autodp_session=s\r\n");
    port_output_t *call = fixture_call(fixture, METHOD_job_cancel);
    assert_string_equal(((msg_by_id_t *)call->message)->token, "secret");
    port_fail(fixture->actor, call, ERR_NOT_FOUND, "there is no job 'jb_1'");
    fixture_problem(fixture, 404, "NOT_FOUND", "jb_1");
}

static void a_login_from_another_site_is_refused(void **state)
{
    fixture_t *fixture = *state;
    const char *body = "{\"email\": \"a@b.c\", \"password\": \"p\"}";
    post(fixture, "POST /api/v1/session", "Sec-Fetch-Site: cross-site\r\n", body);
    fixture_problem(fixture, 403, "FORBIDDEN", "another site");
    post(fixture, "POST /api/v1/session", "Origin: http://evil.example\r\n", body);
    fixture_problem(fixture, 403, "FORBIDDEN", "another site");
}

static void a_login_sets_the_cookie_and_a_logout_takes_it(void **state)
{
    fixture_t *fixture = *state;
    post(fixture, "POST /api/v1/session", "Origin: http://h\r\n",
         "{\"email\": \"a@b.c\", \"password\": \"p\"}");
    port_output_t *call = fixture_call(fixture, METHOD_user_login);
    const msg_credentials_t *given = call->message;
    assert_string_equal(given->email, "a@b.c");
    assert_string_equal(given->password, "p");
    char token[] = "opaque";
    msg_session_t session = {.user = json_pack("{ssss}", "id", "us_1", "role", "admin"),
                             .token = token};
    port_answer(fixture->actor, call, &session, (bytes_t){0});
    json_decref(session.user);
    http_reply_t reply;
    fixture_read(fixture, false, &reply);
    assert_int_equal(reply.status, 200);
    assert_string_equal(http_header(&reply, "Set-Cookie"),
                        "autodp_session=opaque; Path=/; HttpOnly; SameSite=Strict; "
                        "Max-Age=1209600");
    assert_string_equal(http_header(&reply, "Cache-Control"), "no-store");
    assert_non_null(strstr(reply.body.data, "\"token\":\"opaque\""));
    http_release(&reply);

    get(fixture, "DELETE /api/v1/session", "Cookie: autodp_session=opaque\r\nX-AutoDP: 1\r\n");
    call = fixture_call(fixture, METHOD_user_logout);
    assert_string_equal(((msg_authorized_t *)call->message)->token, "opaque");
    port_answer(fixture->actor, call, &(msg_empty_t){0}, (bytes_t){0});
    fixture_read(fixture, false, &reply);
    assert_int_equal(reply.status, 204);
    assert_non_null(strstr(http_header(&reply, "Set-Cookie"), "autodp_session=; "));
    assert_non_null(strstr(http_header(&reply, "Set-Cookie"), "Max-Age=0"));
    http_release(&reply);
}

static void an_idempotency_key_reaches_the_gateway(void **state)
{
    fixture_t *fixture = *state;
    post(fixture, "POST /api/v1/jobs", BEARER "Idempotency-Key: once\r\n",
         "{\"kind\": \"process\", \"dataset\": \"ds_1\", \"recipe\": [{\"op\": \"drop\"}]}");
    port_output_t *call = fixture_call(fixture, METHOD_job_create);
    const msg_job_create_t *request = call->message;
    assert_string_equal(request->idempotency_key, "once");
    assert_string_equal(request->dataset, "ds_1");
    assert_null(request->training);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(request->recipe, 0), "op")), "drop");
    fixture_answer(fixture, call, json_pack("{ss}", "id", "jb_1"));
    json_t *body = fixture_json(fixture, 202);
    assert_string_equal(text_in(body, "job", "id"), "jb_1");
    json_decref(body);
}

static void times_are_rfc3339_but_not_in_documents(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "GET /api/v1/jobs/jb_1", BEARER);
    port_output_t *call = fixture_call(fixture, METHOD_job_get);
    fixture_answer(fixture, call,
                   json_pack("{sI sI s{si}}", "created", (json_int_t)1794000000123LL, "ended",
                             (json_int_t)0, "result", "created", 5));
    json_t *body = fixture_json(fixture, 200);
    json_t *job = json_object_get(body, "job");
    assert_string_equal(text_in(body, "job", "created"), "2026-11-06T21:20:00.123Z");
    assert_true(json_is_null(json_object_get(job, "ended")));
    assert_int_equal(json_integer_value(json_object_get(json_object_get(job, "result"), "created")),
                     5);
    json_decref(body);
}

static void a_busy_gateway_tells_when_to_come_back(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "GET /api/v1/jobs", BEARER);
    port_fail(fixture->actor, fixture_call(fixture, METHOD_job_list), ERR_RATE_LIMITED, "slowly");
    http_reply_t reply;
    fixture_read(fixture, false, &reply);
    assert_int_equal(reply.status, 429);
    assert_true(strtol(http_header(&reply, "Retry-After"), NULL, 10) > 0);
    http_release(&reply);
}

static void a_fault_keeps_its_place(void **state)
{
    fixture_t *fixture = *state;
    post(fixture, "POST /api/v1/datasets/ds_1/preview", BEARER, "{\"recipe\": []}");
    port_output_t *call = fixture_call(fixture, METHOD_dataset_preview);
    fault_t fault;
    fault_set(&fault, ERR_COLUMN_TYPE, "use mode", "column 'sex' is text");
    fault_at(&fault, 0, 2, "sex");
    call->settled = true;
    call->on_answer(fixture->actor, call->context, &fault, NULL, (bytes_t){0});
    json_t *problem = fixture_json(fixture, 422);
    assert_int_equal(json_integer_value(json_object_get(problem, "step")), 2);
    assert_string_equal(json_string_value(json_object_get(problem, "column")), "sex");
    json_decref(problem);
}

static void head_has_headers_only(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "HEAD /api/v1/session", BEARER);
    fixture_answer(fixture, fixture_call(fixture, METHOD_user_me), json_object());
    http_reply_t reply;
    fixture_read(fixture, true, &reply);
    assert_int_equal(reply.status, 200);
    assert_string_equal(http_header(&reply, "Content-Type"), "application/json");
    http_release(&reply);
    get(fixture, "GET /healthz", "");
    json_decref(fixture_json(fixture, 200));
}

static void ready_means_that_the_gateway_answers(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "GET /readyz", "");
    port_fail(fixture->actor, fixture_call(fixture, METHOD_user_me), ERR_UNAUTHENTICATED, "nobody");
    json_t *body = fixture_json(fixture, 200);
    assert_string_equal(json_string_value(json_object_get(body, "status")), "ok");
    json_decref(body);
    get(fixture, "GET /readyz", "");
    port_fail(fixture->actor, fixture_call(fixture, METHOD_user_me), ERR_TIMEOUT, "too late");
    fixture_problem(fixture, 503, "UNAVAILABLE", "too late");
}

static void a_request_in_flight_is_answered_at_the_end(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "GET /api/v1/jobs", BEARER);
    fixture_call(fixture, METHOD_job_list);
    int unread = fixture_connect(fixture);
    assert_true(http_sendf(unread, "GET /api/v1/jobs HTTP/1.1\r\n")); // never complete
    port_stop(fixture->actor);
    buf_t rest = {0};
    assert_true(http_read_until(fixture->fd, &rest, "shutting down"));
    buf_release(&rest);
    assert_true(http_closed(unread));
    close(unread);
    assert_int_not_equal(access(fixture->url_file, F_OK), 0);
}

static void a_port_in_use_is_said(void **state)
{
    fixture_t *fixture = *state;
    actor_t *second = port_new(&bridge_actor);
    FILE *file = fopen(fixture->url_file, "r");
    char line[64];
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    port_set(second, "http_port", strrchr(line, ':') + 1);
    port_set(second, "client_dir", actor_data_dir(second));
    fault_t fault;
    assert_int_equal(port_start(second, &fault), ERR_UNAVAILABLE);
    assert_non_null(strstr(fault.detail, "in use"));
    port_destroy(&second);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char *path = text_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    free(path);
}

static void remove_file(const char *folder, const char *name)
{
    char *path = text_format("%s/%s", folder, name);
    unlink(path);
    free(path);
}

static void the_client_is_served_with_its_policy(void **state)
{
    (void)state;
    char folder[] = "/tmp/autodp-client-XXXXXX";
    assert_non_null(mkdtemp(folder));
    write_file(folder, "index.html", "<!doctype html>");
    write_file(folder, "app.js", "1;");
    fixture_t fixture;
    fixture_open(&fixture, folder, 0);
    http_reply_t reply;
    get(&fixture, "GET /datasets/ds_1", "");
    fixture_read(&fixture, false, &reply);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body.data, "<!doctype html>");
    assert_non_null(strstr(http_header(&reply, "Content-Security-Policy"), "default-src 'self'"));
    http_release(&reply);
    get(&fixture, "GET /app.js", "");
    fixture_read(&fixture, false, &reply);
    assert_string_equal(http_header(&reply, "Content-Type"), "text/javascript; charset=utf-8");
    char *again = text_format("If-None-Match: %s\r\n", http_header(&reply, "ETag"));
    http_release(&reply);
    get(&fixture, "GET /app.js", again);
    free(again);
    fixture_read(&fixture, false, &reply);
    assert_int_equal(reply.status, 304);
    http_release(&reply);
    get(&fixture, "GET /gone.js", "");
    fixture_read(&fixture, false, &reply);
    assert_int_equal(reply.status, 404);
    http_release(&reply);
    fixture_close(&fixture);
    remove_file(folder, "index.html");
    remove_file(folder, "app.js");
    rmdir(folder);
}

static void a_client_that_is_not_built_is_said(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "GET /", "");
    http_reply_t reply;
    fixture_read(fixture, false, &reply);
    assert_int_equal(reply.status, 503);
    assert_non_null(strstr(reply.body.data, "not built"));
    http_release(&reply);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(malformed_json_names_line_and_column),
        TEST(a_field_of_the_wrong_kind_is_named),
        TEST(a_body_cannot_set_the_token_or_the_id),
        TEST(too_deep_a_document_is_refused),
        TEST(an_oversized_body_is_refused_and_the_connection_lives),
        TEST(an_endless_body_is_cut_off),
        TEST(a_wrong_verb_names_the_right_ones),
        TEST(an_unknown_path_is_a_problem_document),
        TEST(a_wrong_content_type_is_refused),
        TEST(without_credentials_nothing_is_called),
        TEST(an_unsafe_request_by_cookie_needs_the_marker),
        TEST(a_bearer_token_needs_no_marker_and_goes_before_the_cookie),
        TEST(a_login_from_another_site_is_refused),
        TEST(a_login_sets_the_cookie_and_a_logout_takes_it),
        TEST(an_idempotency_key_reaches_the_gateway),
        TEST(times_are_rfc3339_but_not_in_documents),
        TEST(a_busy_gateway_tells_when_to_come_back),
        TEST(a_fault_keeps_its_place),
        TEST(head_has_headers_only),
        TEST(ready_means_that_the_gateway_answers),
        TEST(a_request_in_flight_is_answered_at_the_end),
        TEST(a_port_in_use_is_said),
        cmocka_unit_test(the_client_is_served_with_its_policy),
        TEST(a_client_that_is_not_built_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
