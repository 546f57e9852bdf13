// SPDX-License-Identifier: MPL-2.0
// Tables that are too large in one way or another: a clear fault, soon, in bounded memory.
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

#include "data/csv/reader.h"
#include "test/unit/csv/table.h"

enum { MIB = 1 << 20 };

static void add_run(buf_t *text, char c, size_t size)
{
    memset(buf_reserve(text, size), c, size);
    text->size += size;
}

static void a_million_columns_are_refused(void **state)
{
    (void)state;
    buf_t text = {0};
    for (int i = 0; i < 1000000; i++) {
        buf_addf(&text, "c%d,", i);
    }
    buf_add(&text, "\n1,2\n", 5);
    fault_t fault = assert_table_fault(text.data, text.size, NULL, ERR_CSV_HEADER);
    assert_non_null(strstr(fault.detail, "1000001 columns"));
    csv_options_t options = {.lenient = true};
    assert_table_fault(text.data, text.size, &options, ERR_CSV_HEADER);
    options = (csv_options_t){.header = -1};
    assert_table_fault(text.data, text.size, &options, ERR_CSV_HEADER);
    buf_release(&text);
}

static void a_row_of_a_million_fields_is_refused(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "a,b\n");
    add_run(&text, ',', 1000000);
    buf_addf(&text, "\n1,2\n");
    fault_t fault = assert_table_fault(text.data, text.size, NULL, ERR_CSV_RAGGED);
    assert_string_equal(fault.detail, "line 2 has 1000001 fields, the header has 2");
    fault_t none;
    csv_options_t options = {.lenient = true};
    char *rows = table_read(text.data, text.size, &options, NULL, &none);
    assert_int_equal(strncmp(rows, "3:1|2;!2 fields ,,,", 19), 0);
    free(rows);
    buf_release(&text);
}

static void a_field_of_a_mebibyte_is_read_and_a_larger_one_is_not(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "a,b\n1,");
    add_run(&text, 'x', MIB);
    buf_addf(&text, "\n2,3\n");
    fault_t fault;
    char *rows = table_read(text.data, text.size, NULL, NULL, &fault);
    assert_int_equal(fault.code, ERR_OK);
    assert_int_equal(strlen(rows), MIB + strlen("2:1|;3:2|3;"));
    free(rows);
    text.size -= 5;
    buf_addf(&text, "x\n");
    fault = assert_table_fault(text.data, text.size, NULL, ERR_CSV_FIELD);
    assert_int_equal(fault.line, 2);
    assert_string_equal(fault.column, "b");
    buf_release(&text);
}

// A table of 100 columns whose row 2 has fields of `size` bytes.
static buf_t wide_table(size_t size)
{
    buf_t text = {0};
    for (int i = 0; i < 100; i++) {
        buf_addf(&text, "%sc%d", i ? "," : "", i);
    }
    for (int row = 0; row < 3; row++) {
        for (int i = 0; i < 100; i++) {
            buf_addf(&text, i ? "," : "\n");
            add_run(&text, 'x', row == 1 ? size : 1);
        }
    }
    return text;
}

static void a_row_of_sixty_mebibytes_is_read_and_one_of_seventy_is_not(void **state)
{
    (void)state;
    buf_t text = wide_table(600 << 10);
    table_t table = table_of(text.data, text.size);
    csv_t *csv = NULL;
    fault_t fault;
    char *rows = table_read_file(table.path, NULL, &csv, &fault);
    assert_string_equal(fault.detail, "");
    assert_false(csv_is_careful(csv));
    free(rows);
    csv_destroy(&csv);
    table_release(&table);
    buf_release(&text);
    text = wide_table(700 << 10);
    fault = assert_table_fault(text.data, text.size, NULL, ERR_TOO_LARGE);
    assert_int_equal(fault.line, 3);
    csv_options_t options = {.lenient = true};
    rows = table_read(text.data, text.size, &options, NULL, &fault);
    assert_string_equal(fault.detail, "");
    assert_non_null(strstr(rows, "!3 size xxx"));
    free(rows);
    buf_release(&text);
}

static void blank_lines_without_end_are_no_row(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "a,b\n");
    add_run(&text, '\n', 80 * MIB);
    buf_addf(&text, "1,2\n");
    fault_t fault;
    char *rows = table_read(text.data, text.size, NULL, NULL, &fault);
    assert_string_equal(rows, "83886082:1|2;");
    free(rows);
    buf_release(&text);
}

typedef struct {
    char path[40];
    const char *head;
    const char *run; // written again and again
    size_t size_max;
    size_t written;
} flood_t;

