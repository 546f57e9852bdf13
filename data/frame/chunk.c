// SPDX-License-Identifier: MPL-2.0
#include "data/frame/chunk.h"

#include <string.h>

#include "base/crc32c.h"
#include "base/wide.h"
#include "data/frame/chunk_texts.h"
#include "data/value/date.h"
#include "data/value/digits.h"
#include "data/value/number.h"

static err_t damaged(fault_t *fault)
{
    return fault_set(fault, ERR_CORRUPT, "import the file again",
                     "a chunk of the table is damaged");
}

// The next `size` bytes of a chunk, padded to 8; NULL when they are not there.
static const uint8_t *take(const uint8_t *bytes, size_t size, size_t *at, size_t wanted)
{
    if (wanted > size - *at) {
        return NULL;
    }
    const uint8_t *section = bytes + *at;
    size_t padded = (wanted + 7) & ~(size_t)7;
    *at += padded < size - *at ? padded : size - *at;
    return section;
}

static bool is_sound(const chunk_head_t *head, size_t rows)
{
    bool width = head->width == 0 || head->width == 1 || head->width == 2 || head->width == 4 ||
                 head->width == 8;
    bool texts = head->kind != CHUNK_TEXT && head->kind != CHUNK_WORDS;
    return head->kind < CHUNK_KINDS && width && head->rows == rows && head->missing <= rows &&
           (head->kind != CHUNK_FLOAT || head->width == 8 ||
            (head->width == 0 && (head->flags & CHUNK_TEXTS))) &&
           head->places <= DIGITS_MAX && (texts || (head->flags & CHUNK_TEXTS)) &&
           (head->kind != CHUNK_WORDS || (head->words > 0 && head->width > 0));
}

static bool find_sections(const uint8_t *bytes, size_t size, chunk_t *chunk)
{
    const chunk_head_t *head = &chunk->head;
    size_t at = sizeof *head;
    size_t bits = (head->rows + 7) / 8;
    bool good = true;
    if (head->missing > 0 && head->missing < head->rows) {
        chunk->valid = take(bytes, size, &at, bits);
        good = chunk->valid != NULL;
    }
    if (good && head->width > 0) {
        chunk->values = take(bytes, size, &at, (size_t)head->rows * head->width);
        good = chunk->values != NULL;
    }
    if (good && (head->flags & CHUNK_PLACES)) {
        chunk->places = take(bytes, size, &at, head->rows);
        good = chunk->places != NULL;
    }
    size_t texts = head->kind == CHUNK_WORDS ? head->words : head->rows;
    if (good && (head->flags & CHUNK_TEXTS)) {
        chunk->texts = texts_section(bytes, size, &at, texts);
        good = chunk->texts != NULL;
    }
    if (good && (head->flags & CHUNK_TOKENS)) {
        chunk->tokens = texts_section(bytes, size, &at, head->missing);
        good = chunk->tokens != NULL;
    }
    if (good && (head->flags & CHUNK_QUOTED)) {
        chunk->quoted = take(bytes, size, &at, bits);
        good = chunk->quoted != NULL;
    }
    return good;
}

err_t chunk_open(const void *bytes, size_t size, size_t rows, chunk_t *ret_chunk, fault_t *fault)
{
    chunk_t chunk = {0};
    if (size < sizeof chunk.head) {
        return damaged(fault);
    }
    memcpy(&chunk.head, bytes, sizeof chunk.head);
    chunk_head_t zeroed = chunk.head;
    zeroed.checksum = 0;
    uint32_t sum = crc32c(0, &zeroed, sizeof zeroed);
    sum = crc32c(sum, (const char *)bytes + sizeof zeroed, size - sizeof zeroed);
    if (sum != chunk.head.checksum || !is_sound(&chunk.head, rows) ||
        !find_sections(bytes, size, &chunk)) {
        return damaged(fault);
    }
    chunk.stored = rows;
    chunk.stored_missing = chunk.head.missing;
    *ret_chunk = chunk;
    return ERR_OK;
}

void chunk_limit(chunk_t *chunk, size_t rows)
{
    chunk_head_t *head = &chunk->head;
    if (rows >= head->rows) {
        return;
    }
    if (head->missing == head->rows) {
        head->missing = (uint32_t)rows;
    } else if (head->missing > 0) {
        uint32_t there = 0;
        for (size_t i = 0; i < rows; i++) {
            there += chunk->valid[i / 8] >> i % 8 & 1;
        }
        head->missing = (uint32_t)rows - there;
    }
    head->rows = (uint32_t)rows;
}

// Bits as bytes; NULL when all cells are there.
static const uint8_t *valid_bytes(const chunk_t *chunk, arena_t *arena)
{
    size_t rows = chunk->head.rows;
    if (chunk->head.missing == 0) {
        return NULL;
    }
    uint8_t *valid = arena_alloc(arena, rows + 8);
    if (!chunk->valid) {
        memset(valid, 0, rows);
        return valid;
    }
    for (size_t i = 0; i < rows; i += 8) { // a byte becomes eight
        uint64_t spread = chunk->valid[i / 8] * 0x0101010101010101U & 0x8040201008040201U;
        spread = (spread + 0x7F7F7F7F7F7F7F7FU) >> 7 & 0x0101010101010101U;
        memcpy(valid + i, &spread, 8);
    }
    return valid;
}

