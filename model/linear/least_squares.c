// SPDX-License-Identifier: MPL-2.0
#include "model/linear/least_squares.h"

#include <float.h>
#include <lapacke.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

err_t least_squares(const reduction_t *reduction, double *ret_coef, fault_t *fault)
{
    size_t rows = reduction->rows;
    size_t columns = reduction->columns;
    size_t most = rows > columns ? rows : columns;
    double *x = mem_array(rows * columns, sizeof *x);
    double *y = mem_array(most, sizeof *y);
    double *singular = mem_array(most, sizeof *singular);
    lapack_int rank;
    double least =
        DBL_EPSILON * (double)(reduction->samples > columns ? reduction->samples : columns);
    memcpy(x, reduction->x, rows * columns * sizeof *x);
    memcpy(y, reduction->y, rows * sizeof *y);
    lapack_int failed =
        LAPACKE_dgelsd(LAPACK_COL_MAJOR, (lapack_int)rows, (lapack_int)columns, 1, x,
                       (lapack_int)rows, y, (lapack_int)most, singular, least, &rank);
    if (failed == 0) {
        memcpy(ret_coef, y, columns * sizeof *y);
    }
    free(x);
    free(y);
    free(singular);
    return failed == 0 ? ERR_OK : reduction_failed(failed, fault);
}
