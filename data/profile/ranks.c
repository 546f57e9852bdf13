// SPDX-License-Identifier: MPL-2.0
#include "data/profile/ranks.h"

#include <stdlib.h>

#include "base/mem.h"

enum { BLOCK_ROWS = 65536 };

ranks_t ranks_new(scratch_t *scratch, const mask_t *mask)
{
    return (ranks_t){.scratch = scratch,
                     .mask = mask,
                     .offset = scratch_take(scratch, mask->rows * sizeof(uint32_t)),
                     .block = mem_array(BLOCK_ROWS, sizeof(uint32_t))};
}

static err_t flush(ranks_t *ranks, fault_t *fault)
{
    int64_t first = (int64_t)(ranks->row - ranks->filled);
    size_t size = ranks->filled * sizeof *ranks->block;
    ranks->filled = 0;
    return scratch_write(ranks->scratch, ranks->offset + first * (int64_t)sizeof *ranks->block,
                         ranks->block, size, fault);
}

err_t ranks_add(ranks_t *ranks, const uint32_t *middles, size_t count, fault_t *fault)
{
    err_t err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK;) {
        size_t missing = mask_is_missing(ranks->mask, ranks->row);
        ranks->block[ranks->filled++] = missing ? RANKS_MISSING : middles[i];
        ranks->row++;
        i += !missing;
        if (ranks->filled == BLOCK_ROWS) {
            err = flush(ranks, fault);
        }
    }
    return err;
}

err_t ranks_end(ranks_t *ranks, fault_t *fault)
{
    err_t err = ERR_OK;
    while (ranks->row < ranks->mask->rows && err == ERR_OK) {
        ranks->block[ranks->filled++] = RANKS_MISSING;
        ranks->row++;
        if (ranks->filled == BLOCK_ROWS) {
            err = flush(ranks, fault);
        }
    }
    return err == ERR_OK ? flush(ranks, fault) : err;
}

void ranks_release(ranks_t *ranks)
{
    free(ranks->block);
    ranks->block = NULL;
}