static void *write_flood(void *context)
{
    flood_t *flood = context;
    char run[1 << 16];
    for (size_t i = 0; i < sizeof run; i++) {
        run[i] = flood->run[i % strlen(flood->run)];
    }
    FILE *pipe = fopen(flood->path, "wb");
    bool open = fputs(flood->head, pipe) >= 0;
    while (open && flood->written < flood->size_max) {
        size_t left = flood->size_max - flood->written;
        size_t size = left < sizeof run ? left : sizeof run;
        size_t n = fwrite(run, 1, size, pipe);
        flood->written += n;
        open = n == size;
    }
    fclose(pipe);
    return NULL;
}

// Reads what a pipe gives; how many bytes it took is in flood->written.
static char *read_flood(flood_t *flood, const csv_options_t *options, fault_t *fault)
{
    snprintf(flood->path, sizeof flood->path, "/tmp/autodp-pipe-%d", (int)getpid());
    assert_int_equal(mkfifo(flood->path, 0600), 0);
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_flood, flood), 0);
    char *rows = table_read_file(flood->path, options, NULL, fault);
    assert_int_equal(pthread_join(writer, NULL), 0);
    unlink(flood->path);
    return rows;
}

static void a_line_without_end_is_refused_before_it_is_read(void **state)
{
    (void)state;
    const char *const runs[] = {"x", "c,", "\"\"", "\"\n"};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        flood_t flood = {.head = i == 3 ? "\"" : "", .run = runs[i], .size_max = (size_t)10 << 30};
        fault_t fault;
        char *rows = read_flood(&flood, NULL, &fault);
        assert_string_not_equal(fault.detail, "");
        assert_string_not_equal(fault.remedy, "");
        assert_true(flood.written < 100 * (size_t)MIB);
        free(rows);
    }
}

static void a_pipe_is_read_as_long_as_nothing_needs_care(void **state)
{
    (void)state;
    flood_t flood = {.head = "a,b\n", .run = "1,2\n", .size_max = 4 * 200000};
    csv_options_t options = {0};
    fault_t fault;
    char *rows = read_flood(&flood, &options, &fault);
    assert_string_equal(fault.detail, "");
    free(rows);
    flood = (flood_t){.head = "a,b\n1,", .run = "x", .size_max = (size_t)10 << 30};
    rows = read_flood(&flood, &options, &fault);
    assert_int_equal(fault.code, ERR_UNSUPPORTED);
    assert_true(flood.written < 100 * (size_t)MIB);
    free(rows);
}

static void pieces_end_by_bytes_and_by_rows(void **state)
{
    (void)state;
    buf_t text = {0};
    buf_addf(&text, "a\n");
    for (int i = 0; i < 150000; i++) {
        buf_addf(&text, "%d\n", i);
    }
    size_t short_rows = text.size;
    while (text.size < short_rows + 2 * (size_t)PIECE_BYTES) {
        buf_addf(&text, "%01023d\n", 7);
    }
    table_t table = table_of(text.data, text.size);
    csv_t *csv = NULL;
    assert_int_equal(csv_open(table.path, NULL, &csv, NULL), ERR_OK);
    csv_piece_t piece = {0};
    // 18,928 short rows of 7 bytes are left for the third piece, and rows of 1,024 up to
    // PIECE_BYTES
    const size_t rows[] = {65536, 65536, 18928 + 383, 512, 2 * 512 - 383 - 512};
    bool more = true;
    bool care = false;
    int64_t before = 0;
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(csv_take(csv, &piece, &more, NULL), ERR_OK);
        csv_find(csv, &piece, &care);
        assert_true(more && !care);
        assert_int_equal(piece.number, i);
        assert_int_equal(piece.row, before);
        assert_int_equal(piece.line, before + 2);
        assert_int_equal(piece.rows, rows[i]);
        before += (int64_t)piece.rows;
    }
    assert_int_equal(csv_take(csv, &piece, &more, NULL), ERR_OK);
    assert_false(more);
    assert_int_equal(before, 150000 + 2 * 512);
    piece_release(&piece);
    csv_destroy(&csv);
    table_release(&table);
    buf_release(&text);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_columns_are_refused),
        cmocka_unit_test(a_row_of_a_million_fields_is_refused),
        cmocka_unit_test(a_field_of_a_mebibyte_is_read_and_a_larger_one_is_not),
        cmocka_unit_test(a_row_of_sixty_mebibytes_is_read_and_one_of_seventy_is_not),
        cmocka_unit_test(blank_lines_without_end_are_no_row),
        cmocka_unit_test(a_line_without_end_is_refused_before_it_is_read),
        cmocka_unit_test(a_pipe_is_read_as_long_as_nothing_needs_care),
        cmocka_unit_test(pieces_end_by_bytes_and_by_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
