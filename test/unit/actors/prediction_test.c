// SPDX-License-Identifier: MPL-2.0
#include "actors/prediction/prediction.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/unit/actors/port.h"
#include "test/unit/test.h"

// y = 2 x, as a training leaves it.
static const char MODEL[] =
    "{\"format\":1,\"record\":{\"features\":[\"x\"],\"feature_types\":[\"float\"],\"recipe\":[],"
    "\"steps\":[],\"self_check\":{\"rows\":[[1.5]],\"predictions\":[3.0]}},"
    "\"model\":{\"estimator\":\"linear_regression\",\"task\":\"regress\",\"columns\":1,"
    "\"classes\":0,\"seed\":0,\"params\":{},\"state\":{\"coef\":[2.0],\"intercept\":[0.0],"
    "\"iterations\":1}}}";

static actor_t *actor;
static fault_t fault;
static char path[] = "/tmp/autodp-test-XXXXXX";

static int setup(void **state)
{
    (void)state;
    strcpy(path, "/tmp/autodp-test-XXXXXX"); // NOLINT: it fits
    int fd = mkstemp(path);
    assert_int_equal(write(fd, MODEL, strlen(MODEL)), (ssize_t)strlen(MODEL));
    close(fd);
    actor = port_new(&prediction_actor);
    return port_start(actor, &fault);
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    port_destroy(&actor);
    return 0;
}

static void ask(const char *blob, const char *rows)
{
    json_t *list = json_loads(rows, 0, NULL);
    port_request(actor, METHOD_predict, &(msg_predict_t){.blob = blob, .rows = list}, (bytes_t){0});
    json_decref(list);
}

static void load(void)
{
    port_fetched(actor, port_take(actor, PORT_FETCH), NULL, path);
    port_run(actor);
}

static double first_answer(void)
{
    port_output_t *answer = port_take(actor, PORT_ANSWER);
    assert_non_null(answer);
    const json_t *prediction = ((const msg_prediction_t *)answer->message)->prediction;
    return json_number_value(json_array_get(json_object_get(prediction, "predictions"), 0));
}

static void a_model_is_loaded_once(void **state)
{
    (void)state;
    ask("aa", "[[3]]");
    ask("aa", "[[4]]"); // while it is on its way
    load();
    assert_true(first_answer() == 6);
    assert_true(first_answer() == 8);
    assert_non_null(port_take(actor, PORT_RELEASE));
    ask("aa", "[[5]]");
    assert_null(port_take(actor, PORT_FETCH));
    assert_true(first_answer() == 10);
}

static void a_batch_does_not_hold_up_the_loop(void **state)
{
    (void)state;
    ask("aa", "[[1]]");
    load();
    assert_true(first_answer() == 2);
    ask("aa", "[[7],[8]]");
    ask("aa", "[[9]]"); // behind the batch, for the model is in use
    assert_null(port_take(actor, PORT_ANSWER));
    port_run(actor);
    assert_true(first_answer() == 14);
    assert_true(first_answer() == 18);
}

static void a_refusal_is_not_the_end_of_the_model(void **state)
{
    (void)state;
    ask("aa", "[{\"z\":1}]");
    load();
    port_output_t *refusal = port_take(actor, PORT_REFUSE);
    assert_int_equal(refusal->fault.code, ERR_COLUMN_UNKNOWN);
    ask("aa", "[[2]]");
    assert_true(first_answer() == 4);
}

static void what_is_no_model_is_refused_to_all_who_wait(void **state)
{
    (void)state;
    assert_int_equal(truncate(path, 100), 0);
    ask("aa", "[[1]]");
    ask("aa", "[[2]]");
    load();
    for (int i = 0; i < 2; i++) {
        port_output_t *refusal = port_take(actor, PORT_REFUSE);
        assert_int_equal(refusal->fault.code, ERR_CORRUPT);
    }
    ask("aa", "[[1]]"); // asked for again, it is loaded again
    assert_non_null(port_take(actor, PORT_FETCH));
}

static void the_model_used_longest_ago_makes_room(void **state)
{
    (void)state;
    char blob[3] = "aa";
    for (int i = 0; i < 17; i++) {
        blob[1] = (char)('a' + i);
        ask(blob, "[[1]]");
        load();
        assert_true(first_answer() == 2);
    }
    ask("ab", "[[1]]"); // the second one is still there
    assert_true(first_answer() == 2);
    ask("aa", "[[1]]");
    assert_non_null(port_take(actor, PORT_FETCH));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_model_is_loaded_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_batch_does_not_hold_up_the_loop, setup, teardown),
        cmocka_unit_test_setup_teardown(a_refusal_is_not_the_end_of_the_model, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_model_is_refused_to_all_who_wait, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_model_used_longest_ago_makes_room, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
