// SPDX-License-Identifier: MPL-2.0
#include "base/list.h"

void list_init(list_t *list)
{
    list->next = list;
    list->prev = list;
}

bool list_empty(const list_t *list)
{
    return list->next == list;
}

void list_remove(list_t *item)
{
    item->prev->next = item->next;
    item->next->prev = item->prev;
    list_init(item);
}

void list_append(list_t *list, list_t *item)
{
    list_remove(item);
    item->prev = list->prev;
    item->next = list;
    list->prev->next = item;
    list->prev = item;
}

void list_prepend(list_t *list, list_t *item)
{
    list_append(list->next, item);
}

list_t *list_pop(list_t *list)
{
    if (list_empty(list)) {
        return NULL;
    }
    list_t *first = list->next;
    list_remove(first);
    return first;
}
