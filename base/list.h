// SPDX-License-Identifier: MPL-2.0
// A doubly linked list whose links live inside the items. An item that is in no list is linked to
// itself.
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct list {
    struct list *next;
    struct list *prev;
} list_t;

// The item that holds this link.
#define LIST_ITEM(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

// Makes an empty list, or an item that is in no list.
void list_init(list_t *list);

// Whether the list has no items, or the item is in no list.
bool list_empty(const list_t *list);

// Takes the item out of the list it is in, if any.
void list_remove(list_t *item);

// Moves the item to the end of the list.
void list_append(list_t *list, list_t *item);

// Moves the item to the front of the list.
void list_prepend(list_t *list, list_t *item);

// Takes the first item out and returns it; NULL when the list is empty.
list_t *list_pop(list_t *list);
