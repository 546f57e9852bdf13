// SPDX-License-Identifier: MPL-2.0
// Who holds which record: giving an item to a consumer and taking it back.
#pragma once

#include "broker/core/state.h"

// Gives a READY item to a consumer; its bytes are to be read next. Returns the serial of this
// delivery.
int64_t lease_give(core_t *core, item_t *item, consumer_t *consumer);

// Takes the item off its consumer's account; the state is the caller's to change.
void lease_drop(core_t *core, item_t *item);

// Takes the item back and delivers it again after `delay_ms`, or buries it when it was delivered
// often enough. Returns whether it was buried: then `session` is told by that.
bool lease_return(core_t *core, item_t *item, int64_t delay_ms, view_t reason, int64_t session,
                  int64_t id);

// The consumer's credit, or what it holds of it, has changed: finds its place among the others.
void lease_rank(consumer_t *consumer);
