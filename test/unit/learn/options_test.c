// SPDX-License-Identifier: MPL-2.0
#include "learn/options.h"

#include "learn/request.h"
#include "test/unit/engine/temp.h"

// A request that says `value` of an option, in its search if it is one of that.
static err_t say(const param_t *option, bool search, double value)
{
    temp_t temp = temp_table("a,y\n1,p\n2,q\n");
    json_t *json = json_of("{\"target\": \"y\", \"features\": [\"a\"]}");
    json_t *said = json_object();
    json_object_set_new(said, option->name,
                        option->type == PARAM_INTEGER ? json_integer((json_int_t)value)
                                                      : json_real(value));
    if (search) {
        json_object_set(json, "search", said);
    } else {
        json_object_update(json, said);
    }
    request_t request = {0};
    err_t err = request_parse(json, temp.description, &request, NULL);
    request_release(&request);
    json_decref(said);
    json_decref(json);
    temp_release(&temp);
    return err;
}

static void assert_range(const param_t *option, bool search)
{
    if (option->type != PARAM_INTEGER && option->type != PARAM_NUMBER) {
        return;
    }
    double step = option->type == PARAM_INTEGER ? 1 : option->min / 2;
    assert_int_equal(say(option, search, option->min), ERR_OK);
    assert_int_equal(say(option, search, option->min - step), ERR_HYPERPARAMETER);
    assert_int_equal(say(option, search, option->max), ERR_OK);
    assert_int_equal(say(option, search, option->max + 1), ERR_HYPERPARAMETER);
}

static void ranges_are_those_of_a_request(void **state)
{
    (void)state;
    for (const param_t *option = TRAINING_OPTIONS; option->name; option++) {
        assert_range(option, false);
    }
    for (const param_t *option = SEARCH_OPTIONS; option->name; option++) {
        assert_range(option, true);
    }
}

static void defaults_are_those_of_a_request(void **state)
{
    (void)state;
    temp_t temp = temp_table("a,y\n1,p\n2,q\n");
    json_t *json = json_of("{\"target\": \"y\", \"features\": [\"a\"], \"search\": {}}");
    json_t *options = NULL;
    json_t *search = NULL;
    request_t request;
    assert_int_equal(request_parse(json, temp.description, &request, NULL), ERR_OK);
    assert_int_equal(params_read(TRAINING_OPTIONS, NULL, &options, NULL), ERR_OK);
    assert_int_equal(params_read(SEARCH_OPTIONS, NULL, &search, NULL), ERR_OK);
    assert_true(params_number(options, "test_size") == request.test_size);
    assert_int_equal(params_integer(options, "seed"), request.seed);
    assert_int_equal(params_integer(search, "trials"), request.search.trials);
    assert_true(params_is_null(search, "budget") && request.search.budget_seconds == 0);
    assert_true(params_is_null(search, "memory_mb") && request.search.memory_bytes == 0);
    assert_true(params_chose(search, "method", "random"));
    assert_int_equal(request.search.method, SEARCH_RANDOM);
    assert_false(params_flag(options, "learning_curve") || request.learning_curve);
    json_decref(options);
    json_decref(search);
    json_decref(json);
    request_release(&request);
    temp_release(&temp);
}

// A request with `key` set to `value`, of a task.
static err_t ask(const char *task, const char *key, json_t *value)
{
    temp_t temp = temp_table("a,d,y\n1,2020-01-01,1\n2,2020-01-02,2\n");
    json_t *json = json_of("{\"target\": \"y\", \"features\": [\"a\"]}");
    json_object_set_new(json, "task", json_string(task));
    json_object_set(json, key, value);
    request_t request = {0};
    err_t err = request_parse(json, temp.description, &request, NULL);
    request_release(&request);
    json_decref(json);
    temp_release(&temp);
    return err;
}

static void what_is_offered_is_taken(void **state)
{
    (void)state;
    json_t *options = options_to_json();
    const char *task;
    json_t *names;
    json_t *item;
    size_t i;
    size_t count = 0;
    json_object_foreach(json_object_get(options, "scores"), task, names)
    {
        json_array_foreach(names, i, item)
        {
            assert_int_equal(ask(task, "score", item), ERR_OK);
            count++;
        }
    }
    assert_int_equal(count, 19);
    json_array_foreach(json_object_get(options, "splits"), i, item)
    {
        json_t *split = json_pack("{s:O}", "kind", json_object_get(item, "name"));
        if (json_is_true(json_object_get(item, "column"))) {
            json_object_set_new(split, "column", json_string("d"));
        }
        task = json_string_value(json_array_get(json_object_get(item, "tasks"), 0));
        assert_int_equal(ask(task, "split", split), ERR_OK);
        assert_true(json_string_length(json_object_get(item, "help")) > 0);
        json_decref(split);
    }
    assert_int_equal(i, 4);
    json_decref(options);
}

static void each_task_has_an_algorithm_that_can_do_it(void **state)
{
    (void)state;
    json_t *json = options_to_json();
    const json_t *tasks = json_object_get(json, "tasks");
    size_t i;
    json_t *item;
    assert_int_equal(json_array_size(tasks), 4);
    json_array_foreach(tasks, i, item)
    {
        task_t task;
        const char *name = json_string_value(json_object_get(item, "algorithm"));
        assert_true(task_by_name(json_string_value(json_object_get(item, "name")), &task));
        assert_true(estimator_find(name)->tasks & task);
        assert_true(json_is_true(json_object_get(item, "target")) == task_has_target(task));
    }
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_those_of_a_request),
        cmocka_unit_test(defaults_are_those_of_a_request),
        cmocka_unit_test(what_is_offered_is_taken),
        cmocka_unit_test(each_task_has_an_algorithm_that_can_do_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
