// SPDX-License-Identifier: MPL-2.0
#include "model/boost/booster.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

err_t booster_fault(fault_t *fault)
{
    const char *said = XGBGetLastError();
    if (strstr(said, "bad_alloc")) {
        return fault_set(fault, ERR_MEMORY, "use fewer rows or features",
                         "the trees do not fit into memory");
    }
    return fault_set(fault, ERR_INTERNAL, NULL, "XGBoost: %.*s", (int)strcspn(said, "\n"), said);
}

err_t booster_check(int failed, fault_t *fault)
{
    return failed ? booster_fault(fault) : ERR_OK;
}

const char *booster_objective(task_t task, size_t classes)
{
    return task == TASK_REGRESS ? "reg:squarederror"
           : classes == 2       ? "binary:logistic"
                                : "multi:softprob";
}

err_t booster_open(buf_t *bytes, booster_t **ret_booster, fault_t *fault)
{
    booster_t *booster = mem_new(sizeof *booster);
    booster->bytes = *bytes;
    *bytes = (buf_t){0};
    // one thread: what is gained by more is lost again by starting them for a few rows
    if (XGBoosterCreate(NULL, 0, &booster->handle) != 0 ||
        XGBoosterSetParam(booster->handle, "verbosity", "0") != 0 ||
        XGBoosterSetParam(booster->handle, "nthread", "1") != 0 ||
        XGBoosterLoadModelFromBuffer(booster->handle, booster->bytes.data, booster->bytes.size) !=
            0) {
        booster_destroy(&booster);
        return booster_fault(fault);
    }
    *ret_booster = booster;
    return ERR_OK;
}

void booster_destroy(booster_t **booster)
{
    if (!*booster) {
        return;
    }
    if ((*booster)->handle) {
        XGBoosterFree((*booster)->handle);
    }
    buf_release(&(*booster)->bytes);
    free(*booster);
    *booster = NULL;
}

char *booster_array(const matrix_t *matrix)
{
    return text_format("{\"data\": [%zu, true], \"shape\": [%zu, %zu], \"typestr\": \"<f8\", "
                       "\"version\": 3}",
                       (size_t)matrix->x, matrix->rows, matrix->columns);
}

const float *booster_answers(const booster_t *booster, const matrix_t *matrix)
{
    static const char how[] =
        "{\"type\": 0, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
        "\"strict_shape\": false, \"missing\": NaN, \"cache_id\": 0}";
    char *array = booster_array(matrix);
    const bst_ulong *shape;
    bst_ulong dimensions;
    const float *answers = NULL;
    int failed =
        XGBoosterPredictFromDense(booster->handle, array, how, NULL, &shape, &dimensions, &answers);
    free(array);
    if (failed) {
        mem_exhausted(matrix->rows * sizeof *answers); // nothing else can fail in a checked model
    }
    return answers;
}
