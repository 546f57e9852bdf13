// SPDX-License-Identifier: MPL-2.0
#include "data/engine/suggest.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/value/type.h"

enum {
    MANY_LEVELS = 20, // more distinct values than this make too many 0/1 columns
};

static const double MOSTLY_MISSING = 0.6;
static const double ID_LIKE = 0.98;    // distinct values for each row
static const double OUTLYING_SD = 8;   // how far the extreme is from the mean
static const double UNLIKE_SPREAD = 3; // orders of magnitude between columns

// A column, as far as its description goes.
typedef struct {
    const char *name;
    type_t type;
    double rows;
    double missing; // share
    double distinct;
    bool exact;
    double min;
    double max;
    double mean;
    double sd;
} facts_t;

static double number_of(const json_t *column, const char *key)
{
    return json_number_value(json_object_get(column, key));
}

static facts_t facts_of(const json_t *column, double rows)
{
    facts_t facts = {.name = json_string_value(json_object_get(column, "name")), .rows = rows};
    const char *type = json_string_value(json_object_get(column, "type"));
    facts.type = TYPE_TEXT;
    type_by_name(type ? type : "text", &facts.type);
    facts.missing = rows > 0 ? number_of(column, "missing") / rows : 0;
    facts.distinct = number_of(column, "distinct");
    facts.exact = json_is_true(json_object_get(column, "distinct_exact"));
    facts.min = number_of(column, "min");
    facts.max = number_of(column, "max");
    facts.mean = number_of(column, "mean");
    facts.sd = number_of(column, "sd");
    return facts;
}

static void add(json_t *list, json_t *step, char *reason)
{
    json_array_append_new(list, json_pack("{s:o, s:s}", "step", step, "reason", reason));
    free(reason);
}

static json_t *step_of(const char *op, const char *method, const char *column)
{
    json_t *step = json_pack("{s:s, s:[s]}", "op", op, "columns", column);
    if (method) {
        json_object_set_new(step, "method", json_string(method));
    }
    return step;
}

// Columns that tell nothing: true when the column should go.
static bool suggest_drop(const facts_t *facts, json_t *list)
{
    char *reason = NULL;
    double values = facts->rows * (1 - facts->missing);
    bool words = type_in(facts->type, TYPES_WORDS);
    bool counting = facts->type == TYPE_INTEGER && facts->max - facts->min + 1 == facts->rows;
    if (facts->distinct == 0) {
        reason = text_format("no cell of '%s' has a value", facts->name);
    } else if (facts->distinct <= 1 && facts->missing == 0) {
        reason = text_format("'%s' has the same value in every row", facts->name);
    } else if (facts->missing > MOSTLY_MISSING) {
        reason = text_format("%.0f %% of '%s' is missing", 100 * facts->missing, facts->name);
    } else if (facts->rows > 20 && (words || counting) &&
               (facts->distinct >= ID_LIKE * values || !facts->exact)) {
        reason = text_format("'%s' looks like an id: almost every row has a value of its own",
                             facts->name);
    }
    if (reason) {
        add(list, step_of("drop", NULL, facts->name), reason);
    }
    return reason != NULL;
}

// Whether one of the ends is far outside what the deviation says.
static bool is_outlying(const facts_t *facts)
{
    double far = fmax(facts->max - facts->mean, facts->mean - facts->min);
    return facts->sd > 0 && far > OUTLYING_SD * facts->sd;
}

static void suggest_fill(const facts_t *facts, json_t *list)
{
    if (facts->missing == 0) {
        return;
    }
    double share = 100 * facts->missing;
    if (type_in(facts->type, TYPES_NUMBER)) {
        add(list, step_of("missing", "median", facts->name),
            text_format("%.2g %% of '%s' is missing; the median is not moved by outliers", share,
                        facts->name));
    } else {
        add(list, step_of("missing", "mode", facts->name),
            text_format("%.2g %% of '%s' is missing; the most frequent value is the likeliest",
                        share, facts->name));
    }
}

