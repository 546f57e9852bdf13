// SPDX-License-Identifier: MPL-2.0
#include "learn/export_sklearn.h"

#include <stdlib.h>

#include "base/mem.h"
#include "learn/export_plan.h"
#include "learn/export_stages.h"
#include "model/pickle/pickle.h"

// The labels as the fitted classifier has them.
static void write_model(buf_t *out, const model_t *model, const labels_t *labels)
{
    const char **texts = mem_array(labels->count + 1, sizeof *texts);
    int64_t *integers = mem_array(labels->count + 1, sizeof *integers);
    double *numbers = mem_array(labels->count + 1, sizeof *numbers);
    for (size_t i = 0; i < labels->count; i++) {
        texts[i] = labels->items[i].text;
        integers[i] = labels->items[i].integer;
        numbers[i] = labels->items[i].number;
    }
    names_type_t type = labels->type == TYPE_TEXT      ? NAMES_TEXT
                        : labels->type == TYPE_BOOLEAN ? NAMES_TRUTH
                        : labels->type == TYPE_INTEGER ? NAMES_INTEGER
                                                       : NAMES_NUMBER;
    class_names_t names = {.type = type,
                           .count = labels->count,
                           .integers = integers,
                           .numbers = numbers,
                           .texts = texts};
    model->estimator->pickle(model, model->task == TASK_CLASSIFY ? &names : NULL, out);
    free(texts);
    free(integers);
    free(numbers);
}

err_t export_sklearn(const export_t *source, buf_t *out, fault_t *fault)
{
    plan_t plan;
    err_t err = plan_make(source->features, "counterpart in scikit-learn", &plan, fault);
    if (err != ERR_OK) {
        return err;
    }
    pickle_begin(out);
    pickle_global(out, "sklearn.pipeline", "Pipeline");
    pickle_tuple(out);
    pickle_list(out);
    stages_write(out, &plan, source->rows);
    pickle_tuple(out);
    pickle_text(out, "model");
    write_model(out, source->model, source->labels);
    pickle_tuple_end(out);
    pickle_list_end(out);
    pickle_tuple_end(out);
    pickle_call(out);
    pickle_end(out);
    plan_release(&plan);
    return ERR_OK;
}
