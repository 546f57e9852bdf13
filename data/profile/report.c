// SPDX-License-Identifier: MPL-2.0
#include "data/profile/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "data/profile/alert.h"
#include "data/profile/facts.h"
#include "data/profile/figure.h"
#include "data/profile/repeat.h"
#include "data/profile/rows.h"
#include "data/value/date.h"

static const report_options_t DEFAULTS;

void study_note(study_t *study, const char *what, const char *why)
{
    json_array_append_new(study->notes,
                          json_pack("{s:s, s:b, s:s}", "part", what, "exact", 0, "text", why));
}

void facts_bands(const study_t *study, facts_t *facts)
{
    for (size_t w = 0; facts->mask.words && w < mask_words(study->rows); w++) {
        for (uint64_t bits = facts->mask.words[w]; bits; bits &= bits - 1) {
            size_t row = w * 64 + (size_t)__builtin_ctzll(bits);
            size_t band = row * study->bands / study->rows;
            while ((band + 1) * study->rows / study->bands <= row) {
                band++;
            }
            facts->bands[band]++;
        }
    }
}

static size_t count_numbers(const study_t *study)
{
    size_t count = 0;
    for (size_t i = 0; i < study->count; i++) {
        count += type_in(study->facts[i].type, TYPES_NUMBER);
    }
    return count;
}

// Chooses the columns that are compared with others.
static void choose_columns(study_t *study)
{
    size_t all = count_numbers(study);
    size_t compared = all < REPORT_NUMBERS_MAX ? all : REPORT_NUMBERS_MAX;
    bool ranked = relate_ranks(study, compared);
    size_t numbers = 0;
    size_t levels = 0;
    for (size_t i = 0; i < study->count; i++) {
        facts_t *facts = &study->facts[i];
        if (type_in(facts->type, TYPES_NUMBER) && numbers++ < REPORT_NUMBERS_MAX) {
            facts->ranked = ranked;
            facts->points = mem_array(FACTS_POINTS, sizeof *facts->points);
        }
        if (type_in(facts->type, 1 << TYPE_CATEGORY | 1 << TYPE_BOOLEAN) &&
            levels++ < REPORT_LEVELS_MAX) {
            facts->leveled = true;
        }
    }
    if (numbers > REPORT_NUMBERS_MAX) {
        study_note(study, "correlations", "only the first 100 columns of numbers are compared");
    }
    if (levels > REPORT_LEVELS_MAX) {
        study_note(study, "cramers_v", "only the first 40 categories are compared");
    }
    if (!ranked && compared > 1) {
        study_note(study, "spearman",
                   study->options->spearman == REPORT_OFF
                       ? "left out, as it was asked for"
                       : "left out: rows times pairs of columns are more than 2,000,000,000, which "
                         "would take longer than all the rest");
    }
}

// What the description tells of cells that are not of the column's type. Borrowed.
static const json_t *cells_of(const frame_t *frame, size_t column)
{
    const json_t *columns = json_object_get(frame_description(frame), "columns");
    return json_object_get(json_array_get(columns, column), "cells");
}

static err_t study_new(const frame_t *frame, const report_options_t *options,
                       const progress_t *progress, study_t *ret_study, fault_t *fault)
{
    study_t study = {.frame = frame, .options = options, .progress = progress};
    size_t memory = options->memory_bytes > 0 ? options->memory_bytes : REPORT_MEMORY_BYTES;
    study.threads = parallel_threads(options->threads);
    study.share = (memory > REPORT_MEMORY_MIN ? memory : REPORT_MEMORY_MIN) / study.threads;
    study.rows = (size_t)frame_rows(frame);
    study.bands = study.rows < FACTS_BANDS ? study.rows : FACTS_BANDS;
    study.points = study.rows < FACTS_POINTS ? study.rows : FACTS_POINTS;
    study.count = options->columns ? options->columns_count : frame_columns(frame);
    for (size_t i = 0; options->columns && i < study.count; i++) {
        if (options->columns[i] >= frame_columns(frame)) {
            return fault_set(fault, ERR_INVALID, NULL, "there is no column %zu",
                             options->columns[i]);
        }
    }
    study.scratch = scratch_new(options->folder ? options->folder : "/tmp");
    study.facts = mem_array(study.count, sizeof *study.facts);
    study.stripes = mem_array(study.threads, sizeof(stripe_t *));
    study.notes = json_array();
    for (size_t i = 0; i < study.threads; i++) {
        study.stripes[i] = stripe_new(frame);
    }
    for (size_t i = 0; i < study.count; i++) {
        facts_t *facts = &study.facts[i];
        facts->column = options->columns ? options->columns[i] : i;
        facts->name = frame_name(frame, facts->column);
        facts->type = frame_type(frame, facts->column);
        facts->mask.rows = study.rows;
        facts->cells = cells_of(frame, facts->column);
        facts->skewness = facts->uniform = facts->imbalance = NAN;
    }
    choose_columns(&study);
    *ret_study = study;
    return ERR_OK;
}

