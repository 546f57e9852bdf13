// SPDX-License-Identifier: MPL-2.0
#include "data/frame/column_facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/value/date.h"

enum {
    SLOTS_FIRST = 64,
    DISTINCT_MIN = 200, // exact however many columns there are
    SLOT_SHARE = 4,     // slots a distinct value needs while the table grows
};

// (Not 0: pages that come zeroed are faulted in twice, when they are read and when they are
// written.)
static const uint64_t EMPTY = UINT64_MAX;

static const char *const CLASS_NAMES[CELL_CLASSES] = {
    [CELL_MISSING] = "missing", [CELL_INTEGER] = "integer", [CELL_FLOAT] = "float",
    [CELL_BOOLEAN] = "boolean", [CELL_DATE] = "date",       [CELL_DATETIME] = "datetime",
    [CELL_TEXT] = "text",
};

void column_facts_init(column_facts_t *facts, size_t columns)
{
    size_t share = COLUMN_DISTINCT_BYTES / columns / (SLOT_SHARE * sizeof(uint64_t));
    *facts = (column_facts_t){.shortest = UINT32_MAX};
    facts->distinct_max = share > COLUMN_DISTINCT_MAX ? COLUMN_DISTINCT_MAX
                          : share < DISTINCT_MIN      ? DISTINCT_MIN
                                                      : share;
    atomic_init(&facts->counting, true);
}

static char *cut(text_t text)
{
    size_t size = text.size;
    if (size > COLUMN_EXAMPLE_BYTES) {
        size = text_utf8_prefix(text.bytes, COLUMN_EXAMPLE_BYTES);
    }
    return text_dup(text.bytes, size);
}

// Puts a hash, never EMPTY, into its slot; false when it was there.
static bool put(uint64_t *slots, size_t count, uint64_t hash)
{
    size_t slot = hash & (count - 1);
    for (; slots[slot] != EMPTY; slot = (slot + 1) & (count - 1)) {
        if (slots[slot] == hash) {
            return false;
        }
    }
    slots[slot] = hash;
    return true;
}

static void grow(column_facts_t *facts)
{
    size_t count = facts->slots_count ? facts->slots_count * 2 : SLOTS_FIRST;
    uint64_t *slots = mem_resize(NULL, count, sizeof *slots);
    memset(slots, UINT8_MAX, count * sizeof *slots);
    for (size_t i = 0; i < facts->slots_count; i++) {
        if (facts->slots[i] != EMPTY) {
            put(slots, count, facts->slots[i]);
        }
    }
    free(facts->slots);
    facts->slots = slots;
    facts->slots_count = count;
}

static void add_hashes(column_facts_t *facts, const chunk_facts_t *chunk)
{
    for (size_t i = 0; i < chunk->hashes_count; i++) {
        if (facts->distinct * 2 >= facts->slots_count) {
            grow(facts);
        }
        uint64_t hash = chunk->hashes[i] != EMPTY ? chunk->hashes[i] : 0;
        facts->distinct += put(facts->slots, facts->slots_count, hash);
        if (facts->distinct > facts->distinct_max) {
            atomic_store(&facts->counting, false);
            free(facts->slots);
            facts->slots = NULL;
            return;
        }
    }
}

static bool is_example(const column_facts_t *facts, text_t text)
{
    char *shown = cut(text);
    bool known = false;
    for (size_t i = 0; i < facts->examples_count; i++) {
        known = known || strcmp(facts->examples[i], shown) == 0;
    }
    free(shown);
    return !known;
}

// Looks at the beginning of a chunk for examples.
static void add_examples(column_facts_t *facts, const chunk_facts_t *chunk, const text_t *texts,
                         size_t rows)
{
    enum { LOOKED_AT = 1000 };
    for (size_t i = 0; i < rows && i < LOOKED_AT; i++) {
        if (facts->examples_count == COLUMN_EXAMPLES) {
            return;
        }
        if ((!chunk->valid || chunk->valid[i]) && is_example(facts, texts[i])) {
            facts->examples[facts->examples_count++] = cut(texts[i]);
        }
    }
}

static void add_range(column_facts_t *facts, const chunk_facts_t *chunk)
{
    enum { WHOLE = 1 << CHUNK_INTEGER | 1 << CHUNK_DATE | 1 << CHUNK_DATETIME };
    if (!(1U << chunk->kind & WHOLE)) {
        return;
    }
    bool first = !(facts->kinds & WHOLE);
    facts->least = first || chunk->least < facts->least ? chunk->least : facts->least;
    facts->most = first || chunk->most > facts->most ? chunk->most : facts->most;
}

void column_facts_add(column_facts_t *facts, const chunk_facts_t *chunk, const text_t *texts,
                      size_t rows, int64_t row)
{
    for (int i = 0; i < CELL_CLASSES; i++) {
        if (chunk->counts[i] > 0 && facts->counts[i] == 0) {
            facts->first[i] = row + chunk->first[i] + 1;
            facts->values[i] = cut(texts[chunk->first[i]]);
        }
        facts->counts[i] += chunk->counts[i];
    }
    if (atomic_load(&facts->counting)) {
        add_hashes(facts, chunk);
    }
    add_examples(facts, chunk, texts, rows);
    add_range(facts, chunk);
    moments_merge(&facts->moments, &chunk->moments);
    facts->rows += (int64_t)rows;
    facts->kinds |= 1U << chunk->kind;
    facts->shortest = chunk->shortest < facts->shortest ? chunk->shortest : facts->shortest;
    facts->longest = chunk->longest > facts->longest ? chunk->longest : facts->longest;
}

static int64_t values_of(const column_facts_t *facts)
{
    return facts->rows - facts->counts[CELL_MISSING];
}

