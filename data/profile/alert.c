// SPDX-License-Identifier: MPL-2.0
#include "data/profile/alert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/profile/figure.h"

enum {
    CARDINALITY = 50,
    PAIRS_MAX = 100, // pairs that are named
    SKEWNESS = 20,
};

#define MISSING_SHARE 0.01
#define ZEROS_SHARE 0.1
#define CORRELATION 0.5
#define IMBALANCE 0.5
#define UNIFORM 0.999
#define OTHER_KIND_SHARE 0.9
#define MIXED_SHARE 0.01

// One kind of alert about a single column: whether it holds, the figure, and what to say.
typedef struct {
    const char *kind;
    bool (*holds)(const study_t *study, const facts_t *facts, double *ret_value);
    char *(*say)(const facts_t *facts, double value); // the text, malloc'd
} rule_t;

static double share(size_t part, size_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

static bool is_empty(const study_t *study, const facts_t *facts, double *ret_value)
{
    *ret_value = (double)study->rows;
    return facts->valid == 0 && study->rows > 0;
}

static char *say_empty(const facts_t *facts, double value)
{
    (void)facts;
    char digits[FIGURE_GROUPED_SIZE];
    return text_format("has no value in any of the %s rows",
                       figure_grouped((int64_t)value, digits));
}

static bool is_constant(const study_t *study, const facts_t *facts, double *ret_value)
{
    *ret_value = 1;
    return facts->distinct == 1 && study->rows > 1;
}

static char *say_constant(const facts_t *facts, double value)
{
    (void)value;
    return text_format(facts->mask.missing > 0 ? "has the same value wherever it has one"
                                               : "has the same value in every row");
}

static bool is_unique(const study_t *study, const facts_t *facts, double *ret_value)
{
    *ret_value = (double)facts->distinct;
    return facts->type != TYPE_FLOAT && facts->distinct == study->rows && study->rows > 1;
}

static char *say_unique(const facts_t *facts, double value)
{
    (void)facts;
    char digits[FIGURE_GROUPED_SIZE];
    return text_format("has another value in each of the %s rows, as an id does",
                       figure_grouped((int64_t)value, digits));
}

static bool is_missing(const study_t *study, const facts_t *facts, double *ret_value)
{
    *ret_value = share(study->rows - facts->valid, study->rows);
    return *ret_value > MISSING_SHARE && facts->valid > 0;
}

static char *say_missing(const facts_t *facts, double value)
{
    char digits[FIGURE_GROUPED_SIZE];
    return text_format("misses %s values (%.1f %%)",
                       figure_grouped((int64_t)facts->mask.missing, digits), 100 * value);
}

static bool is_zeros(const study_t *study, const facts_t *facts, double *ret_value)
{
    (void)study;
    *ret_value = share(facts->zeros, facts->valid);
    return type_in(facts->type, TYPES_NUMBER) && facts->distinct > 1 && *ret_value >= ZEROS_SHARE;
}

static char *say_zeros(const facts_t *facts, double value)
{
    char digits[FIGURE_GROUPED_SIZE];
    return text_format("has %s zeros (%.1f %% of its values)",
                       figure_grouped((int64_t)facts->zeros, digits), 100 * value);
}

static bool is_cardinal(const study_t *study, const facts_t *facts, double *ret_value)
{
    *ret_value = (double)facts->distinct;
    return type_in(facts->type, TYPES_WORDS) && facts->distinct > CARDINALITY &&
           facts->distinct < study->rows;
}

static char *say_cardinal(const facts_t *facts, double value)
{
    (void)facts;
    char digits[FIGURE_GROUPED_SIZE];
    return text_format("has many distinct values: %s", figure_grouped((int64_t)value, digits));
}

static bool is_skewed(const study_t *study, const facts_t *facts, double *ret_value)
{
    (void)study;
    *ret_value = facts->skewness;
    return type_in(facts->type, TYPES_NUMBER) && fabs(facts->skewness) > SKEWNESS;
}

static char *say_skewed(const facts_t *facts, double value)
{
    (void)facts;
    return text_format("is highly skewed (skewness %.1f)", value);
}

static bool is_imbalanced(const study_t *study, const facts_t *facts, double *ret_value)
{
    (void)study;
    bool words = type_in(facts->type, TYPES_WORDS | 1 << TYPE_BOOLEAN);
    *ret_value = words ? facts->imbalance : 0;
    return words && facts->distinct > 1 && facts->imbalance > IMBALANCE;
}

static char *say_imbalanced(const facts_t *facts, double value)
{
    (void)facts;
    return text_format("is imbalanced: few values have most of the rows (score %.2f)", value);
}

static bool is_uniform(const study_t *study, const facts_t *facts, double *ret_value)
{
    (void)study;
    *ret_value = facts->uniform;
    return facts->distinct > 1 && facts->uniform > UNIFORM;
}

static char *say_uniform(const facts_t *facts, double value)
{
    (void)facts;
    (void)value;
    return text_format("is uniformly distributed");
}

static bool is_one_length(const study_t *study, const facts_t *facts, double *ret_value)
{
    (void)study;
    *ret_value = (double)facts->length_min;
    return facts->type == TYPE_TEXT && facts->distinct > 1 &&
           facts->length_min == facts->length_max;
}

static char *say_one_length(const facts_t *facts, double value)
{
    (void)facts;
    return text_format("has texts of one length only: %.0f characters", value);
}

static bool is_numbers(const study_t *study, const facts_t *facts, double *ret_value)
{
    (void)study;
    *ret_value = share(facts->numbers, facts->valid);
    return type_in(facts->type, TYPES_WORDS) && *ret_value >= OTHER_KIND_SHARE;
}

static char *say_numbers(const facts_t *facts, double value)
{
    return text_format("holds numbers in %.1f %% of its values, but is %s", 100 * value,
                       facts->type == TYPE_TEXT ? "a text" : "a category");
}

static bool is_dates(const study_t *study, const facts_t *facts, double *ret_value)
{
    (void)study;
    *ret_value = share(facts->dates, facts->valid);
    return type_in(facts->type, TYPES_WORDS) && *ret_value >= OTHER_KIND_SHARE;
}

static char *say_dates(const facts_t *facts, double value)
{
    return text_format("looks like dates in %.1f %% of its values, but is %s", 100 * value,
                       facts->type == TYPE_TEXT ? "a text" : "a category");
}

static json_int_t count_of(const json_t *cell)
{
    return json_integer_value(json_object_get(cell, "count"));
}

// Texts among which there are values of other kinds.
static bool is_mixed(const study_t *study, const facts_t *facts, double *ret_value)
{
    (void)study;
    const char *kind;
    json_t *cell;
    size_t others = 0;
    json_object_foreach((json_t *)facts->cells, kind, cell)
    {
        others += strcmp(kind, "text") != 0 ? (size_t)count_of(cell) : 0;
    }
    *ret_value = share(others, facts->valid);
    return type_in(facts->type, TYPES_WORDS) && *ret_value >= MIXED_SHARE && others < facts->valid;
}

static char *say_mixed(const facts_t *facts, double value)
{
    (void)value;
    const json_t *text = json_object_get(facts->cells, "text");
    const json_t *integers = json_object_get(facts->cells, "integer");
    const json_t *floats = json_object_get(facts->cells, "float");
    long long numbers = count_of(integers) + count_of(floats);
    const char *example = json_string_value(json_object_get(text, "value"));
    return text_format("mixes kinds: of %zu values %lld are numbers and %lld are texts (in row "
                       "%lld: \"%s\")",
                       facts->valid, numbers, (long long)count_of(text),
                       (long long)json_integer_value(json_object_get(text, "row")),
                       example ? example : "");
}

static bool is_monotonic(const study_t *study, const facts_t *facts, double *ret_value)
{
    (void)study;
    bool up = facts->trend == TREND_UP || facts->trend == TREND_STRICTLY_UP;
    bool down = facts->trend == TREND_DOWN || facts->trend == TREND_STRICTLY_DOWN;
    *ret_value = up ? 1 : -1;
    return up || down;
}

static char *say_monotonic(const facts_t *facts, double value)
{
    bool strictly = facts->trend == TREND_STRICTLY_UP || facts->trend == TREND_STRICTLY_DOWN;
    return text_format("%s %s from row to row", value > 0 ? "rises" : "falls",
                       strictly ? "strictly" : "or stays");
}

static const rule_t RULES[] = {
    {"empty", is_empty, say_empty},
    {"constant", is_constant, say_constant},
    {"mixed", is_mixed, say_mixed},
    {"numeric_text", is_numbers, say_numbers},
    {"date_text", is_dates, say_dates},
    {"missing", is_missing, say_missing},
    {"imbalance", is_imbalanced, say_imbalanced},
    {"skewed", is_skewed, say_skewed},
    {"zeros", is_zeros, say_zeros},
    {"high_cardinality", is_cardinal, say_cardinal},
    {"unique", is_unique, say_unique},
    {"constant_length", is_one_length, say_one_length},
    {"uniform", is_uniform, say_uniform},
    {"monotonic", is_monotonic, say_monotonic},
};

enum { RULES_COUNT = sizeof RULES / sizeof RULES[0], RULES_GRAVE = 5 };

static void add_rules(const study_t *study, json_t *alerts, size_t from, size_t to)
{
    for (size_t r = from; r < to; r++) {
        for (size_t i = 0; i < study->count; i++) {
            const facts_t *facts = &study->facts[i];
            double value;
            if (RULES[r].holds(study, facts, &value)) {
                char *text = RULES[r].say(facts, value);
                json_array_append_new(alerts, json_pack("{s:s, s:s, s:f, s:s}", "kind",
                                                        RULES[r].kind, "column", facts->name,
                                                        "value", value, "text", text));
                free(text);
            }
        }
    }
}

static void add_duplicates(json_t *alerts, const json_t *duplicates)
{
    json_int_t rows = json_integer_value(json_object_get(duplicates, "rows"));
    if (rows == 0) {
        return;
    }
    char digits[FIGURE_GROUPED_SIZE];
    double part = json_real_value(json_object_get(duplicates, "share"));
    char *text = text_format("%s rows (%.1f %%) repeat an earlier row",
                             figure_grouped(rows, digits), 100 * part);
    json_array_append_new(alerts, json_pack("{s:s, s:n, s:I, s:s}", "kind", "duplicates", "column",
                                            "value", rows, "text", text));
    free(text);
}

typedef struct {
    const facts_t *a;
    const facts_t *b;
    double value;
    const char *measure;
    size_t order;
} bond_t;

static int by_strength(const void *left, const void *right)
{
    const bond_t *a = left;
    const bond_t *b = right;
    double x = fabs(a->value);
    double y = fabs(b->value);
    return x != y ? (x < y) - (x > y) : (a->order > b->order) - (a->order < b->order);
}

static void gather(const matrix_t *matrix, const matrix_t *other, const char *measure,
                   const char *other_measure, bond_t *bonds, size_t *count)
{
    bool both = other && other->count == matrix->count;
    for (size_t pair = 0; pair < matrix_pairs(matrix->count); pair++) {
        size_t i;
        size_t j;
        matrix_pair(matrix->count, pair, &i, &j);
        double value = matrix_at(matrix, i, j);
        double second = both ? matrix_at(other, i, j) : NAN;
        bool stronger = isnan(value) || fabs(second) > fabs(value);
        double most = stronger && both ? second : value;
        if (fabs(most) >= CORRELATION) {
            bonds[*count] = (bond_t){matrix->columns[i], matrix->columns[j], most,
                                     stronger ? other_measure : measure, *count};
            ++*count;
        }
    }
}

static void add_bonds(study_t *study, json_t *alerts, const relate_t *relate)
{
    size_t most = matrix_pairs(relate->pearson.count) + matrix_pairs(relate->cramer.count);
    bond_t *bonds = mem_array(most, sizeof *bonds);
    size_t count = 0;
    gather(&relate->pearson, &relate->spearman, "Pearson", "Spearman", bonds, &count);
    gather(&relate->cramer, NULL, "Cramer's V", NULL, bonds, &count);
    if (count > 0) {
        qsort(bonds, count, sizeof *bonds, by_strength);
    }
    for (size_t i = 0; i < count && i < PAIRS_MAX; i++) {
        const bond_t *bond = &bonds[i];
        char *text = text_format("is highly correlated with %s (%s %.2f)", bond->b->name,
                                 bond->measure, bond->value);
        json_array_append_new(alerts, json_pack("{s:s, s:s, s:s, s:f, s:s, s:s}", "kind",
                                                "high_correlation", "column", bond->a->name,
                                                "other", bond->b->name, "value", bond->value,
                                                "measure", bond->measure, "text", text));
        free(text);
    }
    if (count > PAIRS_MAX) {
        study_note(study, "alerts", "only the 100 strongest of the high correlations are named");
    }
    free(bonds);
}

json_t *alert_list(study_t *study, const relate_t *relate, const json_t *duplicates)
{
    json_t *alerts = json_array();
    add_rules(study, alerts, 0, RULES_GRAVE);
    add_duplicates(alerts, duplicates);
    add_bonds(study, alerts, relate);
    add_rules(study, alerts, RULES_GRAVE, RULES_COUNT);
    return alerts;
}
