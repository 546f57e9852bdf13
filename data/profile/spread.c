// SPDX-License-Identifier: MPL-2.0
#include "data/profile/spread.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

const double SPREAD_AT[SPREAD_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

// A sum that carries its rounding errors (Neumaier, 1974).
typedef struct {
    double sum;
    double rest;
} carried_t;

static inline void carry(carried_t *sum, double value)
{
    double next = sum->sum + value;
    double part = next - sum->sum;
    sum->rest += (sum->sum - (next - part)) + (value - part);
    sum->sum = next;
}

// Powers of the distances from the mean.
typedef struct {
    carried_t powers[4];
} powers_t;

typedef struct {
    const order_t *order;
    key_code_t code;
    spread_t *spread;
    powers_t powers;
    size_t bin;
    run_t ring[SPREAD_LISTED]; // the last runs
} scan_t;

static void add_common(spread_t *spread, run_t run)
{
    size_t at = spread->common_count;
    if (at == SPREAD_LISTED) {
        if (run.count <= spread->common[at - 1].count) {
            return;
        }
        at--;
    } else {
        spread->common_count++;
    }
    for (; at > 0 && spread->common[at - 1].count < run.count; at--) {
        spread->common[at] = spread->common[at - 1];
    }
    spread->common[at] = run;
}

static void add_powers(powers_t *powers, double distance, double times)
{
    double square = distance * distance;
    carry(&powers->powers[0], times * distance);
    carry(&powers->powers[1], times * square);
    carry(&powers->powers[2], times * square * distance);
    carry(&powers->powers[3], times * square * square);
}

static void add_bin(scan_t *scan, double value, int64_t times)
{
    spread_t *spread = scan->spread;
    while (scan->bin < SPREAD_BINS - 1 && value >= spread->edges[scan->bin + 1]) {
        scan->bin++;
    }
    spread->bins[scan->bin] += times;
}

static void add_run(scan_t *scan, run_t run)
{
    spread_t *spread = scan->spread;
    double value = key_number(scan->code, run.key);
    add_powers(&scan->powers, value - spread->mean, (double)run.count);
    if (spread->binned) {
        add_bin(scan, value, run.count);
    }
    add_common(spread, run);
    if (spread->distinct < SPREAD_LISTED) {
        spread->smallest[spread->distinct] = run;
    }
    scan->ring[spread->distinct % SPREAD_LISTED] = run;
    spread->single += run.count == 1;
    spread->distinct++;
}

static err_t scan_runs(scan_t *scan, fault_t *fault)
{
    run_t *runs = mem_array(ORDER_RUNS, sizeof *runs);
    cursor_t cursor = {0};
    size_t count = 1;
    err_t err = ERR_OK;
    while (count > 0 && err == ERR_OK) {
        err = order_read(scan->order, &cursor, runs, &count, fault);
        for (size_t i = 0; i < count && err == ERR_OK; i++) {
            add_run(scan, runs[i]);
        }
    }
    free(runs);
    return err;
}

// numpy's linspace between the extremes; a single value lies amidst a range of 1.
static void make_edges(spread_t *spread, double min, double max)
{
    double low = min == max ? min - 0.5 : min;
    double high = min == max ? max + 0.5 : max;
    double step = (high - low) / SPREAD_BINS;
    for (int i = 0; i < SPREAD_BINS; i++) {
        spread->edges[i] = i * step + low;
    }
    spread->edges[SPREAD_BINS] = high;
    spread->binned = isfinite(high - low);
}

static double value_of(carried_t sum)
{
    return sum.sum + sum.rest;
}

// The formulas of pandas' var(), skew() and kurt(), with the mean's rounding taken out.
static void make_moments(spread_t *spread, const powers_t *powers)
{
    double n = (double)spread->count;
    double off = value_of(powers->powers[0]) / n;
    double second = value_of(powers->powers[1]) - n * off * off;
    double third = value_of(powers->powers[2]) - 3 * off * second - n * off * off * off;
    double fourth = value_of(powers->powers[3]) - 4 * off * third - 6 * off * off * second;
    bool constant = spread->distinct == 1;
    second = constant ? 0 : second;
    spread->population = second / n;
    spread->variance = n > 1 ? second / (n - 1) : NAN;
    double adjust = 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3));
    double skewness = n * sqrt(n - 1) / (n - 2) * third / pow(second, 1.5);
    double kurtosis =
        n * (n + 1) * (n - 1) / ((n - 2) * (n - 3)) * (fourth / second / second) - adjust;
    spread->skewness = n < 3 ? NAN : constant ? 0 : skewness;
    spread->kurtosis = n < 4 ? NAN : constant ? 0 : kurtosis;
}

static err_t number_at(const order_t *order, key_code_t code, size_t position, double *ret_value,
                       fault_t *fault)
{
    int64_t key = 0;
    err_t err = order_at(order, position, &key, fault);
    *ret_value = key_number(code, key);
    return err;
}