static void study_release(study_t *study)
{
    for (size_t i = 0; i < study->count; i++) {
        mask_release(&study->facts[i].mask);
        json_decref(study->facts[i].variable);
        free(study->facts[i].points);
    }
    for (size_t i = 0; i < study->threads; i++) {
        stripe_destroy(&study->stripes[i]);
    }
    free(study->facts);
    free(study->stripes);
    json_decref(study->notes);
    scratch_destroy(&study->scratch);
}

typedef struct {
    study_t *study;
    size_t *order; // the longest work first
} columns_t;

static int cost_of(type_t type)
{
    return type == TYPE_TEXT ? 3 : type == TYPE_FLOAT ? 2 : type == TYPE_CATEGORY ? 0 : 1;
}

static err_t study_column(void *context, size_t worker, size_t item, fault_t *fault)
{
    columns_t *columns = context;
    study_t *study = columns->study;
    facts_t *facts = &study->facts[columns->order[item]];
    stripe_t *stripe = study->stripes[worker];
    if (type_in(facts->type, TYPES_NUMBER | TYPES_TIME)) {
        return numeric_study(study, facts, stripe, fault);
    }
    return facts->type == TYPE_BOOLEAN ? truth_study(study, facts, stripe, fault)
                                       : words_study(study, facts, stripe, fault);
}

static err_t study_columns(study_t *study, fault_t *fault)
{
    columns_t columns = {study, mem_array(study->count, sizeof(size_t))};
    size_t placed = 0;
    for (int cost = 3; cost >= 0; cost--) {
        for (size_t i = 0; i < study->count; i++) {
            if (cost_of(study->facts[i].type) == cost) {
                columns.order[placed++] = i;
            }
        }
    }
    progress_t progress = progress_part(study->progress, 0, 0.6);
    crew_t crew = {study->threads, &progress, "columns"};
    err_t err = crew_run(&crew, study->count, study_column, &columns, fault);
    free(columns.order);
    return err;
}

// Masks that nobody compares go when they take too much.
static void drop_masks(study_t *study)
{
    size_t bytes = mask_words(study->rows) * sizeof(uint64_t);
    size_t held = 0;
    size_t dropped = 0;
    for (size_t i = 0; i < study->count; i++) {
        facts_t *facts = &study->facts[i];
        held += facts->mask.words ? bytes : 0;
        if (held > study->share * study->threads / 4 && facts->mask.words && !facts->points &&
            !facts->leveled) {
            free(facts->mask.words);
            facts->mask.words = NULL;
            held -= bytes;
            dropped++;
        }
    }
    if (dropped > 0) {
        study_note(study, "missing",
                   "patterns leave out columns whose missing cells are more than "
                   "the memory budget takes");
    }
}

// The part of a variable that all types have, in front of what its study made.
static json_t *variable_of(const study_t *study, const facts_t *facts)
{
    json_t *variable =
        json_pack("{s:s, s:s, s:I, s:I, s:o, s:I, s:o, s:b, s:I, s:I}", "name", facts->name, "type",
                  type_name(facts->type), "valid", (json_int_t)facts->valid, "missing",
                  (json_int_t)(study->rows - facts->valid), "missing_share",
                  figure_share((double)(study->rows - facts->valid), (double)study->rows),
                  "distinct", (json_int_t)facts->distinct, "distinct_share",
                  figure_share((double)facts->distinct, (double)facts->valid), "exact", 1, "unique",
                  (json_int_t)facts->single, "memory_bytes", (json_int_t)facts->bytes);
    json_object_update(variable, facts->variable);
    return variable;
}

