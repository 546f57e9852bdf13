// SPDX-License-Identifier: MPL-2.0
// Uploads, downloads and live events: bodies that are not one document.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "test/unit/actors/bridge_fixture.h"
#include "test/unit/test.h"

#define BEARER "Authorization: Bearer secret\r\n"
#define UPLOAD "POST /api/v1/datasets?name=a%%20b.csv HTTP/1.1\r\nHost: h\r\n" BEARER

enum { MIB = 1 << 20, UPLOAD_LIMIT = 4 * MIB };

static int setup(void **state)
{
    fixture_t *fixture = mem_new(sizeof *fixture);
    fixture_open(fixture, "", UPLOAD_LIMIT);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    fixture_close(*state);
    free(*state);
    return 0;
}

static void get(fixture_t *fixture, const char *line, const char *headers)
{
    assert_true(
        http_sendf(fixture->fd, "%s HTTP/1.1\r\nHost: h\r\n" BEARER "%s\r\n", line, headers));
}

// --- Uploads

static char upload_id[] = "bl_1";
static char blob_hash[] = "abc";

// Recognises the user and opens the upload.
static void admit_upload(fixture_t *fixture)
{
    fixture_recognise(fixture);
    port_output_t *call = fixture_call(fixture, METHOD_blob_create);
    assert_false(((msg_blob_create_t *)call->message)->local);
    port_answer(fixture->actor, call, &(msg_blob_upload_t){.upload = upload_id}, (bytes_t){0});
}

static void confirm_write(fixture_t *fixture, port_output_t *call)
{
    const msg_blob_write_t *write = call->message;
    int64_t end = write->offset + (int64_t)call->payload.size;
    port_answer(fixture->actor, call, &(msg_blob_offset_t){.offset = end}, (bytes_t){0});
}

static void finish_upload(fixture_t *fixture, int64_t bytes)
{
    port_output_t *call = fixture_call(fixture, METHOD_blob_commit);
    assert_string_equal(((msg_blob_upload_id_t *)call->message)->upload, upload_id);
    port_answer(fixture->actor, call, &(msg_blob_committed_t){.blob = blob_hash, .bytes = bytes},
                (bytes_t){0});
    call = fixture_call(fixture, METHOD_dataset_create);
    const msg_dataset_create_t *request = call->message;
    assert_string_equal(request->name, "a b.csv");
    assert_string_equal(request->blob, blob_hash);
    assert_string_equal(request->token, "secret");
    fixture_answer(fixture, call, json_pack("{sssi}", "id", "ds_1", "created", 1000));
    json_t *body = fixture_json(fixture, 201);
    json_t *dataset = json_object_get(body, "dataset");
    assert_string_equal(json_string_value(json_object_get(dataset, "created")),
                        "1970-01-01T00:00:01.000Z");
    json_decref(body);
}

static char byte_at(size_t i)
{
    return (char)('a' + i % 23 + i / MIB);
}

static void expect_chunk(fixture_t *fixture, size_t offset, size_t size)
{
    port_output_t *call = fixture_call(fixture, METHOD_blob_write);
    const msg_blob_write_t *write = call->message;
    assert_string_equal(write->upload, upload_id);
    assert_int_equal(write->offset, offset);
    assert_int_equal(call->payload.size, size);
    for (size_t i = 0; i < size; i += 997) {
        assert_int_equal(call->payload.data[i], byte_at(offset + i));
    }
    confirm_write(fixture, call);
}

// Another process that sends the body: the kernel's buffers do not hold it all.
static pid_t start_client(const fixture_t *fixture, size_t size)
{
    pid_t client = fork();
    if (client != 0) {
        return client;
    }
    char *bytes = mem_new(size);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = byte_at(i);
    }
    _exit(http_send(fixture->fd, bytes, size) ? 0 : 1);
}

static void end_client(pid_t client)
{
    int status;
    assert_int_equal(waitpid(client, &status, 0), client);
    assert_int_equal(status, 0);
}

static void an_upload_arrives_whole_and_in_order(void **state)
{
    fixture_t *fixture = *state;
    size_t size = 3 * MIB + 12345;
    assert_true(http_sendf(fixture->fd, UPLOAD "Content-Length: %zu\r\n\r\n", size));
    admit_upload(fixture);
    pid_t client = start_client(fixture, size);
    expect_chunk(fixture, 0, MIB);
    expect_chunk(fixture, MIB, MIB);
    expect_chunk(fixture, 2 * MIB, MIB);
    expect_chunk(fixture, 3 * MIB, 12345);
    finish_upload(fixture, (int64_t)size);
    end_client(client);
}

