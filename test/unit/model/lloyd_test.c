// SPDX-License-Identifier: MPL-2.0
#include "model/cluster/lloyd.h"

#include <math.h>
#include <string.h>

#include "test/unit/test.h"

static void assert_near(double value, double expected)
{
    assert_true(fabs(value - expected) <= 1e-12);
}

static clustering_t one_step(const points_t *points, const double *weights, const double *centers)
{
    lloyd_t how = {.points = points, .weights = weights, .max_iter = 1, .threads = 1};
    clustering_t clustering = clustering_new(points->rows, points->columns, 3);
    memcpy(clustering.centers, centers, 3 * points->columns * sizeof *centers);
    assert_int_equal(lloyd(&how, &clustering, NULL), ERR_OK);
    return clustering;
}

// KMeans(3, init=[[0], [100], [200]], n_init=1, max_iter=1) of scikit-learn 1.2.1.
static void a_center_without_rows_goes_to_the_farthest(void **state)
{
    (void)state;
    const double x[] = {0, 0.1, 0.2, 5, 5.1, 9};
    points_t points = points_new(&(matrix_t){x, 6, 1});
    clustering_t clustering = one_step(&points, NULL, (double[]){0, 100, 200});
    const int32_t labels[] = {0, 0, 0, 2, 2, 1};
    assert_near(clustering.centers[0], 1.325);
    assert_near(clustering.centers[1], 9);
    assert_near(clustering.centers[2], 5.1);
    assert_memory_equal(clustering.labels, labels, sizeof labels);
    assert_near(clustering.inertia, 4.531875);
    clustering_release(&clustering);
    points_release(&points);
}

static void weights_move_the_middle(void **state)
{
    (void)state;
    const double x[] = {0, 1, 10, 20};
    const double weights[] = {1, 3, 1, 2};
    points_t points = points_new(&(matrix_t){x, 4, 1});
    clustering_t clustering = one_step(&points, weights, (double[]){0, 10, 20});
    assert_near(clustering.centers[0], 0.75);
    assert_near(clustering.inertia, 0.75); // 0.75^2 + 3 * 0.25^2
    clustering_release(&clustering);
    points_release(&points);
}

static void of_equally_near_centers_the_first_is_taken(void **state)
{
    (void)state;
    const double x[] = {0};
    int32_t labels[POINTS_BLOCK];
    double squares[POINTS_BLOCK];
    points_t points = points_new(&(matrix_t){x, 1, 1});
    lloyd_nearest(&points, (double[]){3, 1, -1}, 3, 0, labels, squares);
    assert_int_equal(labels[0], 1);
    assert_near(squares[0], 1);
    points_release(&points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_center_without_rows_goes_to_the_farthest),
        cmocka_unit_test(weights_move_the_middle),
        cmocka_unit_test(of_equally_near_centers_the_first_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
