// SPDX-License-Identifier: MPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim.h"

void trace(world_t *world, const char *format, ...)
{
    char *line = world->lines[world->line_count++ % TRACE_LINES];
    int head = snprintf(line, TRACE_SIZE, "%lld %lld ms ", (long long)world->step,
                        (long long)world->now_ms);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + head, (size_t)(TRACE_SIZE - head), format, arguments);
    va_end(arguments);
    if (world->trace) {
        puts(line);
    }
}

// The fields of a header by name, as its table has them.
static void describe(const header_t *header, char *to, size_t size)
{
    const schema_t *schema = &envelope_row(header->kind)->schema;
    const char *base = (const char *)&header->hello;
    size_t at = (size_t)snprintf(to, size, "%s", schema->name);
    for (size_t i = 0; i < schema->count && at < size; i++) {
        const field_t *field = &schema->fields[i];
        const char *from = base + field->offset;
        const view_t *text = (const view_t *)(const void *)from;
        if (field->kind == FIELD_VIEW && text->size > 0) {
            at += (size_t)snprintf(to + at, size - at, " %s=%.*s", field->name, (int)text->size,
                                   text->data);
        } else if (field->kind == FIELD_INT && *(const int64_t *)(const void *)from != 0) {
            at += (size_t)snprintf(to + at, size - at, " %s=%lld", field->name,
                                   (long long)*(const int64_t *)(const void *)from);
        }
    }
}

void trace_header(world_t *world, const char *arrow, const conn_t *conn, const header_t *header)
{
    if (header->kind == HDR_ping || header->kind == HDR_pong) {
        return;
    }
    char text[TRACE_SIZE];
    describe(header, text, sizeof text);
    trace(world, "%s k%d %s %s", arrow, conn->number, world->clients[conn->client].name, text);
}

void sim_fail(world_t *world, const char *format, ...)
{
    if (world->expect_failure) {
        printf("sim: found at seed %llu, step %lld: ", (unsigned long long)world->seed,
               (long long)world->step);
    } else {
        int64_t first = world->line_count > TRACE_LINES ? world->line_count - TRACE_LINES : 0;
        for (int64_t i = first; i < world->line_count && !world->trace; i++) {
            puts(world->lines[i % TRACE_LINES]);
        }
        printf("sim: seed %llu, step %lld, %lld ms: ", (unsigned long long)world->seed,
               (long long)world->step, (long long)world->now_ms);
    }
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    if (!world->expect_failure) {
        printf("sim: again with: ./dev sim --seed %llu --trace\n", (unsigned long long)world->seed);
    }
    fflush(stdout);
    _exit(world->expect_failure ? 0 : 1);
}
