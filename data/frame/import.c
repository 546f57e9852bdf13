// SPDX-License-Identifier: MPL-2.0
#include "data/frame/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "data/frame/column_facts.h"
#include "data/frame/frame_writer.h"
#include "data/frame/import_describe.h"
#include "data/frame/import_options.h"

enum {
    GROUP = 8,          // columns whose cells are gathered at once: their fields share cache lines
    SEEN_COLUMNS = 256, // memory for what was seen is had for no more columns
};

// What an item is worked on with.
typedef struct {
    csv_piece_t piece;
    chunk_builder_t builder;
    text_t *texts; // columns x rows
    size_t texts_capacity;
    uint8_t *quoted; // rows of one group
    size_t quoted_capacity;
    chunk_facts_t *facts; // by column
    seen_t *seen;         // by column; NULL in wide tables
    uint32_t *sizes;
    buf_t chunks;
    uint64_t place; // of the stripe in the frame
} hand_t;

typedef struct {
    const import_t *import;
    csv_t *csv;
    frame_writer_t *writer;
    hand_t *hands; // by slot
    size_t threads;
    size_t slots;
    size_t columns;
    char **names;
    cell_rules_t *rules;
    column_facts_t *facts;
    int64_t rows;
    json_t *bad_lines; // listed
    int64_t bad_count;
    atomic_bool care; // a piece asks for the careful path
} job_t;

// Gathers the cells of columns [first, first + count) from the piece's rows.
static bool gather(hand_t *hand, size_t first, size_t count)
{
    const csv_piece_t *piece = &hand->piece;
    bool any = false;
    for (size_t row = 0; row < piece->rows; row++) {
        const csv_field_t *fields = piece->fields + row * piece->columns + first;
        for (size_t i = 0; i < count; i++) {
            text_t *cell = &hand->texts[(first + i) * piece->rows + row];
            cell->bytes = piece->bytes + fields[i].at;
            cell->size = csv_field_size(&fields[i]);
            uint8_t quoted = csv_field_quoted(&fields[i]);
            hand->quoted[i * piece->rows + row] = quoted;
            any = any || quoted;
        }
    }
    return any;
}

static void build_group(job_t *job, hand_t *hand, size_t first, size_t count)
{
    size_t rows = hand->piece.rows;
    bool quoted = gather(hand, first, count);
    for (size_t i = 0; i < count; i++) {
        size_t column = first + i;
        size_t before = hand->chunks.size;
        hand->builder.hashing =
            atomic_load_explicit(&job->facts[column].counting, memory_order_relaxed);
        hand->builder.seen = hand->seen ? &hand->seen[column] : NULL;
        chunk_build(&hand->builder, &job->rules[column], hand->texts + column * rows,
                    quoted ? hand->quoted + i * rows : NULL, rows, &hand->chunks,
                    &hand->facts[column]);
        hand->sizes[column] = (uint32_t)(hand->chunks.size - before);
    }
}

static void reserve(hand_t *hand, size_t columns)
{
    size_t cells = hand->piece.rows * columns;
    if (cells > hand->texts_capacity) {
        hand->texts = mem_resize(hand->texts, cells, sizeof *hand->texts);
        hand->texts_capacity = cells;
    }
    if (hand->piece.rows * GROUP > hand->quoted_capacity) {
        hand->quoted_capacity = hand->piece.rows * GROUP;
        hand->quoted = mem_resize(hand->quoted, hand->quoted_capacity, 1);
    }
}

static err_t take(void *context, size_t slot, size_t item, bool *ret_more, fault_t *fault)
{
    (void)item;
    job_t *job = context;
    return csv_take(job->csv, &job->hands[slot].piece, ret_more, fault);
}

static err_t work(void *context, size_t slot, size_t item, fault_t *fault)
{
    (void)item;
    job_t *job = context;
    hand_t *hand = &job->hands[slot];
    bool care = false;
    csv_find(job->csv, &hand->piece, &care);
    if (care) {
        atomic_store(&job->care, true);
        return fault_set(fault, ERR_CONFLICT, NULL, "the file asks for care");
    }
    arena_reset(&hand->builder.arena);
    buf_clear(&hand->chunks);
    reserve(hand, job->columns);
    for (size_t first = 0; first < job->columns; first += GROUP) {
        size_t left = job->columns - first;
        build_group(job, hand, first, left < GROUP ? left : GROUP);
    }
    return ERR_OK;
}

