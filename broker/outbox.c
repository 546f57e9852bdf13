// SPDX-License-Identifier: MPL-2.0
#include "broker/outbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

typedef struct {
    list_t link;
    size_t count;
    size_t size;
    view_t parts[OUTBOX_PARTS_MAX];
    char bytes[];
} letter_t;

// The letters of one client.
typedef struct {
    char route[256];
    size_t route_size;
    list_t letters;
    size_t count;
    size_t size;
} box_t;

struct outbox {
    void *router;
    map_t boxes; // only those with letters
};

typedef enum { SENT, AGAIN, GONE } sending_t;

outbox_t *outbox_new(void *router)
{
    outbox_t *outbox = mem_new(sizeof *outbox);
    outbox->router = router;
    return outbox;
}

static void free_box(outbox_t *outbox, box_t *box)
{
    map_remove(&outbox->boxes, box->route, box->route_size);
    list_t *link;
    while ((link = list_pop(&box->letters))) {
        free(LIST_ITEM(link, letter_t, link));
    }
    free(box);
}

void outbox_destroy(outbox_t **outbox)
{
    if (!*outbox) {
        return;
    }
    size_t at = 0;
    box_t *box;
    while ((box = map_next(&(*outbox)->boxes, &at))) {
        free_box(*outbox, box);
    }
    map_release(&(*outbox)->boxes);
    free(*outbox);
    *outbox = NULL;
}

// Only the first part, the routing id, can be refused; the ones behind an accepted id are always
// taken.
static sending_t try_send(void *router, view_t client, const view_t *parts, size_t count)
{
    int n;
    do {
        n = zmq_send(router, client.data, client.size, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    } while (n < 0 && zmq_errno() == EINTR);
    if (n < 0) {
        return zmq_errno() == EAGAIN ? AGAIN : GONE;
    }
    for (size_t i = 0; i < count; i++) {
        int more = i + 1 < count ? ZMQ_SNDMORE : 0;
        do {
            n = zmq_send(router, parts[i].data, parts[i].size, more | ZMQ_DONTWAIT);
        } while (n < 0 && zmq_errno() == EINTR);
    }
    return SENT;
}

static letter_t *copy_letter(const view_t *parts, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += parts[i].size;
    }
    letter_t *letter = mem_new(sizeof *letter + size);
    list_init(&letter->link);
    letter->count = count;
    letter->size = size;
    char *at = letter->bytes;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > 0) {
            memcpy(at, parts[i].data, parts[i].size);
        }
        letter->parts[i] = (view_t){at, parts[i].size};
        at += parts[i].size;
    }
    return letter;
}

static box_t *make_box(outbox_t *outbox, view_t client)
{
    box_t *box = mem_new(sizeof *box);
    memcpy(box->route, client.data, client.size);
    box->route_size = client.size;
    list_init(&box->letters);
    map_add(&outbox->boxes, box->route, box->route_size, box);
    return box;
}

outbox_result_t outbox_send(outbox_t *outbox, view_t client, const view_t *parts, size_t count)
{
    assert(count <= OUTBOX_PARTS_MAX && client.size < sizeof((box_t *)0)->route);
    box_t *box = map_get(&outbox->boxes, client.data, client.size);
    if (!box) {
        sending_t sending = try_send(outbox->router, client, parts, count);
        if (sending != AGAIN) {
            return sending == SENT ? OUTBOX_TAKEN : OUTBOX_GONE;
        }
        box = make_box(outbox, client);
    }
    if (box->count >= OUTBOX_MESSAGES_MAX || box->size >= OUTBOX_BYTES_MAX) {
        free_box(outbox, box);
        return OUTBOX_GONE;
    }
    letter_t *letter = copy_letter(parts, count);
    list_append(&box->letters, &letter->link);
    box->count++;
    box->size += letter->size;
    return OUTBOX_TAKEN;
}

static sending_t flush_box(outbox_t *outbox, box_t *box)
{
    view_t client = {box->route, box->route_size};
    while (!list_empty(&box->letters)) {
        letter_t *letter = LIST_ITEM(box->letters.next, letter_t, link);
        sending_t sending = try_send(outbox->router, client, letter->parts, letter->count);
        if (sending != SENT) {
            return sending;
        }
        box->count--;
        box->size -= letter->size;
        list_remove(&letter->link);
        free(letter);
    }
    return SENT;
}

void outbox_flush(outbox_t *outbox, void (*on_gone)(void *context, view_t client), void *context)
{
    size_t at = 0;
    box_t *box;
    while ((box = map_next(&outbox->boxes, &at))) {
        sending_t sending = flush_box(outbox, box);
        if (sending == AGAIN) {
            continue;
        }
        if (sending == GONE) {
            on_gone(context, (view_t){box->route, box->route_size});
        }
        free_box(outbox, box);
    }
}

bool outbox_empty(const outbox_t *outbox)
{
    return outbox->boxes.live == 0;
}
