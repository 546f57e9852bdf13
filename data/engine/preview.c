// SPDX-License-Identifier: MPL-2.0
#include "data/engine/preview.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault_json.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/engine/cells.h"
#include "data/engine/origin.h"
#include "data/engine/segment.h"
#include "data/engine/steps_json.h"

// The document in the making.
typedef struct {
    const preview_t *preview;
    const segments_t *segments;
    const frame_t *frame; // that the output comes from: the table, or what a sort made of it
    flow_t *flow;
    eval_t *eval;
    size_t *nodes;   // of the output's columns
    size_t *columns; // all of the table
    bool sorted;     // the frame is what a sort made of the table
    bool chosen;     // rows are chosen by all rows: the first output rows are shown
    bool whole;      // a step looks at neighbouring rows
    size_t wanted;
    json_t *before;
    json_t *after;
    json_t *numbers;
    json_t *changed;
} page_t;

static json_t *text_json(text_t text)
{
    if (text.size <= PREVIEW_CELL_BYTES) {
        return json_stringn(text.bytes, text.size);
    }
    size_t size = text_utf8_prefix(text.bytes, PREVIEW_CELL_BYTES);
    char *cut = text_format("%.*s\u2026", (int)size, text.bytes);
    json_t *json = json_string(cut);
    free(cut);
    return json;
}

// An input cell.
static json_t *input_json(stripe_t *stripe, size_t column, size_t row)
{
    return vector_is_valid(stripe_vector(stripe, column), row)
               ? text_json(stripe_texts(stripe, column)[row])
               : json_null();
}

static void add_before(page_t *page, stripe_t *stripe, size_t row)
{
    json_t *cells = json_array();
    for (size_t c = 0; c < frame_columns(page->preview->frame); c++) {
        json_array_append_new(cells, input_json(stripe, c, row));
    }
    json_array_append_new(page->before, cells);
}

// An output cell, and whether it differs from the input's.
static err_t output_json(page_t *page, size_t i, size_t at, size_t row, json_t **ret_cell,
                         bool *ret_changed, fault_t *fault)
{
    const vector_t *vector;
    char scratch[CELLS_VALUE_SIZE];
    stripe_t *stripe = eval_stripe(page->eval);
    origin_t origin = origin_of(page->flow, page->nodes[i]);
    err_t err = eval_node(page->eval, page->nodes[i], &vector, fault);
    if (err != ERR_OK) {
        return err;
    }
    bool there = vector_is_valid(vector, at);
    bool input = origin.column != FLOW_NONE &&
                 vector_is_valid(stripe_vector(stripe, (size_t)origin.column), row);
    if (origin.kept && input) {
        *ret_changed = false;
        *ret_cell = text_json(stripe_texts(stripe, (size_t)origin.column)[row]);
        return ERR_OK;
    }
    text_t text = cells_value(vector, at, scratch);
    *ret_cell = there ? text_json(text) : json_null();
    *ret_changed = !origin.same || there != input;
    if (origin.same && there && input) {
        text_t from = stripe_texts(stripe, (size_t)origin.column)[row];
        *ret_changed = from.size != text.size || memcmp(from.bytes, text.bytes, text.size) != 0;
    }
    return ERR_OK;
}

static err_t add_after(page_t *page, size_t stripe, size_t at, size_t row, fault_t *fault)
{
    json_t *cells = json_array();
    json_t *changes = json_array();
    err_t err = ERR_OK;
    for (size_t i = 0; i < page->flow->live_count && err == ERR_OK; i++) {
        json_t *cell = NULL;
        bool changed = false;
        err = output_json(page, i, at, row, &cell, &changed, fault);
        if (err == ERR_OK) {
            json_array_append_new(cells, cell);
        }
        if (err == ERR_OK && changed) {
            json_array_append_new(changes, json_integer((json_int_t)i));
        }
    }
    int64_t number = frame_stripe_first(page->frame, stripe) + (int64_t)row + 1;
    json_array_append_new(page->after, cells);
    json_array_append_new(page->changed, changes);
    json_array_append_new(page->numbers, json_integer(number));
    return err;
}

