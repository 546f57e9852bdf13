// SPDX-License-Identifier: MPL-2.0
#include "broker/core/quota.h"

#include <stdio.h>

#include "broker/core/access.h"

enum { SECOND_MS = 1000 };

// In thousandths, so that a millisecond's worth is a whole number.
static void refill(bucket_t *bucket, int64_t rate_s, int64_t now_ms)
{
    int64_t past_ms = now_ms - bucket->at_ms;
    int64_t most = rate_s * SECOND_MS;
    bool full = past_ms >= (most - bucket->left) / rate_s + 1;
    bucket->left = full ? most : bucket->left + past_ms * rate_s;
    bucket->at_ms = now_ms;
}

static err_t check(bucket_t *bucket, int64_t rate_s, const char *name, const user_t *user,
                   int64_t now_ms, fault_t *fault)
{
    if (rate_s <= 0) {
        return ERR_OK;
    }
    refill(bucket, rate_s, now_ms);
    if (bucket->left > 0) {
        return ERR_OK;
    }
    char remedy[FAULT_REMEDY_MAX];
    int64_t wait_ms = -bucket->left / rate_s + 1;
    snprintf(remedy, sizeof remedy,
             "retry after %lld ms, or ask the admin to raise '%s' of role '%s'", (long long)wait_ms,
             name, role_name(user->role));
    return fault_set(fault, ERR_RATE_LIMITED, remedy,
                     "key '%s' is over its quota: '%s' of role '%s' is %lld", user->name, name,
                     role_name(user->role), (long long)rate_s);
}

static int64_t size_of(const event_t *event)
{
    size_t size = 0;
    for (size_t i = 0; i < event->frame_count && i < LIMIT_FRAMES; i++) {
        size += event->frames[i].size;
    }
    return (int64_t)size;
}

static int64_t messages_of(const header_t *header)
{
    bool batch = header->kind == HDR_publish_batch && header->publish_batch.count > 1;
    return batch ? header->publish_batch.count : 1;
}

static void count(bucket_t *bucket, int64_t rate_s, int64_t amount, int64_t now_ms)
{
    if (rate_s > 0) {
        refill(bucket, rate_s, now_ms);
        bucket->left -= amount * SECOND_MS;
    }
}

err_t quota_take(core_t *core, const session_t *session, const header_t *header,
                 const event_t *event, fault_t *fault)
{
    user_t *user = session->user;
    if (!user) {
        return ERR_OK;
    }
    const limits_t *limits = role_limits(user->role);
    header_kind_t kind = header->kind;
    bool asks = kind == HDR_call || kind == HDR_publish || kind == HDR_publish_batch;
    if (asks &&
        (check(&user->messages, limits->messages_s, "messages_s", user, core->now_ms, fault) ||
         check(&user->bytes, limits->bytes_s, "bytes_s", user, core->now_ms, fault))) {
        return ERR_RATE_LIMITED;
    }
    if (kind != HDR_ping) {
        count(&user->messages, limits->messages_s, messages_of(header), core->now_ms);
        count(&user->bytes, limits->bytes_s, size_of(event), core->now_ms);
    }
    return ERR_OK;
}
