// SPDX-License-Identifier: MPL-2.0
#include "learn/material.h"

#include "data/engine/fit.h"

static const double CHOICE_DONE = 0.5;

static err_t read_documents(material_t *material, const json_t *recipe, const json_t *training,
                            fault_t *fault)
{
    const frame_t *frame = material->frame;
    json_t *steps = recipe ? json_incref((json_t *)recipe) : json_array();
    err_t err = request_parse(training, frame_description(frame), &material->request, fault);
    err = err == ERR_OK ? flow_read(frame, steps, &material->whole, fault) : err;
    json_decref(steps);
    return err;
}

static err_t choose_rows(material_t *material, const progress_t *progress, fault_t *fault)
{
    progress_t fitting = progress_part(progress, 0, CHOICE_DONE);
    progress_t reading = progress_part(progress, CHOICE_DONE, 1);
    fit_setup_t setup = {.frame = material->frame, .progress = &fitting};
    err_t err = fit_flow(material->whole, &setup, fault);
    return err == ERR_OK ? sample_read(material->frame, material->whole, &material->request,
                                       &reading, &material->sample, fault)
                         : err;
}

err_t material_make(const frame_t *frame, const json_t *recipe, const json_t *training,
                    const progress_t *progress, material_t *ret_material, fault_t *fault)
{
    material_t material = {.frame = frame};
    err_t err = read_documents(&material, recipe, training, fault);
    err = err == ERR_OK ? choose_rows(&material, progress, fault) : err;
    if (err != ERR_OK) {
        material_release(&material);
        return err;
    }
    *ret_material = material;
    return ERR_OK;
}

study_t material_study(const material_t *material)
{
    return (study_t){.frame = material->frame,
                     .recipe = material->whole ? &material->whole->recipe : NULL,
                     .request = &material->request,
                     .sample = &material->sample};
}

void material_release(material_t *material)
{
    sample_release(&material->sample);
    flow_destroy(&material->whole);
    request_release(&material->request);
    *material = (material_t){0};
}