// Adds rows [from, to) of a stripe, and of the output those that come from them.
static err_t add_stripe(page_t *page, size_t stripe, size_t from, size_t to, fault_t *fault)
{
    const frame_t *frame = page->frame;
    size_t limit = page->whole || page->chosen ? 0 : to;
    const uint32_t *rows;
    size_t count;
    err_t err = eval_begin(page->eval, stripe, page->columns, frame_columns(frame), limit, fault);
    for (size_t row = from; row < to && err == ERR_OK && !page->sorted; row++) {
        add_before(page, eval_stripe(page->eval), row);
    }
    err = err == ERR_OK ? eval_rows(page->eval, page->flow->stages_count - 1, &rows, &count, fault)
                        : err;
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        size_t row = rows ? rows[i] : i;
        bool shown = page->chosen || (row >= from && row < to);
        if (shown && json_array_size(page->after) < page->wanted) {
            err = add_after(page, stripe, i, row, fault);
        }
    }
    return err;
}

// Before a sort: the table's rows, which the output's rows do not come from one by one.
static err_t add_input_rows(page_t *page, fault_t *fault)
{
    const frame_t *frame = page->preview->frame;
    size_t count = frame_columns(frame);
    size_t *columns = mem_array(count, sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        columns[i] = i;
    }
    stripe_t *stripe = stripe_new(frame);
    err_t err = ERR_OK;
    for (size_t s = 0; s < frame_stripes(frame) && err == ERR_OK; s++) {
        int64_t skip = page->preview->from - frame_stripe_first(frame, s);
        size_t rows = frame_stripe_rows(frame, s);
        if (skip >= (int64_t)rows || json_array_size(page->before) == page->wanted) {
            continue;
        }
        err = stripe_load(stripe, s, columns, count, fault);
        for (size_t row = skip > 0 ? (size_t)skip : 0;
             err == ERR_OK && row < rows && json_array_size(page->before) < page->wanted; row++) {
            add_before(page, stripe, row);
        }
    }
    stripe_destroy(&stripe);
    free(columns);
    return err;
}

static err_t add_rows(page_t *page, fault_t *fault)
{
    const frame_t *frame = page->frame;
    int64_t from = page->preview->from;
    int64_t to = from + (int64_t)page->wanted;
    err_t err = ERR_OK;
    for (size_t s = 0; s < frame_stripes(frame) && err == ERR_OK; s++) {
        int64_t first = frame_stripe_first(frame, s);
        int64_t rows = (int64_t)frame_stripe_rows(frame, s);
        int64_t low = from > first ? from - first : 0;
        int64_t high = to - first < rows ? to - first : rows;
        bool overlaps = low < high;
        bool more = page->chosen && json_array_size(page->after) < page->wanted;
        if (overlaps || more) {
            err = add_stripe(page, s, (size_t)low, overlaps ? (size_t)high : (size_t)low, fault);
        } else if (first >= to) {
            break;
        }
    }
    return err;
}

static json_t *before_columns(const frame_t *frame)
{
    json_t *list = json_array();
    for (size_t i = 0; i < frame_columns(frame); i++) {
        json_array_append_new(list, json_pack("{s:s, s:s}", "name", frame_name(frame, i), "type",
                                              type_name(frame_type(frame, i))));
    }
    return list;
}

static json_t *after_columns(const page_t *page)
{
    const flow_t *flow = page->flow;
    json_t *list = json_array();
    for (size_t i = 0; i < flow->live_count; i++) {
        origin_t origin = origin_of(flow, flow->live[i].node);
        const char *from =
            origin.column == FLOW_NONE ? "" : frame_name(page->frame, (size_t)origin.column);
        bool changed = flow->nodes[origin.node].kind != NODE_SOURCE;
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:b}", "name", flow->live[i].name, "type",
                                        type_name(flow->nodes[flow->live[i].node].type), "from",
                                        from, "changed", changed));
    }
    return list;
}

