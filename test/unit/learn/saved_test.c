// SPDX-License-Identifier: MPL-2.0
// Saved models whose documents are damaged.
#include "learn/saved.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "learn/exports.h"
#include "learn/ready.h"
#include "learn/train.h"
#include "test/unit/engine/temp.h"

static const char RECIPE[] =
    "[{\"op\": \"missing\", \"method\": \"indicator\", \"columns\": [\"x\"]},"
    " {\"op\": \"missing\", \"method\": \"mean\", \"columns\": [\"x\"]},"
    " {\"op\": \"scale\", \"method\": \"yeo_johnson\", \"columns\": [\"x\"]},"
    " {\"op\": \"scale\", \"method\": \"quantile\", \"columns\": [\"n\"]},"
    " {\"op\": \"bin\", \"method\": \"equal_width\", \"bins\": 2, \"columns\": [\"m\"]},"
    " {\"op\": \"encode\", \"method\": \"label\", \"columns\": [\"d\"]},"
    " {\"op\": \"encode\", \"method\": \"frequency\", \"columns\": [\"k\"]},"
    " {\"op\": \"rename\", \"names\": {\"n\": \"rank\"}},"
    " {\"op\": \"reduce\", \"method\": \"pca\", \"columns\": [\"x\", \"rank\"]},"
    " {\"op\": \"scale\", \"method\": \"unit_norm\", \"columns\": [\"pc1\", \"m\"]},"
    " {\"op\": \"encode\", \"method\": \"one_hot\", \"columns\": [\"c\"]}]";
// Of steps that no other format has.
static const char OWN[] =
    "[{\"op\": \"missing\", \"method\": \"mean\", \"columns\": [\"x\"]},"
    " {\"op\": \"derive\", \"as\": \"sum\", \"expression\": \"x + n\"},"
    " {\"op\": \"text\", \"method\": \"replace\", \"columns\": [\"c\"], \"find\": \"p(.?)\", "
    "  \"with\": \"$1r\", \"regex\": true},"
    " {\"op\": \"duplicate\", \"column\": \"c\", \"as\": \"e\"},"
    " {\"op\": \"merge\", \"columns\": [\"c\", \"k\"], \"as\": \"both\"},"
    " {\"op\": \"split\", \"column\": \"both\", \"separator\": \" \", \"into\": [\"u\", \"v\"]},"
    " {\"op\": \"date\", \"method\": \"parts\", \"columns\": [\"d\"], \"parts\": [\"day\"]},"
    " {\"op\": \"drop\", \"columns\": [\"d\", \"both\"]},"
    " {\"op\": \"cast\", \"columns\": [\"v\"], \"type\": \"integer\"},"
    " {\"op\": \"encode\", \"method\": \"hash\", \"columns\": [\"u\"]},"
    " {\"op\": \"encode\", \"method\": \"one_hot\", \"columns\": [\"e\"]}]";
static const char TRAINING[] =
    "{\"target\": \"y\", \"features\": [\"x\", \"n\", \"m\", \"d\", \"k\", \"c\"], \"algorithm\": "
    "\"decision_tree\"}";

// The saved document of a small model.
static json_t *train(const char *steps)
{
    buf_t text = {0};
    char folder[] = "/tmp/autodp-test-XXXXXX";
    char command[64];
    buf_addf(&text, "x,n,m,d,k,c,y\n");
    for (int i = 0; i < 60; i++) {
        buf_addf(&text, "%s,%d,%d,2024-01-0%d,%d,%s,%s\n", i % 10 ? "1.5" : "", i % 7, i % 5,
                 i % 3 + 1, i % 4, i % 2 ? "p" : "q", i % 3 ? "up" : "down");
    }
    buf_addf(&text, "-2,1,1,2024-01-01,1,p,up\n");
    buf_add(&text, "", 1);
    temp_t temp = temp_table(text.data);
    json_t *recipe = json_of(steps);
    json_t *training = json_of(TRAINING);
    json_t *result = NULL;
    fault_t fault = {0};
    assert_non_null(mkdtemp(folder));
    train_t train = {
        .frame = temp.frame, .recipe = recipe, .training = training, .output_dir = folder};
    err_t err = train_run(&train, &result, &fault);
    assert_string_equal(fault.detail, "");
    assert_int_equal(err, ERR_OK);
    snprintf(command, sizeof command, "%s/model.json", folder);
    json_t *saved = json_load_file(command, 0, NULL);
    assert_non_null(saved);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0); // NOLINT: a name of our own
    json_decref(result);
    json_decref(training);
    json_decref(recipe);
    temp_release(&temp);
    buf_release(&text);
    return saved;
}

