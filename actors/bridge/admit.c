// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/admit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "actors/bridge/guard.h"
#include "actors/bridge/reply.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/frame/import_options.h"
#include "proto/codec_json.h"

static const char UPLOAD_NAME[] = "table.csv";

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

int64_t admit_length(struct MHD_Connection *connection)
{
    if (header_of(connection, "Transfer-Encoding")) {
        return -1;
    }
    const char *length = header_of(connection, "Content-Length");
    return length ? strtoll(length, NULL, 10) : 0; // MHD refuses one that is not a number
}

void admit_refuse(exchange_t *exchange, const fault_t *fault, int status)
{
    int sent = status ? status : err_http(fault->code);
    exchange_answer(exchange, sent, reply_problem(fault, sent));
}

static void refuse_verb(exchange_t *exchange, const char *verb, const char *path, const char *allow)
{
    fault_t fault;
    if (*allow == '\0') {
        fault_set(&fault, ERR_NOT_FOUND, "see docs/http.md for the addresses there are",
                  "there is nothing at '%s'", path);
        admit_refuse(exchange, &fault, 0);
        return;
    }
    fault_set(&fault, ERR_INVALID, "see the header Allow", "'%s' does not take %s", path, verb);
    admit_refuse(exchange, &fault, MHD_HTTP_METHOD_NOT_ALLOWED);
    MHD_add_response_header(exchange->response, "Allow", allow);
}

// A copy; NULL when it is over its limit or not UTF-8.
static char *checked_dup(view_t text, size_t limit)
{
    bool good = text.data && text.size <= limit && text_is_utf8(text.data, text.size);
    return good ? view_dup(text) : NULL;
}

static err_t read_path(exchange_t *exchange, const route_match_t *match, fault_t *fault)
{
    if (match->id.data) {
        exchange->id = checked_dup(match->id, LIMIT_ID_BYTES);
    }
    if (match->name.data) {
        exchange->name = checked_dup(match->name, LIMIT_TEXT_BYTES);
    }
    if ((match->id.data && !exchange->id) || (match->name.data && !exchange->name)) {
        return fault_set(fault, ERR_NOT_FOUND, "check the address", "there is no such thing");
    }
    return ERR_OK;
}

static err_t read_upload_name(exchange_t *exchange, fault_t *fault)
{
    const char *name =
        MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, "name");
    exchange->name = checked_dup(view_of(name && *name ? name : UPLOAD_NAME), LIMIT_TEXT_BYTES);
    return exchange->name
               ? ERR_OK
               : fault_set(fault, ERR_INVALID, "give a shorter name, in UTF-8",
                           "'name' is not UTF-8 text of at most %d bytes", LIMIT_TEXT_BYTES);
}

// Whether they are import options, and fit into a message.
static err_t check_options(json_t *options, fault_t *fault)
{
    import_options_t meant;
    msg_import_for_t message;
    json_t *fields = json_pack("{ss ss sO}", "token", "", "id", "", "options", options);
    err_t err = codec_from_json(message_schema(MSG_import_for), fields, &message, fault);
    json_decref(fields);
    if (err) {
        return err;
    }
    message_release(MSG_import_for, &message);
    err = import_options_read(options, &meant, fault);
    if (err == ERR_OK) {
        import_options_release(&meant);
    }
    return err;
}

// Before the body comes: nobody sends a large file to hear of a misspelt option.
static err_t read_upload_options(exchange_t *exchange, fault_t *fault)
{
    const char *text =
        MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, "options");
    if (!text) {
        return ERR_OK;
    }
    json_error_t error;
    exchange->options = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    return exchange->options
               ? check_options(exchange->options, fault)
               : fault_set(fault, ERR_INVALID, "send one JSON object, percent-encoded",
                           "'options' is not JSON: column %d: %s", error.column, error.text);
}

