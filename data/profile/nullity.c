// SPDX-License-Identifier: MPL-2.0
#include "data/profile/nullity.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/profile/counter.h"
#include "data/profile/figure.h"
#include "data/profile/matrix.h"

enum {
    PATTERNS_LISTED = 20,
    BANDED_MAX = 100,    // columns in the matrix of bands
    CORRELATED_MAX = 40, // columns in the nullity correlation
    PATTERN_NAMES = 100, // columns that a pattern names
    WORD_ROWS = 64,
};

struct nullity {
    study_t *study;
    facts_t **columns; // those with missing cells whose masks are kept
    size_t count;
    counter_t *counter;
    size_t complete;       // rows without a missing cell
    size_t complete_first; // the first of them
    size_t distinct;
    counted_t top[PATTERNS_LISTED];
    size_t listed;
};

nullity_t *nullity_new(study_t *study)
{
    nullity_t *nullity = mem_new(sizeof *nullity);
    nullity->study = study;
    nullity->columns = mem_array(study->count, sizeof(facts_t *));
    for (size_t i = 0; i < study->count; i++) {
        if (study->facts[i].mask.words) {
            nullity->columns[nullity->count++] = &study->facts[i];
        }
    }
    nullity->counter = counter_new(study->scratch, study->rows, study->share / 4);
    return nullity;
}

// Counts the patterns of 64 rows: a row's is the sum of the words that stand for its columns.
static err_t count_word(nullity_t *nullity, size_t word, uint64_t any, fault_t *fault)
{
    digest_t digests[WORD_ROWS] = {0};
    for (size_t c = 0; c < nullity->count; c++) {
        digest_t name = digest_add((digest_t){c, ~c}, 0x243F6A8885A308D3U, c);
        uint64_t bits = nullity->columns[c]->mask.words[word];
        for (; bits; bits &= bits - 1) {
            digest_t *digest = &digests[__builtin_ctzll(bits)];
            digest->a ^= name.a;
            digest->b ^= name.b;
        }
    }
    err_t err = ERR_OK;
    int64_t ignored;
    for (; any && err == ERR_OK; any &= any - 1) {
        int row = __builtin_ctzll(any);
        err = counter_add(nullity->counter, digests[row], 1, (int64_t)(word * WORD_ROWS) + row,
                          &ignored, fault);
    }
    return err;
}

static void see_pattern(void *context, const counted_t *pattern)
{
    nullity_t *nullity = context;
    counted_t *top = nullity->top;
    nullity->distinct++;
    size_t at = nullity->listed;
    if (at == PATTERNS_LISTED) {
        at--;
        if (top[at].count > pattern->count ||
            (top[at].count == pattern->count && top[at].first < pattern->first)) {
            return;
        }
    } else {
        nullity->listed++;
    }
    for (; at > 0 && (top[at - 1].count < pattern->count ||
                      (top[at - 1].count == pattern->count && top[at - 1].first > pattern->first));
         at--) {
        top[at] = top[at - 1];
    }
    top[at] = *pattern;
}

err_t nullity_search(nullity_t *nullity, fault_t *fault)
{
    size_t rows = nullity->study->rows;
    err_t err = ERR_OK;
    nullity->complete_first = SIZE_MAX;
    for (size_t w = 0; w < mask_words(rows) && err == ERR_OK; w++) {
        size_t here = rows - w * WORD_ROWS < WORD_ROWS ? rows - w * WORD_ROWS : WORD_ROWS;
        uint64_t any = 0;
        for (size_t c = 0; c < nullity->count; c++) {
            any |= nullity->columns[c]->mask.words[w];
        }
        size_t complete = here - (size_t)__builtin_popcountll(any);
        if (complete > 0 && nullity->complete == 0) {
            nullity->complete_first = w * WORD_ROWS + (size_t)__builtin_ctzll(~any);
        }
        nullity->complete += complete;
        err = any ? count_word(nullity, w, any, fault) : ERR_OK;
    }
    if (err == ERR_OK && nullity->complete > 0) {
        counted_t complete = {.count = (int64_t)nullity->complete,
                              .first = (int64_t)nullity->complete_first};
        see_pattern(nullity, &complete);
    }
    return err == ERR_OK ? counter_each(nullity->counter, see_pattern, nullity, fault) : err;
}

