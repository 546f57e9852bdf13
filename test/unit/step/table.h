// SPDX-License-Identifier: MPL-2.0
// Tables in columns with stripes as short as a test wants them.
#pragma once

#include <string.h>

#include "base/mem.h"
#include "data/frame/chunk_build.h"
#include "data/frame/frame_writer.h"
#include "data/frame/import.h"

// Appends rows [first, first + count) of the loaded stripe as a stripe.
static inline err_t table_add(frame_writer_t *writer, stripe_t *stripe, const frame_t *frame,
                              size_t first, size_t count, fault_t *fault)
{
    chunk_builder_t builder = {0};
    buf_t chunks = {0};
    size_t columns = frame_columns(frame);
    uint32_t *sizes = mem_array(columns, sizeof *sizes);
    for (size_t i = 0; i < columns; i++) {
        cell_rules_t rules = {.declared = true, .type = frame_type(frame, i)};
        rules.tokens = tokens_default();
        chunk_facts_t facts;
        size_t before = chunks.size;
        const uint8_t *quoted = stripe_quoted(stripe, i);
        chunk_build(&builder, &rules, stripe_texts(stripe, i) + first,
                    quoted ? quoted + first : NULL, count, &chunks, &facts);
        sizes[i] = (uint32_t)(chunks.size - before);
        rules_release(&rules);
    }
    err_t err = frame_writer_add(writer, count, sizes, &chunks, fault);
    arena_release(&builder.arena);
    buf_release(&chunks);
    free(sizes);
    return err;
}

static inline err_t table_copy(frame_writer_t *writer, const frame_t *frame, size_t rows,
                               fault_t *fault)
{
    size_t count = frame_columns(frame);
    size_t *all = mem_array(count, sizeof *all);
    char **names = mem_array(count, sizeof *names);
    type_t *types = mem_array(count, sizeof *types);
    for (size_t i = 0; i < count; i++) {
        all[i] = i;
        names[i] = (char *)frame_name(frame, i);
        types[i] = frame_type(frame, i);
    }
    stripe_t *stripe = stripe_new(frame);
    err_t err = ERR_OK;
    for (size_t s = 0; s < frame_stripes(frame) && err == ERR_OK; s++) {
        err = stripe_load(stripe, s, all, count, fault);
        size_t left = frame_stripe_rows(frame, s);
        for (size_t first = 0; left > 0 && err == ERR_OK;) {
            size_t next = left < rows ? left : rows;
            err = table_add(writer, stripe, frame, first, next, fault);
            first += next;
            left -= next;
        }
    }
    err = err == ERR_OK ? frame_writer_close(writer, names, types, frame_description(frame), fault)
                        : err;
    stripe_destroy(&stripe);
    free(all);
    free(names);
    free(types);
    return err;
}

// The table of a CSV file in stripes of at most `rows` rows (0: as an import makes them).
static inline err_t table_read(const char *path, const json_t *options, size_t rows,
                               frame_t **ret_frame, fault_t *fault)
{
    int fd = -1;
    int copy = -1;
    frame_t *frame = NULL;
    frame_writer_t *writer = NULL;
    json_t *description = NULL;
    import_t import = {.options = options};
    err_t err = import_scratch(NULL, &fd, fault);
    err = err == ERR_OK ? import_run(path, &import, fd, &description, fault) : err;
    json_decref(description);
    err = err == ERR_OK ? frame_open_fd(fd, &frame, fault) : err;
    if (err != ERR_OK || rows == 0) {
        *ret_frame = frame;
        return err;
    }
    err = import_scratch(NULL, &copy, fault);
    err = err == ERR_OK ? frame_writer_open(copy, frame_columns(frame), &writer, fault) : err;
    err = err == ERR_OK ? table_copy(writer, frame, rows, fault) : err;
    frame_writer_destroy(&writer);
    frame_destroy(&frame);
    return err == ERR_OK ? frame_open_fd(copy, ret_frame, fault) : err;
}
