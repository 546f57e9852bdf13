// SPDX-License-Identifier: MPL-2.0
#include "data/profile/repeat.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "data/profile/counter.h"
#include "data/profile/figure.h"
#include "data/profile/rows.h"

enum { LISTED = 10 };

#define MISSING_WORD 0x6D697373696E6721ULL

typedef struct {
    study_t *study;
    const progress_t *progress;
    counter_t *counter;
    digest_t *digests; // FRAME_STRIPE_ROWS for each slot
    size_t distinct;
    size_t groups; // rows that are repeated, each counted once
    counted_t top[LISTED];
    size_t listed;
} search_t;

static void add_words(digest_t *digests, const vector_t *vector, arena_t *arena)
{
    digest_t *words = arena_array(arena, vector->words, sizeof *words);
    for (size_t w = 0; w < vector->words; w++) {
        words[w] = digest_bytes(vector->texts[w].bytes, vector->texts[w].size);
    }
    for (size_t i = 0; i < vector->count; i++) {
        digest_t word = words[vector->codes[i]];
        digests[i] = vector_is_valid(vector, i) ? digest_add(digests[i], word.a, word.b)
                                                : digest_add(digests[i], MISSING_WORD, 1);
    }
}

static void add_texts(digest_t *digests, const vector_t *vector)
{
    for (size_t i = 0; i < vector->count; i++) {
        digest_t text = {MISSING_WORD, 1};
        if (vector_is_valid(vector, i)) {
            text = digest_bytes(vector->texts[i].bytes, vector->texts[i].size);
        }
        digests[i] = digest_add(digests[i], text.a, text.b);
    }
}

static void add_numbers(digest_t *digests, const vector_t *vector)
{
    for (size_t i = 0; i < vector->count; i++) {
        double plain = vector->numbers[i] + 0.0; // -0 equals 0
        uint64_t bits;
        memcpy(&bits, &plain, sizeof bits);
        digests[i] = vector_is_valid(vector, i) ? digest_add(digests[i], bits, 0)
                                                : digest_add(digests[i], MISSING_WORD, 1);
    }
}

static void add_integers(digest_t *digests, const vector_t *vector)
{
    for (size_t i = 0; i < vector->count; i++) {
        digests[i] = vector_is_valid(vector, i)
                         ? digest_add(digests[i], (uint64_t)vector->integers[i], 0)
                         : digest_add(digests[i], MISSING_WORD, 1);
    }
}

static void add_vector(digest_t *digests, const vector_t *vector, arena_t *arena)
{
    if (vector->codes) {
        add_words(digests, vector, arena);
    } else if (vector->texts) {
        add_texts(digests, vector);
    } else if (vector->numbers) {
        add_numbers(digests, vector);
    } else {
        add_integers(digests, vector);
    }
}

static err_t work_stripe(void *context, size_t slot, size_t index, fault_t *fault)
{
    search_t *search = context;
    study_t *study = search->study;
    stripe_t *stripe = study->stripes[slot];
    digest_t *digests = search->digests + slot * FRAME_STRIPE_ROWS;
    memset(digests, 0, FRAME_STRIPE_ROWS * sizeof *digests);
    err_t err = ERR_OK;
    for (size_t c = 0; c < study->count && err == ERR_OK; c += ROWS_GROUP) {
        size_t group = study->count - c < ROWS_GROUP ? study->count - c : ROWS_GROUP;
        size_t wanted[ROWS_GROUP];
        for (size_t i = 0; i < group; i++) {
            wanted[i] = study->facts[c + i].column;
        }
        err = stripe_load(stripe, index, wanted, group, fault);
        for (size_t i = 0; i < group && err == ERR_OK; i++) {
            add_vector(digests, stripe_vector(stripe, wanted[i]), stripe_arena(stripe));
        }
    }
    return err;
}