static json_t *patterns_of(const nullity_t *nullity)
{
    json_t *list = json_array();
    for (size_t i = 0; i < nullity->listed; i++) {
        const counted_t *pattern = &nullity->top[i];
        json_t *names = json_array();
        size_t missing = 0;
        for (size_t c = 0; c < nullity->count; c++) {
            if (mask_is_missing(&nullity->columns[c]->mask, (size_t)pattern->first) &&
                missing++ < PATTERN_NAMES) {
                json_array_append_new(names, json_string(nullity->columns[c]->name));
            }
        }
        json_array_append_new(
            list, json_pack("{s:I, s:o, s:o, s:I}", "rows", (json_int_t)pattern->count, "share",
                            figure_share((double)pattern->count, (double)nullity->study->rows),
                            "columns", names, "missing", (json_int_t)missing));
    }
    return list;
}

static json_t *bands_of(const nullity_t *nullity)
{
    const study_t *study = nullity->study;
    size_t columns = study->count < BANDED_MAX ? study->count : BANDED_MAX;
    json_t *names = json_array();
    json_t *matrix = json_array();
    for (size_t c = 0; c < columns; c++) {
        json_array_append_new(names, json_string(study->facts[c].name));
        json_t *bands = json_array();
        for (size_t b = 0; b < study->bands; b++) {
            size_t from = b * study->rows / study->bands;
            size_t to = (b + 1) * study->rows / study->bands;
            json_array_append_new(
                bands, figure_share((double)study->facts[c].bands[b], (double)(to - from)));
        }
        json_array_append_new(matrix, bands);
    }
    return json_pack("{s:o, s:I, s:o}", "columns", names, "bands", (json_int_t)study->bands,
                     "matrix", matrix);
}

// Pearson's correlation of two columns' being missing.
static double together(const study_t *study, const facts_t *a, const facts_t *b)
{
    double n = (double)study->rows;
    double x = (double)a->mask.missing;
    double y = (double)b->mask.missing;
    double both = (double)mask_both(&a->mask, &b->mask);
    double vary = x * (n - x) * y * (n - y);
    return vary > 0 ? (n * both - x * y) / (sqrt(x * (n - x)) * sqrt(y * (n - y))) : NAN;
}

static json_t *correlation_of(const nullity_t *nullity)
{
    facts_t *columns[CORRELATED_MAX];
    size_t count = 0;
    for (size_t c = 0; c < nullity->count && count < CORRELATED_MAX; c++) {
        if (nullity->columns[c]->valid > 0) {
            columns[count++] = nullity->columns[c];
        }
    }
    matrix_t matrix = matrix_new(columns, count);
    for (size_t pair = 0; pair < matrix_pairs(count); pair++) {
        size_t i;
        size_t j;
        matrix_pair(count, pair, &i, &j);
        matrix_set(&matrix, i, j, together(nullity->study, columns[i], columns[j]));
    }
    json_t *json = matrix_json(&matrix);
    matrix_release(&matrix);
    return json;
}

json_t *nullity_json(const nullity_t *nullity)
{
    return json_pack("{s:I, s:o, s:o, s:o, s:I}", "complete_rows", (json_int_t)nullity->complete,
                     "matrix", bands_of(nullity), "correlation", correlation_of(nullity),
                     "patterns", patterns_of(nullity), "patterns_distinct",
                     (json_int_t)nullity->distinct);
}

void nullity_destroy(nullity_t **nullity)
{
    if (!*nullity) {
        return;
    }
    counter_destroy(&(*nullity)->counter);
    free((*nullity)->columns);
    free(*nullity);
    *nullity = NULL;
}