static void a_chunk_in_flight_holds_the_client_back(void **state)
{
    fixture_t *fixture = *state;
    size_t size = MIB + MIB / 2;
    assert_true(http_sendf(fixture->fd, UPLOAD "Content-Length: %zu\r\n\r\n", size));
    admit_upload(fixture);
    pid_t client = start_client(fixture, size);
    port_output_t *call = fixture_call(fixture, METHOD_blob_write);
    // The HTTP thread has looked at every connection once it has answered on another one.
    int other = fixture_connect(fixture);
    for (int i = 0; i < 3; i++) {
        http_reply_t reply;
        assert_true(http_sendf(other, "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"));
        assert_true(port_await_input(fixture->actor, other));
        assert_true(http_read(other, false, &reply));
        http_release(&reply);
    }
    close(other);
    assert_int_equal(port_count(fixture->actor, PORT_CALL), 0);
    confirm_write(fixture, call);
    expect_chunk(fixture, MIB, MIB / 2);
    finish_upload(fixture, (int64_t)size);
    end_client(client);
}

static void a_body_without_a_length_is_taken_too(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(fixture->fd, UPLOAD "Transfer-Encoding: chunked\r\n\r\n"
                                               "4\r\na,b\n\r\n4\r\n1,2\n\r\n0\r\n\r\n"));
    admit_upload(fixture);
    port_output_t *call = fixture_call(fixture, METHOD_blob_write);
    assert_int_equal(call->payload.size, 8);
    assert_memory_equal(call->payload.data, "a,b\n1,2\n", 8);
    confirm_write(fixture, call);
    finish_upload(fixture, 8);
}

static void an_empty_body_is_passed_on(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(fixture->fd, UPLOAD "Content-Length: 0\r\n\r\n"));
    admit_upload(fixture);
    finish_upload(fixture, 0);
}

static void an_upload_says_how_its_file_is_read(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(
        fixture->fd, "POST /api/v1/datasets?name=t.csv&options=%%7B%%22delimiter%%22%%3A"
                     "%%22%%3B%%22%%2C%%22header%%22%%3Afalse%%7D HTTP/1.1\r\nHost: h\r\n" BEARER
                     "Content-Length: 0\r\n\r\n"));
    admit_upload(fixture);
    port_answer(fixture->actor, fixture_call(fixture, METHOD_blob_commit),
                &(msg_blob_committed_t){.blob = blob_hash}, (bytes_t){0});
    port_output_t *call = fixture_call(fixture, METHOD_dataset_create);
    json_t *expected = json_pack("{ss sb}", "delimiter", ";", "header", 0);
    assert_true(json_equal(((msg_dataset_create_t *)call->message)->options, expected));
    json_decref(expected);
    fixture_answer(fixture, call, json_pack("{ss}", "id", "ds_1"));
    json_decref(fixture_json(fixture, 201));
}

static void refuse_options(fixture_t *fixture, const char *options, const char *part)
{
    assert_true(http_sendf(fixture->fd,
                           "POST /api/v1/datasets?options=%s HTTP/1.1\r\nHost: h\r\n" BEARER
                           "Content-Length: 0\r\n\r\n",
                           options));
    fixture_problem(fixture, 400, "INVALID", part);
    assert_int_equal(port_count(fixture->actor, PORT_CALL), 0);
}

static void an_option_that_is_none_is_refused_before_the_body(void **state)
{
    refuse_options(*state, "", "not JSON");
    refuse_options(*state, "%7B%22encoding", "not JSON");
    refuse_options(*state, "[]", "no object");
    refuse_options(*state, "%7B%22seperator%22:%22;%22%7D", "seperator");
    refuse_options(*state, "%7B%22encoding%22:%22klingon%22%7D", "encoding");
    refuse_options(*state, "%7B%22columns%22:[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]%7D",
                   "options");
}

