// SPDX-License-Identifier: MPL-2.0
#include "learn/card_blocks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/catalogue.h"

enum {
    LABELS_SHOWN = 20,   // of a confusion matrix
    FEATURES_SHOWN = 50, // and rows of other long tables
    BOARD_SHOWN = 10,
};

// --- Making blocks -----------------------------------------------------------------------------

static void add(json_t *blocks, const char *kind, const char *text)
{
    json_array_append_new(blocks, json_pack("{s:s}", kind, text));
}

// Takes the text.
static void add_own(json_t *blocks, const char *kind, char *text)
{
    add(blocks, kind, text);
    free(text);
}

static json_t *table_new(const char *const *head)
{
    json_t *names = json_array();
    for (; *head; head++) {
        json_array_append_new(names, json_string(*head));
    }
    return json_pack("{s:o, s:[]}", "head", names, "rows");
}

// Takes the cells.
static void table_add(json_t *table, json_t *cells)
{
    json_array_append_new(json_object_get(table, "rows"), cells);
}

static void table_end(json_t *blocks, json_t *table)
{
    if (json_array_size(json_object_get(table, "rows")) > 0) {
        json_array_append_new(blocks, json_pack("{s:O}", "table", table));
    }
    json_decref(table);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

// A value as people read it: texts as they are, numbers with four places. A new reference.
static json_t *shown(const json_t *value)
{
    if (!value || json_is_null(value)) {
        return json_string("");
    }
    if (json_is_string(value)) {
        return json_incref((json_t *)value);
    }
    char *text = json_is_real(value) && fabs(json_real_value(value)) < 1e6
                     ? text_format("%.4f", json_real_value(value))
                     : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
    json_t *string = json_string(text ? text : "");
    free(text);
    return string;
}

// The names of a list, with commas.
static char *names_of(const json_t *list)
{
    char *all = text_format("%s", "");
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)list, i, item)
    {
        char *more = text_format("%s%s%s", all, i ? ", " : "", json_string_value(item));
        free(all);
        all = more;
        if (i + 1 == FEATURES_SHOWN && json_array_size(list) > FEATURES_SHOWN) {
            more = text_format("%s and %zu more", all, json_array_size(list) - i - 1);
            free(all);
            return more;
        }
    }
    return all;
}

// --- What the card says ------------------------------------------------------------------------

static const char *title_of(const json_t *record)
{
    const estimator_t *estimator = estimator_find(text_of(record, "algorithm"));
    return estimator ? estimator->title : text_of(record, "algorithm");
}

static void say_what(json_t *blocks, const json_t *record)
{
    const json_t *lineage = json_object_get(record, "lineage");
    const char *target = text_of(record, "target");
    const char *table = text_of(lineage, "dataset_name");
    add_own(blocks, "title",
            *target ? text_format("Model of %s", target)
                    : text_format("%s of %s", title_of(record), *table ? table : "a table"));
    char *subject =
        *target ? text_format("It predicts %s from", target) : text_format("%s", "It looks at");
    add_own(blocks, "text",
            text_format("%s. %s %zu columns%s%s%s%s.", title_of(record), subject,
                        json_array_size(json_object_get(record, "features")), *table ? " of " : "",
                        table, lineage ? ", trained " : "", text_of(lineage, "trained")));
    free(subject);
}

// The mean over the folds: of a cross-validation, or of the trial that won a search.
static const json_t *mean_of(const json_t *scores, const char *name)
{
    const json_t *validation = json_object_get(scores, "validation");
    const json_t *winner = json_array_get(json_object_get(scores, "leaderboard"), 0);
    return validation ? json_object_get(
                            json_object_get(json_object_get(validation, "scores"), name), "mean")
                      : json_object_get(json_object_get(winner, "scores"), name);
}

