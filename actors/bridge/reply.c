// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/reply.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault_json.h"
#include "base/mem.h"

static const char COOKIE_NAME[] = "autodp_session";
static const char DOWNLOAD_CACHE[] = "private, no-cache";
// A page holds what was in a user's table: it may run nothing and ask nobody.
static const char PAGE_POLICY[] =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

enum { RETRY_BUSY_S = 2, RETRY_RATE_S = 10, NUMBER_MAX = 96 };

static void header(struct MHD_Response *response, const char *name, const char *value)
{
    MHD_add_response_header(response, name, value);
}

static struct MHD_Response *body_of(const char *bytes, size_t size, const char *type)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, (void *)bytes, MHD_RESPMEM_MUST_COPY);
    if (!response) {
        mem_exhausted(size);
    }
    if (type) {
        header(response, "Content-Type", type);
    }
    header(response, "X-Content-Type-Options", "nosniff");
    return response;
}

char *reply_line(json_t *document)
{
    char *text = json_dumps(document, JSON_COMPACT);
    json_decref(document);
    return text ? text : (mem_exhausted(1), NULL);
}

static struct MHD_Response *json_body(json_t *body, const char *type)
{
    char *text = reply_line(body);
    struct MHD_Response *response = body_of(text, strlen(text), type);
    free(text);
    header(response, "Cache-Control", "no-store");
    return response;
}

struct MHD_Response *reply_json(json_t *body)
{
    return json_body(body, "application/json");
}

struct MHD_Response *reply_problem(const fault_t *fault, int status)
{
    char type[NUMBER_MAX];
    snprintf(type, sizeof type, "urn:autodp:error:%s", err_name(fault->code));
    json_t *body = fault_to_json(fault);
    json_t *problem =
        json_pack("{ss ss si}", "type", type, "title", err_text(fault->code), "status", status);
    json_object_update(problem, body);
    json_decref(body);
    struct MHD_Response *response = json_body(problem, "application/problem+json");
    char seconds[NUMBER_MAX];
    if (status == MHD_HTTP_TOO_MANY_REQUESTS || status == MHD_HTTP_SERVICE_UNAVAILABLE) {
        snprintf(seconds, sizeof seconds, "%d",
                 status == MHD_HTTP_TOO_MANY_REQUESTS ? RETRY_RATE_S : RETRY_BUSY_S);
        header(response, "Retry-After", seconds);
    }
    if (status == MHD_HTTP_UNAUTHORIZED) {
        header(response, "WWW-Authenticate", "Bearer realm=\"autodp\"");
    }
    return response;
}

struct MHD_Response *reply_empty(void)
{
    struct MHD_Response *response = body_of("", 0, NULL);
    header(response, "Cache-Control", "no-store");
    return response;
}

struct MHD_Response *reply_text(const char *text)
{
    return body_of(text, strlen(text), "text/plain; charset=utf-8");
}

struct MHD_Response *reply_metrics(const buf_t *text)
{
    struct MHD_Response *response =
        body_of(text->data, text->size, "text/plain; version=0.0.4; charset=utf-8");
    header(response, "Cache-Control", "no-store");
    return response;
}

// By the ending of the name.
static const char *file_type(const char *name)
{
    static const char *const TYPES[][2] = {
        {".csv", "text/csv; charset=utf-8"},
        {".gz", "application/gzip"},
        {".json", "application/json"},
    };
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof TYPES / sizeof TYPES[0]; i++) {
        if (strcasecmp(dot, TYPES[i][0]) == 0) {
            return TYPES[i][1];
        }
    }
    return "application/octet-stream";
}

