// SPDX-License-Identifier: MPL-2.0
#include "data/engine/segment_frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/engine/segment.h"
#include "data/frame/chunk_build.h"
#include "data/frame/frame.h"
#include "data/frame/frame_writer.h"
#include "data/value/digits.h"

enum { QUOTED = 1 }; // the lowest bit of a cell's size

struct segment_frame {
    frame_writer_t *writer;
    size_t columns;
    char **names;
    type_t *types;
    cell_rules_t *rules;
    int64_t *missing;
    int64_t rows;
    // The stripe that is being filled:
    buf_t cells;
    size_t count;
    size_t most;   // rows
    text_t *texts; // columns x rows
    uint8_t *quoted;
    bool *any_quoted;
    chunk_builder_t builder;
    buf_t chunks;
    uint32_t *sizes;
};

err_t segment_frame_open(int fd, const flow_t *flow, segment_frame_t **ret_frame, fault_t *fault)
{
    segment_frame_t *frame = mem_new(sizeof *frame);
    size_t columns = flow->live_count;
    err_t err = frame_writer_open(fd, columns, &frame->writer, fault);
    if (err != ERR_OK) {
        free(frame);
        return err;
    }
    size_t fits = SEGMENT_STRIPE_CELLS / columns;
    frame->columns = columns;
    frame->most = fits < 1 ? 1 : fits < FRAME_STRIPE_ROWS ? fits : FRAME_STRIPE_ROWS;
    frame->names = mem_array(columns, sizeof *frame->names);
    frame->types = mem_array(columns, sizeof *frame->types);
    frame->rules = mem_array(columns, sizeof *frame->rules);
    frame->missing = mem_array(columns, sizeof *frame->missing);
    frame->sizes = mem_array(columns, sizeof *frame->sizes);
    frame->any_quoted = mem_array(columns, sizeof *frame->any_quoted);
    frame->texts = mem_array(columns * frame->most, sizeof *frame->texts);
    frame->quoted = mem_array(columns * frame->most, 1);
    for (size_t i = 0; i < columns; i++) {
        frame->names[i] = mem_strdup(flow->live[i].name);
        frame->types[i] = flow->nodes[flow->live[i].node].type;
        frame->rules[i] = (cell_rules_t){.declared = true, .type = frame->types[i]};
    }
    *ret_frame = frame;
    return ERR_OK;
}

void segment_frame_tokens(segment_frame_t *frame, size_t column, const levels_t *tokens)
{
    size_t count = levels_count(tokens);
    text_t *texts = mem_array(count, sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        size_t size;
        texts[i].bytes = levels_bytes(tokens, i, &size);
        texts[i].size = (uint32_t)size;
    }
    frame->rules[column].tokens = tokens_new(texts, count);
    free(texts);
}

void segment_frame_cell(buf_t *row, const cell_text_t *cell)
{
    uint64_t head = (uint64_t)cell->size << 1 | (cell->quote == CELL_QUOTED ? QUOTED : 0);
    buf_add(row, &head, sizeof head);
    buf_add(row, cell->bytes, cell->size);
}

// Finds the cells of the stripe's rows, column by column.
static void find_cells(segment_frame_t *frame)
{
    const char *at = frame->cells.data;
    memset(frame->any_quoted, 0, frame->columns * sizeof *frame->any_quoted);
    for (size_t row = 0; row < frame->count; row++) {
        for (size_t c = 0; c < frame->columns; c++) {
            uint64_t head;
            memcpy(&head, at, sizeof head);
            at += sizeof head;
            size_t cell = c * frame->count + row;
            frame->texts[cell] = (text_t){at, (uint32_t)(head >> 1)};
            frame->quoted[cell] = head & QUOTED;
            frame->any_quoted[c] = frame->any_quoted[c] || (head & QUOTED) != 0;
            at += head >> 1;
        }
    }
}

static err_t flush(segment_frame_t *frame, fault_t *fault)
{
    if (frame->count == 0) {
        return ERR_OK;
    }
    buf_reserve(&frame->cells, DIGITS_SLACK);
    find_cells(frame);
    arena_reset(&frame->builder.arena);
    buf_clear(&frame->chunks);
    for (size_t c = 0; c < frame->columns; c++) {
        chunk_facts_t facts;
        size_t before = frame->chunks.size;
        size_t first = c * frame->count;
        chunk_build(&frame->builder, &frame->rules[c], frame->texts + first,
                    frame->any_quoted[c] ? frame->quoted + first : NULL, frame->count,
                    &frame->chunks, &facts);
        frame->sizes[c] = (uint32_t)(frame->chunks.size - before);
        for (size_t row = 0; facts.valid && row < frame->count; row++) {
            frame->missing[c] += !facts.valid[row];
        }
    }
    err_t err = frame_writer_add(frame->writer, frame->count, frame->sizes, &frame->chunks, fault);
    frame->rows += (int64_t)frame->count;
    frame->count = 0;
    buf_clear(&frame->cells);
    return err;
}

err_t segment_frame_row(segment_frame_t *frame, const char *cells, size_t size, fault_t *fault)
{
    buf_add(&frame->cells, cells, size);
    frame->count++;
    bool full = frame->count == frame->most || frame->cells.size >= SEGMENT_STRIPE_BYTES;
    return full ? flush(frame, fault) : ERR_OK;
}

static json_t *description(const segment_frame_t *frame, char delimiter)
{
    json_t *columns = json_array();
    for (size_t i = 0; i < frame->columns; i++) {
        json_int_t missing = frame->missing[i];
        json_array_append_new(columns,
                              json_pack("{s:s, s:s, s:I, s:i, s:b}", "name", frame->names[i],
                                        "type", type_name(frame->types[i]), "missing", missing,
                                        "distinct", missing < frame->rows, "distinct_exact", 0));
    }
    return json_pack("{s:I, s:s%, s:b, s:o}", "rows", (json_int_t)frame->rows, "delimiter",
                     &delimiter, (size_t)1, "rewritten", 1, "columns", columns);
}

err_t segment_frame_close(segment_frame_t *frame, char delimiter, fault_t *fault)
{
    err_t err = flush(frame, fault);
    if (err != ERR_OK) {
        return err;
    }
    json_t *json = description(frame, delimiter);
    err = frame_writer_close(frame->writer, frame->names, frame->types, json, fault);
    json_decref(json);
    return err;
}

void segment_frame_destroy(segment_frame_t **frame)
{
    segment_frame_t *old = *frame;
    if (!old) {
        return;
    }
    for (size_t i = 0; i < old->columns; i++) {
        free(old->names[i]);
        rules_release(&old->rules[i]);
    }
    frame_writer_destroy(&old->writer);
    arena_release(&old->builder.arena);
    buf_release(&old->cells);
    buf_release(&old->chunks);
    free(old->names);
    free(old->types);
    free(old->rules);
    free(old->missing);
    free(old->texts);
    free(old->quoted);
    free(old->any_quoted);
    free(old->sizes);
    free(old);
    *frame = NULL;
}
