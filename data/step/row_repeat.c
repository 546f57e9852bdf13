// SPDX-License-Identifier: MPL-2.0
// Of rows that are equal in some columns the first one stays; missing equals missing (pandas'
// drop_duplicates). Rows are compared by 128 bits of hash: among 10^9 rows, the chance that any
// two that differ are taken as equal is below 10^-20.
//
// Keys are held in a set as long as they fit. From then on rows whose key is not in the set are
// noted as (key, row), sorted outside of memory, and the first row of each key is kept.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/step/row_steps.h"
#include "data/step/runs.h"
#include "data/value/hash.h"

typedef struct {
    uint64_t words[2]; // both 0: no key
} row_key_t;

// Which rows stay, as params->bound: a bit for each row that reaches the step.
typedef struct {
    uint8_t *bits;
    int64_t capacity;
    int64_t rows;
    int64_t *firsts; // of stripes
    size_t count;
} kept_t;

typedef struct {
    row_key_t *slots;
    size_t slots_count;
    size_t used;
    runs_t *runs; // NULL while all keys fit
    kept_t *kept;
} learning_t;

static void kept_free(void *bound)
{
    kept_t *kept = bound;
    if (kept) {
        free(kept->bits);
        free(kept->firsts);
    }
    free(kept);
}

// --- Keys of rows ------------------------------------------------------------------------------

static row_key_t key_of_word(uint64_t word)
{
    return (row_key_t){{hash_fold(word ^ 0x2D358DCCAA6C78A5U, 0x8BB84B93962EACC9U),
                        hash_fold(word ^ 0x4B33A62ED433D4A3U, 0x4D5A2DA51DE1AA47U)}};
}

static row_key_t key_of_text(text_t text)
{
    return (row_key_t){{hash_bytes(text.bytes, text.size, 0x243F6A8885A308D3U),
                        hash_bytes(text.bytes, text.size, 0x13198A2E03707344U)}};
}

static row_key_t key_of_cell(const vector_t *vector, size_t i)
{
    if (vector->texts) {
        return key_of_text(vector->texts[i]);
    }
    uint64_t word;
    if (vector->numbers) {
        double number = vector->numbers[i] + 0.0; // -0 equals 0
        memcpy(&word, &number, sizeof word);
    } else {
        word = (uint64_t)vector->integers[i];
    }
    return key_of_word(word);
}

static void mix(row_key_t *key, row_key_t cell)
{
    key->words[0] = hash_word(cell.words[0], key->words[0]);
    key->words[1] =
        hash_fold(cell.words[1] ^ key->words[1] ^ 0x8EBC6AF09C88C6E3U, 0x589965CC75374CC3U);
}

static void mix_column(const vector_t *vector, row_key_t *keys, size_t rows, arena_t *arena)
{
    static const row_key_t missing = {{0x6A09E667F3BCC908U, 0xBB67AE8584CAA73BU}};
    row_key_t *words = NULL;
    if (vector->codes) {
        words = arena_array(arena, vector->words, sizeof *words);
        for (size_t i = 0; i < vector->words; i++) {
            words[i] = key_of_text(vector->texts[i]);
        }
    }
    for (size_t i = 0; i < rows; i++) {
        mix(&keys[i], !vector_is_valid(vector, i) ? missing
                      : words                     ? words[vector->codes[i]]
                                                  : key_of_cell(vector, i));
    }
}

static err_t gather(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault)
{
    (void)fault;
    row_key_t *keys = arena_array(place->arena, place->rows + 1, sizeof *keys);
    for (size_t i = 0; i < place->rows; i++) {
        keys[i] = (row_key_t){{1, 2}};
    }
    for (size_t i = 0; i < call->inputs_count; i++) {
        mix_column(&inputs[i], keys, place->rows, place->arena);
    }
    *ret_part = keys;
    return ERR_OK;
}

// --- The set -----------------------------------------------------------------------------------

static err_t begin(call_t *call, fault_t *fault)
{
    (void)fault;
    learning_t *learning = mem_new(sizeof *learning);
    learning->slots_count = 1024;
    learning->slots = mem_array(learning->slots_count, sizeof *learning->slots);
    learning->kept = mem_new(sizeof *learning->kept);
    call->learning = learning;
    return ERR_OK;
}

// The slot of a key, or the empty one where it would be.
static row_key_t *find_slot(const learning_t *learning, row_key_t key)
{
    size_t mask = learning->slots_count - 1;
    size_t at = key.words[0] & mask;
    while ((learning->slots[at].words[0] | learning->slots[at].words[1]) != 0 &&
           memcmp(&learning->slots[at], &key, sizeof key) != 0) {
        at = (at + 1) & mask;
    }
    return &learning->slots[at];
}