static void say_scores(json_t *blocks, const json_t *record)
{
    static const char *const HEAD[] = {"Score",           "Test rows",        "Training rows",
                                       "Knowing nothing", "Cross-validation", NULL};
    const json_t *scores = json_object_get(record, "scores");
    const json_t *test = json_object_get(scores, "test");
    const json_t *rows = json_object_get(record, "rows");
    json_t *table = table_new(HEAD);
    const char *name;
    json_t *value;
    add(blocks, "heading", "How good it is");
    add_own(
        blocks, "text",
        text_format("It is judged by %s, on %lld rows that it had not seen when it was trained on "
                    "%lld others; the preparation was learned from the training rows alone. "
                    "'Knowing nothing' is what an answer without any feature reaches.",
                    text_of(scores, "chosen"),
                    (long long)json_integer_value(json_object_get(rows, "test")),
                    (long long)json_integer_value(json_object_get(rows, "train"))));
    if (json_integer_value(json_object_get(rows, "model")) >
        json_integer_value(json_object_get(rows, "train"))) {
        add_own(blocks, "text",
                text_format("After that the model and its preparation were learned again, from all "
                            "%lld rows: this is the one in the files.",
                            (long long)json_integer_value(json_object_get(rows, "model"))));
    }
    json_object_foreach((json_t *)test, name, value)
    {
        table_add(table,
                  json_pack("[s, o, o, o, o]", name, shown(value),
                            shown(json_object_get(json_object_get(scores, "train"), name)),
                            shown(json_object_get(json_object_get(scores, "baseline"), name)),
                            shown(mean_of(scores, name))));
    }
    table_end(blocks, table);
}

static void say_confusion(json_t *blocks, const json_t *record)
{
    const json_t *confusion = json_object_get(record, "confusion");
    const json_t *labels = json_object_get(confusion, "labels");
    size_t count = json_array_size(labels);
    if (count == 0 || count > LABELS_SHOWN) {
        return;
    }
    json_t *head = json_pack("[s]", "True label");
    json_t *rows = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_pack("[o]", shown(json_array_get(labels, i)));
        const json_t *counts = json_array_get(json_object_get(confusion, "matrix"), i);
        json_array_append_new(head, shown(json_array_get(labels, i)));
        for (size_t k = 0; k < count; k++) {
            json_array_append_new(row, shown(json_array_get(counts, k)));
        }
        json_array_append_new(rows, row);
    }
    add(blocks, "heading", "What it takes for what");
    add(blocks, "text", "Test rows: a row is the true label, a column what the model said.");
    json_array_append_new(blocks, json_pack("{s:{s:o, s:o}}", "table", "head", head, "rows", rows));
}

static void say_features(json_t *blocks, const json_t *record)
{
    static const char *const HEAD[] = {"Column", "Type", NULL};
    static const char *const SHARES[] = {"Input", "Importance", NULL};
    const json_t *types = json_object_get(record, "feature_types");
    json_t *table = table_new(HEAD);
    json_t *shares = table_new(SHARES);
    size_t i;
    json_t *feature;
    const char *name;
    json_t *share;
    add(blocks, "heading", "What it looks at");
    json_array_foreach(json_object_get(record, "features"), i, feature)
    {
        if (i < FEATURES_SHOWN) {
            table_add(table, json_pack("[O, o]", feature, shown(json_array_get(types, i))));
        }
    }
    table_end(blocks, table);
    json_object_foreach(json_object_get(record, "importances"), name, share)
    {
        if (json_array_size(json_object_get(shares, "rows")) < FEATURES_SHOWN) {
            table_add(shares, json_pack("[s, o]", name, shown(share)));
        }
    }
    table_end(blocks, shares);
}

// What a person said of a step beside its columns.
static json_t *settings_of(const json_t *step)
{
    json_t *settings = json_copy((json_t *)step);
    json_object_del(settings, "op");
    json_object_del(settings, "method");
    json_object_del(settings, "columns");
    json_t *text = json_object_size(settings) > 0 ? shown(settings) : json_string("");
    json_decref(settings);
    return text;
}

static void say_steps(json_t *blocks, const json_t *record)
{
    static const char *const HEAD[] = {"Step", "Method", "Columns", "Settings", NULL};
    json_t *table = table_new(HEAD);
    size_t i;
    json_t *step;
    json_array_foreach(json_object_get(record, "recipe"), i, step)
    {
        char *columns = names_of(json_object_get(step, "columns"));
        table_add(table, json_pack("[s, s, s, o]", text_of(step, "op"), text_of(step, "method"),
                                   columns, settings_of(step)));
        free(columns);
    }
    add(blocks, "heading", "How the columns are prepared");
    add(blocks, "text",
        json_array_size(json_object_get(record, "recipe")) > 0
            ? "The model carries these steps: raw columns go in. Filters of rows choose what it "
              "learned from; they are not applied when it predicts."
            : "They are taken as they are.");
    table_end(blocks, table);
}

