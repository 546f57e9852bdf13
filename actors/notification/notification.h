// SPDX-License-Identifier: MPL-2.0
// Notification: mails what topic `notification` holds. A notice is in the ledger before it is
// acknowledged; each key and recipient get one mail. Into DATA/outbox exactly once; by SMTP at
// least once under one Message-ID: only a crash between the server's answer and our record repeats
// it.
#pragma once

#include "actors/runtime/actor.h"

extern const actor_spec_t notification_actor;
