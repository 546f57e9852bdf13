// SPDX-License-Identifier: MPL-2.0
#include "broker/core/lease.h"

#include "broker/core/bury.h"
#include "broker/core/group.h"

static bool has_room(const consumer_t *consumer)
{
    return consumer->busy < consumer->credit &&
           (consumer->busy == 0 || consumer->bytes < consumer->credit_bytes);
}

// Among equals the one whose credit changed first, which was served longest ago.
void lease_rank(consumer_t *consumer)
{
    heap_t *open = &consumer->group->open;
    if (has_room(consumer)) {
        heap_set(open, &consumer->place, consumer->busy - consumer->credit);
    } else {
        heap_remove(open, &consumer->place);
    }
}

int64_t lease_give(core_t *core, item_t *item, consumer_t *consumer)
{
    group_take(item, ITEM_READING);
    item->consumer = consumer;
    item->holder = consumer->session->serial;
    item->lease = ++core->serials;
    list_append(&consumer->items, &item->link);
    consumer->busy++;
    consumer->bytes += item->record->size;
    lease_rank(consumer);
    return item->lease;
}

void lease_drop(core_t *core, item_t *item)
{
    consumer_t *consumer = item->consumer;
    if (!consumer) {
        return;
    }
    item->consumer = NULL;
    list_remove(&item->link);
    heap_remove(&core->heap, &item->due);
    consumer->busy--;
    consumer->bytes -= item->record->size;
    lease_rank(consumer);
    group_wake(core, item->group);
}

bool lease_return(core_t *core, item_t *item, int64_t delay_ms, view_t reason, int64_t session,
                  int64_t id)
{
    const group_t *group = item->group;
    lease_drop(core, item);
    if (item->deliveries >= group->deliveries_max && !group->topic->dead) {
        bury_start(core, item, reason, session, id);
        return true;
    }
    if (delay_ms > 0) {
        group_wait(core, item, delay_ms);
    } else {
        group_ready(core, item);
    }
    return false;
}
