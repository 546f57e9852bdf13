// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/guard.h"

#include <string.h>
#include <strings.h>

#include "proto/limits.h"

static const char BEARER[] = "Bearer ";

view_t guard_token(const guard_t *headers, bool *ret_by_cookie)
{
    *ret_by_cookie = false;
    const char *given = headers->authorization;
    if (given && strncasecmp(given, BEARER, sizeof BEARER - 1) == 0) {
        given += sizeof BEARER - 1;
        given += strspn(given, " ");
        return (view_t){given, strcspn(given, " ")};
    }
    *ret_by_cookie = headers->cookie && *headers->cookie;
    return *ret_by_cookie ? view_of(headers->cookie) : (view_t){0};
}

// Host and port of a URL or an Origin: what is between "://" and the next slash.
static view_t authority(const char *url)
{
    const char *start = strstr(url, "://");
    if (!start) {
        return (view_t){0};
    }
    start += 3;
    return (view_t){start, strcspn(start, "/")};
}

static bool same_host(view_t a, view_t b)
{
    return a.size > 0 && a.size == b.size && strncasecmp(a.data, b.data, a.size) == 0;
}

static bool own_origin(const guard_t *headers, const char *public_url)
{
    const char *site = headers->fetch_site;
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) {
        return false;
    }
    if (!headers->origin) {
        return true; // not a browser, or one that says it by Sec-Fetch-Site
    }
    view_t origin = authority(headers->origin);
    return same_host(origin, view_of(headers->host)) || same_host(origin, authority(public_url));
}

err_t guard_check(const guard_t *headers, bool login, const char *public_url, fault_t *fault)
{
    bool by_cookie;
    view_t token = guard_token(headers, &by_cookie);
    bool marked = headers->marker && strcmp(headers->marker, "1") == 0;
    if (!headers->unsafe || marked || (token.data && !by_cookie)) {
        return ERR_OK;
    }
    if (login) {
        return own_origin(headers, public_url)
                   ? ERR_OK
                   : fault_set(fault, ERR_FORBIDDEN,
                               "log in on the platform's own page, or set public_url",
                               "the request comes from another site");
    }
    return by_cookie ? fault_set(fault, ERR_FORBIDDEN, "send the header 'X-AutoDP: 1'",
                                 "a request with the session cookie lacks the header X-AutoDP")
                     : ERR_OK;
}
