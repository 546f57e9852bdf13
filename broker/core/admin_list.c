// SPDX-License-Identifier: MPL-2.0
// How the broker's things are: lists in the order of names, a page at a time.
#include <stdlib.h>
#include <string.h>

#include "broker/core/admin.h"
#include "broker/core/describe.h"

enum { PAGE = 256 }; // items, each far below what a page may hold divided by this

typedef struct {
    const char *name;
    const void *thing;
} named_t;

typedef json_t *describe_fn(const void *thing);

static int by_name(const void *a, const void *b)
{
    return strcmp(((const named_t *)a)->name, ((const named_t *)b)->name);
}

typedef const char *name_fn(const void *thing);

// The things of a map behind `after`, sorted.
static named_t *collect(core_t *core, const map_t *map, name_fn *name_of, const char *after,
                        size_t *ret_count)
{
    named_t *all = slab_new(&core->effects->slab, (map->live + 1) * sizeof *all);
    size_t count = 0;
    size_t at = 0;
    const void *thing;
    while ((thing = map_next(map, &at))) {
        if (!after || strcmp(name_of(thing), after) > 0) {
            all[count++] = (named_t){name_of(thing), thing};
        }
    }
    if (count > 1) {
        qsort(all, count, sizeof *all, by_name);
    }
    *ret_count = count;
    return all;
}

static err_t list(core_t *core, asker_t asker, const map_t *map, const msg_page_t *page,
                  name_fn *name_of, describe_fn *describe)
{
    size_t count = 0;
    const named_t *all = collect(core, map, name_of, page->after, &count);
    msg_listing_t listing = {.items = json_array(), .more = count > PAGE};
    for (size_t i = 0; i < count && i < PAGE; i++) {
        json_array_append_new(listing.items, describe(all[i].thing));
    }
    admin_answer(core, asker, MSG_listing, &listing);
    message_release(MSG_listing, &listing);
    return ERR_OK;
}

static const char *topic_name(const void *thing)
{
    return ((const topic_t *)thing)->name;
}

static const char *client_name(const void *thing)
{
    return ((const session_t *)thing)->identity;
}

static const char *service_name(const void *thing)
{
    return ((const service_t *)thing)->name;
}

static json_t *topic_line(const void *thing)
{
    return describe_topic(thing);
}

static json_t *client_line(const void *thing)
{
    return describe_client(thing);
}

static json_t *service_line(const void *thing)
{
    return describe_service(thing);
}

err_t admin_topic_list(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    (void)fault;
    return list(core, asker, &core->topics, message, topic_name, topic_line);
}

err_t admin_client_list(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    (void)fault;
    return list(core, asker, &core->identities, message, client_name, client_line);
}

err_t admin_service_list(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    (void)fault;
    return list(core, asker, &core->services, message, service_name, service_line);
}

err_t admin_topic_show(core_t *core, asker_t asker, const void *message, fault_t *fault)
{
    const msg_topic_named_t *named = message;
    topic_t *topic = NULL;
    err_t err = admin_find_topic(core, named->topic, &topic, fault);
    if (err == ERR_OK) {
        msg_topic_state_t state = {.topic = describe_topic(topic)};
        json_object_set_new(state.topic, "groups", describe_groups(topic));
        admin_answer(core, asker, MSG_topic_state, &state);
        message_release(MSG_topic_state, &state);
    }
    return err;
}
