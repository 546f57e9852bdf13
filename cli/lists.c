// SPDX-License-Identifier: MPL-2.0
#include "cli/command.h"
#include "cli/grid.h"
#include "cli/job.h"

static err_t list(platform_t *platform, method_t method, fault_t *fault)
{
    // All lists are one document, whatever its name.
    msg_jobs_t jobs;
    err_t err =
        platform_ask(platform, method, &(msg_authorized_t){.token = platform->token}, &jobs, fault);
    if (err) {
        return err;
    }
    if (platform->json) {
        platform_print_json(jobs.jobs);
    } else if (method == METHOD_job_list) {
        grid_print_objects(jobs.jobs, "id kind dataset_name state progress stage",
                           "JOB KIND TABLE STATE PROGRESS STAGE");
    } else if (method == METHOD_model_list) {
        grid_print_objects(jobs.jobs, "id name version algorithm score_name score job",
                           "MODEL NAME VERSION ALGORITHM SCORE VALUE JOB");
    } else {
        grid_print_objects(jobs.jobs, "name instance state memory_bytes",
                           "ACTOR INSTANCE STATE MEMORY");
    }
    message_release(method_row(method)->answer, &jobs);
    return ERR_OK;
}

err_t lists_print(const args_t *args, method_t method, fault_t *fault)
{
    platform_t platform;
    err_t err = platform_open(args, &platform, fault);
    if (err == ERR_OK) {
        err = list(&platform, method, fault);
        platform_close(&platform);
    }
    return err;
}

err_t models_command(const args_t *args, fault_t *fault)
{
    return lists_print(args, METHOD_model_list, fault);
}

err_t health_command(const args_t *args, fault_t *fault)
{
    return lists_print(args, METHOD_health_list, fault);
}
