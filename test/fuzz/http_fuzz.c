// SPDX-License-Identifier: MPL-2.0
// What a client of the HTTP bridge decides over: a path, a Range, an If-None-Match, credentials,
// and a JSON body. The lines of the input are, in this order, verb, path, Range, If-None-Match,
// Authorization and Origin; the rest is the body.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "actors/bridge/guard.h"
#include "actors/bridge/range.h"
#include "actors/bridge/route.h"
#include "base/mem.h"
#include "base/text.h"
#include "proto/codec_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { LINES = 6, FILE_BYTES = 1000 };

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_range(const char *header, const char *known)
{
    range_t range = range_of(header, NULL, "\"tag\"", FILE_BYTES);
    if (range.kind != RANGE_OUTSIDE) {
        require(range.first >= 0 && range.length >= 0);
        require(range.first + range.length <= FILE_BYTES);
        require(range.kind == RANGE_ALL || range.length > 0);
    }
    range_none_match(known, "\"tag\"");
}

static void check_route(const char *verb, const char *path)
{
    route_match_t match;
    route_find(verb, path, &match);
    require(!match.route || match.allow[0]);
    require(!match.id.data || (match.id.size > 0 && !memchr(match.id.data, '/', match.id.size)));
}

static void check_guard(const char *authorization, const char *origin)
{
    guard_t headers = {
        .authorization = authorization, .origin = origin, .host = "h:80", .unsafe = true};
    bool by_cookie;
    view_t token = guard_token(&headers, &by_cookie);
    require(!by_cookie && (!token.data || !memchr(token.data, ' ', token.size)));
    guard_check(&headers, true, "https://data.example", NULL);
}

// A message that was read from JSON can be packed and read by its receiver.
static void check_body(const char *body, size_t size)
{
    json_t *object = json_loadb(body, size, JSON_REJECT_DUPLICATES, NULL);
    for (int kind = 0; object && kind < MSG_COUNT; kind++) {
        const schema_t *schema = message_schema((message_kind_t)kind);
        void *message = mem_new(schema->size);
        fault_t fault;
        if (codec_from_json(schema, object, message, &fault) == ERR_OK) {
            buf_t frame = {0};
            message_pack((message_kind_t)kind, message, &frame);
            codec_release(schema, message);
            require(frame.size > LIMIT_FRAME_BYTES ||
                    message_unpack((message_kind_t)kind, frame.data, frame.size, message, &fault) ==
                        ERR_OK);
            codec_release(schema, message);
            buf_release(&frame);
        } else {
            require(fault.detail[0] && fault.remedy[0]);
        }
        free(message);
    }
    json_decref(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *input = text_dup((const char *)bytes, size);
    char *lines[LINES];
    char *at = input;
    for (int i = 0; i < LINES; i++) {
        lines[i] = at;
        at += strcspn(at, "\n");
        if (*at == '\n') {
            *at++ = '\0';
        }
    }
    check_route(lines[0], lines[1]);
    check_range(lines[2], lines[3]);
    check_guard(lines[4], lines[5]);
    check_body(at, size - (size_t)(at - input));
    free(input);
    return 0;
}
