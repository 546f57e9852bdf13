// SPDX-License-Identifier: MPL-2.0
#include "data/profile/levels_file.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/profile/chance.h"

levels_file_t levels_file_new(study_t *study, const facts_t *facts)
{
    levels_file_t file = {.study = study, .wanted = facts->leveled};
    if (file.wanted) {
        file.offset = scratch_take(study->scratch, study->rows);
    }
    return file;
}

uint8_t levels_file_code(levels_file_t *file, int64_t index, int64_t times)
{
    if (index < 0 || index >= FACTS_LEVELS) {
        file->many = true;
        return FACTS_NO_LEVEL;
    }
    size_t level = (size_t)index;
    file->levels = level + 1 > file->levels ? level + 1 : file->levels;
    file->counts[level] += times;
    return (uint8_t)level;
}

err_t levels_file_add(levels_file_t *file, const vector_t *vector, const uint8_t *codes,
                      fault_t *fault)
{
    if (file->many || !file->wanted) {
        return ERR_OK;
    }
    uint8_t *block = mem_array(vector->count, sizeof *block);
    for (size_t i = 0; i < vector->count; i++) {
        uint8_t code = codes[vector->codes ? vector->codes[i] : i];
        block[i] = vector_is_valid(vector, i) ? code : FACTS_NO_LEVEL;
    }
    err_t err = scratch_write(file->study->scratch, file->offset + (int64_t)file->row, block,
                              vector->count, fault);
    file->row += vector->count;
    free(block);
    return err;
}

static int by_count(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a < b) - (a > b);
}

void levels_file_end(levels_file_t *file, facts_t *facts)
{
    bool few = !file->many;
    facts->levels = few && file->wanted ? file->levels : 0;
    facts->codes_offset = file->offset;
    facts->imbalance = NAN;
    facts->uniform = NAN;
    if (few && file->levels > 0) { // sorted, so that the order of rows is no matter
        qsort(file->counts, file->levels, sizeof *file->counts, by_count);
        size_t used = file->levels;
        while (used > 0 && file->counts[used - 1] == 0) {
            used--;
        }
        facts->imbalance = chance_imbalance(file->counts, used);
        facts->uniform = chance_even(file->counts, used);
    }
}
