// SPDX-License-Identifier: MPL-2.0
#include "broker/core/describe.h"

#include "broker/core/access.h"
#include "broker/core/group.h"
#include "broker/core/topic.h"
#include "broker/core/topic_settings.h"

enum { CONSUMERS_NAMED = 32 }; // of a group, so that a topic's state fits into a message

static size_t length(const list_t *list)
{
    size_t count = 0;
    for (const list_t *link = list->next; link != list; link = link->next) {
        count++;
    }
    return count;
}

static int64_t first_offset(const topic_t *topic)
{
    int64_t first = topic->count > 0 ? topic_first(topic) : topic->next_offset;
    return first > topic->removed_below ? first : topic->removed_below;
}

json_t *describe_topic(const topic_t *topic)
{
    json_t *object =
        json_pack("{s:s, s:o, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "name",
                  topic->name, "settings", topic_settings_json(&topic->settings), "configured",
                  topic->configured, "paused", topic->paused, "first",
                  (json_int_t)first_offset(topic), "next", (json_int_t)topic->next_offset,
                  "records", (json_int_t)topic->count, "bytes", (json_int_t)topic->bytes, "delayed",
                  (json_int_t)topic->delayed, "groups", (json_int_t)topic->groups.live, "published",
                  (json_int_t)topic->published, "duplicates", (json_int_t)topic->duplicates,
                  "expired", (json_int_t)topic->expired, "retired", (json_int_t)topic->retired);
    return object;
}

static void count_items(const group_t *group, json_int_t *ret_flight, json_int_t *ret_waiting)
{
    *ret_flight = 0;
    *ret_waiting = 0;
    size_t at = 0;
    const item_t *item;
    while ((item = map_next(&group->items, &at))) {
        *ret_waiting += item->state == ITEM_WAITING;
        *ret_flight += item->state == ITEM_READING || item->state == ITEM_LEASED ||
                       item->state == ITEM_SETTLING;
    }
}

static json_t *describe_consumers(const group_t *group)
{
    json_t *all = json_array();
    for (const list_t *link = group->consumers.next;
         link != &group->consumers && json_array_size(all) < CONSUMERS_NAMED; link = link->next) {
        const consumer_t *consumer = LIST_ITEM(link, consumer_t, of_group);
        json_array_append_new(all, json_pack("{s:s, s:I, s:I}", "name", consumer->session->identity,
                                             "credit", (json_int_t)consumer->credit, "in_flight",
                                             (json_int_t)consumer->busy));
    }
    return all;
}

static json_t *describe_group(const group_t *group)
{
    json_int_t flight = 0;
    json_int_t waiting = 0;
    count_items(group, &flight, &waiting);
    json_t *object = json_pack(
        "{s:s, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "name",
        group->name, "ephemeral", group->ephemeral, "paused", group->paused, "floor",
        (json_int_t)group->floor, "lag", (json_int_t)group_lag(group), "in_flight", flight,
        "waiting", waiting, "acked", (json_int_t)group->acked, "delivered",
        (json_int_t)group->delivered, "redelivered", (json_int_t)group->redelivered, "dead",
        (json_int_t)group->dead, "deliveries_max", (json_int_t)group->deliveries_max, "consumers",
        (json_int_t)length(&group->consumers), "consumer_list", describe_consumers(group));
    if (group->backoff) {
        json_object_set_new(object, "backoff", json_string(group->backoff));
    }
    return object;
}

json_t *describe_groups(const topic_t *topic)
{
    json_t *all = json_array();
    size_t at = 0;
    const group_t *group;
    while ((group = map_next(&topic->groups, &at))) {
        json_array_append_new(all, describe_group(group));
    }
    return all;
}

json_t *describe_client(const session_t *session)
{
    json_int_t pending = (json_int_t)session->calls.live;
    pending += session->publishes;
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}", "client", session->identity, "name",
                     session->name, "role", access_role(session), "consumers",
                     (json_int_t)length(&session->consumers), "workers",
                     (json_int_t)length(&session->workers), "pending", pending);
}

json_t *describe_service(const service_t *service)
{
    json_int_t credit = 0;
    json_int_t busy = 0;
    for (const list_t *link = service->workers.next; link != &service->workers; link = link->next) {
        const worker_t *worker = LIST_ITEM(link, worker_t, of_service);
        credit += worker->credit;
        busy += worker->busy;
    }
    return json_pack("{s:s, s:I, s:I, s:I, s:I}", "name", service->name, "workers",
                     (json_int_t)service->named, "credit", credit, "busy", busy, "queued",
                     (json_int_t)service->queued);
}