// numpy's "linear" quantile, with its way to interpolate.
static err_t quantile(const order_t *order, key_code_t code, double at, double *ret_value,
                      fault_t *fault)
{
    double place = (double)(order->count - 1) * at;
    size_t below = (size_t)place;
    size_t above = below + 1 < order->count ? below + 1 : below;
    double t = place - (double)below;
    double a = 0;
    double b = 0;
    err_t err = number_at(order, code, below, &a, fault);
    err = err == ERR_OK ? number_at(order, code, above, &b, fault) : err;
    *ret_value = t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
    return err;
}

// The distance from `center` of the value at a position, to the left or to the right of it.
typedef struct {
    const order_t *order;
    key_code_t code;
    double center;
    size_t split; // values before it are below the center
} sides_t;

static err_t distance(const sides_t *sides, bool left, size_t place, double *ret, fault_t *fault)
{
    size_t position = left ? sides->split - 1 - place : sides->split + place;
    err_t err = number_at(sides->order, sides->code, position, ret, fault);
    *ret = fabs(*ret - sides->center);
    return err;
}

// The distance with `rank` distances before it: both sides ascend outwards, so the number taken
// from the left is found by halving.
static err_t pick_distance(const sides_t *sides, size_t rank, double *ret_distance, fault_t *fault)
{
    size_t lefts = sides->split;
    size_t rights = sides->order->count - lefts;
    size_t low = rank + 1 > rights ? rank + 1 - rights : 0;
    size_t high = rank + 1 < lefts ? rank + 1 : lefts;
    err_t err = ERR_OK;
    double a = 0;
    double b = 0;
    while (low < high && err == ERR_OK) { // the least number whose next one is not too near
        size_t taken = low + (high - low) / 2;
        err = distance(sides, true, taken, &a, fault);
        err = err == ERR_OK ? distance(sides, false, rank - taken, &b, fault) : err;
        if (a < b) {
            low = taken + 1;
        } else {
            high = taken;
        }
    }
    double last_left = 0;
    double last_right = 0;
    if (low > 0 && err == ERR_OK) {
        err = distance(sides, true, low - 1, &last_left, fault);
    }
    if (rank + 1 > low && err == ERR_OK) {
        err = distance(sides, false, rank - low, &last_right, fault);
    }
    *ret_distance = last_left > last_right ? last_left : last_right;
    return err;
}

static err_t find_split(sides_t *sides, fault_t *fault)
{
    size_t low = 0;
    size_t high = sides->order->count;
    err_t err = ERR_OK;
    while (low < high && err == ERR_OK) {
        size_t middle = low + (high - low) / 2;
        double value = 0;
        err = number_at(sides->order, sides->code, middle, &value, fault);
        if (value < sides->center) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    sides->split = low;
    return err;
}

static err_t make_mad(const order_t *order, key_code_t code, double median, double *ret_mad,
                      fault_t *fault)
{
    sides_t sides = {.order = order, .code = code, .center = median};
    double low = 0;
    double high = 0;
    err_t err = find_split(&sides, fault);
    err = err == ERR_OK ? pick_distance(&sides, (order->count - 1) / 2, &low, fault) : err;
    err = err == ERR_OK ? pick_distance(&sides, order->count / 2, &high, fault) : err;
    *ret_mad = (low + high) / 2;
    return err;
}

static err_t make_quantiles(const order_t *order, key_code_t code, spread_t *spread, fault_t *fault)
{
    err_t err = ERR_OK;
    for (int i = 0; i < SPREAD_QUANTILES && err == ERR_OK; i++) {
        err = quantile(order, code, SPREAD_AT[i], &spread->quantiles[i], fault);
    }
    return err == ERR_OK
               ? make_mad(order, code, spread->quantiles[SPREAD_QUANTILES / 2], &spread->mad, fault)
               : err;
}

err_t spread_make(const order_t *order, key_code_t code, const double sum[2], spread_t *ret_spread,
                  fault_t *fault)
{
    spread_t spread = {.count = order->count};
    scan_t scan = {.order = order, .code = code, .spread = &spread};
    if (order->count == 0) {
        *ret_spread = spread;
        return ERR_OK;
    }
    double min = 0;
    double max = 0;
    spread.mean = sum[0] / (double)order->count + sum[1] / (double)order->count;
    err_t err = number_at(order, code, 0, &min, fault);
    err = err == ERR_OK ? number_at(order, code, order->count - 1, &max, fault) : err;
    make_edges(&spread, min, max);
    err = err == ERR_OK ? scan_runs(&scan, fault) : err;
    err = err == ERR_OK ? make_quantiles(order, code, &spread, fault) : err;
    if (err != ERR_OK) {
        return err;
    }
    spread.mean = min == max ? min : spread.mean;
    make_moments(&spread, &scan.powers);
    spread.outer_count = spread.distinct < SPREAD_LISTED ? spread.distinct : SPREAD_LISTED;
    for (size_t i = 0; i < spread.outer_count; i++) {
        spread.largest[i] = scan.ring[(spread.distinct - 1 - i) % SPREAD_LISTED];
    }
    *ret_spread = spread;
    return ERR_OK;
}