static void an_unknown_user_stores_nothing(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(fixture->fd, UPLOAD "Content-Length: 3\r\n\r\na,b"));
    port_output_t *call = fixture_call(fixture, METHOD_user_me);
    assert_string_equal(((msg_authorized_t *)call->message)->token, "secret");
    port_fail(fixture->actor, call, ERR_UNAUTHENTICATED, "the session has ended");
    fixture_problem(fixture, 401, "UNAUTHENTICATED", "has ended");
    assert_int_equal(port_count(fixture->actor, PORT_CALL), 0);
    get(fixture, "GET /healthz", "");
    json_decref(fixture_json(fixture, 200));
}

static void an_announced_size_over_the_limit_is_refused(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(fixture->fd, UPLOAD "Expect: 100-continue\r\nContent-Length: %d\r\n\r\n",
                           UPLOAD_LIMIT + 1));
    fixture_problem(fixture, 413, "TOO_LARGE", "4194304");
    assert_int_equal(port_count(fixture->actor, PORT_CALL), 0);
}

static void a_body_that_grows_over_the_limit_is_given_up(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(fixture->fd, UPLOAD "Transfer-Encoding: chunked\r\n\r\n%x\r\n",
                           UPLOAD_LIMIT + 5));
    admit_upload(fixture);
    pid_t client = start_client(fixture, UPLOAD_LIMIT + 5);
    for (int i = 0; i < UPLOAD_LIMIT / MIB; i++) {
        confirm_write(fixture, fixture_call(fixture, METHOD_blob_write));
    }
    end_client(client);
    assert_true(http_sendf(fixture->fd, "\r\n0\r\n\r\n"));
    fixture_call(fixture, METHOD_blob_abort);
    fixture_problem(fixture, 413, "TOO_LARGE", "4194304");
}

static void a_write_that_fails_gives_the_upload_up(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(fixture->fd, UPLOAD "Content-Length: %d\r\n\r\n", 2 * MIB));
    admit_upload(fixture);
    pid_t client = start_client(fixture, 2 * MIB);
    port_fail(fixture->actor, fixture_call(fixture, METHOD_blob_write), ERR_FULL,
              "the disk is full");
    fixture_call(fixture, METHOD_blob_abort);
    fixture_problem(fixture, 507, "FULL", "disk is full");
    end_client(client);
}

static void a_client_that_goes_away_leaves_no_upload(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(fixture->fd, UPLOAD "Content-Length: 1000\r\n\r\na,b\n"));
    admit_upload(fixture);
    shutdown(fixture->fd, SHUT_RDWR);
    port_output_t *call = fixture_call(fixture, METHOD_blob_abort);
    assert_string_equal(((msg_blob_upload_id_t *)call->message)->upload, upload_id);
}

static void a_form_is_not_a_table(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(fixture->fd, UPLOAD "Content-Type: multipart/form-data; boundary=x\r\n"
                                               "Content-Length: 3\r\n\r\na,b"));
    fixture_problem(fixture, 415, "INVALID", "multipart/form-data");
}

static void an_upload_ends_with_the_bridge(void **state)
{
    fixture_t *fixture = *state;
    assert_true(http_sendf(fixture->fd, UPLOAD "Content-Length: 1000\r\n\r\na,b\n"));
    admit_upload(fixture);
    port_stop(fixture->actor);
    assert_true(http_closed(fixture->fd));
}

// --- Downloads

static const char CONTENT[] = "a,b\n1,2\n";

// Answers dataset.get and the fetch with a file of CONTENT.
static void give_named(fixture_t *fixture, const char *name)
{
    port_output_t *call = fixture_call(fixture, METHOD_dataset_get);
    assert_string_equal(((msg_by_id_t *)call->message)->id, "ds_1");
    fixture_answer(fixture, call, json_pack("{ssss}", "blob", "abc", "name", name));
}

static void give_dataset(fixture_t *fixture)
{
    give_named(fixture, "Gr\xC3\xB6\xC3\x9F"
                        "e 1.csv");
}

static void give_file(fixture_t *fixture, const char *content)
{
    port_output_t *fetch = port_await(fixture->actor, PORT_FETCH);
    assert_non_null(fetch);
    assert_string_equal(fetch->text, "abc");
    char *path = text_format("%s/copy", actor_data_dir(fixture->actor));
    FILE *file = fopen(path, "w");
    fputs(content, file);
    fclose(file);
    port_fetched(fixture->actor, fetch, NULL, path);
    port_output_t *release = port_take(fixture->actor, PORT_RELEASE);
    assert_non_null(release);
    assert_string_equal(release->text, path);
    unlink(path); // as the runtime may do now
    free(path);
}

