// SPDX-License-Identifier: MPL-2.0
// The models that the actor has at hand: loaded when they are first asked for, the one that was
// used longest ago goes.
#pragma once

#include "actors/runtime/actor.h"
#include "learn/ready.h"

enum {
    DESK_MODELS_MAX = 16,
    DESK_FILE_BYTES_MAX = 1 << 30, // of one model.json
};

// Somebody who waits for a model, or is served.
typedef struct question {
    request_t request;
    json_t *rows;
    json_t *answer;
    err_t err;
    fault_t fault;
    struct question *next;
} question_t;

typedef struct desk desk_t;

// A model at hand, or on its way.
typedef struct {
    desk_t *desk;
    char *blob;     // of its model.json; NULL: a free place
    char *path;     // while it is loaded
    ready_t *ready; // NULL: it is on its way
    bool busy;      // a pool thread has it
    uint64_t used;  // by the desk's clock
    err_t err;      // of the loading
    fault_t fault;
    question_t *waiting; // in the order they came
} model_place_t;

struct desk {
    model_place_t places[DESK_MODELS_MAX];
    uint64_t clock;
};

// Answers the question when the model is there; the question is the desk's from now on.
void desk_ask(actor_t *actor, desk_t *desk, const char *blob, question_t *question);

void desk_release(desk_t *desk);
