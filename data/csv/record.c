// SPDX-License-Identifier: MPL-2.0
#include "data/csv/record.h"

#include <stdlib.h>

#include "base/mem.h"

void record_clear(record_t *record)
{
    record->count = 0;
    record->next = 0;
    record->complete = false;
    buf_clear(&record->copies);
}

static void grow(record_t *record)
{
    record->capacity = record->capacity ? record->capacity * 2 : 16;
    record->places = mem_resize(record->places, record->capacity, sizeof *record->places);
    record->fields = mem_resize(record->fields, record->capacity, sizeof *record->fields);
}

void record_add(record_t *record, const char *text, size_t size, size_t raw_end)
{
    size_t raw = record->next;
    record->next = raw_end + 1;
    record->count++;
    if (record->count > record->limit) {
        return;
    }
    if (record->count > record->capacity) {
        grow(record);
    }
    record_place_t place = {.raw = raw, .raw_size = raw_end - raw, .size = size};
    if (size + 2 < place.raw_size) { // quotes around it and doubled ones inside
        place.copy = record->copies.size;
        buf_add(&record->copies, text, size);
    }
    record->places[record->count - 1] = place;
}

size_t record_kept(const record_t *record)
{
    return record->count < record->limit ? record->count : record->limit;
}

const reader_field_t *record_fields(record_t *record, const char *base)
{
    size_t kept = record_kept(record);
    for (size_t i = 0; i < kept; i++) {
        const record_place_t *place = &record->places[i];
        const char *raw = base + place->raw;
        const char *text = raw;
        if (place->size + 2 < place->raw_size) {
            text = record->copies.data ? record->copies.data + place->copy : "";
        } else if (place->size < place->raw_size) {
            text = raw + 1;
        }
        record->fields[i] = (reader_field_t){
            .text = text, .size = place->size, .raw = raw, .raw_size = place->raw_size};
    }
    return record->fields;
}

void record_release(record_t *record)
{
    free(record->places);
    free(record->fields);
    buf_release(&record->copies);
    *record = (record_t){0};
}
