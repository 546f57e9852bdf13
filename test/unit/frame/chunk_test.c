// SPDX-License-Identifier: MPL-2.0
#include "data/frame/chunk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/frame/chunk_build.h"
#include "data/value/digits.h"
#include "test/unit/test.h"

enum { CELLS_MAX = 100 };

// A chunk of some cells, in memory.
typedef struct {
    chunk_builder_t builder;
    cell_rules_t rules;
    buf_t bytes;
    chunk_facts_t facts;
    chunk_t chunk;
    char *text; // of the cells, with its slack
    text_t cells[CELLS_MAX];
    uint8_t quoted[CELLS_MAX];
    size_t rows;
} made_t;

// Cells are split at bars; one that begins with a quote was quoted.
static void split(made_t *made, const char *cells)
{
    made->text = mem_array(strlen(cells) + 1 + DIGITS_SLACK, 1);
    memcpy(made->text, cells, strlen(cells));
    const char *at = made->text;
    while (at) {
        const char *bar = strchr(at, '|');
        size_t size = bar ? (size_t)(bar - at) : strlen(at);
        bool quoted = size > 0 && *at == '"';
        made->quoted[made->rows] = quoted;
        made->cells[made->rows++] = (text_t){at + quoted, (uint32_t)(size - quoted)};
        at = bar ? bar + 1 : NULL;
    }
}

static made_t make(const char *cells, int declared)
{
    made_t made = {.rules = {.tokens = tokens_default()}};
    fault_t fault;
    made.rules.declared = declared >= 0;
    made.rules.type = declared >= 0 ? (type_t)declared : TYPE_TEXT;
    made.builder.hashing = true;
    split(&made, cells);
    chunk_build(&made.builder, &made.rules, made.cells, made.quoted, made.rows, &made.bytes,
                &made.facts);
    buf_reserve(&made.bytes, DIGITS_SLACK);
    assert_int_equal(chunk_open(made.bytes.data, made.bytes.size, made.rows, &made.chunk, &fault),
                     ERR_OK);
    return made;
}

static void release(made_t *made)
{
    free(made->text);
    arena_release(&made->builder.arena);
    rules_release(&made->rules);
    buf_release(&made->bytes);
}

// Whatever the kind, texts and quotes come back as they were.
static void assert_same(made_t *made)
{
    arena_t arena = {0};
    const text_t *texts = chunk_texts(&made->chunk, &arena);
    const uint8_t *quoted = chunk_quoted(&made->chunk, &arena);
    for (size_t i = 0; i < made->rows; i++) {
        assert_int_equal(texts[i].size, made->cells[i].size);
        assert_memory_equal(texts[i].bytes, made->cells[i].bytes, texts[i].size);
        assert_int_equal(quoted ? quoted[i] : 0, made->quoted[i]);
    }
    arena_release(&arena);
}

static void assert_kind(const char *cells, chunk_kind_t kind)
{
    made_t made = make(cells, -1);
    assert_int_equal(made.chunk.head.kind, kind);
    assert_int_equal(made.facts.kind, kind);
    assert_same(&made);
    release(&made);
}

static void each_kind_gives_its_texts_back(void **state)
{
    (void)state;
    assert_kind("1|2|300", CHUNK_INTEGER);
    assert_kind("-9223372036854775808|9223372036854775807|NA", CHUNK_INTEGER);
    assert_kind("7|7|7", CHUNK_INTEGER);
    assert_kind("-0|5", CHUNK_INTEGER);
    assert_kind("0.50|1.25|-3.00", CHUNK_DECIMAL);
    assert_kind("0.5|1|-3.125||NA|NULL", CHUNK_DECIMAL);
    assert_kind("1e5|2.5", CHUNK_FLOAT);
    assert_kind("3012.3456789012345|0.1", CHUNK_FLOAT);
    assert_kind(".5|5.", CHUNK_FLOAT);
    assert_kind("2020-01-31|1969-12-31|", CHUNK_DATE);
    assert_kind("2020-01-31|2020-01-31 10:00:00", CHUNK_DATETIME);
    assert_kind("red|blue|red|NA|", CHUNK_WORDS);
    assert_kind("true|False|TRUE", CHUNK_WORDS);
    assert_kind("007|1|2", CHUNK_WORDS);
    assert_kind("|NA|nan|", CHUNK_MISSING);
    assert_kind("9223372036854775808|1", CHUNK_WORDS);
}

