// SPDX-License-Identifier: MPL-2.0
// The counters, for metrics: of the broker on the first page, of topics and their groups on all.
#include <stdlib.h>
#include <string.h>

#include "broker/core/admin.h"
#include "broker/core/group.h"
#include "broker/core/space.h"

enum { LINES_A_PAGE = 1024 }; // topics and groups

static json_t *broker_json(const core_t *core)
{
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "clients", (json_int_t)core->sessions.live,
        "services", (json_int_t)core->services.live, "topics", (json_int_t)core->topics.live,
        "calls_open", (json_int_t)core->calls.live, "records", (json_int_t)core->records,
        "log_bytes", (json_int_t)space_bytes(core), "needed_bytes", (json_int_t)core->live_bytes,
        "append_bytes", (json_int_t)core->append_bytes, "disk_full", core->low);
}

static json_t *group_json(const group_t *group)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "name", group->name, "acked",
                     (json_int_t)group->acked, "delivered", (json_int_t)group->delivered,
                     "redelivered", (json_int_t)group->redelivered, "dead", (json_int_t)group->dead,
                     "lag", (json_int_t)group_lag(group));
}

static json_t *topic_json(const topic_t *topic)
{
    json_t *groups = json_array();
    size_t at = 0;
    const group_t *group;
    while ((group = map_next(&topic->groups, &at))) {
        if (!group->ephemeral) {
            json_array_append_new(groups, group_json(group));
        }
    }
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "name", topic->name, "records",
                     (json_int_t)topic->count, "bytes", (json_int_t)topic->bytes, "published",
                     (json_int_t)topic->published, "duplicates", (json_int_t)topic->duplicates,
                     "expired", (json_int_t)topic->expired, "retired", (json_int_t)topic->retired,
                     "groups", groups);
}

typedef struct {
    const topic_t *topic;
} place_t;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const place_t *)a)->topic->name, ((const place_t *)b)->topic->name);
}

static json_t *topics_json(core_t *core, const char *after, bool *ret_more)
{
    place_t *all = slab_new(&core->effects->slab, (core->topics.live + 1) * sizeof *all);
    size_t count = 0;
    size_t at = 0;
    const topic_t *topic;
    while ((topic = map_next(&core->topics, &at))) {
        if (!after || strcmp(topic->name, after) > 0) {
            all[count++].topic = topic;
        }
    }
    if (count > 1) {
        qsort(all, count, sizeof *all, by_name);
    }
    json_t *topics = json_array();
    size_t lines = 0;
    for (at = 0; at < count && lines < LINES_A_PAGE; at++) {
        lines += 1 + all[at].topic->groups.live;
        json_array_append_new(topics, topic_json(all[at].topic));
    }
    *ret_more = at < count;
    return topics;
}

err_t admin_stats(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    (void)fault;
    const msg_page_t *page = message;
    msg_stats_t stats = {.stats = json_object()};
    if (!page->after) {
        json_object_set_new(stats.stats, "broker", broker_json(core));
        json_object_set_new(stats.stats, "histograms", metrics_json(&core->metrics));
    }
    json_object_set_new(stats.stats, "topics", topics_json(core, page->after, &stats.more));
    admin_answer(core, asker, MSG_stats, &stats);
    message_release(MSG_stats, &stats);
    return ERR_OK;
}
