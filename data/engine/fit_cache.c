// SPDX-License-Identifier: MPL-2.0
#include "data/engine/fit_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/value/hash.h"

typedef struct {
    uint64_t key[2]; // of the call and all that it comes from
    params_t *params;
    int64_t rows_in;
    int64_t rows_kept;
    bool fitted;
    char **outputs; // names, where the outputs are part of what was learned
    type_t *types;
    size_t outputs_count;
} item_t;

struct fit_cache {
    pthread_mutex_t lock;
    item_t items[FIT_CACHE_ITEMS]; // a ring
    size_t count;
    size_t next;
};

fit_cache_t *fit_cache_new(void)
{
    fit_cache_t *cache = mem_new(sizeof *cache);
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

// --- Keys: 128 bits of hash over a call's step, its inputs and its rows, recursively ------------

typedef struct {
    uint64_t bits[2];
} fingerprint_t;

static void mix(fingerprint_t *key, const void *bytes, size_t size)
{
    key->bits[0] = hash_bytes(bytes, size, key->bits[0] ^ 0x243F6A8885A308D3U);
    key->bits[1] = hash_bytes(bytes, size, key->bits[1] ^ 0x13198A2E03707344U);
}

static void mix_number(fingerprint_t *key, uint64_t number)
{
    mix(key, &number, sizeof number);
}

static void mix_node(fingerprint_t *key, const flow_t *flow, size_t index);

static void mix_call(fingerprint_t *key, const flow_t *flow, const spot_t *spot)
{
    const step_t *step = spot->call.step;
    mix(key, step->kind->op, strlen(step->kind->op));
    if (step->kind->method) {
        mix(key, step->kind->method, strlen(step->kind->method));
    }
    char *settings = json_dumps(step->settings, JSON_COMPACT | JSON_SORT_KEYS);
    mix(key, settings, strlen(settings));
    free(settings);
    mix_number(key, spot->call.inputs_count);
    for (size_t i = 0; i < spot->call.inputs_count; i++) {
        mix(key, spot->call.inputs[i].name, strlen(spot->call.inputs[i].name));
        mix_node(key, flow, spot->inputs[i]);
    }
    if (spot->stage > 0) { // which mixes in the stages before
        mix_call(key, flow, flow->spots[flow->stages[spot->stage]]);
    }
}

static void mix_node(fingerprint_t *key, const flow_t *flow, size_t index)
{
    const node_t *node = &flow->nodes[index];
    mix_number(key, node->kind);
    switch (node->kind) {
    case NODE_SOURCE:
        mix_number(key, node->from);
        break;
    case NODE_SELECT:
        mix_node(key, flow, node->from);
        break;
    default:
        mix_number(key, node->output);
        mix_call(key, flow, flow->spots[node->from]);
        break;
    }
}

static fingerprint_t key_of(const flow_t *flow, const spot_t *spot)
{
    fingerprint_t key = {{1, 2}};
    mix_call(&key, flow, spot);
    return key;
}

// --- Items -------------------------------------------------------------------------------------

static void item_clear(item_t *item)
{
    for (size_t i = 0; i < item->outputs_count; i++) {
        free(item->outputs[i]);
    }
    free(item->outputs);
    free(item->types);
    params_release(&item->params);
    *item = (item_t){0};
}

static item_t *find(fit_cache_t *cache, const fingerprint_t *key)
{
    for (size_t i = 0; i < cache->count; i++) {
        if (memcmp(cache->items[i].key, key->bits, sizeof key->bits) == 0) {
            return &cache->items[i];
        }
    }
    return NULL;
}

bool fit_cache_get(fit_cache_t *cache, const flow_t *flow, spot_t *spot)
{
    if (!cache) {
        return false;
    }
    fingerprint_t key = key_of(flow, spot);
    pthread_mutex_lock(&cache->lock);
    const item_t *item = find(cache, &key);
    bool news = item && (item->fitted || !spot->known);
    if (news) {
        params_release(&spot->call.params);
        spot->call.params = item->params ? params_share(item->params) : NULL;
        spot->rows_in = item->rows_in;
        spot->rows_kept = item->rows_kept;
        spot->fitted = item->fitted;
        spot->known = true;
        for (size_t i = 0; spot->call.outputs_count < item->outputs_count; i++) {
            call_output(&spot->call, item->outputs[i], item->types[i], true);
        }
    }
    pthread_mutex_unlock(&cache->lock);
    return news;
}

void fit_cache_put(fit_cache_t *cache, const flow_t *flow, const spot_t *spot)
{
    if (!cache) {
        return;
    }
    fingerprint_t key = key_of(flow, spot);
    const call_t *call = &spot->call;
    pthread_mutex_lock(&cache->lock);
    item_t *item = find(cache, &key);
    if (!item) {
        item = &cache->items[cache->next];
        cache->next = (cache->next + 1) % FIT_CACHE_ITEMS;
        cache->count += cache->count < FIT_CACHE_ITEMS;
    }
    item_clear(item);
    memcpy(item->key, key.bits, sizeof item->key);
    item->params = call->params ? params_share(call->params) : NULL;
    item->rows_in = spot->rows_in;
    item->rows_kept = spot->rows_kept;
    item->fitted = spot->fitted || (call->step->kind->shape != STEP_ROWS);
    if (call->step->kind->opens) {
        item->outputs = mem_array(call->outputs_count, sizeof *item->outputs);
        item->types = mem_array(call->outputs_count, sizeof *item->types);
        item->outputs_count = call->outputs_count;
        for (size_t i = 0; i < call->outputs_count; i++) {
            item->outputs[i] = mem_strdup(call->outputs[i].name);
            item->types[i] = call->outputs[i].type;
        }
    }
    pthread_mutex_unlock(&cache->lock);
}

void fit_cache_destroy(fit_cache_t **cache)
{
    if (!*cache) {
        return;
    }
    for (size_t i = 0; i < (*cache)->count; i++) {
        item_clear(&(*cache)->items[i]);
    }
    pthread_mutex_destroy(&(*cache)->lock);
    free(*cache);
    *cache = NULL;
}