static void quotes_come_back(void **state)
{
    (void)state;
    assert_kind("\"1|\"2|\"3", CHUNK_INTEGER);
    assert_kind("\"1|2|\"", CHUNK_INTEGER);
    assert_kind("\"a|\"b||\"NA", CHUNK_WORDS);
    assert_kind("\"|\"|x", CHUNK_WORDS);
}

static void numbers_are_the_nearest_doubles(void **state)
{
    (void)state;
    made_t made = make("0.1|123456.789012|-5|1e-7|NA", -1);
    arena_t arena = {0};
    vector_t vector = chunk_vector(&made.chunk, TYPE_FLOAT, &arena);
    const double expected[] = {0.1, 123456.789012, -5, 1e-7};
    assert_memory_equal(vector.numbers, expected, sizeof expected);
    assert_int_equal(vector.valid[3], 1);
    assert_int_equal(vector.valid[4], 0);
    arena_release(&arena);
    release(&made);
}

static void integers_and_decimals_read_as_floats(void **state)
{
    (void)state;
    made_t made = make("0.10|2.25|3|-4.5", -1);
    arena_t arena = {0};
    vector_t vector = chunk_vector(&made.chunk, TYPE_FLOAT, &arena);
    const double expected[] = {0.1, 2.25, 3, -4.5};
    assert_memory_equal(vector.numbers, expected, sizeof expected);
    arena_release(&arena);
    release(&made);
}

static void words_are_coded(void **state)
{
    (void)state;
    made_t made = make("red|blue||red", -1);
    arena_t arena = {0};
    vector_t vector = chunk_vector(&made.chunk, TYPE_CATEGORY, &arena);
    assert_int_equal(vector.words, 2);
    assert_int_equal(vector.codes[0], vector.codes[3]);
    assert_int_equal(vector_text(&vector, 1).size, 4);
    assert_int_equal(vector_missing(&vector), 1);
    assert_int_equal(made.facts.hashes_count, 2);
    arena_release(&arena);
    release(&made);
}

static void declared_types_decide(void **state)
{
    (void)state;
    static const struct {
        const char *cells;
        type_t type;
        int64_t first;
        size_t missing;
    } cases[] = {
        {"+5|007|x|3.0", TYPE_INTEGER, 5, 1},
        {"yes|no|maybe|TRUE", TYPE_BOOLEAN, 1, 1},
        {"2020-01-02|x|2020-13-01|2020-01-02", TYPE_DATE, 18263, 2},
        {"1970-01-02|x", TYPE_DATETIME, 86400000, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        made_t made = make(cases[i].cells, (int)cases[i].type);
        arena_t arena = {0};
        vector_t vector = chunk_vector(&made.chunk, cases[i].type, &arena);
        assert_int_equal(vector.integers[0], cases[i].first);
        assert_int_equal(vector_missing(&vector), cases[i].missing);
        assert_same(&made);
        arena_release(&arena);
        release(&made);
    }
}

static void damage_is_told(void **state)
{
    (void)state;
    made_t made = make("1|x|2.5|NA|\"y", -1);
    fault_t fault;
    chunk_t chunk;
    for (size_t i = 0; i < made.bytes.size; i++) {
        made.bytes.data[i] ^= 4;
        assert_int_equal(chunk_open(made.bytes.data, made.bytes.size, made.rows, &chunk, &fault),
                         ERR_CORRUPT);
        made.bytes.data[i] ^= 4;
        assert_int_equal(chunk_open(made.bytes.data, i, made.rows, &chunk, &fault), ERR_CORRUPT);
    }
    release(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_gives_its_texts_back),
        cmocka_unit_test(quotes_come_back),
        cmocka_unit_test(numbers_are_the_nearest_doubles),
        cmocka_unit_test(integers_and_decimals_read_as_floats),
        cmocka_unit_test(words_are_coded),
        cmocka_unit_test(declared_types_decide),
        cmocka_unit_test(damage_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
