// SPDX-License-Identifier: MPL-2.0
#include "learn/shares.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/drift.h"

enum { LEVELS_LIMIT = 100000, LEVELS_BYTES_LIMIT = 64 << 20 };

static bool is_words(type_t type)
{
    return type_in(type, TYPES_WORDS);
}

// A cell that is there as a number: dates by their days, truth values as 0 and 1.
static double number_at(const vector_t *cells, size_t i)
{
    return cells->numbers ? cells->numbers[i] : (double)cells->integers[i];
}

// What is done with the cells of each stripe.
typedef void stripe_fn(void *context, const vector_t *cells, int64_t first);

static err_t each_stripe(const frame_t *frame, size_t column, stripe_fn *take, void *context,
                         fault_t *fault)
{
    stripe_t *stripe = stripe_new(frame);
    err_t err = ERR_OK;
    for (size_t i = 0; i < frame_stripes(frame) && err == ERR_OK; i++) {
        err = stripe_load(stripe, i, &column, 1, fault);
        if (err == ERR_OK) {
            take(context, stripe_vector(stripe, column), frame_stripe_first(frame, i));
        }
    }
    stripe_destroy(&stripe);
    return err;
}

// --- Learning the bins -------------------------------------------------------------------------

typedef struct {
    const uint8_t *keep;
    double *numbers;
    size_t count;
    levels_t *levels;
} gather_t;