// Exports in all formats; whether the model could be read and be a pickle.
static bool export_all(const json_t *document)
{
    saved_t *saved = NULL;
    fault_t fault = {0};
    bool good = true;
    if (saved_read(document, &saved, &fault) != ERR_OK) {
        return false;
    }
    for (size_t i = 0; exports_format(i); i++) {
        buf_t out = {0};
        err_t err = saved_export(saved, exports_format(i), &out, &fault);
        assert_true(err == ERR_OK ? out.size > 0 : fault.detail[0] != '\0');
        good = good && (i > 0 || err == ERR_OK);
        buf_release(&out);
    }
    saved_destroy(&saved);
    return good;
}

// Whether the model is ready to predict.
static bool make_ready(const json_t *document)
{
    ready_t *ready = NULL;
    fault_t fault = {0};
    err_t err = ready_new(document, &ready, &fault);
    assert_true(err == ERR_OK || fault.detail[0] != '\0');
    ready_destroy(&ready);
    return err == ERR_OK;
}

typedef bool use_t(const json_t *document);

static use_t *use; // what is done with a damaged document

enum { STRANGE = 9 };

static json_t *strange(size_t i)
{
    static const char *const texts[] = {
        "null", "\"x\"", "-1", "1e300", "[]", "{}", "[9]", "0", "[\"a\", \"b\", \"c\"]"};
    return json_loads(texts[i], JSON_DECODE_ANY, NULL);
}

static void damage(json_t *document, json_t *part);

static void damage_member(json_t *document, json_t *object, const char *key)
{
    json_t *value = json_incref(json_object_get(object, key));
    for (size_t i = 0; i < STRANGE; i++) {
        json_object_set_new(object, key, strange(i));
        use(document);
    }
    json_object_del(object, key);
    use(document);
    json_object_set(object, key, value);
    damage(document, value);
    json_decref(value);
}

static void damage_item(json_t *document, json_t *list, size_t at)
{
    json_t *value = json_incref(json_array_get(list, at));
    for (size_t i = 0; i < STRANGE; i++) {
        json_array_set_new(list, at, strange(i));
        use(document);
    }
    json_array_set(list, at, value);
    damage(document, value);
    json_decref(value);
}

static void damage(json_t *document, json_t *part)
{
    if (json_is_object(part)) {
        json_t *keys = json_array();
        const char *key;
        json_t *unused;
        json_object_foreach(part, key, unused)
        {
            json_array_append_new(keys, json_string(key));
        }
        for (size_t i = 0; i < json_array_size(keys); i++) {
            damage_member(document, part, json_string_value(json_array_get(keys, i)));
        }
        json_decref(keys);
    }
    for (size_t i = 0; i < json_array_size(part); i++) {
        damage_item(document, part, i);
    }
}

static void damaged_steps_are_refused_or_harmless(void **state)
{
    (void)state;
    json_t *document = train(RECIPE);
    json_t *record = json_object_get(document, "record");
    use = export_all;
    assert_true(export_all(document));
    damage(document, json_object_get(record, "steps"));
    damage(document, json_object_get(record, "features"));
    damage(document, json_object_get(record, "feature_types"));
    damage(document, json_object_get(record, "labels"));
    assert_true(export_all(document));
    json_decref(document);
}

static void damaged_steps_of_our_own_predict_or_are_refused(void **state)
{
    (void)state;
    json_t *document = train(OWN);
    use = make_ready;
    assert_true(make_ready(document));
    damage(document, json_object_get(json_object_get(document, "record"), "steps"));
    assert_true(make_ready(document));
    json_decref(document);
}

static void steps_that_look_at_other_rows_are_damage(void **state)
{
    (void)state;
    json_t *document = train(OWN);
    json_t *steps = json_object_get(json_object_get(document, "record"), "steps");
    const char *const strangers[] = {
        "{\"op\": \"filter\", \"expression\": \"x > 2\"}",
        "{\"op\": \"sort\", \"columns\": [\"x\"]}",
        "{\"op\": \"missing\", \"method\": \"forward\", \"columns\": [\"x\"]}",
    };
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        json_array_insert_new(steps, 0, json_of(strangers[i]));
        assert_false(make_ready(document));
        json_array_remove(steps, 0);
    }
    assert_true(make_ready(document));
    json_decref(document);
}

// A step that has a column more than values: that of all others.
static void a_column_of_no_value_is_that_of_others(void **state)
{
    (void)state;
    json_t *document = train(RECIPE);
    json_t *record = json_object_get(document, "record");
    json_t *steps = json_object_get(record, "steps");
    json_t *one_hot = json_array_get(steps, json_array_size(steps) - 1);
    json_t *learned = json_array_get(json_object_get(one_hot, "parameters"), 0);
    json_array_remove(json_object_get(learned, "levels"), 1);
    json_object_set_new(learned, "levels_total", json_integer(1));
    json_object_set_new(learned, "values",
                        json_pack("[i]", 1)); // one is frequent: others share one
    assert_true(export_all(document));
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_steps_are_refused_or_harmless),
        cmocka_unit_test(damaged_steps_of_our_own_predict_or_are_refused),
        cmocka_unit_test(steps_that_look_at_other_rows_are_damage),
        cmocka_unit_test(a_column_of_no_value_is_that_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
