// SPDX-License-Identifier: MPL-2.0
#include "actors/gateway/gateway.h"

#include <sodium.h>
#include <stdio.h>

#include "actors/gateway/state.h"
#include "base/log.h"

enum {
    GATEWAY_CREDIT = LIMIT_CREDIT,
    BLOB_CREDIT = 64,
    EVENT_CREDIT = 64,
    HOUR_MS = 3600 * 1000,
    SWEEP_AGE_MS = 24 * HOUR_MS,
};

static bool in_use(void *context, const char *hash)
{
    bool used = true;
    return blob_in_use(context, hash, &used, NULL) != ERR_OK || used;
}

static void sweep(actor_t *actor)
{
    gateway_t *gateway = actor_state(actor);
    int64_t removed = blob_sweep(gateway->blob_dir, SWEEP_AGE_MS, in_use, gateway->catalog);
    if (removed > 0) {
        log_event(LOG_INFO, "blob.swept", "%lld files that nothing refers to were removed",
                  (long long)removed);
    }
    gateway->swept_ms = actor_now_ms(actor);
}

static err_t init(actor_t *actor, fault_t *fault)
{
    gateway_t *gateway = actor_state(actor);
    if (sodium_init() < 0) {
        return fault_set(fault, ERR_INTERNAL, NULL, "libsodium cannot start");
    }
    char path[BLOB_PATH_SIZE];
    snprintf(gateway->blob_dir, sizeof gateway->blob_dir, "%s/blobs", actor_data_dir(actor));
    snprintf(path, sizeof path, "%s/catalog.db", actor_data_dir(actor));
    gateway->session_idle_ms = actor_setting_int(actor, "session_hours") * HOUR_MS;
    gateway->upload_bytes_max = actor_setting_int(actor, "upload_bytes_max");
    err_t err = blob_init(gateway->blob_dir, fault);
    err = err ? err : catalog_open(path, &gateway->catalog, fault);
    if (err == ERR_OK) {
        sweep(actor);
        owed_flush(actor);
    }
    return err;
}

static void tick(actor_t *actor, int64_t now_ms)
{
    const gateway_t *gateway = actor_state(actor);
    watch_tick(actor);
    owed_flush(actor);
    if (now_ms - gateway->swept_ms > HOUR_MS) {
        sweep(actor);
    }
}

static void fini(actor_t *actor)
{
    gateway_t *gateway = actor_state(actor);
    watch_release(gateway);
    sql_close(&gateway->catalog);
}

static const actor_route_t GATEWAY_ROUTES[] = {
    {METHOD_user_register, account_register},
    {METHOD_user_login, account_login},
    {METHOD_user_logout, account_logout},
    {METHOD_user_me, account_me},
    {METHOD_token_create, account_token_create},
    {METHOD_token_list, account_token_list},
    {METHOD_token_delete, account_token_delete},
    {METHOD_dataset_create, dataset_on_create},
    {METHOD_dataset_import, dataset_on_import},
    {METHOD_catalogue_get, catalogue_on_get},
    {METHOD_dataset_list, dataset_on_list},
    {METHOD_dataset_get, dataset_on_get},
    {METHOD_dataset_delete, dataset_on_delete},
    {METHOD_dataset_recipe, dataset_on_recipe},
    {METHOD_dataset_check, dataset_on_check},
    {METHOD_dataset_preview, dataset_on_preview},
    {METHOD_job_create, job_on_create},
    {METHOD_job_list, job_on_list},
    {METHOD_job_get, job_on_get},
    {METHOD_job_cancel, job_on_cancel},
    {METHOD_job_steer, job_on_steer},
    {METHOD_job_watch, watch_on_job},
    {METHOD_model_list, model_on_list},
    {METHOD_model_get, model_on_get},
    {METHOD_model_rename, model_on_rename},
    {METHOD_model_delete, model_on_delete},
    {METHOD_model_predict, model_on_predict},
    {METHOD_health_list, health_on_list},
    {METHOD_job_claim, work_on_claim},
    {METHOD_job_poll, work_on_poll},
};

static const actor_route_t BLOB_ROUTES[] = {
    {METHOD_blob_create, blob_on_create}, {METHOD_blob_write, blob_on_write},
    {METHOD_blob_commit, blob_on_commit}, {METHOD_blob_abort, blob_on_abort},
    {METHOD_blob_resume, blob_on_resume}, {METHOD_blob_stat, blob_on_stat},
    {METHOD_blob_read, blob_on_read},
};

static const actor_service_t SERVICES[] = {
    {"gateway", GATEWAY_CREDIT, GATEWAY_ROUTES, sizeof GATEWAY_ROUTES / sizeof GATEWAY_ROUTES[0]},
    {"blob", BLOB_CREDIT, BLOB_ROUTES, sizeof BLOB_ROUTES / sizeof BLOB_ROUTES[0]},
};

static const actor_topic_t TOPICS[] = {
    {.options = {.topic = "job.events", .group = "gateway", .credit = EVENT_CREDIT},
     .handle = work_on_event},
    {.options = {.topic = "dead.processing.workers", .group = "gateway", .credit = 1},
     .handle = work_on_dead_letter},
    {.options = {.topic = "dead.training.workers", .group = "gateway", .credit = 1},
     .handle = work_on_dead_letter},
};

const actor_spec_t gateway_actor = {
    .name = "gateway",
    .state_bytes = sizeof(gateway_t),
    .services = SERVICES,
    .service_count = sizeof SERVICES / sizeof SERVICES[0],
    .topics = TOPICS,
    .topic_count = sizeof TOPICS / sizeof TOPICS[0],
    .init = init,
    .tick = tick,
    .stop = watch_stop,
    .fini = fini,
};