static void note_bad_lines(job_t *job, const csv_piece_t *piece)
{
    for (size_t i = 0; i < piece->bad_listed; i++) {
        const csv_bad_t *bad = &piece->bad[i];
        json_array_append_new(job->bad_lines,
                              json_pack("{s:I, s:s, s:s, s:s}", "line", (json_int_t)bad->line,
                                        "reason", csv_bad_name(bad->reason), "detail",
                                        csv_bad_text(bad->reason), "text", bad->text));
    }
    job->bad_count += piece->bad_count;
}

static err_t settle(void *context, size_t slot, size_t item, fault_t *fault)
{
    (void)item;
    job_t *job = context;
    hand_t *hand = &job->hands[slot];
    size_t rows = hand->piece.rows;
    note_bad_lines(job, &hand->piece);
    if (rows > 0) {
        hand->place = frame_writer_reserve(job->writer, rows, hand->chunks.size);
    }
    for (size_t i = 0; i < job->columns && rows > 0; i++) {
        if (job->rules[i].raw || job->rules[i].skipped) {
            continue;
        }
        column_facts_add(&job->facts[i], &hand->facts[i], hand->texts + i * rows, rows, job->rows);
    }
    job->rows += (int64_t)rows;
    int64_t size = csv_size(job->csv);
    double done = size > 0 ? (double)hand->piece.position / (double)size : 0;
    return progress_report(job->import->progress, done, "import")
               ? ERR_OK
               : fault_set(fault, ERR_CANCELLED, NULL, "the import was cancelled");
}

static err_t after(void *context, size_t slot, size_t item, fault_t *fault)
{
    (void)item;
    job_t *job = context;
    const hand_t *hand = &job->hands[slot];
    return hand->piece.rows == 0
               ? ERR_OK
               : frame_writer_put(job->writer, hand->place, hand->sizes, &hand->chunks, fault);
}

static void forget(job_t *job)
{
    for (size_t i = 0; i < job->columns; i++) {
        column_facts_release(&job->facts[i]);
        column_facts_init(&job->facts[i], job->columns);
    }
    json_array_clear(job->bad_lines);
    job->bad_count = 0;
    job->rows = 0;
    atomic_store(&job->care, false);
}

// One reading of the whole file.
static err_t read_all(job_t *job, int fd, fault_t *fault)
{
    forget(job);
    frame_writer_destroy(&job->writer);
    if (ftruncate(fd, 0) != 0) {
        return fault_errno(fault, ERR_IO, "the table in columns");
    }
    err_t err = frame_writer_open(fd, job->columns, &job->writer, fault);
    if (err != ERR_OK) {
        return err;
    }
    parallel_t parallel = {.context = job,
                           .threads = job->threads,
                           .slots = job->slots,
                           .take = take,
                           .work = work,
                           .settle = settle,
                           .after = after};
    return parallel_run(&parallel, fault);
}

static bool names(const json_t *list, const char *name)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (strcmp(json_string_value(item), name) == 0) {
            return true;
        }
    }
    return false;
}

// A column that nobody will look at is not read.
static void leave_unread(const import_t *import, const char *name, cell_rules_t *rules)
{
    rules->skipped = names(import->skipped, name);
    rules->raw = !rules->skipped && import->typed && !names(import->typed, name);
    if (rules->skipped || rules->raw) {
        rules->declared = true;
        rules->type = TYPE_TEXT;
    }
}

static err_t settle_rules(job_t *job, const import_options_t *options, fault_t *fault)
{
    bool comma = csv_dialect(job->csv)->decimal == ',';
    job->columns = csv_columns(job->csv);
    job->names = mem_array(job->columns, sizeof *job->names);
    job->rules = mem_array(job->columns, sizeof *job->rules);
    job->facts = mem_array(job->columns, sizeof *job->facts);
    for (size_t i = 0; i < job->columns; i++) {
        job->names[i] = mem_strdup(csv_column(job->csv, i));
        column_facts_init(&job->facts[i], job->columns);
    }
    err_t err = import_options_check(options, job->names, job->columns, fault);
    for (size_t i = 0; i < job->columns && err == ERR_OK; i++) {
        err = import_options_rules(options, job->names[i], comma, &job->rules[i], fault);
        leave_unread(job->import, job->names[i], &job->rules[i]);
    }
    return err;
}

