// SPDX-License-Identifier: MPL-2.0
#include "data/csv/header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/value/levels.h"

enum { MEND_BYTES = 16 }; // for _2, _3, ...

struct header {
    reader_row_t row;
    reader_field_t *fields;
    char **names;
    char **raws;
};

static err_t fail(const reader_row_t *row, size_t i, const char *detail, fault_t *fault)
{
    err_t err = fault_set(fault, ERR_CSV_HEADER, "give every column a name of its own",
                          "line %lld: %s", (long long)row->line, detail);
    char *name = text_dup(row->fields[i].text, row->fields[i].size);
    fault_at(fault, row->line, 0, name);
    free(name);
    return err;
}

static err_t check_name(const reader_row_t *row, size_t i, levels_t *seen, fault_t *fault)
{
    const reader_field_t *field = &row->fields[i];
    char detail[FAULT_DETAIL_MAX];
    if (field->size == 0) {
        snprintf(detail, sizeof detail, "column %zu has no name", i + 1);
        return fail(row, i, detail, fault);
    }
    if (field->size > READER_NAME_BYTES) {
        snprintf(detail, sizeof detail, "the name of column %zu is longer than %d bytes", i + 1,
                 (int)READER_NAME_BYTES);
        return fail(row, i, detail, fault);
    }
    if (levels_add(seen, field->text, field->size, 1) != (int64_t)i) {
        snprintf(detail, sizeof detail, "column %zu has the name '%.*s', as another column has",
                 i + 1, (int)field->size, field->text);
        return fail(row, i, detail, fault);
    }
    return ERR_OK;
}

static err_t check(const reader_row_t *row, fault_t *fault)
{
    levels_t *seen = levels_new(READER_COLUMNS_MAX, SIZE_MAX);
    err_t err = ERR_OK;
    for (size_t i = 0; i < row->count && err == ERR_OK; i++) {
        err = check_name(row, i, seen, fault);
    }
    levels_destroy(&seen);
    return err;
}

static header_t *make(size_t count, int64_t line)
{
    header_t *header = mem_new(sizeof *header);
    header->fields = mem_array(count, sizeof *header->fields);
    header->names = mem_array(count, sizeof *header->names);
    header->raws = mem_array(count, sizeof *header->raws);
    header->row = (reader_row_t){.line = line, .count = count, .fields = header->fields};
    return header;
}

// Takes over `name`.
static void set_name(header_t *header, size_t i, char *name, const char *raw, size_t raw_size)
{
    header->names[i] = name;
    header->raws[i] = text_dup(raw, raw_size);
    header->fields[i] = (reader_field_t){
        .text = name, .size = strlen(name), .raw = header->raws[i], .raw_size = raw_size};
}

err_t header_new(const reader_row_t *row, header_t **ret_header, fault_t *fault)
{
    err_t err = check(row, fault);
    if (err != ERR_OK) {
        return err;
    }
    header_t *header = make(row->count, row->line);
    for (size_t i = 0; i < row->count; i++) {
        const reader_field_t *from = &row->fields[i];
        set_name(header, i, text_dup(from->text, from->size), from->raw, from->raw_size);
    }
    *ret_header = header;
    return ERR_OK;
}

header_t *header_made(size_t count)
{
    header_t *header = make(count, 0);
    for (size_t i = 0; i < count; i++) {
        char *name = text_format("column_%zu", i + 1);
        set_name(header, i, name, name, strlen(name));
    }
    return header;
}

// A name like `name` that is not in `seen`; the caller frees it.
static char *free_name(const char *name, levels_t *seen)
{
    char *found = mem_strdup(name);
    for (int n = 2; levels_find(seen, found, strlen(found)) != LEVELS_UNKNOWN; n++) {
        free(found);
        found = text_format("%s_%d", name, n);
    }
    levels_add(seen, found, strlen(found), 1);
    return found;
}

header_t *header_mended(const reader_row_t *row)
{
    header_t *header = make(row->count, row->line);
    levels_t *seen = levels_new(READER_COLUMNS_MAX, SIZE_MAX);
    for (size_t i = 0; i < row->count; i++) {
        const reader_field_t *from = &row->fields[i];
        size_t most = READER_NAME_BYTES - MEND_BYTES;
        size_t size = from->size > most ? text_utf8_prefix(from->text, most) : from->size;
        char *name = size > 0 ? text_dup(from->text, size) : text_format("column_%zu", i + 1);
        char *mended = free_name(name, seen);
        set_name(header, i, mended, mended, strlen(mended));
        free(name);
    }
    levels_destroy(&seen);
    return header;
}

const reader_row_t *header_row(const header_t *header)
{
    return &header->row;
}

const char *header_name(const header_t *header, size_t i)
{
    return i < header->row.count ? header->names[i] : "";
}

void header_destroy(header_t **header)
{
    if (!*header) {
        return;
    }
    for (size_t i = 0; i < (*header)->row.count; i++) {
        free((*header)->names[i]);
        free((*header)->raws[i]);
    }
    free((*header)->names);
    free((*header)->raws);
    free((*header)->fields);
    free(*header);
    *header = NULL;
}