static void download(fixture_t *fixture, const char *headers, int status, http_reply_t *ret)
{
    get(fixture, "GET /api/v1/datasets/ds_1/data", headers);
    give_dataset(fixture);
    if (status != 304) {
        give_file(fixture, CONTENT);
    }
    fixture_read(fixture, false, ret);
    assert_int_equal(ret->status, status);
}

static void a_file_comes_with_its_name_and_tag(void **state)
{
    http_reply_t reply;
    download(*state, "", 200, &reply);
    assert_string_equal(reply.body.data, CONTENT);
    assert_string_equal(http_header(&reply, "ETag"), "\"abc\"");
    assert_string_equal(http_header(&reply, "Accept-Ranges"), "bytes");
    assert_string_equal(http_header(&reply, "Content-Type"), "text/csv; charset=utf-8");
    assert_string_equal(http_header(&reply, "Content-Disposition"),
                        "attachment; filename=\"Gr____e 1.csv\"; "
                        "filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.csv");
    http_release(&reply);
}

static void a_range_gives_a_part(void **state)
{
    http_reply_t reply;
    download(*state, "Range: bytes=4-5\r\n", 206, &reply);
    assert_string_equal(reply.body.data, "1,");
    assert_string_equal(http_header(&reply, "Content-Range"), "bytes 4-5/8");
    http_release(&reply);
    download(*state, "Range: bytes=4-5\r\nIf-Range: \"old\"\r\n", 200, &reply);
    assert_string_equal(reply.body.data, CONTENT);
    http_release(&reply);
    download(*state, "Range: bytes=0-1,4-5\r\n", 200, &reply);
    http_release(&reply);
    download(*state, "Range: bytes=8-\r\n", 416, &reply);
    assert_string_equal(http_header(&reply, "Content-Range"), "bytes */8");
    assert_string_equal(http_header(&reply, "Content-Type"), "application/problem+json");
    http_release(&reply);
}

static void a_known_file_is_not_sent_again(void **state)
{
    fixture_t *fixture = *state;
    http_reply_t reply;
    download(fixture, "If-None-Match: \"abc\"\r\n", 304, &reply);
    assert_int_equal(port_count(fixture->actor, PORT_FETCH), 0);
    http_release(&reply);
}

static void head_tells_the_size_alone(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "HEAD /api/v1/datasets/ds_1/data", "Range: bytes=4-5\r\n");
    give_dataset(fixture);
    give_file(fixture, CONTENT);
    http_reply_t reply;
    fixture_read(fixture, true, &reply);
    assert_int_equal(reply.status, 200);
    assert_string_equal(http_header(&reply, "Content-Length"), "8");
    http_release(&reply);
    download(fixture, "", 200, &reply);
    http_release(&reply);
}

static void an_empty_file_is_a_file(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "GET /api/v1/datasets/ds_1/data", "");
    give_dataset(fixture);
    give_file(fixture, "");
    http_reply_t reply;
    fixture_read(fixture, false, &reply);
    assert_int_equal(reply.status, 200);
    assert_string_equal(http_header(&reply, "Content-Length"), "0");
    http_release(&reply);
}

static void job_file(fixture_t *fixture, const char *name, http_reply_t *ret)
{
    char line[128];
    snprintf(line, sizeof line, "GET /api/v1/jobs/jb_1/files/%s", name);
    get(fixture, line, "");
    port_output_t *call = fixture_call(fixture, METHOD_job_get);
    fixture_answer(fixture, call,
                   json_pack("{s[{ssss}{ssss}]}", "files", "name", "record.json", "blob", "def",
                             "name", name, "blob", "abc"));
    give_file(fixture, CONTENT);
    fixture_read(fixture, false, ret);
    assert_int_equal(ret->status, 200);
}

static void a_job_file_is_found_by_its_name(void **state)
{
    fixture_t *fixture = *state;
    http_reply_t reply;
    job_file(fixture, "model.pkl", &reply);
    assert_string_equal(http_header(&reply, "Content-Type"), "application/octet-stream");
    http_release(&reply);
    get(fixture, "GET /api/v1/jobs/jb_1/files/other", "");
    fixture_answer(fixture, fixture_call(fixture, METHOD_job_get), json_object());
    fixture_problem(fixture, 404, "NOT_FOUND", "no such file");
}