static void gather(void *context, const vector_t *cells, int64_t first)
{
    gather_t *gather = context;
    for (size_t i = 0; i < cells->count; i++) {
        if (!gather->keep[first + (int64_t)i] || !vector_is_valid(cells, i)) {
            continue;
        }
        if (cells->texts) {
            text_t text = vector_text(cells, i);
            levels_add(gather->levels, text.bytes, text.size, 1); // beyond the limit: rare anyway
        } else {
            gather->numbers[gather->count++] = number_at(cells, i);
        }
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

// The tenths, each once.
static void find_edges(shares_t *shares, double *numbers, size_t count)
{
    qsort(numbers, count, sizeof *numbers, by_value);
    shares->edges = mem_array(DRIFT_BINS, sizeof *shares->edges);
    for (size_t i = 1; i < DRIFT_BINS && count > 0; i++) {
        double edge = numbers[(count - 1) * i / DRIFT_BINS];
        if (shares->edges_count == 0 || edge > shares->edges[shares->edges_count - 1]) {
            shares->edges[shares->edges_count++] = edge;
        }
    }
}

// The most frequent values; of equally frequent ones the first.
static void find_levels(shares_t *shares, const levels_t *all)
{
    size_t count = levels_count(all);
    bool *taken = mem_array(count + 1, sizeof *taken);
    shares->levels = levels_new(DRIFT_LEVELS, SIZE_MAX);
    for (size_t n = 0; n < DRIFT_LEVELS && n < count; n++) {
        size_t best = count;
        for (size_t i = 0; i < count; i++) {
            if (!taken[i] && (best == count || levels_times(all, i) > levels_times(all, best))) {
                best = i;
            }
        }
        size_t size;
        const char *bytes = levels_bytes(all, best, &size);
        taken[best] = true;
        levels_add(shares->levels, bytes, size, 1);
    }
    free(taken);
}

static void make_room(shares_t *shares)
{
    size_t values = shares->words ? levels_count(shares->levels) : shares->edges_count;
    shares->bins = values + 2; // one behind the last, one for missing cells
    shares->counts = mem_array(shares->bins, sizeof *shares->counts);
}

// --- Counting ----------------------------------------------------------------------------------

static size_t bin_of(const shares_t *shares, const vector_t *cells, size_t i)
{
    if (!vector_is_valid(cells, i)) {
        return shares->bins - 1;
    }
    if (shares->words) {
        text_t text = vector_text(cells, i);
        int64_t level = levels_find(shares->levels, text.bytes, text.size);
        return level == LEVELS_UNKNOWN ? shares->bins - 2 : (size_t)level;
    }
    double number = number_at(cells, i);
    size_t bin = 0;
    while (bin < shares->edges_count && number > shares->edges[bin]) {
        bin++;
    }
    return bin;
}

typedef struct {
    shares_t *shares;
    const uint8_t *keep; // NULL: all
} count_t;

static void count(void *context, const vector_t *cells, int64_t first)
{
    count_t *count = context;
    for (size_t i = 0; i < cells->count; i++) {
        if (!count->keep || count->keep[first + (int64_t)i]) {
            count->shares->counts[bin_of(count->shares, cells, i)]++;
        }
    }
}

err_t shares_count(shares_t *shares, const frame_t *frame, size_t column, fault_t *fault)
{
    return each_stripe(frame, column, count, &(count_t){shares, NULL}, fault);
}

err_t shares_learn(const frame_t *frame, size_t column, const uint8_t *keep, shares_t *ret_shares,
                   fault_t *fault)
{
    shares_t shares = {.words = is_words(frame_type(frame, column))};
    size_t rows = shares.words ? 0 : (size_t)frame_rows(frame);
    gather_t gathered = {.keep = keep,
                         .numbers = mem_array(rows + 1, sizeof(double)),
                         .levels = levels_new(LEVELS_LIMIT, LEVELS_BYTES_LIMIT)};
    err_t err = each_stripe(frame, column, gather, &gathered, fault);
    if (err == ERR_OK && shares.words) {
        find_levels(&shares, gathered.levels);
    } else if (err == ERR_OK) {
        find_edges(&shares, gathered.numbers, gathered.count);
    }
    free(gathered.numbers);
    levels_destroy(&gathered.levels);
    if (err == ERR_OK) {
        make_room(&shares);
        err = each_stripe(frame, column, count, &(count_t){&shares, keep}, fault);
    }
    if (err != ERR_OK) {
        shares_release(&shares);
        return err;
    }
    *ret_shares = shares;
    return ERR_OK;
}

// --- Documents ---------------------------------------------------------------------------------

json_t *shares_to_json(const shares_t *shares, type_t type)
{
    json_t *bins = json_array();
    json_t *parts = json_array();
    int64_t total = 0;
    size_t values = shares->bins - 2;
    for (size_t i = 0; i < values; i++) {
        size_t size = 0;
        const char *bytes = shares->words ? levels_bytes(shares->levels, i, &size) : NULL;
        json_array_append_new(bins,
                              bytes ? json_stringn(bytes, size) : json_real(shares->edges[i]));
    }
    for (size_t i = 0; i < shares->bins; i++) {
        total += shares->counts[i];
    }
    for (size_t i = 0; i < shares->bins; i++) {
        double share = total > 0 ? (double)shares->counts[i] / (double)total : 0;
        json_array_append_new(parts, json_real(share));
    }
    return json_pack("{s:s, s:o, s:o}", "type", type_name(type), shares->words ? "levels" : "edges",
                     bins, "shares", parts);
}

static bool read_bins(const json_t *bins, shares_t *shares)
{
    size_t i;
    json_t *bin;
    shares->edges = mem_array(DRIFT_BINS, sizeof *shares->edges);
    shares->levels = levels_new(DRIFT_LEVELS, SIZE_MAX);
    json_array_foreach((json_t *)bins, i, bin)
    {
        const char *text = json_string_value(bin);
        if (shares->words) {
            if (!text ||
                levels_add(shares->levels, text, json_string_length(bin), 1) != (int64_t)i) {
                return false;
            }
        } else {
            if (!json_is_number(bin) || i + 1 >= DRIFT_BINS) {
                return false;
            }
            shares->edges[shares->edges_count++] = json_number_value(bin);
        }
    }
    return true;
}

bool shares_read(const json_t *json, shares_t *ret_shares, double **ret_before)
{
    const json_t *levels = json_object_get(json, "levels");
    const json_t *bins = levels ? levels : json_object_get(json, "edges");
    const json_t *before = json_object_get(json, "shares");
    shares_t shares = {.words = levels != NULL};
    if (!json_is_array(bins) || json_array_size(before) != json_array_size(bins) + 2 ||
        !read_bins(bins, &shares)) {
        shares_release(&shares);
        return false;
    }
    make_room(&shares);
    double *numbers = mem_array(shares.bins, sizeof *numbers);
    for (size_t i = 0; i < shares.bins; i++) {
        numbers[i] = json_number_value(json_array_get(before, i));
    }
    *ret_shares = shares;
    *ret_before = numbers;
    return true;
}

void shares_release(shares_t *shares)
{
    free(shares->edges);
    levels_destroy(&shares->levels);
    free(shares->counts);
    *shares = (shares_t){0};
}