// The values of a chunk with their base: int64s.
WIDE static const int64_t *integers(const chunk_t *chunk, arena_t *arena)
{
    size_t rows = chunk->head.rows;
    int64_t *out = arena_array(arena, rows, sizeof *out);
    int64_t base = chunk->head.base;
    switch (chunk->head.width) {
    case 1:
        for (size_t i = 0; i < rows; i++) {
            out[i] = base + chunk->values[i];
        }
        break;
    case 2:
        for (size_t i = 0; i < rows; i++) {
            out[i] = base + ((const uint16_t *)(const void *)chunk->values)[i];
        }
        break;
    case 4:
        for (size_t i = 0; i < rows; i++) {
            out[i] = base + ((const uint32_t *)(const void *)chunk->values)[i];
        }
        break;
    case 8:
        for (size_t i = 0; i < rows; i++) {
            uint64_t value = ((const uint64_t *)(const void *)chunk->values)[i];
            out[i] = (int64_t)((uint64_t)base + value);
        }
        break;
    default:
        for (size_t i = 0; i < rows; i++) {
            out[i] = base;
        }
        break;
    }
    return out;
}

static unsigned places_at(const chunk_t *chunk, size_t i)
{
    return chunk->places[i] <= DIGITS_MAX ? chunk->places[i] : 0;
}

// The double nearest to a text that was read as a number without any rule of its column.
static double parse(text_t text)
{
    digits_t digits;
    double value = 0;
    digits_kind_t kind = digits_read_short(text.bytes, text.size, &digits);
    if (kind != DIGITS_NONE && digits.mantissa <= DIGITS_EXACT &&
        digits.mantissa >= -DIGITS_EXACT) {
        return (double)digits.mantissa / DIGITS_POWERS[digits.places];
    }
    if (kind == DIGITS_NONE && digits_read_power(text.bytes, text.size, &value)) {
        return value;
    }
    number_t number = {0};
    number_parse(text.bytes, text.size, &number);
    return number.value;
}

static const double *parse_all(const chunk_t *chunk, double *out, arena_t *arena)
{
    size_t rows = chunk->head.rows;
    const text_t *texts = texts_read(chunk->texts, chunk->stored, rows, arena);
    for (size_t i = 0; i < rows; i++) {
        out[i] = texts[i].size > 0 ? parse(texts[i]) : 0;
    }
    return out;
}

WIDE static const double *numbers(const chunk_t *chunk, arena_t *arena)
{
    size_t rows = chunk->head.rows;
    double *out = arena_array(arena, rows, sizeof *out);
    if (chunk->head.kind == CHUNK_FLOAT && chunk->values) {
        memcpy(out, chunk->values, rows * sizeof *out);
        return out;
    }
    if (chunk->head.kind == CHUNK_FLOAT) {
        return parse_all(chunk, out, arena);
    }
    if (chunk->head.kind == CHUNK_MISSING) {
        memset(out, 0, rows * sizeof *out);
        return out;
    }
    const int64_t *whole = integers(chunk, arena);
    if (chunk->places) {
        for (size_t i = 0; i < rows; i++) {
            out[i] = (double)whole[i] / DIGITS_POWERS[places_at(chunk, i)];
        }
        return out;
    }
    double power = chunk->head.kind == CHUNK_DECIMAL ? DIGITS_POWERS[chunk->head.places] : 1;
    for (size_t i = 0; i < rows; i++) {
        out[i] = (double)whole[i] / power;
    }
    return out;
}

static vector_t booleans(const chunk_t *chunk, arena_t *arena)
{
    size_t rows = chunk->head.rows;
    vector_t vector = {.type = TYPE_BOOLEAN, .count = rows, .valid = valid_bytes(chunk, arena)};
    if (chunk->head.kind != CHUNK_WORDS && chunk->head.kind != CHUNK_TEXT) {
        vector.integers = integers(chunk, arena);
        return vector;
    }
    int64_t *out = arena_array(arena, rows, sizeof *out);
    const text_t *texts = chunk_texts(chunk, arena);
    for (size_t i = 0; i < rows; i++) {
        out[i] = texts[i].size > 0 && (texts[i].bytes[0] | 0x20) == 't';
    }
    vector.integers = out;
    return vector;
}

static const uint32_t *codes(const chunk_t *chunk, arena_t *arena)
{
    size_t rows = chunk->head.rows;
    uint32_t *out = arena_array(arena, rows, sizeof *out);
    uint32_t words = chunk->head.words;
    for (size_t i = 0; i < rows; i++) {
        uint32_t code = chunk->head.width == 1 ? chunk->values[i]
                                               : ((const uint16_t *)(const void *)chunk->values)[i];
        out[i] = code < words ? code : 0;
    }
    return out;
}

