// SPDX-License-Identifier: MPL-2.0
#include "data/profile/store.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

store_t store_new(scratch_t *scratch, size_t max, bool in_memory)
{
    size_t room = in_memory ? max + STORE_BLOCK : STORE_BLOCK;
    store_t store = {.scratch = scratch, .max = max, .in_memory = in_memory};
    store.keys = malloc(room * sizeof *store.keys);
    if (!store.keys) {
        mem_exhausted(room * sizeof *store.keys);
    }
    if (!in_memory) {
        store.offset = scratch_take(scratch, max * sizeof *store.keys);
    }
    return store;
}

int64_t *store_begin(store_t *store)
{
    return store->in_memory ? store->keys + store->count : store->keys;
}

err_t store_end(store_t *store, size_t count, fault_t *fault)
{
    size_t at = store->count;
    store->count += count;
    if (store->in_memory) {
        return ERR_OK;
    }
    return scratch_write(store->scratch, store->offset + (int64_t)(at * sizeof *store->keys),
                         store->keys, count * sizeof *store->keys, fault);
}

static void make_decimals(int64_t *keys, size_t count, double power)
{
    for (size_t i = 0; i < count; i++) {
        keys[i] = llrint(key_to_double(keys[i]) * power);
    }
}

void store_decimals(store_t *store, double power)
{
    store->code = (key_code_t){.kind = KEY_DECIMAL, .power = power};
    store->decimals = !store->in_memory;
    if (store->in_memory) {
        make_decimals(store->keys, store->count, power);
    }
}

err_t store_read(store_t *store, size_t from, const int64_t **ret_keys, size_t *ret_count,
                 fault_t *fault)
{
    size_t rest = store->count - from;
    size_t count = rest < STORE_BLOCK ? rest : STORE_BLOCK;
    *ret_count = count;
    *ret_keys = store->in_memory ? store->keys + from : store->keys;
    if (store->in_memory || count == 0) {
        return ERR_OK;
    }
    err_t err = scratch_read(store->scratch, store->offset + (int64_t)(from * sizeof *store->keys),
                             store->keys, count * sizeof *store->keys, fault);
    if (err == ERR_OK && store->decimals) {
        make_decimals(store->keys, count, store->code.power);
    }
    return err;
}

void store_release(store_t *store)
{
    if (!store->in_memory && store->keys) {
        scratch_give(store->scratch, store->offset, store->max * sizeof *store->keys);
    }
    free(store->keys);
    *store = (store_t){0};
}
