// SPDX-License-Identifier: MPL-2.0
#include "actors/prediction/desk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"

// --- Questions ---------------------------------------------------------------------------------

static void question_free(question_t *question)
{
    json_decref(question->rows);
    json_decref(question->answer);
    free(question);
}

static void settle(actor_t *actor, question_t *question)
{
    if (question->err != ERR_OK) {
        actor_refuse(actor, &question->request, &question->fault);
    } else {
        actor_answer(actor, &question->request,
                     &(msg_prediction_t){.prediction = question->answer});
    }
    question_free(question);
}

static void refuse_all(actor_t *actor, model_place_t *place)
{
    while (place->waiting) {
        question_t *question = place->waiting;
        place->waiting = question->next;
        question->err = place->err;
        question->fault = place->fault;
        settle(actor, question);
    }
}

static void put_away(model_place_t *place)
{
    ready_destroy(&place->ready);
    free(place->blob);
    free(place->path);
    *place = (model_place_t){.desk = place->desk};
}

// --- Answering ---------------------------------------------------------------------------------

static void serve(actor_t *actor, model_place_t *place);

static void answer_first(void *context)
{
    model_place_t *place = context;
    question_t *question = place->waiting;
    question->err =
        ready_predict(place->ready, question->rows, &question->answer, &question->fault);
}

static void answered(actor_t *actor, void *context)
{
    model_place_t *place = context;
    question_t *question = place->waiting;
    place->waiting = question->next;
    place->busy = false;
    settle(actor, question);
    serve(actor, place);
}

// A single row is answered at once; a batch goes to the pool.
static void serve(actor_t *actor, model_place_t *place)
{
    while (place->waiting && !place->busy) {
        place->busy = true;
        if (json_array_size(place->waiting->rows) > 1) {
            actor_offload(actor, answer_first, answered, place);
            return;
        }
        answer_first(place);
        question_t *question = place->waiting;
        place->waiting = question->next;
        place->busy = false;
        settle(actor, question);
    }
}

// --- Loading -----------------------------------------------------------------------------------

static err_t read_file(model_place_t *place, json_t **ret_json)
{
    struct stat status;
    if (stat(place->path, &status) != 0) {
        return fault_errno(&place->fault, ERR_IO, place->path);
    }
    if (status.st_size > DESK_FILE_BYTES_MAX) {
        return fault_set(&place->fault, ERR_TOO_LARGE, "predict a whole table with it instead",
                         "the model has more than %d bytes, too many to keep at hand",
                         DESK_FILE_BYTES_MAX);
    }
    *ret_json = json_load_file(place->path, JSON_REJECT_DUPLICATES, NULL);
    return *ret_json ? ERR_OK
                     : fault_set(&place->fault, ERR_CORRUPT, "train the model again",
                                 "the model's document is damaged");
}

static void load(void *context)
{
    model_place_t *place = context;
    json_t *json = NULL;
    place->err = read_file(place, &json);
    if (place->err == ERR_OK) {
        place->err = ready_new(json, &place->ready, &place->fault);
    }
    json_decref(json);
}

static void loaded(actor_t *actor, void *context)
{
    model_place_t *place = context;
    actor_release_path(actor, place->path);
    place->busy = false;
    if (place->err != ERR_OK) {
        refuse_all(actor, place);
        put_away(place);
    } else {
        serve(actor, place);
    }
}

static void on_path(actor_t *actor, void *context, const fault_t *fault, const char *path)
{
    model_place_t *place = context;
    if (fault) {
        place->err = fault->code;
        place->fault = *fault;
        refuse_all(actor, place);
        put_away(place);
        return;
    }
    place->path = mem_strdup(path);
    actor_offload(actor, load, loaded, place);
}

// --- Places ------------------------------------------------------------------------------------

static model_place_t *find(desk_t *desk, const char *blob)
{
    for (size_t i = 0; i < DESK_MODELS_MAX; i++) {
        if (desk->places[i].blob && strcmp(desk->places[i].blob, blob) == 0) {
            return &desk->places[i];
        }
    }
    return NULL;
}

// A free place, or that of the model that was used longest ago; NULL: all are in use.
static model_place_t *make_room(desk_t *desk)
{
    model_place_t *oldest = NULL;
    for (size_t i = 0; i < DESK_MODELS_MAX; i++) {
        model_place_t *place = &desk->places[i];
        if (!place->blob) {
            return place;
        }
        if (!place->busy && !place->waiting && (!oldest || place->used < oldest->used)) {
            oldest = place;
        }
    }
    if (oldest) {
        put_away(oldest);
    }
    return oldest;
}

static void queue(model_place_t *place, question_t *question)
{
    question_t **end = &place->waiting;
    while (*end) {
        end = &(*end)->next;
    }
    *end = question;
}

void desk_ask(actor_t *actor, desk_t *desk, const char *blob, question_t *question)
{
    model_place_t *place = find(desk, blob);
    bool there = place != NULL;
    place = there ? place : make_room(desk);
    if (!place) {
        question->err = fault_set(&question->fault, ERR_BUSY, "ask again in a moment",
                                  "%d models are in use at once", DESK_MODELS_MAX);
        settle(actor, question);
        return;
    }
    place->used = ++desk->clock;
    queue(place, question);
    if (!there) {
        place->blob = mem_strdup(blob);
        place->busy = true;
        actor_fetch(actor, place->blob, on_path, place);
    } else if (place->ready) {
        serve(actor, place);
    }
}

void desk_release(desk_t *desk)
{
    for (size_t i = 0; i < DESK_MODELS_MAX; i++) {
        model_place_t *place = &desk->places[i];
        while (place->waiting) {
            question_t *question = place->waiting;
            place->waiting = question->next;
            question_free(question);
        }
        put_away(place);
    }
}
