// SPDX-License-Identifier: MPL-2.0
#include "data/profile/spill.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_RECORDS_MIN = 16 };

typedef struct {
    size_t count;    // records
    int64_t *blocks; // where full blocks were written
    size_t blocks_count;
    char *buffer; // records behind the full blocks; NULL while there are none
} part_t;

struct spill {
    scratch_t *scratch;
    size_t record_bytes;
    size_t block; // records of a block
    size_t parts_count;
    part_t *parts;
};

spill_t *spill_new(scratch_t *scratch, size_t parts, size_t record_bytes, size_t buffer_bytes)
{
    spill_t *spill = mem_new(sizeof *spill);
    size_t block = buffer_bytes / parts / record_bytes;
    spill->scratch = scratch;
    spill->record_bytes = record_bytes;
    spill->block = block > BLOCK_RECORDS_MIN ? block : BLOCK_RECORDS_MIN;
    spill->parts_count = parts;
    spill->parts = mem_array(parts, sizeof *spill->parts);
    return spill;
}

static size_t block_bytes(const spill_t *spill)
{
    return spill->block * spill->record_bytes;
}

static err_t write_block(spill_t *spill, part_t *part, fault_t *fault)
{
    size_t size = block_bytes(spill);
    int64_t offset = scratch_take(spill->scratch, size);
    size_t count = part->blocks_count;
    if ((count & (count + 1)) == 0) { // grows by doubling
        part->blocks = mem_resize(part->blocks, 2 * (count + 1), sizeof *part->blocks);
    }
    part->blocks[part->blocks_count++] = offset;
    return scratch_write(spill->scratch, offset, part->buffer, size, fault);
}

err_t spill_add(spill_t *spill, size_t part, const void *record, fault_t *fault)
{
    part_t *to = &spill->parts[part];
    size_t at = to->count - to->blocks_count * spill->block;
    if (!to->buffer) {
        to->buffer = mem_new(block_bytes(spill));
    }
    memcpy(to->buffer + at * spill->record_bytes, record, spill->record_bytes);
    to->count++;
    return at + 1 == spill->block ? write_block(spill, to, fault) : ERR_OK;
}

size_t spill_count(const spill_t *spill, size_t part)
{
    return spill->parts[part].count;
}

size_t spill_block(const spill_t *spill)
{
    return spill->block;
}

err_t spill_read(spill_t *spill, size_t part, size_t block, void *to, size_t *ret_count,
                 fault_t *fault)
{
    const part_t *from = &spill->parts[part];
    if (block < from->blocks_count) {
        *ret_count = spill->block;
        return scratch_read(spill->scratch, from->blocks[block], to, block_bytes(spill), fault);
    }
    size_t rest = from->count - from->blocks_count * spill->block;
    *ret_count = block == from->blocks_count ? rest : 0;
    if (*ret_count > 0) {
        memcpy(to, from->buffer, rest * spill->record_bytes);
    }
    return ERR_OK;
}

err_t spill_load(spill_t *spill, size_t part, void *to, fault_t *fault)
{
    char *at = to;
    size_t count = 1;
    err_t err = ERR_OK;
    for (size_t block = 0; count > 0 && err == ERR_OK; block++) {
        err = spill_read(spill, part, block, at, &count, fault);
        at += count * spill->record_bytes;
    }
    return err;
}

void spill_drop(spill_t *spill, size_t part)
{
    part_t *gone = &spill->parts[part];
    for (size_t i = 0; i < gone->blocks_count; i++) {
        scratch_give(spill->scratch, gone->blocks[i], block_bytes(spill));
    }
    free(gone->blocks);
    free(gone->buffer);
    *gone = (part_t){0};
}

void spill_destroy(spill_t **spill)
{
    if (!*spill) {
        return;
    }
    for (size_t i = 0; i < (*spill)->parts_count; i++) {
        spill_drop(*spill, i);
    }
    free((*spill)->parts);
    free(*spill);
    *spill = NULL;
}