static void grow(learning_t *learning)
{
    learning_t old = *learning;
    learning->slots_count *= 2;
    learning->slots = mem_array(learning->slots_count, sizeof *learning->slots);
    for (size_t i = 0; i < old.slots_count; i++) {
        if ((old.slots[i].words[0] | old.slots[i].words[1]) != 0) {
            *find_slot(learning, old.slots[i]) = old.slots[i];
        }
    }
    free(old.slots);
}

static void keep_row(kept_t *kept, int64_t row)
{
    kept->bits[row / 8] |= (uint8_t)(1U << (row % 8));
}

static err_t add_row(learning_t *learning, row_key_t key, int64_t row, fault_t *fault)
{
    key.words[1] |= (key.words[0] | key.words[1]) == 0; // no key is both 0
    row_key_t *slot = find_slot(learning, key);
    if ((slot->words[0] | slot->words[1]) != 0) {
        return ERR_OK;
    }
    bool full = learning->used >= learning->slots_count / 8 * 5;
    if (full && learning->slots_count < ROW_REPEAT_SLOTS) {
        grow(learning);
        slot = find_slot(learning, key);
        full = false;
    }
    if (full || learning->runs) {
        learning->runs = learning->runs ? learning->runs : runs_new(RUNS_MEMORY);
        run_record_t record = {{key.words[0], key.words[1], (uint64_t)row}};
        return runs_add(learning->runs, &record, fault);
    }
    *slot = key;
    learning->used++;
    keep_row(learning->kept, row);
    return ERR_OK;
}

static void reserve(kept_t *kept, const place_t *place)
{
    kept->firsts = mem_resize(kept->firsts, kept->count + 1, sizeof *kept->firsts);
    kept->firsts[kept->count++] = kept->rows;
    int64_t rows = kept->rows + (int64_t)place->rows;
    if (rows > kept->capacity) {
        int64_t capacity = (rows + rows / 2 + 63) / 8 * 8;
        kept->bits = mem_resize(kept->bits, (size_t)capacity / 8, 1);
        memset(kept->bits + kept->capacity / 8, 0, (size_t)(capacity - kept->capacity) / 8);
        kept->capacity = capacity;
    }
}

static err_t merge(call_t *call, const place_t *place, void *part, fault_t *fault)
{
    learning_t *learning = call->learning;
    const row_key_t *keys = part;
    reserve(learning->kept, place);
    err_t err = ERR_OK;
    for (size_t i = 0; i < place->rows && err == ERR_OK; i++) {
        err = add_row(learning, keys[i], learning->kept->rows + (int64_t)i, fault);
    }
    learning->kept->rows += (int64_t)place->rows;
    return err;
}

// --- Rows beyond the set -----------------------------------------------------------------------

typedef struct {
    kept_t *kept;
    row_key_t last;
} firsts_t;

static void take_first(void *context, const run_record_t *record)
{
    firsts_t *firsts = context;
    if (memcmp(&firsts->last, record->words, sizeof firsts->last) != 0) {
        keep_row(firsts->kept, (int64_t)record->words[2]);
        memcpy(&firsts->last, record->words, sizeof firsts->last);
    }
}

static err_t end(call_t *call, bool *ret_again, fault_t *fault)
{
    *ret_again = false;
    learning_t *learning = call->learning;
    if (learning->runs) {
        firsts_t firsts = {.kept = learning->kept};
        err_t err = runs_merge(learning->runs, take_first, &firsts, fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    call->params = params_new();
    call->params->bound = learning->kept;
    call->params->bound_free = kept_free;
    learning->kept = NULL;
    return ERR_OK;
}

static void discard(call_t *call)
{
    learning_t *learning = call->learning;
    kept_free(learning->kept);
    runs_destroy(&learning->runs);
    free(learning->slots);
    free(learning);
    call->learning = NULL;
}

const learner_t ROW_REPEAT = {
    .begin = begin, .gather = gather, .merge = merge, .end = end, .discard = discard};

err_t row_repeat_keep(const call_t *call, const place_t *place, const vector_t *inputs,
                      uint8_t *ret_keep, fault_t *fault)
{
    (void)inputs;
    (void)fault;
    const kept_t *kept = call->params->bound;
    int64_t first = place->stripe < kept->count ? kept->firsts[place->stripe] : kept->rows;
    for (size_t i = 0; i < place->rows; i++) {
        int64_t row = first + (int64_t)i;
        ret_keep[i] = row < kept->rows && (kept->bits[row / 8] >> (row % 8) & 1) != 0;
    }
    return ERR_OK;
}
