// SPDX-License-Identifier: MPL-2.0
#include "test/unit/actors/bridge_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actors/bridge/bridge.h"
#include "base/text.h"
#include "test/unit/test.h"

void fixture_open(fixture_t *fixture, const char *client_dir, int64_t upload_bytes_max)
{
    fixture->actor = port_new(&bridge_actor);
    port_set(fixture->actor, "http_port", "0");
    port_set(fixture->actor, "client_dir",
             *client_dir ? client_dir : actor_data_dir(fixture->actor));
    if (upload_bytes_max) {
        char *limit = text_format("%lld", (long long)upload_bytes_max);
        port_set(fixture->actor, "upload_bytes_max", limit);
        free(limit);
    }
    fault_t fault = {0};
    port_start(fixture->actor, &fault);
    assert_string_equal(fault.detail, "");
    fixture->url_file = text_format("%s/run/http.url", actor_data_dir(fixture->actor));
    fixture->fd = fixture_connect(fixture);
}

void fixture_close(fixture_t *fixture)
{
    close(fixture->fd);
    free(fixture->url_file);
    port_destroy(&fixture->actor);
}

int fixture_connect(const fixture_t *fixture)
{
    return http_connect(fixture->url_file);
}

port_output_t *fixture_call(fixture_t *fixture, method_t method)
{
    port_output_t *call = port_await(fixture->actor, PORT_CALL);
    assert_non_null(call);
    assert_string_equal(method_row(call->method)->name, method_row(method)->name);
    return call;
}

void fixture_recognise(fixture_t *fixture)
{
    port_output_t *call = fixture_call(fixture, METHOD_user_me);
    fixture_answer(fixture, call, json_pack("{ss}", "id", "us_1"));
}

void fixture_answer(fixture_t *fixture, port_output_t *call, json_t *document)
{
    msg_user_t message = {.user = document}; // every message of one document has this shape
    assert_int_equal(message_schema(method_row(call->method)->answer)->size, sizeof message);
    port_answer(fixture->actor, call, &message, (bytes_t){0});
    json_decref(document);
}

void fixture_read(fixture_t *fixture, bool head, http_reply_t *ret)
{
    assert_true(port_await_input(fixture->actor, fixture->fd));
    assert_true(http_read(fixture->fd, head, ret));
}

json_t *fixture_json(fixture_t *fixture, int status)
{
    http_reply_t reply;
    fixture_read(fixture, false, &reply);
    assert_int_equal(reply.status, status);
    json_t *body = json_loadb(reply.body.data, reply.body.size, 0, NULL);
    http_release(&reply);
    return body;
}

void fixture_problem(fixture_t *fixture, int status, const char *code, const char *detail)
{
    http_reply_t reply;
    fixture_read(fixture, false, &reply);
    assert_int_equal(reply.status, status);
    assert_string_equal(http_header(&reply, "Content-Type"), "application/problem+json");
    json_t *problem = json_loadb(reply.body.data, reply.body.size, 0, NULL);
    http_release(&reply);
    assert_non_null(problem);
    char *type = text_format("urn:autodp:error:%s", code);
    assert_string_equal(json_string_value(json_object_get(problem, "type")), type);
    free(type);
    assert_string_equal(json_string_value(json_object_get(problem, "code")), code);
    assert_string_equal(json_string_value(json_object_get(problem, "title")),
                        err_text(err_by_name(code)));
    assert_int_equal(json_integer_value(json_object_get(problem, "status")), status);
    assert_true(json_is_integer(json_object_get(problem, "line")));
    assert_true(json_is_integer(json_object_get(problem, "step")));
    assert_true(json_is_string(json_object_get(problem, "column")));
    assert_true(json_is_string(json_object_get(problem, "remedy")));
    const char *text = json_string_value(json_object_get(problem, "detail"));
    if (!strstr(text, detail)) {
        fail_msg("the detail is '%s', without '%s'", text, detail);
    }
    json_decref(problem);
}