// A plain name for old clients and the true one for all others (RFC 6266, 8187).
static void disposition(struct MHD_Response *response, const char *kind, const char *name)
{
    buf_t value = {0};
    buf_addf(&value, "%s; filename=\"", kind);
    for (const char *at = name; *at; at++) {
        bool plain = isalnum((unsigned char)*at) || strchr("-_. ()", *at);
        buf_add(&value, plain ? at : "_", 1);
    }
    buf_addf(&value, "\"; filename*=UTF-8''");
    for (const char *at = name; *at; at++) {
        bool plain = isalnum((unsigned char)*at) || strchr("-_.", *at);
        plain ? buf_add(&value, at, 1) : buf_addf(&value, "%%%02X", (unsigned char)*at);
    }
    buf_add(&value, "", 1);
    header(response, "Content-Disposition", value.data);
    buf_release(&value);
}

struct MHD_Response *reply_file(int fd, const reply_file_t *file)
{
    struct MHD_Response *response = MHD_create_response_from_fd_at_offset64(
        (uint64_t)file->part.length, fd, (uint64_t)file->part.first);
    if (!response) {
        mem_exhausted(1);
    }
    header(response, "Content-Type",
           file->page ? "text/html; charset=utf-8" : file_type(file->name));
    header(response, "X-Content-Type-Options", "nosniff");
    header(response, "Cache-Control", DOWNLOAD_CACHE);
    header(response, "Accept-Ranges", "bytes");
    header(response, "ETag", file->etag);
    disposition(response, file->page ? "inline" : "attachment", file->name);
    if (file->page) {
        header(response, "Content-Security-Policy", PAGE_POLICY);
    }
    if (file->part.kind == RANGE_PART) {
        char range[NUMBER_MAX];
        snprintf(range, sizeof range, "bytes %lld-%lld/%lld", (long long)file->part.first,
                 (long long)(file->part.first + file->part.length - 1), (long long)file->size);
        header(response, "Content-Range", range);
    }
    return response;
}

struct MHD_Response *reply_not_modified(const char *etag)
{
    struct MHD_Response *response = body_of("", 0, NULL);
    header(response, "ETag", etag);
    header(response, "Cache-Control", DOWNLOAD_CACHE);
    return response;
}

struct MHD_Response *reply_outside(int64_t size)
{
    fault_t fault;
    fault_set(&fault, ERR_INVALID, "ask for bytes inside the file, or for all of it",
              "the range is outside of the file's %lld bytes", (long long)size);
    struct MHD_Response *response = reply_problem(&fault, MHD_HTTP_RANGE_NOT_SATISFIABLE);
    char range[NUMBER_MAX];
    snprintf(range, sizeof range, "bytes */%lld", (long long)size);
    header(response, "Content-Range", range);
    return response;
}

// Whether every character may stand in a cookie's value (RFC 6265, section 4.1.1).
static bool cookie_safe(const char *token)
{
    for (const char *at = token; *at; at++) {
        if (!isalnum((unsigned char)*at) && !strchr("-_.~+/=", *at)) {
            return false;
        }
    }
    return true;
}

void reply_cookie(struct MHD_Response *response, const char *token, int64_t hours, bool secure)
{
    if (!cookie_safe(token)) {
        return;
    }
    buf_t value = {0};
    buf_addf(&value, "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s", COOKIE_NAME, token,
             *token ? (long long)hours * 3600 : 0, secure ? "; Secure" : "");
    buf_add(&value, "", 1);
    header(response, "Set-Cookie", value.data);
    explicit_bzero(value.data, value.size);
    buf_release(&value);
}

static void times_of(json_t *object)
{
    static const char *const KEYS[] = {"created", "started", "ended", "since", "last_seen"};
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        json_t *value = json_object_get(object, KEYS[i]);
        if (!json_is_integer(value)) {
            continue;
        }
        char text[CLOCK_TEXT_SIZE];
        clock_rfc3339(json_integer_value(value), text);
        json_t *time = json_integer_value(value) ? json_string(text) : json_null();
        json_object_set_new(object, KEYS[i], time);
    }
}

void reply_times(json_t *answer)
{
    const char *key;
    json_t *member;
    json_t *item;
    size_t i;
    times_of(answer);
    json_object_foreach(answer, key, member)
    {
        times_of(member);
        json_array_foreach(member, i, item)
        {
            times_of(item);
        }
    }
}
