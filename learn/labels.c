// SPDX-License-Identifier: MPL-2.0
#include "learn/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/value/number.h"

labels_t labels_new(type_t column)
{
    bool own = column == TYPE_INTEGER || column == TYPE_FLOAT || column == TYPE_BOOLEAN;
    return (labels_t){.type = own ? column : TYPE_TEXT, .index = levels_new(LABELS_MAX, SIZE_MAX)};
}

static err_t read_text(text_t text, label_t *ret_label, fault_t *fault)
{
    if (text.size > LABELS_BYTES) {
        fault_set(fault, ERR_TARGET, "choose a column of short labels",
                  "a label is longer than %d bytes", LABELS_BYTES);
        return ERR_TARGET;
    }
    *ret_label = (label_t){.text = text_dup(text.bytes, text.size)};
    return ERR_OK;
}

// Reads a cell as a label: numbers that are equal have the same text.
static err_t read(type_t type, const vector_t *cells, size_t i, label_t *ret_label, fault_t *fault)
{
    char text[NUMBER_TEXT_SIZE];
    label_t label = {0};
    switch (type) {
    case TYPE_INTEGER:
        label.integer = cells->integers[i];
        label.number = (double)label.integer;
        label.text = text_dup(text, number_format_integer(label.integer, text));
        break;
    case TYPE_FLOAT:
        label.number = cells->numbers[i] + 0.0; // -0 becomes 0
        label.text = text_dup(text, number_format(label.number, text));
        break;
    case TYPE_BOOLEAN:
        label.integer = cells->integers[i];
        label.number = (double)label.integer;
        label.text = mem_strdup(label.integer ? "true" : "false");
        break;
    default:
        return read_text(vector_text(cells, i), ret_label, fault);
    }
    *ret_label = label;
    return ERR_OK;
}

err_t labels_add(labels_t *labels, const vector_t *cells, size_t i, int32_t *ret_index,
                 fault_t *fault)
{
    label_t label;
    err_t err = read(labels->type, cells, i, &label, fault);
    if (err != ERR_OK) {
        return err;
    }
    int64_t index = levels_add(labels->index, label.text, strlen(label.text), 1);
    if (index == LEVELS_FULL) {
        free(label.text);
        return fault_set(fault, ERR_TARGET, "choose a column with few different values",
                         "the target has more than %d different values; it is not a class",
                         LABELS_MAX);
    }
    if ((size_t)index == labels->count) {
        labels->items = mem_resize(labels->items, labels->count + 1, sizeof *labels->items);
        labels->items[labels->count++] = label;
    } else {
        free(label.text);
    }
    labels->items[index].rows++;
    *ret_index = (int32_t)index;
    return ERR_OK;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(((const label_t *)left)->text, ((const label_t *)right)->text);
}

static int by_number(const void *left, const void *right)
{
    const label_t *a = left;
    const label_t *b = right;
    int order = (a->number > b->number) - (a->number < b->number);
    return order ? order : (a->integer > b->integer) - (a->integer < b->integer);
}

void labels_sort(labels_t *labels, int32_t *ret_new)
{
    levels_t *old = labels->index;
    if (labels->count > 0) {
        qsort(labels->items, labels->count, sizeof *labels->items,
              labels->type == TYPE_TEXT ? by_text : by_number);
    }
    labels->index = levels_new(LABELS_MAX, SIZE_MAX);
    for (size_t i = 0; i < labels->count; i++) {
        const char *text = labels->items[i].text;
        levels_add(labels->index, text, strlen(text), 1);
        ret_new[levels_find(old, text, strlen(text))] = (int32_t)i;
    }
    levels_destroy(&old);
}

json_t *labels_to_json(const labels_t *labels, size_t i)
{
    const label_t *label = &labels->items[i];
    switch (labels->type) {
    case TYPE_INTEGER:
        return json_integer(label->integer);
    case TYPE_FLOAT:
        return json_real(label->number);
    case TYPE_BOOLEAN:
        return json_boolean(label->integer);
    default:
        return json_string(label->text);
    }
}

void labels_release(labels_t *labels)
{
    for (size_t i = 0; i < labels->count; i++) {
        free(labels->items[i].text);
    }
    free(labels->items);
    levels_destroy(&labels->index);
    *labels = (labels_t){0};
}
