// SPDX-License-Identifier: MPL-2.0
#include "model/svm/scan.h"

#include <math.h>

#include "base/wide.h"
#include "model/svm/lanes.h"

enum { CHAINS = SCAN_STEP / LANES }; // vectors that do not wait for each other

const double SCAN_BEND = 1e-12;
const ends_t ENDS_NONE = {.most = -INFINITY, .least = INFINITY};

typedef float floats_t __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));

// (Through pointers: how vectors are returned depends on the processor that is compiled for.)
static inline void widen(const float *from, lanes_t *ret)
{
    *ret = __builtin_convertvector(*(const floats_t *)from, lanes_t);
}

static inline void replace_bits(lanes_bits_t *old, const lanes_bits_t *where,
                                const lanes_bits_t *by)
{
    *old = (*where & *by) | (~*where & *old);
}

static inline void replace(lanes_t *old, const lanes_bits_t *where, const lanes_t *by)
{
    *old = (lanes_t)((*where & (lanes_bits_t)*by) | (~*where & (lanes_bits_t)*old));
}

// The places of the variables of each chain's first vector.
static inline void count_from(size_t begin, lanes_bits_t *places)
{
    for (size_t i = 0; i < SCAN_STEP; i++) {
        places[i / LANES][i % LANES] = begin + i;
    }
}

WIDE void scan_ends(const double *scores, const double *up, const double *low, size_t begin,
                    size_t end, ends_t *ends)
{
    lanes_t most[CHAINS];
    lanes_t least[CHAINS];
    lanes_bits_t at[CHAINS] = {0};
    lanes_bits_t places[CHAINS];
    count_from(begin, places);
    for (size_t i = 0; i < CHAINS; i++) {
        most[i] = (lanes_t){0} - INFINITY;
        least[i] = (lanes_t){0} + INFINITY;
    }
    for (size_t begun = begin; begun < end; begun += SCAN_STEP) {
        for (size_t i = 0; i < CHAINS; i++) {
            size_t place = begun + i * LANES;
            lanes_t score = *(const lanes_t *)(scores + place);
            lanes_t above = score + *(const lanes_t *)(up + place);
            lanes_t below = score + *(const lanes_t *)(low + place);
            lanes_bits_t better = (lanes_bits_t)(above >= most[i]);
            lanes_bits_t lower = (lanes_bits_t)(below < least[i]);
            replace(&most[i], &better, &above);
            replace_bits(&at[i], &better, &places[i]);
            replace(&least[i], &lower, &below);
            places[i] += SCAN_STEP;
        }
    }
    for (size_t i = 0; i < SCAN_STEP; i++) {
        double value = most[i / LANES][i % LANES];
        size_t place = at[i / LANES][i % LANES];
        if (value > ends->most || (value == ends->most && place > ends->most_at)) {
            ends->most = value;
            ends->most_at = place;
        }
        ends->least = fmin(ends->least, least[i / LANES][i % LANES]);
    }
}

// Gains as numerator and denominator: they are compared without a division.
typedef struct {
    lanes_t squares;
    lanes_t bends;
    lanes_bits_t at;
} gains_t;

static partner_t best_of(const gains_t *gains)
{
    partner_t best = {0};
    for (size_t i = 0; i < SCAN_STEP; i++) {
        const gains_t *chain = &gains[i / LANES];
        size_t lane = i % LANES;
        partner_t partner = {chain->squares[lane] / chain->bends[lane], chain->at[lane]};
        if (partner.gain > best.gain || (partner.gain == best.gain && partner.at > best.at)) {
            best = partner;
        }
    }
    return best;
}

WIDE partner_t scan_partner(const double *scores, const double *low, const float *column,
                            const double *owns, double most, double own, size_t count)
{
    gains_t gains[CHAINS];
    lanes_bits_t places[CHAINS];
    const lanes_t least = (lanes_t){0} + SCAN_BEND;
    count_from(0, places);
    for (size_t i = 0; i < CHAINS; i++) {
        gains[i] = (gains_t){.bends = (lanes_t){0} + 1};
    }
    for (size_t begun = 0; begun < count; begun += SCAN_STEP) {
        for (size_t i = 0; i < CHAINS; i++) {
            size_t place = begun + i * LANES;
            gains_t *best = &gains[i];
            lanes_t above =
                most - (*(const lanes_t *)(scores + place) + *(const lanes_t *)(low + place));
            lanes_t value;
            widen(column + place, &value);
            lanes_t bend = own + *(const lanes_t *)(owns + place) - 2 * value;
            lanes_bits_t flat = (lanes_bits_t)(bend <= 0);
            replace(&bend, &flat, &least);
            lanes_t square = above * above;
            lanes_bits_t better = (lanes_bits_t)(above > 0) &
                                  (lanes_bits_t)(square * best->bends >= best->squares * bend);
            replace(&best->squares, &better, &square);
            replace(&best->bends, &better, &bend);
            replace_bits(&best->at, &better, &places[i]);
            places[i] += SCAN_STEP;
        }
    }
    return best_of(gains);
}

WIDE void scan_move(double *scores, const float *a, const float *b, double step, size_t begin,
                    size_t end)
{
    for (size_t i = begin; i < end; i += LANES) {
        lanes_t left;
        lanes_t right;
        widen(a + i, &left);
        widen(b + i, &right);
        *(lanes_t *)(scores + i) -= step * (left - right);
    }
}
