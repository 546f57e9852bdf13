// SPDX-License-Identifier: MPL-2.0
#include "data/frame/chunk_build.h"

#include <math.h>
#include <string.h>

#include "base/crc32c.h"
#include "data/frame/chunk_texts.h"
#include "data/frame/wordlist.h"
#include "data/value/digits.h"
#include "data/value/hash.h"

// The cells of a chunk in work.
typedef struct {
    arena_t *arena;
    const text_t *texts;
    size_t rows;
    uint8_t *kinds; // cell_class_t of each
    uint8_t *places;
    int64_t *integers;
    double *numbers;
    uint32_t counts[CELL_CLASSES];
    uint32_t first[CELL_CLASSES];
    uint32_t not_plain; // cells whose text must be kept
    bool same_places;   // of the plain FLOATs and INTEGERs
    uint32_t refused;   // cells that are not of the declared type
} cells_t;

static void read_cells(const cell_rules_t *rules, cells_t *cells)
{
    int places = -1;
    cells->same_places = true;
    for (size_t i = 0; i < cells->rows; i++) {
        cell_t cell;
        cell_read(rules, cells->texts[i], &cell);
        cells->kinds[i] = (uint8_t)cell.kind;
        cells->integers[i] = cell.integer;
        cells->numbers[i] = cell.number;
        cells->places[i] = cell.places;
        if (cells->counts[cell.kind]++ == 0) {
            cells->first[cell.kind] = (uint32_t)i;
        }
        if (cell.kind != CELL_MISSING) {
            cells->not_plain += !cell.plain;
            cells->same_places = cells->same_places && (places < 0 || places == cell.places);
            places = cell.places;
        }
    }
}

static void read_words(const cell_rules_t *rules, cells_t *cells)
{
    for (size_t i = 0; i < cells->rows; i++) {
        cell_class_t kind =
            tokens_match(&rules->tokens, cells->texts[i]) ? CELL_MISSING : CELL_TEXT;
        cells->kinds[i] = (uint8_t)kind;
        if (cells->counts[kind]++ == 0) {
            cells->first[kind] = (uint32_t)i;
        }
    }
}

// Declared types leave cells that are not of the type: they are missing, their texts kept.
static void drop_refused(const cell_rules_t *rules, cells_t *cells)
{
    if (!rules->declared || type_in(rules->type, TYPES_WORDS)) {
        return;
    }
    for (size_t i = 0; i < cells->rows; i++) {
        if (cells->kinds[i] == CELL_TEXT) {
            cells->kinds[i] = CELL_MISSING;
            cells->refused++;
        }
    }
    cells->not_plain -= cells->refused;
}

static chunk_kind_t kind_of(const cells_t *cells)
{
    const uint32_t *counts = cells->counts;
    size_t values = cells->rows - counts[CELL_MISSING] - cells->refused;
    if (values == 0) {
        return CHUNK_MISSING;
    }
    if (counts[CELL_INTEGER] == values || counts[CELL_BOOLEAN] == values) {
        bool words = counts[CELL_BOOLEAN] == values;
        return words ? CHUNK_WORDS : CHUNK_INTEGER;
    }
    if (counts[CELL_INTEGER] + counts[CELL_FLOAT] == values) {
        return cells->not_plain ? CHUNK_FLOAT : CHUNK_DECIMAL;
    }
    if (counts[CELL_DATE] == values) {
        return CHUNK_DATE;
    }
    return counts[CELL_DATE] + counts[CELL_DATETIME] == values ? CHUNK_DATETIME : CHUNK_TEXT;
}

static void pad(buf_t *out, size_t bytes)
{
    static const char zeros[8];
    buf_add(out, zeros, (8 - bytes % 8) % 8);
}

// One bit a byte of `flags` that equals `wanted`.
static void write_bits(buf_t *out, const uint8_t *flags, size_t rows)
{
    size_t bytes = (rows + 7) / 8;
    uint8_t *bits = (uint8_t *)buf_reserve(out, bytes);
    memset(bits, 0, bytes);
    for (size_t i = 0; i < rows; i++) {
        bits[i / 8] |= (uint8_t)(flags[i] << i % 8);
    }
    out->size += bytes;
    pad(out, bytes);
}