static void suggest_numbers(const facts_t *facts, json_t *list)
{
    if (!type_in(facts->type, TYPES_NUMBER) || facts->distinct <= 2) {
        return;
    }
    bool skewed = facts->min >= 0 && facts->mean > 0 && facts->sd > 2 * facts->mean;
    if (skewed) {
        add(list, step_of("scale", "log1p", facts->name),
            text_format("'%s' is skewed: most values are small, the largest is %.4g", facts->name,
                        facts->max));
    } else if (is_outlying(facts)) {
        add(list, step_of("outliers", "iqr_clip", facts->name),
            text_format("'%s' has outliers: the extreme is more than %g deviations from the mean",
                        facts->name, OUTLYING_SD));
    }
}

static void suggest_codes(const facts_t *facts, json_t *list)
{
    bool words = type_in(facts->type, TYPES_WORDS) || facts->type == TYPE_BOOLEAN;
    if (!words || facts->distinct == 0) {
        return;
    }
    if (facts->exact && facts->distinct <= MANY_LEVELS) {
        add(list, step_of("encode", "one_hot", facts->name),
            text_format("'%s' has %.0f values; models need numbers", facts->name, facts->distinct));
    } else {
        add(list, step_of("encode", "frequency", facts->name),
            text_format("'%s' has %.0f%s values, too many for a column each", facts->name,
                        facts->distinct, facts->exact ? "" : " or more"));
    }
}

// Columns of very unlike size are scaled together.
static void suggest_scale(const json_t *columns, double rows, const bool *gone, json_t *list)
{
    double least = INFINITY;
    double most = 0;
    json_t *names = json_array();
    size_t i;
    json_t *column;
    json_array_foreach(columns, i, column)
    {
        facts_t facts = facts_of(column, rows);
        if (!gone[i] && type_in(facts.type, TYPES_NUMBER) && facts.distinct > 2 && facts.sd > 0) {
            json_array_append_new(names, json_string(facts.name));
            least = fmin(least, facts.sd);
            most = fmax(most, facts.sd);
        }
    }
    if (json_array_size(names) > 1 && most > least * pow(10, UNLIKE_SPREAD - 1)) {
        json_t *step =
            json_pack("{s:s, s:s, s:O}", "op", "scale", "method", "z_score", "columns", names);
        add(list, step,
            text_format("the columns' spreads differ by a factor of %.0f", most / least));
    }
    json_decref(names);
}

static void suggest_types(const json_t *column, const facts_t *facts, json_t *list)
{
    const json_t *cells = json_object_get(column, "cells");
    const json_t *texts = json_object_get(cells, "text");
    double odd = number_of(texts, "count");
    double values = facts->rows * (1 - facts->missing);
    if (type_in(facts->type, TYPES_WORDS) && odd > 0 && odd < 0.05 * values) {
        json_t *step = step_of("cast", NULL, facts->name);
        bool dates = json_object_get(cells, "date") != NULL;
        json_object_set_new(step, "type", json_string(dates ? "date" : "float"));
        add(list, step,
            text_format("'%s' is text because of %.0f cells; the first is '%s' in row %.0f",
                        facts->name, odd, json_string_value(json_object_get(texts, "value")),
                        number_of(texts, "row")));
    }
}

json_t *suggest_recipe(const json_t *description)
{
    json_t *list = json_array();
    const json_t *columns = json_object_get(description, "columns");
    double rows = number_of(description, "rows");
    size_t count = json_array_size(columns);
    bool *gone = calloc(count + 1, sizeof *gone);
    void (*const passes[])(const facts_t *, json_t *) = {suggest_fill, suggest_numbers,
                                                         suggest_codes};
    for (size_t i = 0; gone && i < count; i++) {
        facts_t facts = facts_of(json_array_get(columns, i), rows);
        suggest_types(json_array_get(columns, i), &facts, list);
        gone[i] = facts.name && suggest_drop(&facts, list);
    }
    for (size_t pass = 0; gone && pass < sizeof passes / sizeof passes[0]; pass++) {
        for (size_t i = 0; i < count; i++) {
            facts_t facts = facts_of(json_array_get(columns, i), rows);
            if (!gone[i] && facts.name) {
                passes[pass](&facts, list);
            }
        }
        if (pass == 1) {
            suggest_scale(columns, rows, gone, list);
        }
    }
    free(gone);
    return list;
}
