// SPDX-License-Identifier: MPL-2.0
// Some rows of a portion, drawn at random, and how many of them there is time for.
#pragma once

#include "learn/portion.h"

// Draws `count` rows of the portion by the seed, in their order; all when it has no more. The
// caller frees the list. *ret_count is how many there are.
size_t *draw_rows(const portion_t *portion, size_t count, uint64_t seed, size_t *ret_count);

// Copies rows of a portion, which the caller releases.
portion_t draw_portion(const portion_t *portion, const size_t *rows, size_t count);

// How many rows, of at most `most`, the model can be asked `times` times within `seconds`: by what
// it takes for a few of the portion's rows, and not under `least`.
size_t draw_affordable(const portion_t *portion, const model_t *model, double times, double seconds,
                       size_t least, size_t most);
