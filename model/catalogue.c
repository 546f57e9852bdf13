// SPDX-License-Identifier: MPL-2.0
#include "model/catalogue.h"

#include <string.h>

#include "model/bayes/gaussian_nb.h"
#include "model/boost/boost.h"
#include "model/cluster/k_means.h"
#include "model/dummy/dummy.h"
#include "model/linear/lasso.h"
#include "model/linear/linear_regression.h"
#include "model/linear/logistic_regression.h"
#include "model/linear/ridge.h"
#include "model/neighbors/k_neighbors.h"
#include "model/svm/svm.h"
#include "model/tree/decision_tree.h"
#include "model/tree/random_forest.h"

const estimator_t *const ESTIMATORS[] = {
    &DUMMY,
    &LOGISTIC_REGRESSION,
    &LINEAR_REGRESSION,
    &RIDGE,
    &LASSO,
    &GAUSSIAN_NB,
    &K_NEIGHBORS,
    &DECISION_TREE,
    &RANDOM_FOREST,
    &GRADIENT_BOOSTING,
    &SVC,
    &NUSVC,
    &SVR,
    &ONE_CLASS_SVM,
    &K_MEANS,
    NULL,
};

const estimator_t *estimator_find(const char *name)
{
    for (const estimator_t *const *at = ESTIMATORS; *at; at++) {
        if (strcmp((*at)->name, name) == 0) {
            return *at;
        }
    }
    return NULL;
}

static json_t *tasks_json(unsigned tasks)
{
    json_t *list = json_array();
    for (task_t task = TASK_CLASSIFY; task <= TASK_OUTLIER; task <<= 1) {
        if (tasks & task) {
            json_array_append_new(list, json_string(task_name(task)));
        }
    }
    return list;
}

json_t *estimators_to_json(void)
{
    json_t *list = json_array();
    for (const estimator_t *const *at = ESTIMATORS; *at; at++) {
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:o, s:b, s:I, s:o}", "name", (*at)->name, "title",
                            (*at)->title, "help", (*at)->help, "tasks", tasks_json((*at)->tasks),
                            "scale", (*at)->scale, "rows_max", (json_int_t)(*at)->rows_max,
                            "params", params_to_json((*at)->params)));
    }
    return list;
}