static void a_packed_table_is_said_to_be_packed(void **state)
{
    http_reply_t reply;
    job_file(*state, "data.csv.gz", &reply);
    assert_string_equal(http_header(&reply, "Content-Type"), "application/gzip");
    assert_null(http_header(&reply, "Content-Encoding"));
    http_release(&reply);
}

static void a_report_is_shown_and_may_do_nothing(void **state)
{
    http_reply_t reply;
    job_file(*state, "report.html", &reply);
    assert_string_equal(http_header(&reply, "Content-Type"), "text/html; charset=utf-8");
    assert_string_equal(http_header(&reply, "Content-Disposition"),
                        "inline; filename=\"report.html\"; filename*=UTF-8''report.html");
    assert_string_equal(http_header(&reply, "Content-Security-Policy"),
                        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:");
    assert_string_equal(http_header(&reply, "X-Content-Type-Options"), "nosniff");
    http_release(&reply);
    job_file(*state, "record.html", &reply);
    assert_string_equal(http_header(&reply, "Content-Type"), "application/octet-stream");
    assert_int_equal(strncmp(http_header(&reply, "Content-Disposition"), "attachment;", 11), 0);
    http_release(&reply);
}

static void an_uploaded_page_is_not_shown(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "GET /api/v1/datasets/ds_1/data", "");
    give_named(fixture, "report.html");
    give_file(fixture, "<script>");
    http_reply_t reply;
    fixture_read(fixture, false, &reply);
    assert_string_equal(http_header(&reply, "Content-Type"), "application/octet-stream");
    assert_int_equal(strncmp(http_header(&reply, "Content-Disposition"), "attachment;", 11), 0);
    http_release(&reply);
}

static void a_blob_that_cannot_be_had_is_a_problem(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "GET /api/v1/datasets/ds_1/data", "");
    give_dataset(fixture);
    port_output_t *fetch = port_await(fixture->actor, PORT_FETCH);
    fault_t fault;
    fault_set(&fault, ERR_UNAVAILABLE, "try again", "the blob store does not answer");
    port_fetched(fixture->actor, fetch, &fault, NULL);
    fixture_problem(fixture, 503, "UNAVAILABLE", "blob store");
}

// --- Events

static port_output_t *open_stream(fixture_t *fixture, const char *headers, buf_t *text)
{
    get(fixture, "GET /api/v1/events", headers);
    fixture_recognise(fixture);
    port_output_t *call = fixture_call(fixture, METHOD_job_watch);
    assert_true(http_read_until(fixture->fd, text, "retry: 2000"));
    assert_non_null(strstr(text->data, "Content-Type: text/event-stream"));
    return call;
}

static void answer_watch(fixture_t *fixture, port_output_t *call, json_t *jobs, int64_t since)
{
    msg_job_changes_t changes = {.jobs = jobs, .since = since};
    port_answer(fixture->actor, call, &changes, (bytes_t){0});
    json_decref(jobs);
}

static void each_change_is_an_event(void **state)
{
    fixture_t *fixture = *state;
    buf_t text = {0};
    port_output_t *call = open_stream(fixture, "", &text);
    assert_int_equal(((msg_job_watch_t *)call->message)->since, -1);
    answer_watch(fixture, call, json_array(), 7);
    assert_true(http_read_until(fixture->fd, &text, ": nothing new\nid: 7\n\n"));
    call = fixture_call(fixture, METHOD_job_watch);
    assert_int_equal(((msg_job_watch_t *)call->message)->since, 7);
    answer_watch(fixture, call,
                 json_pack("[{sssi}{ss}]", "id", "jb_1", "created", 1000, "id", "jb_2"), 9);
    assert_true(http_read_until(fixture->fd, &text,
                                "id: 7\nevent: job\ndata: {\"job\":{\"id\":\"jb_1\","
                                "\"created\":\"1970-01-01T00:00:01.000Z\"}}\n\n"
                                "id: 9\nevent: job\ndata: {\"job\":{\"id\":\"jb_2\"}}\n\n"));
    assert_int_equal(((msg_job_watch_t *)fixture_call(fixture, METHOD_job_watch)->message)->since,
                     9);
    buf_release(&text);
}

static void a_stream_resumes_behind_the_last_event(void **state)
{
    fixture_t *fixture = *state;
    buf_t text = {0};
    port_output_t *call = open_stream(fixture, "Last-Event-ID: 41\r\n", &text);
    assert_int_equal(((msg_job_watch_t *)call->message)->since, 41);
    buf_release(&text);
}

