// SPDX-License-Identifier: MPL-2.0
#include "learn/ready.h"

#include <dirent.h>

#include "learn/apply.h"
#include "learn/train.h"
#include "test/unit/engine/temp.h"

typedef struct {
    char folder[32];
    json_t *document; // model.json
    ready_t *ready;
    fault_t fault;
} model_case_t;

// Trains on a table and makes what is left of it ready.
static model_case_t trained(const char *table, const char *recipe, const char *training)
{
    model_case_t self = {0};
    temp_t temp = temp_table(table);
    json_t *steps = json_of(recipe);
    json_t *request = json_of(training);
    json_t *result = NULL;
    char path[64];
    strcpy(self.folder, "/tmp/autodp-test-XXXXXX"); // NOLINT: it fits
    assert_non_null(mkdtemp(self.folder));
    train_t train = {
        .frame = temp.frame, .recipe = steps, .training = request, .output_dir = self.folder};
    err_t err = train_run(&train, &result, &self.fault);
    assert_string_equal(self.fault.detail, "");
    assert_int_equal(err, ERR_OK);
    snprintf(path, sizeof path, "%s/model.json", self.folder);
    self.document = json_load_file(path, 0, NULL);
    assert_non_null(self.document);
    ready_new(self.document, &self.ready, &self.fault);
    assert_string_equal(self.fault.detail, "");
    json_decref(result);
    json_decref(request);
    json_decref(steps);
    temp_release(&temp);
    return self;
}

static void release(model_case_t *self)
{
    DIR *dir = opendir(self->folder);
    char path[320];
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        snprintf(path, sizeof path, "%s/%s", self->folder, entry->d_name);
        unlink(path);
    }
    closedir(dir);
    assert_int_equal(rmdir(self->folder), 0);
    ready_destroy(&self->ready);
    json_decref(self->document);
}

static err_t ask(model_case_t *self, const char *rows, json_t **ret_answer)
{
    json_t *list = json_of(rows);
    err_t err = ready_predict(self->ready, list, ret_answer, &self->fault);
    json_decref(list);
    return err;
}

static const char *label(const json_t *answer, size_t row)
{
    return json_string_value(json_array_get(json_object_get(answer, "predictions"), row));
}

static const char *detail_of(const json_t *notes, size_t i)
{
    return json_string_value(json_object_get(json_array_get(notes, i), "detail"));
}

static const char *detail(const json_t *answer, size_t i)
{
    return detail_of(json_object_get(answer, "notes"), i);
}

// What is told of a whole table. A new reference.
static json_t *remarks_on(model_case_t *self, const char *table)
{
    char model[64];
    char input[64];
    char output[64];
    json_t *result = NULL;
    snprintf(model, sizeof model, "%s/model.json", self->folder);
    snprintf(input, sizeof input, "%s/other.csv", self->folder);
    snprintf(output, sizeof output, "%s/said.csv", self->folder);
    FILE *file = fopen(input, "w");
    assert_non_null(file);
    fputs(table, file);
    fclose(file);
    apply_t apply = {.model = model, .input = input, .output = output};
    apply_run(&apply, &result, &self->fault);
    assert_string_equal(self->fault.detail, "");
    json_t *remarks = json_incref(json_object_get(result, "remarks"));
    json_decref(result);
    return remarks;
}

// Penguin-like: heavy ones of island b are "g", the others "a".
static model_case_t penguins(const char *algorithm)
{
    buf_t table = {0};
    char training[160];
    buf_addf(&table, "weight,island,seen,sort\n");
    for (int i = 0; i < 90; i++) {
        bool heavy = i % 3 == 0;
        buf_addf(&table, "%d.5,%s,2024-01-%02d,%s\n", heavy ? 5000 + i : 3000 + i,
                 heavy        ? "b"
                 : i % 3 == 1 ? "c"
                              : "d",
                 i % 28 + 1, heavy ? "g" : "a");
    }
    buf_add(&table, "", 1);
    snprintf(training, sizeof training,
             "{\"target\":\"sort\",\"features\":[\"weight\",\"island\"],\"algorithm\":\"%s\"}",
             algorithm);
    model_case_t self =
        trained(table.data,
                "[{\"op\":\"missing\",\"method\":\"median\",\"columns\":[\"weight\"]},"
                "{\"op\":\"scale\",\"method\":\"z_score\",\"columns\":[\"weight\"]},"
                "{\"op\":\"encode\",\"method\":\"one_hot\",\"columns\":[\"island\"]}]",
                training);
    buf_release(&table);
    return self;
}