static err_t identify(exchange_t *exchange, const char *verb, const char *public_url,
                      fault_t *fault)
{
    struct MHD_Connection *connection = exchange->connection;
    unsigned flags = exchange->route->flags;
    guard_t headers = {
        .authorization = header_of(connection, "Authorization"),
        .cookie = MHD_lookup_connection_value(connection, MHD_COOKIE_KIND, "autodp_session"),
        .marker = header_of(connection, "X-AutoDP"),
        .origin = header_of(connection, "Origin"),
        .fetch_site = header_of(connection, "Sec-Fetch-Site"),
        .host = header_of(connection, "Host"),
        .unsafe = strcmp(verb, "GET") != 0 && strcmp(verb, "HEAD") != 0,
    };
    err_t err = guard_check(&headers, flags & ROUTE_LOGIN, public_url, fault);
    if (err || flags & ROUTE_PUBLIC) {
        return err;
    }
    bool by_cookie;
    exchange->token = checked_dup(guard_token(&headers, &by_cookie), LIMIT_TOKEN_BYTES);
    return exchange->token ? ERR_OK
                           : fault_set(fault, ERR_UNAUTHENTICATED,
                                       "log in, or send 'Authorization: Bearer TOKEN'",
                                       "the request has no valid session or token");
}

static bool media_is(const char *type, const char *wanted)
{
    size_t length = strlen(wanted);
    return type && strncasecmp(type, wanted, length) == 0 && strchr("; \t", type[length]);
}

static err_t check_media(const exchange_t *exchange, fault_t *fault)
{
    const char *type = header_of(exchange->connection, "Content-Type");
    if (exchange->route->flags & ROUTE_BODY && !media_is(type, "application/json")) {
        return fault_set(fault, ERR_INVALID, "send 'Content-Type: application/json'",
                         "the body is '%s', not JSON", type ? type : "of no declared type");
    }
    if (exchange->route->door == DOOR_UPLOAD && type &&
        (strncasecmp(type, "multipart/", 10) == 0 || media_is(type, "application/json"))) {
        return fault_set(fault, ERR_INVALID, "send the file's bytes as the body, as text/csv",
                         "the body is '%s', not the bytes of a table", type);
    }
    return ERR_OK;
}

static err_t check_length(const exchange_t *exchange, int64_t upload_bytes_max, fault_t *fault)
{
    bool upload = exchange->route->door == DOOR_UPLOAD;
    int64_t most = upload ? upload_bytes_max : BODY_BYTES_MAX;
    if (admit_length(exchange->connection) <= most) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_TOO_LARGE,
                     upload ? "upload a smaller file, or raise upload_bytes_max"
                            : "send a smaller document",
                     "the body is larger than the limit of %lld bytes", (long long)most);
}

static char *keep(const exchange_t *exchange, const char *name)
{
    return mem_strdup(header_of(exchange->connection, name));
}

static void keep_headers(exchange_t *exchange)
{
    if (exchange->route->flags & ROUTE_KEYED) {
        exchange->idempotency_key = keep(exchange, "Idempotency-Key");
    }
    exchange->last_event_id = keep(exchange, "Last-Event-ID");
    exchange->range = keep(exchange, "Range");
    exchange->if_range = keep(exchange, "If-Range");
    exchange->if_none_match = keep(exchange, "If-None-Match");
}

void admit(exchange_t *exchange, const char *verb, const char *path, const admit_limits_t *limits)
{
    route_match_t match;
    route_find(verb, path, &match);
    if (!match.route) {
        refuse_verb(exchange, verb, path, match.allow);
        return;
    }
    exchange->route = match.route;
    exchange->head = strcmp(verb, "HEAD") == 0;
    keep_headers(exchange);
    fault_t fault;
    err_t err = identify(exchange, verb, limits->public_url, &fault);
    err = err ? err : read_path(exchange, &match, &fault);
    if (!err && match.route->door == DOOR_UPLOAD) {
        err = read_upload_name(exchange, &fault);
        err = err ? err : read_upload_options(exchange, &fault);
    }
    err = err ? err : check_length(exchange, limits->upload_bytes_max, &fault);
    if (err) {
        admit_refuse(exchange, &fault, 0);
    } else if (check_media(exchange, &fault)) {
        admit_refuse(exchange, &fault, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE);
    }
}
