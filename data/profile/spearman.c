// SPDX-License-Identifier: MPL-2.0
#include "data/profile/spearman.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/profile/ranks.h"
#include "data/profile/window.h"

// A value that the other column misses leaves the pair, and all larger ones move down by two in
// doubled ranks, equal ones by one. So each dropped value sets one bit in front of its middle and
// one behind it, and a rank within the pair is the middle less the bits before it. A group of c
// equal dropped values sets c bits on either side; there is room, since a group of s equal values
// has s places on either side of its middle.
enum {
    DIGIT_BITS = 11,
    DIGITS = 3,
    BLOCK_ROWS = 65536, // a multiple of 64
};

// How the ranks of one column of a pair move.
typedef struct {
    uint64_t *bits;    // by middle
    uint32_t *before;  // bits in the words before a word
    uint32_t *middles; // of the dropped values, and room to sort them
    size_t dropped;
    size_t count;    // of the column's values
    uint32_t *block; // ranks that are read
} shift_t;

struct spearman {
    study_t *study;
    matrix_t *matrix;
    window_t *ranks;
    shift_t (*shifts)[2]; // by worker
};

// Sums over the common rows; exact.
typedef struct {
    __int128 ab;
    __int128 aa;
    __int128 bb;
} sums_t;

static void release_shift(shift_t *shift)
{
    free(shift->bits);
    free(shift->before);
    free(shift->middles);
    free(shift->block);
}

static size_t words_of(const shift_t *shift)
{
    return 2 * shift->count / 64 + 2;
}

static uint32_t *sort_middles(uint32_t *middles, uint32_t *other, size_t count)
{
    for (int digit = 0; digit < DIGITS; digit++) {
        uint32_t places[1 << DIGIT_BITS] = {0};
        int shift = digit * DIGIT_BITS;
        for (size_t i = 0; i < count; i++) {
            places[middles[i] >> shift & ((1U << DIGIT_BITS) - 1)]++;
        }
        uint32_t sum = 0;
        for (size_t i = 0; i < 1U << DIGIT_BITS; i++) {
            uint32_t here = places[i];
            places[i] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++) {
            other[places[middles[i] >> shift & ((1U << DIGIT_BITS) - 1)]++] = middles[i];
        }
        uint32_t *swap = middles;
        middles = other;
        other = swap;
    }
    return middles;
}

static void set_bits(uint64_t *bits, size_t from, size_t to)
{
    for (; from < to && from % 64 != 0; from++) {
        bits[from / 64] |= 1ULL << (from % 64);
    }
    for (; from + 64 <= to; from += 64) {
        bits[from / 64] = ~0ULL;
    }
    for (; from < to; from++) {
        bits[from / 64] |= 1ULL << (from % 64);
    }
}

// Gathers the middles of column a where b misses.
static err_t gather_dropped(shift_t *shift, const window_t *ranks, const mask_t *a, const mask_t *b,
                            fault_t *fault)
{
    err_t err = ERR_OK;
    shift->middles = mem_resize(shift->middles, 2 * b->missing + 1, sizeof *shift->middles);
    for (size_t from = 0; from < b->rows && err == ERR_OK; from += BLOCK_ROWS) {
        size_t count = b->rows - from < BLOCK_ROWS ? b->rows - from : BLOCK_ROWS;
        const void *cells = NULL;
        err = window_at(ranks, from, count, shift->block, &cells, fault);
        for (size_t w = 0; w < mask_words(count) && err == ERR_OK; w++) {
            size_t word = from / 64 + w;
            uint64_t bits = b->words[word] & (a->words ? ~a->words[word] : ~0ULL);
            for (; bits; bits &= bits - 1) {
                size_t row = w * 64 + (size_t)__builtin_ctzll(bits);
                shift->middles[shift->dropped++] = ((const uint32_t *)cells)[row];
            }
        }
    }
    return err;
}

static void make_bits(shift_t *shift)
{
    size_t words = words_of(shift);
    uint32_t *sorted =
        sort_middles(shift->middles, shift->middles + shift->dropped, shift->dropped);
    shift->bits = mem_resize(shift->bits, words, sizeof *shift->bits);
    shift->before = mem_resize(shift->before, words, sizeof *shift->before);
    memset(shift->bits, 0, words * sizeof *shift->bits);
    for (size_t i = 0; i < shift->dropped;) {
        size_t end = i + 1;
        while (end < shift->dropped && sorted[end] == sorted[i]) {
            end++;
        }
        set_bits(shift->bits, sorted[i] - (end - i), sorted[i] + (end - i));
        i = end;
    }
    uint32_t sum = 0;
    for (size_t w = 0; w < words; w++) {
        shift->before[w] = sum;
        sum += (uint32_t)__builtin_popcountll(shift->bits[w]);
    }
}

static err_t make_shift(shift_t *shift, const facts_t *a, const facts_t *b, const window_t *ranks,
                        fault_t *fault)
{
    shift->count = a->valid;
    shift->dropped = 0;
    if (!b->mask.words) {
        return ERR_OK;
    }
    err_t err = gather_dropped(shift, ranks, &a->mask, &b->mask, fault);
    if (err == ERR_OK && shift->dropped > 0) {
        make_bits(shift);
    }
    return err;
}

// The doubled rank within the pair, less its mean.
static inline __attribute__((always_inline)) int64_t centered(const shift_t *shift, uint32_t middle,
                                                              int64_t common)
{
    int64_t moved = middle;
    if (shift->dropped > 0) {
        uint64_t below = shift->bits[middle / 64] & ((1ULL << (middle % 64)) - 1);
        moved -= shift->before[middle / 64] + __builtin_popcountll(below);
    }
    return moved - common;
}