static vector_t words(const chunk_t *chunk, type_t type, arena_t *arena)
{
    vector_t vector = {.type = type, .count = chunk->head.rows};
    vector.valid = valid_bytes(chunk, arena);
    if (chunk->head.kind == CHUNK_WORDS) {
        vector.texts = texts_read(chunk->texts, chunk->head.words, chunk->head.words, arena);
        vector.words = chunk->head.words;
        vector.codes = codes(chunk, arena);
    } else {
        vector.texts = chunk_texts(chunk, arena);
    }
    return vector;
}

static const int64_t *times(const chunk_t *chunk, type_t type, arena_t *arena)
{
    const int64_t *days = integers(chunk, arena);
    if (type == TYPE_DATE || chunk->head.kind != CHUNK_DATE) {
        return days;
    }
    int64_t *out = arena_array(arena, chunk->head.rows, sizeof *out);
    for (size_t i = 0; i < chunk->head.rows; i++) {
        out[i] = days[i] * 86400000;
    }
    return out;
}

vector_t chunk_vector(const chunk_t *chunk, type_t type, arena_t *arena)
{
    if (type_in(type, TYPES_WORDS)) {
        return words(chunk, type, arena);
    }
    if (type == TYPE_BOOLEAN) {
        return booleans(chunk, arena);
    }
    vector_t vector = {.type = type, .count = chunk->head.rows};
    vector.valid = valid_bytes(chunk, arena);
    if (type == TYPE_FLOAT) {
        vector.numbers = numbers(chunk, arena);
    } else if (type == TYPE_INTEGER) {
        vector.integers = integers(chunk, arena);
    } else {
        vector.integers = times(chunk, type, arena);
    }
    return vector;
}

// How a value is written that has no text beside it.
static size_t print(const chunk_t *chunk, int64_t value, unsigned places, char *text)
{
    switch (chunk->head.kind) {
    case CHUNK_DATE:
        return date_format_iso(value, text);
    case CHUNK_DATETIME:
        return datetime_format_iso(value, text);
    default:
        return digits_write(value, places, text);
    }
}

static void print_all(const chunk_t *chunk, text_t *texts, arena_t *arena)
{
    enum { LONGEST = 40 };
    size_t rows = chunk->head.rows;
    char *out = arena_alloc(arena, rows * LONGEST);
    bool floats = chunk->head.kind == CHUNK_FLOAT;
    const double *doubles = floats ? numbers(chunk, arena) : NULL;
    const int64_t *whole = floats ? NULL : integers(chunk, arena);
    for (size_t i = 0; i < rows; i++) {
        unsigned places = chunk->places ? places_at(chunk, i) : chunk->head.places;
        size_t size = floats ? number_format(doubles[i], out) : print(chunk, whole[i], places, out);
        texts[i] = (text_t){out, (uint32_t)size};
        out += size;
    }
}

// The missing cells get the texts that stood there.
static void put_tokens(const chunk_t *chunk, text_t *texts, arena_t *arena)
{
    const text_t *tokens =
        chunk->tokens ? texts_read(chunk->tokens, chunk->stored_missing, chunk->head.missing, arena)
                      : NULL;
    size_t next = 0;
    for (size_t i = 0; i < chunk->head.rows && next < chunk->head.missing; i++) {
        bool valid = chunk->valid && (chunk->valid[i / 8] >> i % 8 & 1);
        if (!valid) {
            texts[i] = tokens ? tokens[next] : (text_t){"", 0};
            next++;
        }
    }
}

const text_t *chunk_texts(const chunk_t *chunk, arena_t *arena)
{
    size_t rows = chunk->head.rows;
    if (chunk->texts && chunk->head.kind != CHUNK_WORDS && chunk->head.missing == 0) {
        return texts_read(chunk->texts, chunk->stored, rows, arena);
    }
    text_t *texts = arena_array(arena, rows, sizeof *texts);
    if (chunk->head.kind == CHUNK_WORDS) {
        const text_t *dictionary =
            texts_read(chunk->texts, chunk->head.words, chunk->head.words, arena);
        const uint32_t *code = codes(chunk, arena);
        for (size_t i = 0; i < rows; i++) {
            texts[i] = dictionary[code[i]];
        }
    } else if (chunk->texts) {
        memcpy(texts, texts_read(chunk->texts, chunk->stored, rows, arena), rows * sizeof *texts);
    } else if (chunk->head.kind != CHUNK_MISSING) {
        print_all(chunk, texts, arena);
    }
    put_tokens(chunk, texts, arena);
    return texts;
}

const uint8_t *chunk_quoted(const chunk_t *chunk, arena_t *arena)
{
    size_t rows = chunk->head.rows;
    if (!chunk->quoted && !(chunk->head.flags & CHUNK_ALL_QUOTED)) {
        return NULL;
    }
    uint8_t *quoted = arena_alloc(arena, rows);
    for (size_t i = 0; i < rows; i++) {
        quoted[i] = chunk->quoted  ? chunk->quoted[i / 8] >> i % 8 & 1
                    : chunk->valid ? chunk->valid[i / 8] >> i % 8 & 1
                                   : chunk->head.missing == 0;
    }
    return quoted;
}
