// SPDX-License-Identifier: MPL-2.0
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/frame/cell_run.h"
#include "data/value/digits.h"
#include "data/value/hash.h"

// Equal numbers have equal hashes; whole ones that of their usual text, as in columns of texts.
static uint64_t hash_number(double x)
{
    char text[DIGITS_TEXT_SIZE];
    if (x == trunc(x) && fabs(x) < 1e18) {
        return hash_bytes(text, digits_write((int64_t)x, 0, text), 0);
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return hash_word(bits, 1);
}

static uint64_t hash_integer(int64_t x)
{
    char text[DIGITS_TEXT_SIZE];
    return hash_bytes(text, digits_write(x, 0, text), 0);
}

static uint64_t hash_cell(const cell_run_t *run, chunk_kind_t kind, size_t i)
{
    bool plain = run->not_plain == 0;
    switch (kind) {
    case CHUNK_INTEGER:
        return plain ? hash_bytes(run->texts[i].bytes, run->texts[i].size, 0)
                     : hash_integer(run->integers[i]);
    case CHUNK_DECIMAL:
    case CHUNK_FLOAT:
        return hash_number(run->numbers[i]);
    case CHUNK_DATE:
    case CHUNK_DATETIME:
        return plain ? hash_bytes(run->texts[i].bytes, run->texts[i].size, 0)
                     : hash_word((uint64_t)run->integers[i], 0);
    default:
        return hash_bytes(run->texts[i].bytes, run->texts[i].size, 0);
    }
}

// Whether a plain whole value was seen before; it is from now on.
static bool was_seen(seen_t *seen, int64_t value)
{
    uint64_t at = (uint64_t)value - (uint64_t)seen->base;
    if (at >= SEEN_SPAN) {
        return false;
    }
    uint64_t bit = UINT64_C(1) << at % 64;
    bool known = seen->bits[at / 64] & bit;
    seen->bits[at / 64] |= bit;
    return known;
}

// Whether all plain whole values were seen before.
static bool were_seen(const seen_t *seen, const cell_run_t *run, int64_t least)
{
    bool fresh = false;
    for (size_t i = 0; i < run->rows; i++) { // without a branch: missing cells come at random
        int64_t value = run->kinds[i] != CELL_MISSING ? run->integers[i] : least;
        uint64_t at = (uint64_t)value - (uint64_t)seen->base;
        uint64_t word = seen->bits[at / 64 % (SEEN_SPAN / 64)];
        fresh |= at >= SEEN_SPAN || !(word >> at % 64 & 1);
    }
    return !fresh;
}

// Begins anew when the values are of another kind.
static void settle_seen(seen_t *seen, chunk_kind_t kind, const cell_run_t *run, int64_t least)
{
    if (seen->bits && seen->kind == kind && seen->places == run->same) {
        return;
    }
    free(seen->bits);
    *seen = (seen_t){.kind = kind, .places = run->same};
    seen->bits = mem_array(SEEN_SPAN / 64, sizeof *seen->bits);
    seen->base = least > INT64_MIN + SEEN_SPAN ? least - SEEN_SPAN / 4 : INT64_MIN;
}

void seen_release(seen_t *seen)
{
    free(seen->bits);
    *seen = (seen_t){0};
}

hashes_t cell_run_hashes(const cell_run_t *run, chunk_kind_t kind, int64_t least, seen_t *seen)
{
    hashes_t hashes = {.items = arena_array(run->arena, run->rows, sizeof *hashes.items)};
    bool whole = kind == CHUNK_INTEGER || kind == CHUNK_DATE || kind == CHUNK_DECIMAL;
    bool look = seen && whole && run->same_places && run->not_plain == 0;
    if (look) {
        settle_seen(seen, kind, run, least);
    }
    if (look && were_seen(seen, run, least)) {
        return hashes;
    }
    for (size_t i = 0; i < run->rows; i++) {
        bool there = run->kinds[i] != CELL_MISSING;
        if (there && !(look && was_seen(seen, run->integers[i]))) {
            hashes.items[hashes.count++] = hash_cell(run, kind, i);
        }
    }
    return hashes;
}