// Values that are all within `width` bytes of `base`; missing cells are the base itself.
static void write_integers(buf_t *out, const chunk_head_t *head, const int64_t *integers,
                           const uint8_t *valid)
{
    size_t rows = head->rows;
    uint8_t *to = (uint8_t *)buf_reserve(out, rows * head->width);
    for (size_t i = 0; i < rows; i++) {
        uint64_t value = valid && !valid[i] ? 0 : (uint64_t)integers[i] - (uint64_t)head->base;
        memcpy(to + i * head->width, &value, head->width); // little endian
    }
    out->size += rows * head->width;
    pad(out, rows * head->width);
}

static void range_of(const int64_t *integers, const uint8_t *valid, size_t rows, int64_t *ret_least,
                     int64_t *ret_most)
{
    bool found = false;
    for (size_t i = 0; i < rows; i++) {
        if (valid && !valid[i]) {
            continue;
        }
        *ret_least = !found || integers[i] < *ret_least ? integers[i] : *ret_least;
        *ret_most = !found || integers[i] > *ret_most ? integers[i] : *ret_most;
        found = true;
    }
}

static uint8_t width_of(int64_t least, int64_t most)
{
    uint64_t span = (uint64_t)most - (uint64_t)least;
    return span == 0            ? 0
           : span <= UINT8_MAX  ? 1
           : span <= UINT16_MAX ? 2
           : span <= UINT32_MAX ? 4
                                : 8;
}

static size_t head_begin(buf_t *out)
{
    size_t at = out->size;
    buf_reserve(out, sizeof(chunk_head_t));
    out->size += sizeof(chunk_head_t);
    return at;
}

static void head_end(buf_t *out, size_t at, chunk_head_t *head)
{
    head->checksum = 0;
    uint32_t sum = crc32c(0, head, sizeof *head);
    size_t body = at + sizeof *head;
    head->checksum = crc32c(sum, out->data + body, out->size - body);
    memcpy(out->data + at, head, sizeof *head);
}

// Texts beside the values: the missing cells' are empty here.
static void write_texts(buf_t *out, const cells_t *cells, const uint8_t *valid)
{
    if (!valid) {
        texts_write(out, cells->texts, cells->rows);
        return;
    }
    text_t *texts = arena_array(cells->arena, cells->rows, sizeof *texts);
    for (size_t i = 0; i < cells->rows; i++) {
        texts[i] = valid[i] ? cells->texts[i] : (text_t){"", 0};
    }
    texts_write(out, texts, cells->rows);
}

// What stood in the missing cells, unless all of them are empty.
static bool write_tokens(buf_t *out, const cells_t *cells, uint32_t missing)
{
    text_t *tokens = arena_array(cells->arena, missing, sizeof *tokens);
    size_t count = 0;
    size_t bytes = 0;
    for (size_t i = 0; i < cells->rows && count < missing; i++) {
        if (cells->kinds[i] == CELL_MISSING) {
            bytes += cells->texts[i].size;
            tokens[count++] = cells->texts[i];
        }
    }
    if (bytes > 0) {
        texts_write(out, tokens, count);
    }
    return bytes > 0;
}

// Flags for cells that were quoted; writes bits where some were and some were not.
static uint8_t write_quoted(buf_t *out, const cells_t *cells, const uint8_t *quoted)
{
    size_t all = 0;
    size_t missing = 0;
    for (size_t i = 0; quoted && i < cells->rows; i++) {
        all += quoted[i];
        missing += quoted[i] && cells->kinds[i] == CELL_MISSING;
    }
    if (all == 0) {
        return 0;
    }
    size_t values = 0;
    for (size_t i = 0; i < cells->rows; i++) {
        values += cells->kinds[i] != CELL_MISSING;
    }
    if (missing == 0 && all == values) {
        return CHUNK_ALL_QUOTED;
    }
    write_bits(out, quoted, cells->rows);
    return CHUNK_QUOTED;
}

