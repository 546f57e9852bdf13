// SPDX-License-Identifier: MPL-2.0
#include "model/core/params.h"

#include <string.h>

#include "test/unit/test.h"

static const param_t TABLE[] = {
    {.name = "C", .type = PARAM_NUMBER, .initial = "1.0", .min = 1e-10, .max = 1e10, .help = ""},
    {.name = "gamma",
     .type = PARAM_NUMBER,
     .initial = "\"scale\"",
     .min = 0,
     .max = 1e10,
     .words = true,
     .choices = "scale|auto",
     .help = ""},
    {.name = "depth",
     .type = PARAM_INTEGER,
     .initial = "null",
     .min = 1,
     .max = 100,
     .optional = true,
     .help = ""},
    {.name = "kernel",
     .type = PARAM_CHOICE,
     .initial = "\"rbf\"",
     .choices = "linear|rbf",
     .help = ""},
    {.name = "whiten", .type = PARAM_BOOLEAN, .initial = "false", .help = ""},
    {0},
};

static err_t read(const char *text, json_t **ret_params, fault_t *fault)
{
    json_t *json = json_loads(text, 0, NULL);
    err_t err = params_read(TABLE, json, ret_params, fault);
    json_decref(json);
    return err;
}

static void what_is_absent_has_its_default(void **state)
{
    (void)state;
    json_t *params = NULL;
    assert_int_equal(params_read(TABLE, NULL, &params, NULL), ERR_OK);
    assert_true(params_number(params, "C") == 1);
    assert_true(params_chose(params, "gamma", "scale"));
    assert_true(params_is_null(params, "depth"));
    assert_false(params_flag(params, "whiten"));
    json_decref(params);
    assert_int_equal(read("{\"gamma\": 0.5, \"depth\": 3}", &params, NULL), ERR_OK);
    assert_true(params_number(params, "gamma") == 0.5);
    assert_int_equal(params_integer(params, "depth"), 3);
    json_decref(params);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\"C\": 0}",
                                        "{\"C\": \"1\"}",
                                        "{\"C\": null}",
                                        "{\"gamma\": \"wide\"}",
                                        "{\"depth\": 1.5}",
                                        "{\"depth\": 101}",
                                        "{\"kernel\": 1}",
                                        "{\"kernel\": \"lin\"}",
                                        "{\"whiten\": 1}",
                                        "{\"unknown\": 1}",
                                        "[]"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        json_t *params = NULL;
        fault_t fault = {0};
        assert_int_equal(read(texts[i], &params, &fault), ERR_HYPERPARAMETER);
        assert_true(fault.remedy[0] != '\0');
    }
    fault_t fault = {0};
    json_t *params = NULL;
    read("{\"gamma\": true}", &params, &fault);
    assert_string_equal(fault.detail, "'gamma' is not valid");
    assert_string_equal(fault.remedy, "give a number from 0 to 1e+10, or one of scale|auto");
}

static void a_table_describes_itself(void **state)
{
    (void)state;
    json_t *json = params_to_json(TABLE);
    assert_int_equal(json_array_size(json), 5);
    assert_int_equal(json_array_size(json_object_get(json_array_get(json, 1), "choices")), 2);
    assert_true(json_is_true(json_object_get(json_array_get(json, 2), "optional")));
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_absent_has_its_default),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_table_describes_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
