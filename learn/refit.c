// SPDX-License-Identifier: MPL-2.0
#include "learn/refit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/portion.h"

static const double PREPARE_DONE = 0.3;

err_t refit(const material_t *material, const progress_t *progress, preparation_t *preparation,
            model_t **model, fault_t *fault)
{
    const sample_t *sample = &material->sample;
    const request_t *request = &material->request;
    progress_t preparing = progress_part(progress, 0, PREPARE_DONE);
    progress_t fitting = progress_part(progress, PREPARE_DONE, 1);
    if (!progress_report(progress, 0, "train on all rows")) {
        return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
    }
    uint8_t *all = mem_array(sample->count, 1);
    memset(all, 1, sample->count);
    model_destroy(model);
    preparation_release(preparation);
    *preparation = (preparation_t){0};
    err_t err = preparation_make(material->frame, &material->whole->recipe, request, sample, all,
                                 &preparing, preparation, fault);
    if (err == ERR_OK) {
        portion_t rows = portion_take(&preparation->examples, sample, all, 1);
        err = portion_fit(&rows, &sample->labels, request, &fitting, model, fault);
        portion_release(&rows);
    }
    free(all);
    return err;
}
