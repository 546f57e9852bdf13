// SPDX-License-Identifier: MPL-2.0
#include "data/profile/relate.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/profile/cramer.h"
#include "data/profile/figure.h"
#include "data/profile/nullity.h"
#include "data/profile/pearson.h"
#include "data/profile/ranks.h"
#include "data/profile/spearman.h"

enum { SCATTERS = 6 };

// Pairs of all kinds are worked on together.
typedef struct {
    spearman_t *spearman; // NULL: left out
    cramer_t *cramer;
    nullity_t *nullity;
    size_t spearman_pairs;
} jobs_t;

bool relate_ranks(const study_t *study, size_t columns)
{
    double work = (double)matrix_pairs(columns) * (double)study->rows;
    report_switch_t wanted = study->options->spearman;
    return wanted != REPORT_OFF && study->rows < RANKS_ROWS_MAX && columns > 1 &&
           (wanted == REPORT_ON || work <= REPORT_SPEARMAN_WORK_MAX);
}

static err_t work_item(void *context, size_t worker, size_t item, fault_t *fault)
{
    jobs_t *jobs = context;
    if (item == 0) {
        return nullity_search(jobs->nullity, fault);
    }
    return item <= jobs->spearman_pairs
               ? spearman_fill(jobs->spearman, worker, item - 1, fault)
               : cramer_fill(jobs->cramer, item - 1 - jobs->spearman_pairs, fault);
}

static matrix_t matrix_of(study_t *study, bool (*belongs)(const facts_t *facts), size_t max)
{
    facts_t **columns = mem_array(max, sizeof(facts_t *));
    size_t count = 0;
    for (size_t i = 0; i < study->count && count < max; i++) {
        if (belongs(&study->facts[i])) {
            columns[count++] = &study->facts[i];
        }
    }
    matrix_t matrix = matrix_new(columns, count);
    free(columns);
    return matrix;
}

static bool is_number(const facts_t *facts)
{
    return type_in(facts->type, TYPES_NUMBER);
}

static bool is_ranked(const facts_t *facts)
{
    return facts->ranked;
}

static bool has_levels(const facts_t *facts)
{
    return facts->levels > 1;
}

static err_t run_jobs(study_t *study, const progress_t *progress, relate_t *relate, fault_t *fault)
{
    jobs_t jobs = {.nullity = nullity_new(study),
                   .spearman_pairs = matrix_pairs(relate->spearman.count)};
    err_t err = spearman_new(study, &relate->spearman, &jobs.spearman, fault);
    err = err == ERR_OK ? cramer_new(study, &relate->cramer, &jobs.cramer, fault) : err;
    if (err == ERR_OK) {
        crew_t crew = {study->threads, progress, "correlations"};
        size_t count = 1 + jobs.spearman_pairs + matrix_pairs(relate->cramer.count);
        err = crew_run(&crew, count, work_item, &jobs, fault);
    }
    if (err == ERR_OK) {
        relate->missing = nullity_json(jobs.nullity);
    }
    spearman_destroy(&jobs.spearman);
    cramer_destroy(&jobs.cramer);
    nullity_destroy(&jobs.nullity);
    return err;
}

typedef struct {
    size_t i;
    size_t j;
    double strength;
} pair_t;

// The pairs with the strongest correlations, ties in order.
static size_t strongest(const matrix_t *matrix, pair_t pairs[SCATTERS])
{
    size_t count = 0;
    for (size_t p = 0; p < matrix_pairs(matrix->count); p++) {
        pair_t pair;
        matrix_pair(matrix->count, p, &pair.i, &pair.j);
        double r = matrix_at(matrix, pair.i, pair.j);
        pair.strength = isnan(r) ? -1 : fabs(r);
        bool drawn = matrix->columns[pair.i]->points && matrix->columns[pair.j]->points;
        if (!drawn || (count == SCATTERS && pair.strength <= pairs[count - 1].strength)) {
            continue;
        }
        size_t at = count < SCATTERS ? count++ : SCATTERS - 1;
        for (; at > 0 && pairs[at - 1].strength < pair.strength; at--) {
            pairs[at] = pairs[at - 1];
        }
        pairs[at] = pair;
    }
    return count;
}

static json_t *points_of(const study_t *study, const facts_t *facts)
{
    json_t *points = json_array();
    for (size_t i = 0; i < study->points; i++) {
        json_array_append_new(points, figure_number(facts->points[i]));
    }
    return points;
}

static json_t *interactions_of(const study_t *study, const matrix_t *matrix)
{
    pair_t pairs[SCATTERS];
    size_t count = strongest(matrix, pairs);
    json_t *list = json_array();
    json_t *columns = json_object();
    for (size_t i = 0; i < count; i++) {
        const facts_t *x = matrix->columns[pairs[i].i];
        const facts_t *y = matrix->columns[pairs[i].j];
        double r = matrix_at(matrix, pairs[i].i, pairs[i].j);
        json_object_set_new(columns, x->name, points_of(study, x));
        json_object_set_new(columns, y->name, points_of(study, y));
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "x", x->name, "y", y->name,
                                              "pearson", figure_number(r)));
    }
    return json_pack("{s:I, s:b, s:o, s:o}", "points", (json_int_t)study->points, "exact",
                     study->points == study->rows, "pairs", list, "columns", columns);
}

static json_t *exact_matrix(const matrix_t *matrix)
{
    json_t *json = matrix_json(matrix);
    json_object_set_new(json, "exact", json_true());
    return json;
}

err_t relate_find(study_t *study, const progress_t *progress, relate_t *ret_relate, fault_t *fault)
{
    relate_t relate = {.pearson = matrix_of(study, is_number, REPORT_NUMBERS_MAX),
                       .spearman = matrix_of(study, is_ranked, REPORT_NUMBERS_MAX),
                       .cramer = matrix_of(study, has_levels, REPORT_LEVELS_MAX)};
    progress_t first = progress_part(progress, 0, 0.3);
    progress_t second = progress_part(progress, 0.3, 1);
    err_t err = pearson_fill(study, &first, &relate.pearson, fault);
    err = err == ERR_OK ? run_jobs(study, &second, &relate, fault) : err;
    if (err != ERR_OK) {
        relate_release(&relate);
        return err;
    }
    json_t *spearman = relate.spearman.count > 0 ? exact_matrix(&relate.spearman) : json_null();
    relate.correlations =
        json_pack("{s:o, s:o, s:o}", "pearson", exact_matrix(&relate.pearson), "spearman", spearman,
                  "cramers_v", exact_matrix(&relate.cramer));
    relate.interactions = interactions_of(study, &relate.pearson);
    *ret_relate = relate;
    return ERR_OK;
}

void relate_release(relate_t *relate)
{
    matrix_release(&relate->pearson);
    matrix_release(&relate->spearman);
    matrix_release(&relate->cramer);
}