// Numbers one half above theirs.
static model_case_t numbers(void)
{
    return trained("x,y\n1,1.5\n2,2.5\n3,3.5\n4,4.5\n5,5.5\n6,6.5\n7,7.5\n8,8.5\n9,9.5\n10,10.5\n",
                   "[]",
                   "{\"target\":\"y\",\"features\":[\"x\"],\"algorithm\":\"linear_regression\","
                   "\"task\":\"regress\"}");
}

static void rows_are_objects_or_lists(void **state)
{
    (void)state;
    model_case_t self = penguins("logistic_regression");
    json_t *answer = NULL;
    assert_int_equal(
        ask(&self, "[{\"island\":\"b\",\"weight\":5050,\"more\":1},[3050.5,\"c\"]]", &answer),
        ERR_OK);
    assert_string_equal(label(answer, 0), "g");
    assert_string_equal(label(answer, 1), "a");
    const json_t *shares = json_array_get(json_object_get(answer, "probabilities"), 0);
    assert_true(json_number_value(json_array_get(shares, 1)) > 0.5);
    assert_int_equal(json_array_size(json_object_get(answer, "notes")), 0);
    json_decref(answer);
    release(&self);
}

static void texts_are_read_as_a_file_has_them(void **state)
{
    (void)state;
    model_case_t self = penguins("decision_tree");
    json_t *answer = NULL;
    assert_int_equal(ask(&self, "[[\"5050.5\",\"b\"],[\"\",\"b\"],[null,\"b\"]]", &answer), ERR_OK);
    assert_string_equal(label(answer, 0), "g");
    assert_non_null(label(answer, 1)); // the median fills it
    assert_string_equal(label(answer, 1), label(answer, 2));
    json_decref(answer);
    release(&self);
}

static void an_unknown_value_is_told(void **state)
{
    (void)state;
    model_case_t self = penguins("logistic_regression");
    json_t *answer = NULL;
    assert_int_equal(ask(&self, "[[5050.5,\"b\"],[3000.5,\"mars\"]]", &answer), ERR_OK);
    assert_non_null(label(answer, 1));
    assert_string_equal(detail(answer, 0),
                        "step 3 had not seen the value 'mars': none of its columns is 1");
    json_decref(answer);
    release(&self);
}

static void what_is_odd_about_a_table_is_told(void **state)
{
    (void)state;
    model_case_t self = penguins("logistic_regression");
    json_t *remarks =
        remarks_on(&self, "island,weight\nb,5000\nmars,heavy\nvenus,\nmars,3000\nc,3000\n");
    assert_int_equal(json_array_size(remarks), 2);
    assert_string_equal(detail_of(remarks, 0),
                        "1 cell not of the type that the model learned (float), taken as missing");
    assert_string_equal(detail_of(remarks, 1),
                        "3 values that step 3 had not seen, the first 'mars' in row 2: none of its "
                        "columns is 1");
    json_decref(remarks);
    remarks = remarks_on(&self, "island,weight\nb,5000\n");
    assert_int_equal(json_array_size(remarks), 0);
    json_decref(remarks);
    release(&self);
}

static void rows_without_an_answer_are_told(void **state)
{
    (void)state;
    model_case_t self = numbers();
    json_t *remarks = remarks_on(&self, "x\n20\n\"\"\nmany\n");
    assert_int_equal(json_array_size(remarks), 2);
    assert_string_equal(detail_of(remarks, 1),
                        "2 rows without a value that no step fills, the first row 2: nothing is "
                        "predicted");
    json_decref(remarks);
    release(&self);
}

static void a_missing_input_predicts_nothing(void **state)
{
    (void)state;
    model_case_t self = numbers();
    json_t *answer = NULL;
    assert_int_equal(ask(&self, "[[20],[null]]", &answer), ERR_OK);
    const json_t *predictions = json_object_get(answer, "predictions");
    assert_true(json_number_value(json_array_get(predictions, 0)) - 20.5 < 1e-9);
    assert_true(json_is_null(json_array_get(predictions, 1)));
    assert_non_null(detail(answer, 0));
    assert_null(json_object_get(answer, "probabilities"));
    json_decref(answer);
    release(&self);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *rows;
        err_t code;
        const char *column;
    } cases[] = {
        {"{}", ERR_INVALID, ""},
        {"[]", ERR_INVALID, ""},
        {"[7]", ERR_INVALID, ""},
        {"[[1]]", ERR_INVALID, ""},
        {"[{\"weight\":1}]", ERR_COLUMN_UNKNOWN, "island"},
        {"[[\"heavy\",\"b\"]]", ERR_COLUMN_TYPE, "weight"},
        {"[[true,\"b\"]]", ERR_COLUMN_TYPE, "weight"},
        {"[[[1],\"b\"]]", ERR_COLUMN_TYPE, "weight"},
    };
    model_case_t self = penguins("gaussian_nb");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *answer = NULL;
        assert_int_equal(ask(&self, cases[i].rows, &answer), cases[i].code);
        assert_string_equal(self.fault.column, cases[i].column);
        assert_null(answer);
    }
    release(&self);
}