static inline __attribute__((always_inline)) void add_rows(const uint32_t *a, const uint32_t *b,
                                                           size_t rows, const shift_t *shift,
                                                           int64_t common, sums_t *sums)
{
    for (size_t i = 0; i < rows; i++) {
        if (a[i] == RANKS_MISSING || b[i] == RANKS_MISSING) {
            continue;
        }
        int64_t x = centered(&shift[0], a[i], common);
        int64_t y = centered(&shift[1], b[i], common);
        sums->ab += (__int128)x * y;
        sums->aa += (__int128)x * x;
        sums->bb += (__int128)y * y;
    }
}

#if defined(__x86_64__)
#define COUNTS_BITS 1
__attribute__((target("popcnt"))) static void add_rows_counting(const uint32_t *a,
                                                                const uint32_t *b, size_t rows,
                                                                const shift_t *shift,
                                                                int64_t common, sums_t *sums)
{
    add_rows(a, b, rows, shift, common, sums);
}
#else
#define COUNTS_BITS 0
#endif

static void add_rows_plain(const uint32_t *a, const uint32_t *b, size_t rows, const shift_t *shift,
                           int64_t common, sums_t *sums)
{
    add_rows(a, b, rows, shift, common, sums);
}

static void sum_rows(const uint32_t *a, const uint32_t *b, size_t rows, const shift_t *shift,
                     int64_t common, sums_t *sums)
{
#if COUNTS_BITS
    if (__builtin_cpu_supports("popcnt")) {
        add_rows_counting(a, b, rows, shift, common, sums);
        return;
    }
#endif
    add_rows_plain(a, b, rows, shift, common, sums);
}

static err_t sum_pair(const window_t *a, const window_t *b, shift_t *shift, int64_t common,
                      sums_t *sums, fault_t *fault)
{
    err_t err = ERR_OK;
    for (size_t from = 0; from < a->rows && err == ERR_OK; from += BLOCK_ROWS) {
        size_t count = a->rows - from < BLOCK_ROWS ? a->rows - from : BLOCK_ROWS;
        const void *x = NULL;
        const void *y = NULL;
        err = window_at(a, from, count, shift[0].block, &x, fault);
        err = err == ERR_OK ? window_at(b, from, count, shift[1].block, &y, fault) : err;
        if (err == ERR_OK) {
            sum_rows(x, y, count, shift, common, sums);
        }
    }
    return err;
}

err_t spearman_fill(spearman_t *spearman, size_t worker, size_t pair, fault_t *fault)
{
    matrix_t *matrix = spearman->matrix;
    size_t i;
    size_t j;
    matrix_pair(matrix->count, pair, &i, &j);
    const facts_t *a = matrix->columns[i];
    const facts_t *b = matrix->columns[j];
    const window_t *ranks = spearman->ranks;
    shift_t *shift = spearman->shifts[worker];
    sums_t sums = {0};
    size_t common = a->valid + b->valid + mask_both(&a->mask, &b->mask) - spearman->study->rows;
    err_t err = make_shift(&shift[0], a, b, &ranks[i], fault);
    err = err == ERR_OK ? make_shift(&shift[1], b, a, &ranks[j], fault) : err;
    if (err == ERR_OK) {
        err = sum_pair(&ranks[i], &ranks[j], shift, (int64_t)common, &sums, fault);
    }
    if (err == ERR_OK && sums.aa > 0 && sums.bb > 0) {
        double r = (double)sums.ab / (sqrt((double)sums.aa) * sqrt((double)sums.bb));
        matrix_set(matrix, i, j, r > 1 ? 1 : r < -1 ? -1 : r);
    }
    return err;
}

err_t spearman_new(study_t *study, matrix_t *matrix, spearman_t **ret_spearman, fault_t *fault)
{
    spearman_t *spearman = mem_new(sizeof *spearman);
    size_t size = study->rows * sizeof(uint32_t);
    bool in_place = matrix->count * size <= study->share * study->threads / 3 * 2;
    err_t err = ERR_OK;
    spearman->study = study;
    spearman->matrix = matrix;
    spearman->ranks = mem_array(matrix->count, sizeof *spearman->ranks);
    spearman->shifts = mem_array(study->threads, sizeof *spearman->shifts);
    for (size_t i = 0; i < study->threads; i++) {
        spearman->shifts[i][0].block = mem_array(BLOCK_ROWS, sizeof(uint32_t));
        spearman->shifts[i][1].block = mem_array(BLOCK_ROWS, sizeof(uint32_t));
    }
    for (size_t i = 0; i < matrix->count && err == ERR_OK; i++) {
        err = window_open(study->scratch, matrix->columns[i]->ranks_offset, study->rows,
                          sizeof(uint32_t), in_place, &spearman->ranks[i], fault);
        if (!(matrix->columns[i]->sd > 0)) {
            matrix_set(matrix, i, i, NAN);
        }
    }
    if (err != ERR_OK) {
        spearman_destroy(&spearman);
        return err;
    }
    *ret_spearman = spearman;
    return ERR_OK;
}

void spearman_destroy(spearman_t **spearman)
{
    spearman_t *gone = *spearman;
    if (!gone) {
        return;
    }
    for (size_t i = 0; i < gone->matrix->count; i++) {
        window_release(&gone->ranks[i]);
        scratch_give(gone->study->scratch, gone->matrix->columns[i]->ranks_offset,
                     gone->study->rows * sizeof(uint32_t));
    }
    for (size_t i = 0; i < gone->study->threads; i++) {
        release_shift(&gone->shifts[i][0]);
        release_shift(&gone->shifts[i][1]);
    }
    free(gone->shifts);
    free(gone->ranks);
    free(gone);
    *spearman = NULL;
}
