// SPDX-License-Identifier: MPL-2.0
// Who asks, and whether a foreign page made the browser ask.
#pragma once

#include <stdbool.h>

#include "base/fault.h"
#include "proto/codec.h"

// The headers that matter; NULL where one is absent.
typedef struct {
    const char *authorization;
    const char *cookie; // the value of autodp_session
    const char *marker; // X-AutoDP
    const char *origin;
    const char *fetch_site; // Sec-Fetch-Site
    const char *host;
    bool unsafe; // the verb changes something
} guard_t;

// The session or API token; its data is NULL when there is none. A bearer token goes before the
// cookie. `*ret_by_cookie` tells which it is.
view_t guard_token(const guard_t *headers, bool *ret_by_cookie);

// Refuses what a foreign page could have sent: an unsafe request that counts on the cookie needs
// X-AutoDP; a `login` (which sets the cookie) needs it or an origin that is our own, that is, the
// request's host or that of `public_url` (may be ""). ERR_FORBIDDEN says which. Sources: Fetch
// Metadata (https://www.w3.org/TR/fetch-metadata/), RFC 6454.
err_t guard_check(const guard_t *headers, bool login, const char *public_url, fault_t *fault);