static void a_model_that_says_something_else_is_damaged(void **state)
{
    (void)state;
    model_case_t self = penguins("decision_tree");
    json_t *check = json_object_get(json_object_get(self.document, "record"), "self_check");
    json_t *said = json_object_get(check, "predictions");
    const char *first = json_string_value(json_array_get(said, 0));
    json_array_set_new(said, 0, json_string(strcmp(first, "a") == 0 ? "g" : "a"));
    ready_t *ready = NULL;
    assert_int_equal(ready_new(self.document, &ready, &self.fault), ERR_CORRUPT);
    assert_null(ready);
    release(&self);
}

// y is what a text says behind its spaces and letters, and a number over another one.
static model_case_t raw_columns(void)
{
    buf_t table = {0};
    buf_addf(&table, "word,a,b,day,y\n");
    for (int i = 0; i < 80; i++) {
        bool up = i % 2 == 0;
        buf_addf(&table, "%s,%d,%d,0%d.03.2024,%s\n", up ? " Up" : "DOWN ", up ? 8 + i : 2,
                 1 + i % 3, i % 7 + 1, up ? "y" : "n");
    }
    buf_add(&table, "", 1);
    model_case_t self = trained(
        table.data,
        "[{\"op\":\"text\",\"method\":\"trim\",\"columns\":[\"word\"]},"
        "{\"op\":\"text\",\"method\":\"lower\",\"columns\":[\"word\"]},"
        "{\"op\":\"rename\",\"names\":{\"word\":\"said\"}},"
        "{\"op\":\"encode\",\"method\":\"label\",\"columns\":[\"said\"]},"
        "{\"op\":\"derive\",\"as\":\"ratio\",\"expression\":\"a / b\"},"
        "{\"op\":\"date\",\"method\":\"parse\",\"columns\":[\"day\"],\"format\":\"%d.%m.%Y\"},"
        "{\"op\":\"date\",\"method\":\"parts\",\"columns\":[\"day\"],\"parts\":[\"weekday\"]},"
        "{\"op\":\"drop\",\"columns\":[\"day\",\"a\"]}]",
        "{\"target\":\"y\",\"features\":[\"word\",\"a\",\"b\",\"day\"],\"algorithm\":"
        "\"decision_tree\"}");
    buf_release(&table);
    return self;
}

static void raw_cells_go_through_the_recipe(void **state)
{
    (void)state;
    model_case_t self = raw_columns();
    json_t *answer = NULL;
    assert_int_equal(ask(&self,
                         "[{\"word\":\"UP  \",\"a\":9,\"b\":1,\"day\":\"02.03.2024\"},"
                         "{\"word\":\"aside\",\"a\":9,\"b\":1,\"day\":\"02.03.2024\"},"
                         "{\"word\":\"up\",\"a\":9,\"b\":0,\"day\":\"02.03.2024\"},"
                         "{\"word\":\"up\",\"a\":9,\"b\":1,\"day\":\"2nd of March\"}]",
                         &answer),
                     ERR_OK);
    const json_t *predictions = json_object_get(answer, "predictions");
    assert_string_equal(label(answer, 0), "y");
    assert_true(json_is_string(json_array_get(predictions, 1)));
    assert_true(json_is_null(json_array_get(predictions, 2)));
    assert_true(json_is_null(json_array_get(predictions, 3)));
    assert_int_equal(json_array_size(json_object_get(answer, "notes")), 3);
    assert_string_equal(detail(answer, 0),
                        "step 4 had not seen the value 'aside': it counts as -1");
    json_decref(answer);
    release(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_objects_or_lists),
        cmocka_unit_test(texts_are_read_as_a_file_has_them),
        cmocka_unit_test(an_unknown_value_is_told),
        cmocka_unit_test(what_is_odd_about_a_table_is_told),
        cmocka_unit_test(rows_without_an_answer_are_told),
        cmocka_unit_test(a_missing_input_predicts_nothing),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(a_model_that_says_something_else_is_damaged),
        cmocka_unit_test(raw_cells_go_through_the_recipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
