// SPDX-License-Identifier: MPL-2.0
// Columns of numbers, dates and instants.
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/profile/facts.h"
#include "data/profile/numeric.h"

enum { PLACES_MAX = 15 };

#define DECIMAL_MAX 0x1p51 // below, neighbouring decimals are different doubles

static const double POWERS[PLACES_MAX + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                              1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

// What one reading of the column gathers.
typedef struct {
    facts_t *facts;
    store_t *store;
    int places; // after which all decimals so far end; beyond PLACES_MAX: they do not
    double sum[2];
    __int128 total; // of integers
    int64_t min;
    int64_t max;
    int64_t last;
    bool up; // each value is at least the one before
    bool down;
    bool repeats; // some value is the one before
    size_t point; // the next one
} reading_t;

static size_t take_doubles(const vector_t *vector, int64_t *to)
{
    size_t count = 0;
    for (size_t i = 0; i < vector->count; i++) {
        to[count] = key_of_double(vector->numbers[i]);
        count += vector_is_valid(vector, i) != 0;
    }
    return count;
}

static size_t take_integers(const vector_t *vector, int64_t *to)
{
    size_t count = 0;
    for (size_t i = 0; i < vector->count; i++) {
        to[count] = vector->integers[i];
        count += vector_is_valid(vector, i) != 0;
    }
    return count;
}

static void see_trend(reading_t *reading, const int64_t *keys, size_t count)
{
    int64_t last = reading->facts->valid > 0 ? reading->last : count > 0 ? keys[0] : 0;
    size_t from = reading->facts->valid > 0 ? 0 : 1;
    bool up = reading->up;
    bool down = reading->down;
    bool repeats = reading->repeats;
    for (size_t i = from; i < count && (up || down); i++) {
        up = up && keys[i] >= last;
        down = down && keys[i] <= last;
        repeats = repeats || keys[i] == last;
        last = keys[i];
    }
    reading->last = last;
    reading->up = up;
    reading->down = down;
    reading->repeats = repeats;
}

static void see_range(reading_t *reading, const int64_t *keys, size_t count)
{
    int64_t min = reading->min;
    int64_t max = reading->max;
    size_t zeros = 0; // 0 is the key of 0 for doubles, too
    size_t negatives = 0;
    for (size_t i = 0; i < count; i++) {
        min = keys[i] < min ? keys[i] : min;
        max = keys[i] > max ? keys[i] : max;
        zeros += keys[i] == 0;
        negatives += keys[i] < 0;
    }
    reading->min = min;
    reading->max = max;
    reading->facts->zeros += zeros;
    reading->facts->negatives += negatives;
}

// A sum that carries its rounding errors (Neumaier, 1974).
static void see_sum(reading_t *reading, const int64_t *keys, size_t count)
{
    double sum = reading->sum[0];
    double rest = reading->sum[1];
    for (size_t i = 0; i < count; i++) {
        double value = key_to_double(keys[i]);
        double next = sum + value;
        double part = next - sum;
        rest += (sum - (next - part)) + (value - part);
        sum = next;
    }
    reading->sum[0] = sum;
    reading->sum[1] = rest;
}

static void see_total(reading_t *reading, const int64_t *keys, size_t count)
{
    __int128 total = reading->total;
    for (size_t i = 0; i < count; i++) {
        total += keys[i];
    }
    reading->total = total;
}

static bool ends_after(double value, int places)
{
    double scaled = value * POWERS[places];
    return fabs(scaled) < DECIMAL_MAX && (double)llrint(scaled) / POWERS[places] == value;
}

// A decimal that ends after some places ends after more of them, too: both are the double next to
// the same fraction.
static void see_places(reading_t *reading, const int64_t *keys, size_t count)
{
    int places = reading->places;
    for (size_t i = 0; i < count && places <= PLACES_MAX; i++) {
        double value = key_to_double(keys[i]);
        while (places <= PLACES_MAX && !ends_after(value, places)) {
            places++;
        }
    }
    reading->places = places;
}

static void see_points(const study_t *study, reading_t *reading, const vector_t *vector,
                       size_t first)
{
    facts_t *facts = reading->facts;
    for (; facts->points && reading->point < study->points; reading->point++) {
        size_t row = study_point_row(study, reading->point);
        if (row >= first + vector->count) {
            return;
        }
        size_t i = row - first;
        facts->points[reading->point] = !vector_is_valid(vector, i) ? NAN
                                        : vector->numbers           ? vector->numbers[i]
                                                                    : (double)vector->integers[i];
    }
}

static err_t read_stripe(const study_t *study, reading_t *reading, const vector_t *vector,
                         size_t first, fault_t *fault)
{
    facts_t *facts = reading->facts;
    int64_t *keys = store_begin(reading->store);
    bool doubles = vector->type == TYPE_FLOAT;
    size_t count = doubles ? take_doubles(vector, keys) : take_integers(vector, keys);
    mask_add(&facts->mask, first, vector->count, vector->valid);
    see_range(reading, keys, count);
    see_trend(reading, keys, count);
    if (doubles) {
        see_sum(reading, keys, count);
        see_places(reading, keys, count);
    } else {
        see_total(reading, keys, count);
    }
    see_points(study, reading, vector, first);
    facts->valid += count;
    return store_end(reading->store, count, fault);
}

static err_t read_column(const study_t *study, reading_t *reading, stripe_t *stripe, fault_t *fault)
{
    size_t column = reading->facts->column;
    err_t err = ERR_OK;
    for (size_t i = 0; i < frame_stripes(study->frame) && err == ERR_OK; i++) {
        err = stripe_load(stripe, i, &column, 1, fault);
        if (err == ERR_OK) {
            size_t first = (size_t)frame_stripe_first(study->frame, i);
            err = read_stripe(study, reading, stripe_vector(stripe, column), first, fault);
        }
    }
    return err;
}

// Decimals that are all k / power become k, where that keeps their order.
static void shrink_keys(reading_t *reading)
{
    store_t *store = reading->store;
    if (reading->places > PLACES_MAX || store->count == 0) {
        return;
    }
    double power = POWERS[reading->places];
    double min = key_to_double(reading->min) * power;
    double max = key_to_double(reading->max) * power;
    if (min > -DECIMAL_MAX && max < DECIMAL_MAX) {
        store_decimals(store, power);
        reading->min = llrint(min);
        reading->max = llrint(max);
    }
}

static trend_t trend_of(const reading_t *reading)
{
    if (reading->facts->valid < 2) {
        return TREND_NONE;
    }
    return reading->up && reading->down ? TREND_FLAT
           : reading->up                ? (reading->repeats ? TREND_UP : TREND_STRICTLY_UP)
           : reading->down              ? (reading->repeats ? TREND_DOWN : TREND_STRICTLY_DOWN)
                                        : TREND_NONE;
}

static void split_total(reading_t *reading)
{
    double high = (double)reading->total;
    reading->sum[0] = high;
    reading->sum[1] = (double)(reading->total - (__int128)high);
}

// Puts the keys in order and describes them.
static err_t study_order(study_t *study, reading_t *reading, numeric_t *numeric, fault_t *fault)
{
    facts_t *facts = reading->facts;
    ranks_t ranks = {0};
    order_plan_t plan = {.min = reading->min, .max = reading->max, .memory_bytes = study->share};
    if (facts->ranked) {
        ranks = ranks_new(study->scratch, &facts->mask);
        facts->ranks_offset = ranks.offset;
        plan.ranks = &ranks;
    }
    err_t err = order_make(reading->store, &plan, &numeric->order, fault);
    ranks_release(&ranks);
    numeric->code = reading->store->code;
    store_release(reading->store);
    if (err == ERR_OK) {
        err = spread_make(&numeric->order, numeric->code, reading->sum, &numeric->spread, fault);
    }
    order_release(&numeric->order);
    return err;
}

static void keep_facts(facts_t *facts, const reading_t *reading, const numeric_t *numeric)
{
    const spread_t *spread = &numeric->spread;
    facts->trend = trend_of(reading);
    facts->distinct = spread->distinct;
    facts->single = spread->single;
    facts->mean = spread->mean;
    facts->sd = spread->count > 0 ? sqrt(spread->population) : NAN;
    facts->skewness = spread->count > 0 ? spread->skewness : NAN;
    facts->bytes = (int64_t)(facts->valid * sizeof(int64_t));
}

err_t numeric_study(study_t *study, facts_t *facts, stripe_t *stripe, fault_t *fault)
{
    bool in_memory = study->rows * ORDER_BYTES <= study->share;
    store_t store = store_new(study->scratch, study->rows, in_memory);
    store.code.kind = facts->type == TYPE_FLOAT ? KEY_DOUBLE : KEY_INTEGER;
    reading_t reading = {.facts = facts,
                         .store = &store,
                         .min = INT64_MAX,
                         .max = INT64_MIN,
                         .up = true,
                         .down = true};
    numeric_t numeric = {0};
    err_t err = read_column(study, &reading, stripe, fault);
    if (facts->type == TYPE_FLOAT) {
        shrink_keys(&reading);
    } else {
        split_total(&reading);
        numeric.total = reading.total;
    }
    numeric.sum = reading.sum[0] + reading.sum[1];
    numeric.min = reading.min;
    numeric.max = reading.max;
    if (err == ERR_OK) {
        err = study_order(study, &reading, &numeric, fault);
    }
    store_release(&store);
    if (err == ERR_OK) {
        keep_facts(facts, &reading, &numeric);
        facts_bands(study, facts);
        facts->variable = numeric_variable(facts, &numeric);
    }
    return err;
}