// Equal numbers have equal hashes; whole ones that of their usual text, as in columns of texts.
static uint64_t number_hash(double x)
{
    char text[DIGITS_TEXT_SIZE];
    if (x == trunc(x) && fabs(x) < 1e18) {
        return hash_bytes(text, digits_write((int64_t)x, 0, text), 0);
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return hash_word(bits, 1);
}

static uint64_t integer_hash(int64_t x)
{
    char text[DIGITS_TEXT_SIZE];
    return hash_bytes(text, digits_write(x, 0, text), 0);
}

static uint64_t value_hash(const cells_t *cells, chunk_kind_t kind, size_t i)
{
    bool plain = cells->not_plain == 0;
    switch (kind) {
    case CHUNK_INTEGER:
        return plain ? hash_bytes(cells->texts[i].bytes, cells->texts[i].size, 0)
                     : integer_hash(cells->integers[i]);
    case CHUNK_DECIMAL:
    case CHUNK_FLOAT:
        return number_hash(cells->numbers[i]);
    case CHUNK_DATE:
    case CHUNK_DATETIME:
        return plain ? hash_bytes(cells->texts[i].bytes, cells->texts[i].size, 0)
                     : hash_word((uint64_t)cells->integers[i], 0);
    default:
        return hash_bytes(cells->texts[i].bytes, cells->texts[i].size, 0);
    }
}

static void hash_values(const cells_t *cells, chunk_facts_t *facts)
{
    if (facts->hashes) { // made with the words
        return;
    }
    facts->hashes = arena_array(cells->arena, cells->rows, sizeof *facts->hashes);
    for (size_t i = 0; i < cells->rows; i++) {
        if (cells->kinds[i] != CELL_MISSING) {
            facts->hashes[facts->hashes_count++] = value_hash(cells, facts->kind, i);
        }
    }
}

static void hash_words(const wordlist_t *words, const cells_t *cells, chunk_facts_t *facts)
{
    facts->hashes = arena_array(cells->arena, words->count, sizeof *facts->hashes);
    for (size_t i = 0; i < words->count; i++) {
        facts->hashes[i] = words->hashes[i];
    }
    facts->hashes_count = words->count;
}

static void text_sizes(const cells_t *cells, chunk_facts_t *facts)
{
    facts->shortest = UINT32_MAX;
    for (size_t i = 0; i < cells->rows; i++) {
        if (cells->kinds[i] != CELL_MISSING) {
            uint32_t size = cells->texts[i].size;
            facts->shortest = size < facts->shortest ? size : facts->shortest;
            facts->longest = size > facts->longest ? size : facts->longest;
        }
    }
}

// The texts as codes, when there are few enough of them.
static bool try_words(buf_t *out, const cells_t *cells, const uint8_t *valid, chunk_head_t *head,
                      chunk_facts_t *facts)
{
    wordlist_t words;
    if (!wordlist_make(cells->texts, valid, cells->rows, cells->arena, &words)) {
        return false;
    }
    head->kind = CHUNK_WORDS;
    head->words = (uint32_t)words.count;
    head->width = words.count <= UINT8_MAX + 1 ? 1 : 2;
    uint8_t *to = (uint8_t *)buf_reserve(out, cells->rows * head->width);
    for (size_t i = 0; i < cells->rows; i++) {
        memcpy(to + i * head->width, &words.codes[i], head->width);
    }
    out->size += cells->rows * head->width;
    pad(out, cells->rows * head->width);
    texts_write(out, words.texts, words.count);
    hash_words(&words, cells, facts);
    return true;
}

static void write_values(buf_t *out, cells_t *cells, const uint8_t *valid, chunk_head_t *head,
                         chunk_facts_t *facts)
{
    bool words = head->kind == CHUNK_TEXT || head->kind == CHUNK_WORDS;
    head->flags |= words ? CHUNK_TEXTS : 0;
    if (words) {
        head->kind = CHUNK_TEXT;
        if (!try_words(out, cells, valid, head, facts)) {
            write_texts(out, cells, valid);
        }
        return;
    }
    if (head->kind == CHUNK_FLOAT) {
        head->width = 8;
        buf_add(out, cells->numbers, cells->rows * sizeof(double));
    } else {
        range_of(cells->integers, valid, cells->rows, &facts->least, &facts->most);
        head->base = facts->least;
        head->width = width_of(facts->least, facts->most);
        if (head->width > 0) {
            write_integers(out, head, cells->integers, valid);
        }
    }
    if (head->kind == CHUNK_DECIMAL && cells->same_places) {
        for (size_t i = 0; i < cells->rows && head->places == 0; i++) {
            head->places = cells->places[i];
        }
    } else if (head->kind == CHUNK_DECIMAL) {
        head->flags |= CHUNK_PLACES;
        buf_add(out, cells->places, cells->rows);
        pad(out, cells->rows);
    }
    if (cells->not_plain) {
        head->flags |= CHUNK_TEXTS;
        write_texts(out, cells, valid);
    }
}

static void measure(const cells_t *cells, const uint8_t *valid, chunk_facts_t *facts)
{
    bool numbers =
        facts->kind == CHUNK_INTEGER || facts->kind == CHUNK_DECIMAL || facts->kind == CHUNK_FLOAT;
    if (numbers) {
        facts->moments = moments_of(cells->numbers, valid, cells->rows);
    }
}

// The chunk of a column that nobody looks at.
static void build_unread(const cell_rules_t *rules, const text_t *texts, const uint8_t *quoted,
                         size_t rows, buf_t *out, chunk_facts_t *facts)
{
    bool kept = rules->raw;
    chunk_head_t head = {.kind = kept ? CHUNK_TEXT : CHUNK_MISSING,
                         .rows = (uint32_t)rows,
                         .missing = kept ? 0 : (uint32_t)rows,
                         .flags = kept ? CHUNK_TEXTS : 0};
    size_t at = head_begin(out);
    size_t count = 0;
    if (kept) {
        texts_write(out, texts, rows);
        for (size_t i = 0; quoted && i < rows; i++) {
            count += quoted[i];
        }
    }
    if (count > 0 && count == rows) {
        head.flags |= CHUNK_ALL_QUOTED;
    } else if (count > 0) {
        head.flags |= CHUNK_QUOTED;
        write_bits(out, quoted, rows);
    }
    head_end(out, at, &head);
    *facts = (chunk_facts_t){.kind = (chunk_kind_t)head.kind};
    facts->counts[kept ? CELL_TEXT : CELL_MISSING] = (uint32_t)rows;
}

void chunk_build(chunk_builder_t *builder, const cell_rules_t *rules, const text_t *texts,
                 const uint8_t *quoted, size_t rows, bool hashing, buf_t *out,
                 chunk_facts_t *ret_facts)
{
    arena_t *arena = &builder->arena;
    if (rules->raw || rules->skipped) {
        build_unread(rules, texts, quoted, rows, out, ret_facts);
        return;
    }
    cells_t cells = {.arena = arena, .texts = texts, .rows = rows};
    cells.kinds = arena_alloc(arena, rows);
    cells.places = arena_alloc(arena, rows);
    cells.integers = arena_array(arena, rows, sizeof *cells.integers);
    cells.numbers = arena_array(arena, rows, sizeof *cells.numbers);
    if (rules->declared && type_in(rules->type, TYPES_WORDS)) {
        read_words(rules, &cells);
    } else {
        read_cells(rules, &cells);
    }
    drop_refused(rules, &cells);
    chunk_facts_t facts = {.kind = kind_of(&cells)};
    memcpy(facts.counts, cells.counts, sizeof facts.counts);
    memcpy(facts.first, cells.first, sizeof facts.first);
    uint32_t missing = cells.counts[CELL_MISSING] + cells.refused;
    if (rules->declared && rules->type == TYPE_BOOLEAN && facts.kind == CHUNK_WORDS) {
        facts.kind = CHUNK_INTEGER; // "yes" is a truth value because a person said so
        cells.not_plain = (uint32_t)rows - missing;
    }
    chunk_head_t head = {.kind = (uint8_t)facts.kind, .rows = (uint32_t)rows, .missing = missing};
    size_t at = head_begin(out);
    uint8_t *valid = NULL;
    if (missing > 0) {
        valid = arena_alloc(arena, rows);
        for (size_t i = 0; i < rows; i++) {
            valid[i] = cells.kinds[i] != CELL_MISSING;
        }
        if (missing < rows) {
            write_bits(out, valid, rows);
        }
    }
    if (facts.kind != CHUNK_MISSING) {
        write_values(out, &cells, valid, &head, &facts);
    }
    facts.kind = (chunk_kind_t)head.kind;
    head.flags |= missing > 0 && write_tokens(out, &cells, missing) ? CHUNK_TOKENS : 0;
    head.flags |= write_quoted(out, &cells, quoted);
    head_end(out, at, &head);
    facts.valid = valid;
    measure(&cells, valid, &facts);
    text_sizes(&cells, &facts);
    if (hashing) {
        hash_values(&cells, &facts);
    } else {
        facts.hashes_count = 0;
    }
    *ret_facts = facts;
}
