// SPDX-License-Identifier: MPL-2.0
#include <math.h>

#include "data/profile/chance.h"
#include "data/profile/figure.h"
#include "data/profile/numeric.h"

static const char *const TRENDS[] = {
    [TREND_NONE] = "no",
    [TREND_UP] = "increasing",
    [TREND_STRICTLY_UP] = "strictly increasing",
    [TREND_DOWN] = "decreasing",
    [TREND_STRICTLY_DOWN] = "strictly decreasing",
    [TREND_FLAT] = "constant",
};

static json_t *value_of(const facts_t *facts, const numeric_t *numeric, int64_t key)
{
    return facts->type == TYPE_FLOAT ? figure_number(key_number(numeric->code, key))
                                     : figure_integer(facts->type, key);
}

static json_t *runs_of(const facts_t *facts, const numeric_t *numeric, const run_t *runs,
                       size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_pack("{s:o, s:I}", "value",
                                              value_of(facts, numeric, runs[i].key), "count",
                                              (json_int_t)runs[i].count));
    }
    return list;
}

// Between two values: days for dates, milliseconds for instants.
static json_t *range_of(const facts_t *facts, const numeric_t *numeric)
{
    __int128 range = (__int128)numeric->max - numeric->min;
    if (facts->type != TYPE_FLOAT && range <= INT64_MAX) {
        return json_integer((json_int_t)range);
    }
    return figure_number(key_number(numeric->code, numeric->max) -
                         key_number(numeric->code, numeric->min));
}

static json_t *edge_of(const facts_t *facts, double edge)
{
    return type_in(facts->type, TYPES_TIME) ? figure_integer(facts->type, (int64_t)floor(edge))
                                            : figure_number(edge);
}

static json_t *histogram_of(const facts_t *facts, const spread_t *spread)
{
    if (!spread->binned) {
        return json_null();
    }
    json_t *edges = json_array();
    json_t *counts = json_array();
    for (int i = 0; i <= SPREAD_BINS; i++) {
        json_array_append_new(edges, edge_of(facts, spread->edges[i]));
    }
    for (int i = 0; i < SPREAD_BINS; i++) {
        json_array_append_new(counts, json_integer(spread->bins[i]));
    }
    return json_pack("{s:o, s:o}", "edges", edges, "counts", counts);
}

static void add_quantiles(json_t *variable, const facts_t *facts, const numeric_t *numeric)
{
    static const char *const names[SPREAD_QUANTILES] = {"q5", "q25", "median", "q75", "q95"};
    const spread_t *spread = &numeric->spread;
    json_t *quantiles = json_object();
    for (int i = 0; i < SPREAD_QUANTILES; i++) {
        json_t *value = type_in(facts->type, TYPES_TIME)
                            ? figure_integer(facts->type, (int64_t)floor(spread->quantiles[i]))
                            : figure_number(spread->quantiles[i]);
        json_object_set_new(quantiles, names[i], value);
    }
    json_object_set_new(variable, "quantiles", quantiles);
}

static void add_moments(json_t *variable, const numeric_t *numeric, bool integers, double sum)
{
    const spread_t *spread = &numeric->spread;
    double sd = sqrt(spread->variance);
    bool small = numeric->total >= INT64_MIN && numeric->total <= INT64_MAX;
    json_object_set_new(variable, "mean", figure_number(spread->mean));
    json_object_set_new(variable, "sd", figure_number(sd));
    json_object_set_new(variable, "variance", figure_number(spread->variance));
    json_object_set_new(variable, "sd_population", figure_number(sqrt(spread->population)));
    json_object_set_new(variable, "variance_population", figure_number(spread->population));
    json_object_set_new(variable, "cv", figure_number(sd / spread->mean));
    json_object_set_new(variable, "skewness", figure_number(spread->skewness));
    json_object_set_new(variable, "kurtosis", figure_number(spread->kurtosis));
    json_object_set_new(variable, "mad", figure_number(spread->mad));
    json_object_set_new(variable, "iqr",
                        figure_number(spread->quantiles[3] - spread->quantiles[1]));
    json_object_set_new(variable, "sum",
                        integers && small ? json_integer((json_int_t)numeric->total)
                                          : figure_number(sum));
}

static void add_number(json_t *variable, const facts_t *facts, const numeric_t *numeric, double sum)
{
    json_object_set_new(variable, "infinite", json_integer(0));
    json_object_set_new(variable, "zeros", json_integer((json_int_t)facts->zeros));
    json_object_set_new(variable, "zeros_share",
                        figure_share((double)facts->zeros, (double)facts->valid));
    json_object_set_new(variable, "negatives", json_integer((json_int_t)facts->negatives));
    json_object_set_new(variable, "negatives_share",
                        figure_share((double)facts->negatives, (double)facts->valid));
    if (facts->valid > 0) {
        add_moments(variable, numeric, facts->type == TYPE_INTEGER, sum);
    }
}

json_t *numeric_variable(facts_t *facts, const numeric_t *numeric)
{
    const spread_t *spread = &numeric->spread;
    json_t *variable = json_object();
    facts->uniform = spread->binned && spread->distinct > SPREAD_BINS
                         ? chance_even(spread->bins, SPREAD_BINS)
                         : NAN;
    if (type_in(facts->type, TYPES_NUMBER)) {
        add_number(variable, facts, numeric, numeric->sum);
    }
    json_object_set_new(variable, "trend", json_string(TRENDS[facts->trend]));
    if (facts->valid == 0) {
        return variable;
    }
    json_object_set_new(variable, "min", value_of(facts, numeric, numeric->min));
    json_object_set_new(variable, "max", value_of(facts, numeric, numeric->max));
    json_object_set_new(variable, "range", range_of(facts, numeric));
    add_quantiles(variable, facts, numeric);
    json_object_set_new(variable, "histogram", histogram_of(facts, spread));
    json_object_set_new(variable, "common",
                        runs_of(facts, numeric, spread->common, spread->common_count));
    json_object_set_new(variable, "smallest",
                        runs_of(facts, numeric, spread->smallest, spread->outer_count));
    json_object_set_new(variable, "largest",
                        runs_of(facts, numeric, spread->largest, spread->outer_count));
    return variable;
}