static json_t *columns_json(const job_t *job)
{
    json_t *columns = json_array();
    for (size_t i = 0; i < job->columns; i++) {
        json_t *column = column_facts_json(&job->facts[i], &job->rules[i], job->names[i]);
        if (csv_column_quoted(job->csv, i)) {
            json_object_set_new(column, "quoted", json_true());
        }
        json_array_append_new(columns, column);
    }
    return columns;
}

static err_t finish(job_t *job, json_t **ret_description, fault_t *fault)
{
    if (job->rows == 0) {
        return fault_set(fault, ERR_CSV_EMPTY, "choose a file with rows",
                         "the file has a header and no rows");
    }
    json_t *description =
        import_describe(job->csv, job->rows, columns_json(job), job->bad_lines, job->bad_count);
    type_t *types = mem_array(job->columns, sizeof *types);
    for (size_t i = 0; i < job->columns; i++) {
        types[i] = column_facts_type(&job->facts[i], &job->rules[i]);
    }
    err_t err = frame_writer_close(job->writer, job->names, types, description, fault);
    free(types);
    if (err != ERR_OK) {
        json_decref(description);
        return err;
    }
    *ret_description = description;
    return ERR_OK;
}

static void hand_release(hand_t *hand, size_t columns)
{
    for (size_t i = 0; hand->seen && i < columns; i++) {
        seen_release(&hand->seen[i]);
    }
    free(hand->seen);
    piece_release(&hand->piece);
    arena_release(&hand->builder.arena);
    buf_release(&hand->chunks);
    free(hand->texts);
    free(hand->quoted);
    free(hand->facts);
    free(hand->sizes);
}

static void job_release(job_t *job)
{
    for (size_t i = 0; i < job->slots; i++) {
        hand_release(&job->hands[i], job->columns);
    }
    for (size_t i = 0; i < job->columns; i++) {
        free(job->names[i]);
        rules_release(&job->rules[i]);
        column_facts_release(&job->facts[i]);
    }
    free(job->hands);
    free(job->names);
    free(job->rules);
    free(job->facts);
    frame_writer_destroy(&job->writer);
    json_decref(job->bad_lines);
    csv_destroy(&job->csv);
}

static err_t run(job_t *job, const import_options_t *options, int fd, json_t **ret_description,
                 fault_t *fault)
{
    err_t err = settle_rules(job, options, fault);
    if (err != ERR_OK) {
        return err;
    }
    for (size_t i = 0; i < job->slots; i++) {
        job->hands[i].facts = mem_array(job->columns, sizeof *job->hands[i].facts);
        job->hands[i].sizes = mem_array(job->columns, sizeof *job->hands[i].sizes);
        if (job->columns <= SEEN_COLUMNS) {
            job->hands[i].seen = mem_array(job->columns, sizeof *job->hands[i].seen);
        }
    }
    err = read_all(job, fd, fault);
    if (err != ERR_OK && atomic_load(&job->care)) {
        err = csv_restart(job->csv, fault);
        err = err == ERR_OK ? read_all(job, fd, fault) : err;
    }
    return err == ERR_OK ? finish(job, ret_description, fault) : err;
}

err_t import_run(const char *path, const import_t *import, int fd, json_t **ret_description,
                 fault_t *fault)
{
    import_options_t options;
    err_t err = import_options_read(import->options, &options, fault);
    if (err != ERR_OK) {
        return err;
    }
    options.csv.hash = import->hash;
    job_t job = {.import = import, .bad_lines = json_array()};
    job.threads = parallel_threads(import->threads);
    job.slots = parallel_slots(job.threads);
    job.hands = mem_array(job.slots, sizeof *job.hands);
    err = csv_open(path, &options.csv, &job.csv, fault);
    if (err == ERR_OK) {
        err = run(&job, &options, fd, ret_description, fault);
    }
    job_release(&job);
    import_options_release(&options);
    return err;
}

err_t import_scratch(const char *folder, int *ret_fd, fault_t *fault)
{
    const char *from = getenv("TMPDIR");
    const char *path = folder ? folder : from && *from ? from : "/var/tmp";
    int fd = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fault_errno(fault, errno == ENOSPC ? ERR_FULL : ERR_IO, path);
    }
    *ret_fd = fd;
    return ERR_OK;
}
