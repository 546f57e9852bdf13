// SPDX-License-Identifier: MPL-2.0
#include "model/svm/sigmoid.h"

#include <math.h>

#include "test/unit/test.h"

enum { COUNT = 40 };

static void make(double *values, bool *first)
{
    for (size_t i = 0; i < COUNT; i++) {
        values[i] = (double)i / 10 - 2;
        first[i] = i % 7 == 0 ? i < COUNT / 2 : i >= COUNT / 2;
    }
}

// The paper's, written out: targets are kept away from 0 and 1.
static double loss_of(const double *values, const bool *first, double a, double b)
{
    double firsts = 0;
    double loss = 0;
    for (size_t i = 0; i < COUNT; i++) {
        firsts += first[i];
    }
    for (size_t i = 0; i < COUNT; i++) {
        double target = first[i] ? (firsts + 1) / (firsts + 2) : 1 / (COUNT - firsts + 2);
        double p = 1 / (1 + exp(a * values[i] + b));
        loss -= target * log(p) + (1 - target) * log(1 - p);
    }
    return loss;
}

static void no_other_is_likelier(void **state)
{
    (void)state;
    double values[COUNT];
    bool first[COUNT];
    make(values, first);
    sigmoid_t sigmoid = sigmoid_fit(values, first, COUNT);
    double loss = loss_of(values, first, sigmoid.a, sigmoid.b);
    for (int i = 0; i < 8; i++) {
        double a = sigmoid.a + 1e-3 * cos(i);
        double b = sigmoid.b + 1e-3 * sin(i);
        assert_true(loss < loss_of(values, first, a, b));
    }
    assert_true(sigmoid.a < 0);
}

static void values_without_end_do_no_harm(void **state)
{
    (void)state;
    sigmoid_t sigmoid = {-1, 0};
    assert_true(sigmoid_of(&sigmoid, 1e308) == 1);
    assert_true(sigmoid_of(&sigmoid, -1e308) == 0);
    assert_true(sigmoid_of(&sigmoid, 0) == 0.5);
}

static void one_value_for_all_tells_how_many_there_are(void **state)
{
    (void)state;
    double values[COUNT] = {0};
    bool first[COUNT] = {true, true, true, true};
    sigmoid_t sigmoid = sigmoid_fit(values, first, COUNT);
    assert_true(fabs(sigmoid_of(&sigmoid, 0) - 0.1) < 0.03);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_other_is_likelier),
        cmocka_unit_test(values_without_end_do_no_harm),
        cmocka_unit_test(one_value_for_all_tells_how_many_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
