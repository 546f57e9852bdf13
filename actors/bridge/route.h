// SPDX-License-Identifier: MPL-2.0
// The routes of docs/http.md, each once, and the search for the one of a request.
#pragma once

#include <stdbool.h>

#include "base/fault.h"
#include "proto/method.h"

// What serves a route; the one shape per kind of answer.
typedef enum {
    DOOR_CALL,         // one call, JSON in and out
    DOOR_UPLOAD,       // a stream into service blob
    DOOR_DATASET_FILE, // a dataset's bytes
    DOOR_JOB_FILE,     // a file that a job made
    DOOR_EVENTS,       // server-sent events
    DOOR_LIVE,         // the loop turns
    DOOR_READY,        // the gateway answers
    DOOR_METRICS,      // the counters
    DOOR_COUNT,
} door_t;

enum {
    ROUTE_BODY = 1,    // takes a JSON object
    ROUTE_PUBLIC = 2,  // needs no credentials
    ROUTE_LOGIN = 4,   // the answer's token becomes the cookie
    ROUTE_LOGOUT = 8,  // the cookie goes
    ROUTE_KEYED = 16,  // Idempotency-Key is a field of the message
    ROUTE_NO_HEAD = 32 // an endless answer
};

typedef struct {
    const char *verb;
    const char *path; // {id} and {name} stand for one segment each
    door_t door;
    method_t method; // of DOOR_CALL
    int status;      // of success
    unsigned flags;
} route_t;

enum { ROUTE_ALLOW_MAX = 64 };

// What was found. `id` and `name` point into the path.
typedef struct {
    const route_t *route; // NULL: none with this verb
    view_t id;
    view_t name;
    char allow[ROUTE_ALLOW_MAX]; // the verbs the path has ("GET, HEAD, POST"); "" when it has none
} route_match_t;

// Whether the path is one for routes; all others are the browser client's.
bool route_is_api(const char *path);

// Finds the route; HEAD finds GET.
void route_find(const char *verb, const char *path, route_match_t *ret);
