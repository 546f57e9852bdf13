// SPDX-License-Identifier: MPL-2.0
#include "data/profile/common.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

// What is known of the most frequent before their texts are.
typedef struct {
    common_t *common;
    int64_t counts[COMMON_LISTED]; // the largest, descending
    size_t listed;
    int64_t cut;     // the count of the last one that is listed
    uint64_t *first; // a bit for each row where a text with at least that count stands first
    counted_t above[COMMON_LISTED]; // those with more
    size_t above_count;
} search_t;

static void count_thing(void *context, const counted_t *thing)
{
    search_t *search = context;
    search->common->distinct++;
    search->common->single += thing->count == 1;
    if (search->listed == COMMON_LISTED && thing->count <= search->counts[COMMON_LISTED - 1]) {
        return;
    }
    size_t at = search->listed < COMMON_LISTED ? search->listed++ : COMMON_LISTED - 1;
    for (; at > 0 && search->counts[at - 1] < thing->count; at--) {
        search->counts[at] = search->counts[at - 1];
    }
    search->counts[at] = thing->count;
}

static void mark_thing(void *context, const counted_t *thing)
{
    search_t *search = context;
    if (thing->count < search->cut) {
        return;
    }
    search->first[thing->first / 64] |= 1ULL << (thing->first % 64);
    if (thing->count > search->cut) {
        search->above[search->above_count++] = *thing;
    }
}

static int64_t count_at(const search_t *search, int64_t row)
{
    for (size_t i = 0; i < search->above_count; i++) {
        if (search->above[i].first == row) {
            return search->above[i].count;
        }
    }
    return search->cut;
}

// Whether a text with a count stands in front of one that is listed.
static bool is_before(text_t text, int64_t count, const common_text_t *listed)
{
    if (count != listed->count) {
        return count > listed->count;
    }
    size_t size = text.size < listed->size ? text.size : listed->size;
    int order = size > 0 ? memcmp(text.bytes, listed->bytes, size) : 0;
    return order != 0 ? order < 0 : text.size < listed->size;
}

static void list_text(common_t *common, text_t text, int64_t count)
{
    size_t last = common->count;
    if (last == COMMON_LISTED && !is_before(text, count, &common->texts[last - 1])) {
        return;
    }
    if (last == COMMON_LISTED) {
        free(common->texts[--last].bytes);
    } else {
        common->count++;
    }
    for (; last > 0 && is_before(text, count, &common->texts[last - 1]); last--) {
        common->texts[last] = common->texts[last - 1];
    }
    common->texts[last] = (common_text_t){text_dup(text.bytes, text.size), text.size, count};
}

static void list_rows(search_t *search, const vector_t *vector, size_t first)
{
    for (size_t i = 0; i < vector->count; i++) {
        size_t row = first + i;
        uint64_t bits = search->first[row / 64] >> (row % 64);
        if (bits == 0) {
            i += 63 - row % 64;
        } else if (bits & 1U) {
            int64_t count = search->above_count > 0 ? count_at(search, (int64_t)row) : search->cut;
            list_text(search->common, vector_text(vector, i), count);
        }
    }
}

static bool any_row(const search_t *search, size_t first, size_t count)
{
    for (size_t row = first; row < first + count; row += 64 - row % 64) {
        if (search->first[row / 64]) {
            return true;
        }
    }
    return false;
}

static err_t list_marked(study_t *study, const facts_t *facts, search_t *search, stripe_t *stripe,
                         fault_t *fault)
{
    err_t err = ERR_OK;
    for (size_t i = 0; i < frame_stripes(study->frame) && err == ERR_OK; i++) {
        size_t first = (size_t)frame_stripe_first(study->frame, i);
        if (!any_row(search, first, frame_stripe_rows(study->frame, i))) {
            continue;
        }
        err = stripe_load(stripe, i, &facts->column, 1, fault);
        if (err == ERR_OK) {
            list_rows(search, stripe_vector(stripe, facts->column), first);
        }
    }
    return err;
}

// Every row stands first when no text occurs twice.
static void mark_all(const study_t *study, const facts_t *facts, search_t *search)
{
    for (size_t i = 0; i < mask_words(study->rows); i++) {
        search->first[i] = facts->mask.words ? ~facts->mask.words[i] : ~0ULL;
    }
    if (study->rows % 64 > 0) {
        search->first[study->rows / 64] &= (1ULL << (study->rows % 64)) - 1;
    }
}

err_t common_find(study_t *study, const facts_t *facts, counter_t *counter, stripe_t *stripe,
                  common_t *ret_common, fault_t *fault)
{
    common_t common = {0};
    search_t search = {.common = &common};
    err_t err = counter_each(counter, count_thing, &search, fault);
    if (err != ERR_OK || common.distinct == 0) {
        *ret_common = common;
        return err;
    }
    search.first = mem_array(mask_words(study->rows), sizeof *search.first);
    search.cut = search.counts[search.listed - 1];
    if (common.single == facts->valid) {
        mark_all(study, facts, &search);
    } else {
        err = counter_each(counter, mark_thing, &search, fault);
    }
    err = err == ERR_OK ? list_marked(study, facts, &search, stripe, fault) : err;
    free(search.first);
    *ret_common = common;
    return err;
}

void common_release(common_t *common)
{
    for (size_t i = 0; i < common->count; i++) {
        free(common->texts[i].bytes);
    }
    *common = (common_t){0};
}