static int64_t rows_after(const page_t *page)
{
    const flow_t *flow = page->flow;
    return flow->stages_count > 1 ? flow->spots[flow->stages[flow->stages_count - 1]]->rows_kept
                                  : frame_rows(page->frame);
}

static void prepare(page_t *page)
{
    flow_t *flow = page->flow;
    size_t all = frame_columns(page->frame);
    page->nodes = mem_array(flow->live_count, sizeof *page->nodes);
    for (size_t i = 0; i < flow->live_count; i++) {
        page->nodes[i] = flow_at(flow, flow->live[i].node, flow->stages_count - 1);
    }
    page->columns = mem_array(all, sizeof *page->columns);
    for (size_t i = 0; i < all; i++) {
        page->columns[i] = i;
    }
    for (size_t i = 0; i < flow->spots_count; i++) {
        const step_kind_t *kind = flow->spots[i]->call.step->kind;
        page->chosen = page->chosen || (kind->bound && kind->shape == STEP_ROWS);
        page->whole = page->whole || kind->bound;
    }
    page->before = json_array();
    page->after = json_array();
    page->numbers = json_array();
    page->changed = json_array();
    page->chosen = page->chosen || page->sorted;
    page->eval = eval_new(flow, page->frame, NULL);
}

static err_t make(page_t *page, json_t **ret_preview, fault_t *fault)
{
    prepare(page);
    err_t err = page->sorted ? add_input_rows(page, fault) : ERR_OK;
    err = err == ERR_OK ? add_rows(page, fault) : err;
    json_t *json = json_pack(
        "{s:I, s:I, s:I, s:{s:o, s:o}, s:{s:o, s:o, s:o, s:o}, s:o}", "total_rows",
        (json_int_t)frame_rows(page->preview->frame), "rows_after", (json_int_t)rows_after(page),
        "from", (json_int_t)page->preview->from, "before", "columns",
        before_columns(page->preview->frame), "rows", page->before, "after", "columns",
        after_columns(page), "row_numbers", page->numbers, "rows", page->after, "changed",
        page->changed, "steps", segment_steps(page->segments, STEPS_LEVELS_SHOWN));
    eval_destroy(&page->eval);
    free(page->nodes);
    free(page->columns);
    if (err != ERR_OK) {
        json_decref(json);
        return err;
    }
    *ret_preview = json;
    return ERR_OK;
}

static err_t check_window(const preview_t *preview, fault_t *fault)
{
    bool good = preview->from >= 0 && preview->from < frame_rows(preview->frame) &&
                preview->rows <= PREVIEW_ROWS_MAX;
    return good ? ERR_OK
                : fault_set(fault, ERR_INVALID, "ask for at most 1000 rows of those that there are",
                            "the table has no such rows to show");
}

err_t preview_make(const preview_t *preview, json_t **ret_preview, fault_t *fault)
{
    page_t page = {.preview = preview, .wanted = preview->rows ? preview->rows : PREVIEW_ROWS};
    fit_setup_t setup = {.frame = preview->frame,
                         .threads = preview->threads,
                         .progress = preview->progress,
                         .cache = preview->cache};
    recipe_t recipe = {0};
    segments_t segments = {0};
    err_t err = check_window(preview, fault);
    err = err == ERR_OK ? recipe_read(preview->recipe, &recipe, fault) : err;
    err = err == ERR_OK ? segment_run(&setup, &recipe, &segments, fault) : err;
    if (err == ERR_OK) {
        page.segments = &segments;
        page.flow = segment_last(&segments)->flow;
        page.frame = segment_last(&segments)->frame;
        page.sorted = segments.count > 1;
        err = flow_check_columns(page.flow, fault);
    }
    err = err == ERR_OK ? make(&page, ret_preview, fault) : err;
    segment_release(&segments);
    recipe_release(&recipe);
    return err;
}