static void a_stream_survives_a_gateway_that_is_away(void **state)
{
    fixture_t *fixture = *state;
    buf_t text = {0};
    port_output_t *call = open_stream(fixture, "", &text);
    port_fail(fixture->actor, call, ERR_UNAVAILABLE, "no worker");
    assert_true(http_read_until(fixture->fd, &text, ": waiting"));
    for (int i = 0; i < 1000000 && !port_count(fixture->actor, PORT_CALL); i++) {
        port_poll(fixture->actor);
        port_advance(fixture->actor, 1000);
    }
    call = fixture_call(fixture, METHOD_job_watch);
    answer_watch(fixture, call, json_pack("[{ss}]", "id", "jb_1"), 1);
    assert_true(http_read_until(fixture->fd, &text, "jb_1"));
    buf_release(&text);
}

static void a_stream_ends_with_the_session(void **state)
{
    fixture_t *fixture = *state;
    buf_t text = {0};
    port_output_t *call = open_stream(fixture, "", &text);
    port_fail(fixture->actor, call, ERR_UNAUTHENTICATED, "the session has ended");
    assert_true(http_read_until(fixture->fd, &text, "\r\n0\r\n\r\n"));
    buf_release(&text);
}

static void a_stream_without_a_session_is_refused(void **state)
{
    fixture_t *fixture = *state;
    get(fixture, "GET /api/v1/events", "");
    port_fail(fixture->actor, fixture_call(fixture, METHOD_user_me), ERR_UNAUTHENTICATED, "no");
    fixture_problem(fixture, 401, "UNAUTHENTICATED", "no");
}

static void a_listener_that_left_costs_no_more_calls(void **state)
{
    fixture_t *fixture = *state;
    buf_t text = {0};
    port_output_t *call = open_stream(fixture, "", &text);
    struct linger hard = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fixture->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(fixture->fd);
    answer_watch(fixture, call, json_array(), 7); // the write fails
    fixture->fd = fixture_connect(fixture);
    get(fixture, "GET /healthz", "");
    json_decref(fixture_json(fixture, 200));
    assert_int_equal(port_count(fixture->actor, PORT_CALL), 0);
    buf_release(&text);
}

static void a_stream_ends_with_the_bridge(void **state)
{
    fixture_t *fixture = *state;
    buf_t text = {0};
    open_stream(fixture, "", &text);
    port_stop(fixture->actor);
    assert_true(http_read_until(fixture->fd, &text, "\r\n0\r\n\r\n"));
    buf_release(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_upload_arrives_whole_and_in_order),
        TEST(a_chunk_in_flight_holds_the_client_back),
        TEST(a_body_without_a_length_is_taken_too),
        TEST(an_empty_body_is_passed_on),
        TEST(an_upload_says_how_its_file_is_read),
        TEST(an_option_that_is_none_is_refused_before_the_body),
        TEST(an_unknown_user_stores_nothing),
        TEST(an_announced_size_over_the_limit_is_refused),
        TEST(a_body_that_grows_over_the_limit_is_given_up),
        TEST(a_write_that_fails_gives_the_upload_up),
        TEST(a_client_that_goes_away_leaves_no_upload),
        TEST(a_form_is_not_a_table),
        TEST(an_upload_ends_with_the_bridge),
        TEST(a_file_comes_with_its_name_and_tag),
        TEST(a_range_gives_a_part),
        TEST(a_known_file_is_not_sent_again),
        TEST(head_tells_the_size_alone),
        TEST(an_empty_file_is_a_file),
        TEST(a_job_file_is_found_by_its_name),
        TEST(a_packed_table_is_said_to_be_packed),
        TEST(a_report_is_shown_and_may_do_nothing),
        TEST(an_uploaded_page_is_not_shown),
        TEST(a_blob_that_cannot_be_had_is_a_problem),
        TEST(each_change_is_an_event),
        TEST(a_stream_resumes_behind_the_last_event),
        TEST(a_stream_survives_a_gateway_that_is_away),
        TEST(a_stream_ends_with_the_session),
        TEST(a_stream_without_a_session_is_refused),
        TEST(a_listener_that_left_costs_no_more_calls),
        TEST(a_stream_ends_with_the_bridge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
