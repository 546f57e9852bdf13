// SPDX-License-Identifier: MPL-2.0
#include "test/unit/actors/http_client.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

enum { TIMEOUT_S = 10, BLOCK = 16384 };

int http_connect(const char *url_file)
{
    FILE *file = fopen(url_file, "r");
    unsigned port = 0;
    if (!file || fscanf(file, "http://127.0.0.1:%u", &port) != 1) { // NOLINT(cert-err34-c)
        abort();
    }
    fclose(file);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval limit = {.tv_sec = TIMEOUT_S};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        abort();
    }
    return fd;
}

bool http_send(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        at += n;
        size -= (size_t)n;
    }
    return true;
}

bool http_sendf(int fd, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = NULL;
    int n = vasprintf(&text, format, args);
    va_end(args);
    bool sent = n >= 0 && http_send(fd, text, (size_t)n);
    free(text);
    return sent;
}

// Appends what comes next; false at the end of the connection.
static bool more(int fd, buf_t *to)
{
    ssize_t n = recv(fd, buf_reserve(to, BLOCK + 1), BLOCK, 0);
    if (n <= 0) {
        return false;
    }
    to->size += (size_t)n;
    to->data[to->size] = '\0';
    return true;
}

bool http_read_until(int fd, buf_t *to, const char *text)
{
    while (!to->data || !strstr(to->data, text)) {
        if (!more(fd, to)) {
            return false;
        }
    }
    return true;
}

const char *http_header(const http_reply_t *reply, const char *name)
{
    static char value[1024];
    size_t length = strlen(name);
    for (const char *line = reply->head; (line = strstr(line, "\r\n")); line += 2) {
        if (strncasecmp(line + 2, name, length) == 0 && line[2 + length] == ':') {
            line += 2 + length + 1;
            line += strspn(line, " ");
            snprintf(value, sizeof value, "%.*s", (int)strcspn(line, "\r"), line);
            return value;
        }
    }
    return NULL;
}

static bool read_exactly(int fd, buf_t *raw, size_t size)
{
    while (raw->size < size) {
        if (!more(fd, raw)) {
            return false;
        }
    }
    return true;
}

// Moves chunks from `raw` at `at` to the body.
static bool read_chunks(int fd, buf_t *raw, size_t at, buf_t *body)
{
    for (;;) {
        while (raw->size <= at || !strstr(raw->data + at, "\r\n")) {
            if (!more(fd, raw)) {
                return false;
            }
        }
        size_t size = strtoul(raw->data + at, NULL, 16);
        at = (size_t)(strstr(raw->data + at, "\r\n") - raw->data) + 2;
        if (!read_exactly(fd, raw, at + size + 2)) {
            return false;
        }
        if (size == 0) {
            return true;
        }
        buf_add(body, raw->data + at, size);
        at += size + 2;
    }
}

bool http_read(int fd, bool head, http_reply_t *ret)
{
    memset(ret, 0, sizeof *ret);
    buf_t raw = {0};
    bool whole = http_read_until(fd, &raw, "\r\n\r\n");
    if (whole) {
        size_t at = (size_t)(strstr(raw.data, "\r\n\r\n") - raw.data) + 4;
        ret->head = mem_new(at + 1);
        memcpy(ret->head, raw.data, at);
        ret->status = (int)strtol(ret->head + sizeof "HTTP/1.1", NULL, 10);
        const char *length = http_header(ret, "Content-Length");
        if (http_header(ret, "Transfer-Encoding")) {
            whole = read_chunks(fd, &raw, at, &ret->body);
        } else if (length && !head && ret->status != 304) {
            size_t size = strtoul(length, NULL, 10);
            whole = read_exactly(fd, &raw, at + size);
            if (whole) {
                buf_add(&ret->body, raw.data + at, size);
            }
        }
    }
    buf_release(&raw);
    *buf_reserve(&ret->body, 1) = '\0';
    return whole;
}

void http_release(http_reply_t *reply)
{
    free(reply->head);
    buf_release(&reply->body);
    memset(reply, 0, sizeof *reply);
}

bool http_closed(int fd)
{
    buf_t rest = {0};
    while (more(fd, &rest)) {
    }
    buf_release(&rest);
    char byte;
    return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}
