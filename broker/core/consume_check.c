// SPDX-License-Identifier: MPL-2.0
// What a new group, or a consumer of it, may ask for.
#include <string.h>

#include "broker/core/consume.h"
#include "broker/core/group.h"
#include "broker/core/topic.h"
#include "proto/name.h"

static err_t check_names(const hdr_consume_t *consume, fault_t *fault)
{
    err_t err = name_check(consume->topic, "topic", fault);
    if (err == ERR_OK) {
        err = name_check(consume->group, "group", fault);
    }
    if (err) {
        return err;
    }
    bool dead = consume->topic.size >= CORE_NAME_DEAD &&
                memcmp(consume->topic.data, "dead.", CORE_NAME_DEAD) == 0;
    size_t letters = CORE_NAME_DEAD + consume->topic.size + 1 + consume->group.size;
    if (!dead && letters > LIMIT_NAME_BYTES) {
        return fault_set(fault, ERR_INVALID, "use a shorter name for the group",
                         "the dead-letter topic of topic '%.*s' and group '%.*s' would have a name "
                         "of %zu bytes, at most %d are allowed",
                         (int)consume->topic.size, consume->topic.data, (int)consume->group.size,
                         consume->group.data, letters, LIMIT_NAME_BYTES);
    }
    return ERR_OK;
}

static bool start_known(view_t start)
{
    static const char *const KNOWN[] = {"first", "end", "offset", "time"};
    bool known = start.size == 0;
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        known = known || view_equals(start, KNOWN[i]);
    }
    return known;
}

// Numbers of at most a day, with commas between them.
static bool backoff_valid(view_t text)
{
    int64_t value = 0;
    bool digit = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == ',' && digit) {
            value = 0;
            digit = false;
        } else if (c >= '0' && c <= '9' && value <= LIMIT_DELAY_MS) {
            value = value * 10 + (c - '0');
            digit = true;
        } else {
            return false;
        }
    }
    return text.size == 0 || (digit && value <= LIMIT_DELAY_MS);
}

static err_t check_values(const hdr_consume_t *consume, fault_t *fault)
{
    if (!start_known(consume->start)) {
        return fault_set(fault, ERR_INVALID, "use 'first', 'end', 'offset' or 'time'",
                         "consume: start '%.*s' is unknown", (int)consume->start.size,
                         consume->start.data);
    }
    if (!backoff_valid(consume->backoff)) {
        return fault_set(fault, ERR_INVALID, "use delays in ms: 100,1000,5000",
                         "consume: the backoff '%.*s' is not possible", (int)consume->backoff.size,
                         consume->backoff.data);
    }
    if (consume->ack_wait_ms < 0 || consume->ack_wait_ms > LIMIT_DELAY_MS) {
        return fault_set(fault, ERR_INVALID, "use at most a day, and touch",
                         "consume: ack_wait_ms %lld is out of range",
                         (long long)consume->ack_wait_ms);
    }
    if (consume->deliveries_max < 0 || consume->deliveries_max > CORE_DELIVERIES_MAX) {
        return fault_set(fault, ERR_INVALID, "use 1 to 1,000, or 0 for the default",
                         "consume: deliveries_max %lld is out of range",
                         (long long)consume->deliveries_max);
    }
    return ERR_OK;
}

static err_t check_room(const core_t *core, const hdr_consume_t *consume, fault_t *fault)
{
    const topic_t *topic = topic_find(core, consume->topic);
    if (!topic && core->topics.live >= CORE_TOPICS_MAX) {
        return fault_set(fault, ERR_FULL, "use one of the topics that are there",
                         "topic '%.*s' would be one more than the %d allowed",
                         (int)consume->topic.size, consume->topic.data, CORE_TOPICS_MAX);
    }
    if (!topic) {
        return ERR_OK;
    }
    const group_t *group = group_find(topic, consume->group);
    if (topic->leaving || (group && group->leaving)) {
        return fault_set(fault, ERR_CONFLICT, "wait until it is gone",
                         "topic '%s' or its group '%.*s' is being deleted", topic->name,
                         (int)consume->group.size, consume->group.data);
    }
    int64_t most = topic->settings.groups_max;
    most = most > 0 && most < CORE_GROUPS_MAX ? most : CORE_GROUPS_MAX;
    if (!group && (int64_t)topic->groups.live >= most) {
        return fault_set(fault, ERR_FULL, "use one of the groups that are there",
                         "group '%.*s' of topic '%s' would be one more than the %lld allowed",
                         (int)consume->group.size, consume->group.data, topic->name,
                         (long long)most);
    }
    return ERR_OK;
}

err_t consume_check(const core_t *core, const hdr_consume_t *consume, fault_t *fault)
{
    err_t err = check_names(consume, fault);
    err = err ? err : check_values(consume, fault);
    return err ? err : check_room(core, consume, fault);
}