static err_t settle_stripe(void *context, size_t slot, size_t index, fault_t *fault)
{
    search_t *search = context;
    const frame_t *frame = search->study->frame;
    const digest_t *digests = search->digests + slot * FRAME_STRIPE_ROWS;
    size_t rows = frame_stripe_rows(frame, index);
    int64_t first = frame_stripe_first(frame, index);
    int64_t ignored;
    err_t err = ERR_OK;
    for (size_t i = 0; i < rows && err == ERR_OK; i++) {
        counter_prefetch(search->counter, digests[i + 8 < rows ? i + 8 : i]);
        err = counter_add(search->counter, digests[i], 1, first + (int64_t)i, &ignored, fault);
    }
    double fraction = (double)(index + 1) / (double)frame_stripes(frame);
    if (err == ERR_OK && !progress_report(search->progress, fraction, "duplicate rows")) {
        err = fault_set(fault, ERR_CANCELLED, NULL, "the profile was cancelled");
    }
    return err;
}

static void see_row(void *context, const counted_t *row)
{
    search_t *search = context;
    search->distinct++;
    if (row->count < 2) {
        return;
    }
    search->groups++;
    size_t at = search->listed;
    const counted_t *last = at > 0 ? &search->top[at - 1] : NULL;
    if (at == LISTED &&
        (last->count > row->count || (last->count == row->count && last->first < row->first))) {
        return;
    }
    at = at == LISTED ? LISTED - 1 : search->listed++;
    for (; at > 0; at--) {
        const counted_t *before = &search->top[at - 1];
        if (before->count > row->count ||
            (before->count == row->count && before->first < row->first)) {
            break;
        }
        search->top[at] = *before;
    }
    search->top[at] = *row;
}

static const facts_t *find_proof(const study_t *study)
{
    for (size_t i = 0; i < study->count; i++) {
        if (study->facts[i].distinct == study->rows) {
            return &study->facts[i];
        }
    }
    return NULL;
}

static json_t *make(const study_t *study, size_t repeats, size_t groups, json_t *list)
{
    return json_pack("{s:I, s:o, s:I, s:o, s:o}", "rows", (json_int_t)repeats, "share",
                     figure_share((double)repeats, (double)study->rows), "groups",
                     (json_int_t)groups, "columns", rows_names(study), "top", list);
}

static err_t list_rows(search_t *search, json_t **ret_list, fault_t *fault)
{
    json_t *list = json_array();
    err_t err = ERR_OK;
    for (size_t i = 0; i < search->listed && err == ERR_OK; i++) {
        json_t *cells = NULL;
        size_t row = (size_t)search->top[i].first;
        err = rows_cells(search->study, &row, 1, &cells, fault);
        if (err == ERR_OK) {
            json_array_append_new(list, json_pack("{s:I, s:I, s:O}", "count",
                                                  (json_int_t)search->top[i].count, "first_row",
                                                  (json_int_t)row + 1, "cells",
                                                  json_array_get(cells, 0)));
        }
        json_decref(cells);
    }
    *ret_list = list;
    return err;
}

err_t repeat_find(study_t *study, const progress_t *progress, json_t **ret_duplicates,
                  fault_t *fault)
{
    const facts_t *proof = find_proof(study);
    if (proof || study->count == 0) {
        *ret_duplicates = make(study, 0, 0, json_array());
        return ERR_OK;
    }
    search_t search = {.study = study, .progress = progress};
    search.counter = counter_new(study->scratch, study->rows, study->share);
    search.digests = mem_array(study->threads * FRAME_STRIPE_ROWS, sizeof *search.digests);
    parallel_t job = {.context = &search,
                      .threads = study->threads,
                      .count = frame_stripes(study->frame),
                      .work = work_stripe,
                      .settle = settle_stripe};
    err_t err = parallel_run(&job, fault);
    err = err == ERR_OK ? counter_each(search.counter, see_row, &search, fault) : err;
    free(search.digests);
    counter_destroy(&search.counter);
    json_t *list = NULL;
    err = err == ERR_OK ? list_rows(&search, &list, fault) : err;
    if (err != ERR_OK) {
        json_decref(list);
        return err;
    }
    *ret_duplicates = make(study, study->rows - search.distinct, search.groups, list);
    return ERR_OK;
}
