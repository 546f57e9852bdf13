// SPDX-License-Identifier: MPL-2.0
#include "actors/health/health.h"

#include <stdlib.h>

#include "actors/health/report.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { REQUESTS_AT_ONCE = 64 };

typedef struct {
    roster_t *roster;
    report_t *report;
} health_t;

static moment_t moment(const actor_t *actor)
{
    return (moment_t){.mono_ms = actor_now_ms(actor), .wall_ms = clock_wall_ms()};
}

static void published(actor_t *actor, void *context, const fault_t *fault)
{
    (void)actor;
    (void)context;
    if (fault) {
        log_event(LOG_ERROR, "health.unreported", "%s", fault->detail);
    }
}

// Publishes the notice and frees its texts. The bus keeps it until the broker is back.
static void publish(actor_t *actor, msg_notice_t *notice)
{
    buf_t payload = {0};
    notice->recipient = mem_strdup(actor_setting(actor, "admin_email"));
    message_pack(MSG_notice, notice, &payload);
    actor_publish(actor, "notification", NULL, NULL, (bytes_t){payload.data, payload.size},
                  published, NULL);
    buf_release(&payload);
    message_release(MSG_notice, notice);
}

static void on_event(void *context, member_t *member, roster_event_t event)
{
    static const char *const NAMES[] = {[ROSTER_DOWN] = "health.down",
                                        [ROSTER_BACK] = "health.back",
                                        [ROSTER_RESTART] = "health.restart"};
    actor_t *actor = context;
    health_t *self = actor_state(actor);
    log_event(LOG_WARNING, NAMES[event], "%s.%s", member->name, member->instance);
    msg_notice_t notice = {0};
    if (report_event(self->report, member, event, moment(actor), &notice)) {
        publish(actor, &notice);
    }
}

static void hear(actor_t *actor, const msg_heartbeat_t *heartbeat)
{
    health_t *self = actor_state(actor);
    roster_hear(self->roster, heartbeat, moment(actor), on_event, actor);
}

static void tick(actor_t *actor, int64_t now_ms)
{
    (void)now_ms;
    health_t *self = actor_state(actor);
    roster_check(self->roster, moment(actor), on_event, actor);
    size_t at = 0;
    member_t *member;
    while ((member = roster_next(self->roster, &at))) {
        msg_notice_t notice = {0};
        if (report_held(self->report, member, moment(actor), &notice)) {
            publish(actor, &notice);
        }
    }
}

static void on_list(actor_t *actor, const request_t *request, void *message, bytes_t payload)
{
    (void)message;
    (void)payload;
    const health_t *self = actor_state(actor);
    msg_actors_t answer = {.actors = roster_list(self->roster)};
    actor_answer(actor, request, &answer);
    message_release(MSG_actors, &answer);
}

static err_t init(actor_t *actor, fault_t *fault)
{
    (void)fault;
    health_t *self = actor_state(actor);
    self->roster = roster_new(actor_setting_int(actor, "late_ms"));
    self->report = mem_new(sizeof *self->report);
    return ERR_OK;
}

static void fini(actor_t *actor)
{
    health_t *self = actor_state(actor);
    roster_destroy(&self->roster);
    free(self->report);
}

static const actor_route_t ROUTES[] = {{METHOD_actor_list, on_list}};

static const actor_service_t SERVICES[] = {
    {.name = "health",
     .credit = REQUESTS_AT_ONCE,
     .routes = ROUTES,
     .count = sizeof ROUTES / sizeof ROUTES[0]},
};

const actor_spec_t health_actor = {
    .name = "health",
    .state_bytes = sizeof(health_t),
    .services = SERVICES,
    .service_count = sizeof SERVICES / sizeof SERVICES[0],
    .init = init,
    .tick = tick,
    .heartbeat = hear,
    .fini = fini,
};