static json_t *overview_of(const study_t *study, const json_t *duplicates)
{
    json_t *types = json_object();
    int64_t memory = 0;
    size_t missing = 0;
    for (int type = 0; type < TYPE_COUNT; type++) {
        json_int_t count = 0;
        for (size_t i = 0; i < study->count; i++) {
            count += study->facts[i].type == (type_t)type;
        }
        if (count > 0) {
            json_object_set_new(types, type_name((type_t)type), json_integer(count));
        }
    }
    for (size_t i = 0; i < study->count; i++) {
        memory += study->facts[i].bytes;
        missing += study->rows - study->facts[i].valid;
    }
    double cells = (double)study->rows * (double)study->count;
    const json_t *bytes = json_object_get(frame_description(study->frame), "bytes");
    double file = (double)json_integer_value(bytes);
    return json_pack("{s:I, s:I, s:I, s:I, s:o, s:O, s:O, s:O?, s:I, s:o, s:o}", "rows",
                     (json_int_t)study->rows, "columns", (json_int_t)study->count, "cells",
                     (json_int_t)study->rows * (json_int_t)study->count, "missing",
                     (json_int_t)missing, "missing_share", figure_share((double)missing, cells),
                     "duplicate_rows", json_object_get(duplicates, "rows"), "duplicate_share",
                     json_object_get(duplicates, "share"), "file_bytes", bytes, "memory_bytes",
                     (json_int_t)memory, "record_bytes",
                     figure_share(file > 0 ? file : (double)memory, (double)study->rows), "types",
                     types);
}

static json_t *variables_of(const study_t *study)
{
    json_t *variables = json_array();
    for (size_t i = 0; i < study->count; i++) {
        json_array_append_new(variables, variable_of(study, &study->facts[i]));
    }
    return variables;
}

static json_t *options_of(const study_t *study)
{
    static const char *const switches[] = {"auto", "on", "off"};
    return json_pack("{s:o, s:s}", "columns",
                     study->options->columns ? json_integer((json_int_t)study->count)
                                             : json_string("all"),
                     "spearman", switches[study->options->spearman]);
}

static err_t make_report(study_t *study, json_t **ret_report, fault_t *fault)
{
    relate_t relate = {0};
    json_t *duplicates = NULL;
    json_t *sample = NULL;
    progress_t repeats = progress_part(study->progress, 0.6, 0.75);
    progress_t relations = progress_part(study->progress, 0.75, 1);
    err_t err = study_columns(study, fault);
    if (err == ERR_OK) {
        drop_masks(study);
        err = repeat_find(study, &repeats, &duplicates, fault);
    }
    err = err == ERR_OK ? rows_sample(study, &sample, fault) : err;
    err = err == ERR_OK ? relate_find(study, &relations, &relate, fault) : err;
    if (err != ERR_OK) {
        json_decref(duplicates);
        json_decref(sample);
        return err;
    }
    json_t *alerts = alert_list(study, &relate, duplicates);
    relate_release(&relate);
    *ret_report = json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:O, s:{s:o}}", "format",
                            1, "overview", overview_of(study, duplicates), "alerts", alerts,
                            "variables", variables_of(study), "correlations", relate.correlations,
                            "missing", relate.missing, "duplicates", duplicates, "interactions",
                            relate.interactions, "sample", sample, "notes", study->notes,
                            "reproduction", "options", options_of(study));
    return ERR_OK;
}

err_t report_run(const frame_t *frame, const report_options_t *options, const progress_t *progress,
                 json_t **ret_report, fault_t *fault)
{
    study_t study = {0};
    err_t err = study_new(frame, options ? options : &DEFAULTS, progress, &study, fault);
    if (err != ERR_OK) {
        return err;
    }
    err = make_report(&study, ret_report, fault);
    study_release(&study);
    return err;
}

void report_times(json_t *report, int64_t started_ms, int64_t ended_ms, const char *version)
{
    char started[DATETIME_TEXT_SIZE] = "";
    char ended[DATETIME_TEXT_SIZE] = "";
    datetime_format_iso(started_ms, started);
    datetime_format_iso(ended_ms, ended);
    json_t *reproduction = json_object_get(report, "reproduction");
    json_object_set_new(reproduction, "started", json_string(started));
    json_object_set_new(reproduction, "ended", json_string(ended));
    json_object_set_new(reproduction, "duration_ms", json_integer(ended_ms - started_ms));
    json_object_set_new(reproduction, "version", json_string(version));
}
