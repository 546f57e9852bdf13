// SPDX-License-Identifier: MPL-2.0
// The real bridge on a free port, under the recording port, with a test in the gateway's place.
#pragma once

#include <jansson.h>

#include "test/unit/actors/http_client.h"
#include "test/unit/actors/port.h"

typedef struct {
    actor_t *actor;
    char *url_file;
    int fd; // one connection
} fixture_t;

// Starts the bridge with the client of `client_dir` ("": a folder without one) and an upload limit
// (0: the default), and connects.
void fixture_open(fixture_t *fixture, const char *client_dir, int64_t upload_bytes_max);

void fixture_close(fixture_t *fixture);

// Another connection.
int fixture_connect(const fixture_t *fixture);

// Waits for a call of this method and takes it; the test fails when another call comes.
port_output_t *fixture_call(fixture_t *fixture, method_t method);

// Waits for user.me and says that the token is good.
void fixture_recognise(fixture_t *fixture);

// Answers a call with a message whose only field is a document; takes over `document`.
void fixture_answer(fixture_t *fixture, port_output_t *call, json_t *document);

// Reads an answer while the bridge's loop turns.
void fixture_read(fixture_t *fixture, bool head, http_reply_t *ret);

// Reads the answer, expects its status and gives its body as JSON (NULL when it has none), for the
// caller to json_decref.
json_t *fixture_json(fixture_t *fixture, int status);

// Reads a problem and expects its status, its code and a text in its detail.
void fixture_problem(fixture_t *fixture, int status, const char *code, const char *detail);