static void say_search(json_t *blocks, const json_t *record)
{
    static const char *const HEAD[] = {"Algorithm", "Parameters", "Score", "Seconds", NULL};
    const json_t *board = json_object_get(json_object_get(record, "scores"), "leaderboard");
    json_t *table = table_new(HEAD);
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)board, i, row)
    {
        const json_t *score = json_object_get(row, "score");
        if (i < BOARD_SHOWN) {
            table_add(table, json_pack("[s, o, o, o]", text_of(row, "algorithm"),
                                       shown(json_object_get(row, "parameters")),
                                       shown(score ? score : json_object_get(row, "state")),
                                       shown(json_object_get(row, "seconds"))));
        }
    }
    if (json_array_size(board) > 0) {
        add(blocks, "heading", "How it was found");
        add_own(blocks, "text",
                text_format("%zu candidates were compared by cross-validation over the training "
                            "rows.",
                            json_array_size(board)));
    }
    table_end(blocks, table);
}

static void say_settings(json_t *blocks, const json_t *record)
{
    static const char *const HEAD[] = {"Setting", "Value", NULL};
    json_t *table = table_new(HEAD);
    const char *name;
    json_t *value;
    table_add(table, json_pack("[s, s]", "algorithm", text_of(record, "algorithm")));
    json_object_foreach(json_object_get(record, "parameters"), name, value)
    {
        table_add(table, json_pack("[s, o]", name, shown(value)));
    }
    table_add(table, json_pack("[s, o]", "seed", shown(json_object_get(record, "seed"))));
    table_add(table, json_pack("[s, o]", "test_size", shown(json_object_get(record, "test_size"))));
    add(blocks, "heading", "Settings");
    table_end(blocks, table);
}

// Which files there are not, and why.
static void say_refusals(json_t *blocks, const json_t *exports)
{
    const char *name;
    json_t *told;
    json_object_foreach((json_t *)exports, name, told)
    {
        const char *why = json_string_value(json_object_get(told, "refused"));
        if (why) {
            add_own(blocks, "text", text_format("There is no %s: %s.", name, why));
        }
    }
}

static void say_limits(json_t *blocks, const json_t *record)
{
    add(blocks, "heading", "Before you use it");
    add(blocks, "text",
        "It knows only tables like the one it learned from: 'autodp drift model.json new.csv' "
        "tells "
        "how far another one has moved. A row that misses an input which no step fills gets no "
        "prediction; a value that was not there in training is treated as its encoding says, and "
        "single predictions tell so.");
    if (json_object_get(record, "confusion")) {
        add(blocks, "text",
            "Look at the scores of each label that matters to you, not only at the overall one; a "
            "probability is the model's belief, and may need calibration.");
    }
    add(blocks, "heading", "How to use it");
    const json_t *pickle = json_object_get(json_object_get(record, "exports"), "model.pkl");
    add(blocks, "code",
        json_object_get(pickle, "refused")
            ? "autodp predict model.json new.csv"
            : "import pickle, pandas\n"
              "model = pickle.load(open(\"model.pkl\", \"rb\"))  # scikit-learn 0.24 or later\n"
              "model.predict(pandas.read_csv(\"new.csv\"))\n\n"
              "# or without Python:\n"
              "autodp predict model.json new.csv");
    say_refusals(blocks, json_object_get(record, "exports"));
}

static void say_origin(json_t *blocks, const json_t *record)
{
    static const char *const HEAD[] = {"What", "Which", NULL};
    static const char *const PARTS[] = {"lineage", "rows", "versions"};
    json_t *table = table_new(HEAD);
    const char *name;
    json_t *value;
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        json_object_foreach(json_object_get(record, PARTS[i]), name, value)
        {
            char *label = text_format("%s%s", i == 1 ? "rows: " : i == 2 ? "version: " : "", name);
            table_add(table, json_pack("[s, o]", label, shown(value)));
            free(label);
        }
    }
    add(blocks, "heading", "Where it comes from");
    table_end(blocks, table);
}

json_t *card_blocks(const json_t *record)
{
    json_t *blocks = json_array();
    say_what(blocks, record);
    say_scores(blocks, record);
    say_confusion(blocks, record);
    say_features(blocks, record);
    say_steps(blocks, record);
    say_search(blocks, record);
    say_settings(blocks, record);
    say_limits(blocks, record);
    say_origin(blocks, record);
    return blocks;
}
