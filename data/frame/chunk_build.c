// SPDX-License-Identifier: MPL-2.0
#include "data/frame/chunk_build.h"

#include <string.h>

#include "base/crc32c.h"
#include "base/wide.h"
#include "data/frame/cell_run.h"
#include "data/frame/chunk_texts.h"
#include "data/frame/wordlist.h"
#include "data/value/digits.h"

static void pad(buf_t *out, size_t bytes)
{
    static const char zeros[8];
    buf_add(out, zeros, (8 - bytes % 8) % 8);
}

// A bit for each byte of `flags`, which are 0 or 1.
static void write_bits(buf_t *out, const uint8_t *flags, size_t rows)
{
    size_t bytes = (rows + 7) / 8;
    uint8_t *bits = (uint8_t *)buf_reserve(out, bytes);
    for (size_t i = 0; i + 8 <= rows; i += 8) { // eight at once: the product gathers their bits
        uint64_t eight = 0;
        for (size_t k = 0; k < 8; k++) {
            eight |= (uint64_t)flags[i + k] << k * 8;
        }
        bits[i / 8] = (uint8_t)(eight * 0x0102040810204080U >> 56);
    }
    for (size_t i = rows / 8 * 8; i < rows; i++) {
        bits[i / 8] = (uint8_t)((i % 8 ? bits[i / 8] : 0) | flags[i] << i % 8);
    }
    out->size += bytes;
    pad(out, bytes);
}

// Values that are all within `width` bytes of `base`; missing cells are the base itself.
WIDE static void put_integers(uint8_t *to, size_t width, uint64_t base, const int64_t *integers,
                              const uint8_t *valid, size_t rows)
{
    switch (width) {
    case 1:
        for (size_t i = 0; i < rows; i++) {
            to[i] = !valid || valid[i] ? (uint8_t)((uint64_t)integers[i] - base) : 0;
        }
        break;
    case 2:
        for (size_t i = 0; i < rows; i++) {
            uint64_t value = !valid || valid[i] ? (uint64_t)integers[i] - base : 0;
            ((uint16_t *)(void *)to)[i] = (uint16_t)value;
        }
        break;
    case 4:
        for (size_t i = 0; i < rows; i++) {
            uint64_t value = !valid || valid[i] ? (uint64_t)integers[i] - base : 0;
            ((uint32_t *)(void *)to)[i] = (uint32_t)value;
        }
        break;
    default:
        for (size_t i = 0; i < rows; i++) {
            uint64_t value = !valid || valid[i] ? (uint64_t)integers[i] - base : 0;
            ((uint64_t *)(void *)to)[i] = value;
        }
        break;
    }
}

static void write_integers(buf_t *out, const chunk_head_t *head, const int64_t *integers,
                           const uint8_t *valid)
{
    size_t bytes = (size_t)head->rows * head->width;
    uint8_t *to = (uint8_t *)buf_reserve(out, bytes);
    put_integers(to, head->width, (uint64_t)head->base, integers, valid, head->rows);
    out->size += bytes;
    pad(out, bytes);
}