// Whether equal values had equal hashes in chunks of all kinds that there were.
static bool is_exact(const column_facts_t *facts)
{
    enum {
        NUMBERS = 1 << CHUNK_INTEGER | 1 << CHUNK_DECIMAL | 1 << CHUNK_FLOAT,
        TEXTS = 1 << CHUNK_WORDS | 1 << CHUNK_TEXT | 1 << CHUNK_INTEGER | 1 << CHUNK_DATE,
        TIMES = 1 << CHUNK_DATETIME,
    };
    unsigned kinds = facts->kinds & ~(1U << CHUNK_MISSING);
    bool same = !(kinds & ~NUMBERS) || !(kinds & ~TEXTS) || !(kinds & ~TIMES);
    return same && (facts->distinct <= facts->distinct_max);
}

static bool is_category(const column_facts_t *facts)
{
    return is_exact(facts) && facts->distinct <= COLUMN_CATEGORY_LEVELS &&
           (int64_t)facts->distinct * 2 <= values_of(facts);
}

type_t column_facts_type(const column_facts_t *facts, const cell_rules_t *rules)
{
    const int64_t *counts = facts->counts;
    int64_t values = values_of(facts);
    if (rules->declared) {
        return rules->type;
    }
    if (values == 0) {
        return TYPE_TEXT;
    }
    if (counts[CELL_INTEGER] == values) {
        return TYPE_INTEGER;
    }
    if (counts[CELL_INTEGER] + counts[CELL_FLOAT] == values) {
        return TYPE_FLOAT;
    }
    if (counts[CELL_BOOLEAN] == values) {
        return TYPE_BOOLEAN;
    }
    if (counts[CELL_DATE] + counts[CELL_DATETIME] == values) {
        return counts[CELL_DATETIME] ? TYPE_DATETIME : TYPE_DATE;
    }
    return is_category(facts) ? TYPE_CATEGORY : TYPE_TEXT;
}

// A number, null when it is too large for JSON.
static json_t *real(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static void set_time(json_t *json, const char *key, type_t type, int64_t time)
{
    char text[DATETIME_TEXT_SIZE];
    bool date = type == TYPE_DATE;
    size_t size = date ? date_format_iso(time, text) : datetime_format_iso(time, text);
    json_object_set_new(json, key, json_stringn(text, size));
}

static void set_range(const column_facts_t *facts, type_t type, json_t *json)
{
    const moments_t *moments = &facts->moments;
    if (type_in(type, TYPES_NUMBER)) {
        bool whole = type == TYPE_INTEGER;
        json_object_set_new(json, "min", whole ? json_integer(facts->least) : real(moments->min));
        json_object_set_new(json, "max", whole ? json_integer(facts->most) : real(moments->max));
        json_object_set_new(json, "mean", real(moments_mean(moments)));
        json_object_set_new(json, "sd", real(moments_sd(moments)));
    } else if (type_in(type, TYPES_TIME)) {
        set_time(json, "min", type, facts->least);
        set_time(json, "max", type, facts->most);
    } else if (type_in(type, TYPES_WORDS)) {
        json_object_set_new(json, "shortest", json_integer(facts->shortest));
        json_object_set_new(json, "longest", json_integer(facts->longest));
    }
}

// What the cells are, one by one, where that is not told by the column's type.
static json_t *classes_json(const column_facts_t *facts, type_t type)
{
    json_t *classes = json_object();
    for (int i = CELL_INTEGER; i < CELL_CLASSES; i++) {
        bool own = strcmp(CLASS_NAMES[i], type_name(type)) == 0 ||
                   (i == CELL_TEXT && type == TYPE_CATEGORY);
        if (facts->counts[i] > 0 && (!own || facts->counts[i] < values_of(facts))) {
            json_object_set_new(classes, CLASS_NAMES[i],
                                json_pack("{s:I, s:I, s:s}", "count", (json_int_t)facts->counts[i],
                                          "row", (json_int_t)facts->first[i], "value",
                                          facts->values[i]));
        }
    }
    return classes;
}

json_t *column_facts_json(const column_facts_t *facts, const cell_rules_t *rules, const char *name)
{
    type_t type = column_facts_type(facts, rules);
    bool refusing = rules->declared && !type_in(type, TYPES_WORDS);
    int64_t refused = refusing ? facts->counts[CELL_TEXT] : 0;
    json_int_t missing = facts->counts[CELL_MISSING] + refused;
    json_t *json = json_pack("{s:s, s:s, s:I, s:I, s:b}", "name", name, "type", type_name(type),
                             "missing", missing, "distinct", (json_int_t)facts->distinct,
                             "distinct_exact", is_exact(facts));
    if (values_of(facts) > refused) {
        set_range(facts, type, json);
    }
    if (rules->declared) {
        json_object_set_new(json, "declared", json_true());
        json_object_set_new(json, "refused", json_integer(refused));
    }
    json_t *classes = classes_json(facts, type);
    if (json_object_size(classes) > 0) {
        json_object_set(json, "cells", classes);
    }
    json_decref(classes);
    json_t *examples = json_array();
    for (size_t i = 0; i < facts->examples_count; i++) {
        json_array_append_new(examples, json_string(facts->examples[i]));
    }
    json_object_set_new(json, "examples", examples);
    return json;
}

void column_facts_release(column_facts_t *facts)
{
    for (int i = 0; i < CELL_CLASSES; i++) {
        free(facts->values[i]);
    }
    for (size_t i = 0; i < facts->examples_count; i++) {
        free(facts->examples[i]);
    }
    free(facts->slots);
    facts->slots = NULL;
}