// The least and the most of the values that are there, of which there is one.
WIDE static void range_of(const int64_t *integers, const uint8_t *valid, size_t rows,
                          int64_t *ret_least, int64_t *ret_most)
{
    int64_t least = INT64_MAX;
    int64_t most = INT64_MIN;
    for (size_t i = 0; i < rows; i++) {
        int64_t low = !valid || valid[i] ? integers[i] : INT64_MAX;
        int64_t high = !valid || valid[i] ? integers[i] : INT64_MIN;
        least = low < least ? low : least;
        most = high > most ? high : most;
    }
    *ret_least = least;
    *ret_most = most;
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
static void write_texts(buf_t *out, const cell_run_t *run, const uint8_t *valid)
{
    if (!valid) {
        texts_write(out, run->texts, run->rows);
        return;
    }
    text_t *texts = arena_array(run->arena, run->rows, sizeof *texts);
    for (size_t i = 0; i < run->rows; i++) {
        texts[i] = valid[i] ? run->texts[i] : (text_t){"", 0};
    }
    texts_write(out, texts, run->rows);
}

// What stood in the missing cells, unless all of them are empty.
static bool write_tokens(buf_t *out, const cell_run_t *run, uint32_t missing)
{
    if (!run->tokens && run->refused == 0) {
        return false;
    }
    text_t *tokens = arena_array(run->arena, missing, sizeof *tokens);
    size_t count = 0;
    size_t bytes = 0;
    for (size_t i = 0; i < run->rows && count < missing; i++) {
        if (run->kinds[i] == CELL_MISSING) {
            bytes += run->texts[i].size;
            tokens[count++] = run->texts[i];
        }
    }
    if (bytes > 0) {
        texts_write(out, tokens, count);
    }
    return bytes > 0;
}

// Flags for cells that were quoted; writes bits where some were and some were not.
static uint8_t write_quoted(buf_t *out, const cell_run_t *run, const uint8_t *quoted)
{
    size_t all = 0;
    size_t missing = 0;
    for (size_t i = 0; quoted && i < run->rows; i++) {
        all += quoted[i];
        missing += quoted[i] && run->kinds[i] == CELL_MISSING;
    }
    if (all == 0) {
        return 0;
    }
    size_t values = 0;
    for (size_t i = 0; i < run->rows; i++) {
        values += run->kinds[i] != CELL_MISSING;
    }
    if (missing == 0 && all == values) {
        return CHUNK_ALL_QUOTED;
    }
    write_bits(out, quoted, run->rows);
    return CHUNK_QUOTED;
}

static void hash_words(const wordlist_t *words, const cell_run_t *run, chunk_facts_t *facts)
{
    facts->hashes = arena_array(run->arena, words->count, sizeof *facts->hashes);
    for (size_t i = 0; i < words->count; i++) {
        facts->hashes[i] = words->hashes[i];
    }
    facts->hashes_count = words->count;
}

// The texts as codes, when there are few enough of them.
static bool try_words(buf_t *out, const cell_run_t *run, const uint8_t *valid, chunk_head_t *head,
                      chunk_facts_t *facts)
{
    wordlist_t words;
    if (!wordlist_make(run->texts, valid, run->rows, run->arena, &words)) {
        return false;
    }
    head->kind = CHUNK_WORDS;
    head->words = (uint32_t)words.count;
    head->width = words.count <= UINT8_MAX + 1 ? 1 : 2;
    uint8_t *to = (uint8_t *)buf_reserve(out, run->rows * head->width);
    for (size_t i = 0; i < run->rows; i++) {
        memcpy(to + i * head->width, &words.codes[i], head->width);
    }
    out->size += run->rows * head->width;
    pad(out, run->rows * head->width);
    texts_write(out, words.texts, words.count);
    hash_words(&words, run, facts);
    return true;
}

static void write_values(buf_t *out, cell_run_t *run, const uint8_t *valid, chunk_head_t *head,
                         chunk_facts_t *facts)
{
    bool words = head->kind == CHUNK_TEXT || head->kind == CHUNK_WORDS;
    head->flags |= words ? CHUNK_TEXTS : 0;
    if (words) {
        head->kind = CHUNK_TEXT;
        if (!try_words(out, run, valid, head, facts)) {
            write_texts(out, run, valid);
        }
        return;
    }
    if (head->kind == CHUNK_FLOAT && run->odd) {
        head->width = 8;
        buf_add(out, run->numbers, run->rows * sizeof(double));
    } else if (head->kind != CHUNK_FLOAT) {
        range_of(run->integers, valid, run->rows, &facts->least, &facts->most);
        head->base = facts->least;
        head->width = width_of(facts->least, facts->most);
        if (head->width > 0) {
            write_integers(out, head, run->integers, valid);
        }
    }
    if (head->kind == CHUNK_DECIMAL && run->same_places) {
        head->places = run->same;
    } else if (head->kind == CHUNK_DECIMAL) {
        head->flags |= CHUNK_PLACES;
        buf_add(out, run->places, run->rows);
        pad(out, run->rows);
    }
    if (run->not_plain) {
        head->flags |= CHUNK_TEXTS;
        write_texts(out, run, valid);
    }
}

static void measure(const cell_run_t *run, const uint8_t *valid, chunk_facts_t *facts)
{
    bool numbers =
        facts->kind == CHUNK_INTEGER || facts->kind == CHUNK_DECIMAL || facts->kind == CHUNK_FLOAT;
    if (numbers && run->same_places && run->not_plain == 0) {
        double power = DIGITS_POWERS[run->same];
        facts->moments =
            moments_of_range(run->numbers, valid, run->rows, run->rows - run->counts[CELL_MISSING],
                             (double)facts->least / power, (double)facts->most / power);
    } else if (numbers) {
        facts->moments = moments_of(run->numbers, valid, run->rows);
    }
    facts->shortest = run->shortest;
    facts->longest = run->longest;
    facts->valid = valid;
}

static void hash_values(const chunk_builder_t *builder, const cell_run_t *run, chunk_facts_t *facts)
{
    if (builder->hashing && !facts->hashes) { // those of words are made
        hashes_t hashes = cell_run_hashes(run, facts->kind, facts->least, builder->seen);
        facts->hashes = hashes.items;
        facts->hashes_count = hashes.count;
    } else if (!builder->hashing) {
        facts->hashes_count = 0;
    }
}

// A byte a cell.
static uint8_t *valid_of(const cell_run_t *run)
{
    uint8_t *valid = arena_alloc(run->arena, run->rows);
    for (size_t i = 0; i < run->rows; i++) {
        valid[i] = run->kinds[i] != CELL_MISSING;
    }
    return valid;
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
                 const uint8_t *quoted, size_t rows, buf_t *out, chunk_facts_t *ret_facts)
{
    arena_t *arena = &builder->arena;
    if (rules->raw || rules->skipped) {
        build_unread(rules, texts, quoted, rows, out, ret_facts);
        return;
    }
    cell_run_t run = cell_run_read(rules, texts, rows, arena);
    chunk_facts_t facts = {.kind = cell_run_kind(&run)};
    memcpy(facts.counts, run.counts, sizeof facts.counts);
    memcpy(facts.first, run.first, sizeof facts.first);
    uint32_t missing = run.counts[CELL_MISSING] + run.refused;
    if (rules->declared && rules->type == TYPE_BOOLEAN && facts.kind == CHUNK_WORDS) {
        facts.kind = CHUNK_INTEGER; // "yes" is a truth value because a person said so
        run.not_plain = (uint32_t)rows - missing;
    }
    chunk_head_t head = {.kind = (uint8_t)facts.kind, .rows = (uint32_t)rows, .missing = missing};
    size_t at = head_begin(out);
    const uint8_t *valid = missing > 0 ? valid_of(&run) : NULL;
    if (missing > 0 && missing < rows) {
        write_bits(out, valid, rows);
    }
    if (facts.kind != CHUNK_MISSING) {
        write_values(out, &run, valid, &head, &facts);
    }
    facts.kind = (chunk_kind_t)head.kind;
    head.flags |= missing > 0 && write_tokens(out, &run, missing) ? CHUNK_TOKENS : 0;
    head.flags |= write_quoted(out, &run, quoted);
    head_end(out, at, &head);
    measure(&run, valid, &facts);
    hash_values(builder, &run, &facts);
    *ret_facts = facts;
}
