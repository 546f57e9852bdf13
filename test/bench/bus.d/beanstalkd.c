// SPDX-License-Identifier: MPL-2.0
// Beanstalkd. WHERE is the port; one connection, pipelined.
//
// beanstalkd publish PORT   put, --window on the way
// beanstalkd consume PORT   --batch reserves on the way; each job is compared and deleted, and the
// answer counts
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"

enum { BUFFER_BYTES = 4 << 20, LINE_MAX_BYTES = 128 };

// Bytes from `start` to `end` are there.
typedef struct {
    char *data;
    size_t start;
    size_t end;
} queue_t;

typedef struct {
    options_t options;
    int fd;
    queue_t out;
    queue_t in;
    pace_t pace;
    tally_t tally;
    uint64_t reserved; // reserves without an answer
} driver_t;

static int connect_to(const options_t *options)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                             .sin_port = htons((uint16_t)strtol(options->where, NULL, 10))};
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    must(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "setsockopt");
    return fd;
}

static void compact(queue_t *queue)
{
    memmove(queue->data, queue->data + queue->start, queue->end - queue->start);
    queue->end -= queue->start;
    queue->start = 0;
}

static char *room(queue_t *queue, size_t bytes)
{
    if (queue->end + bytes > BUFFER_BYTES) {
        compact(queue);
        if (queue->end + bytes > BUFFER_BYTES) {
            die("the window is too large");
        }
    }
    return queue->data + queue->end;
}

// Sends and receives what goes now; waits for input when there is nothing to send.
static void step(driver_t *driver)
{
    queue_t *out = &driver->out;
    queue_t *in = &driver->in;
    short wish = out->start < out->end ? POLLIN | POLLOUT : POLLIN;
    struct pollfd item = {.fd = driver->fd, .events = wish};
    must(poll(&item, 1, -1) > 0, "poll");
    if (item.revents & POLLOUT) {
        ssize_t sent = send(driver->fd, out->data + out->start, out->end - out->start,
                            MSG_DONTWAIT | MSG_NOSIGNAL);
        must(sent >= 0 || errno == EAGAIN, "send");
        out->start += sent > 0 ? (size_t)sent : 0;
    }
    if (item.revents & POLLIN) {
        char *to = room(in, 2 * RECORD_MAX);
        ssize_t got = recv(driver->fd, to, BUFFER_BYTES - in->end, MSG_DONTWAIT);
        must(got > 0, "recv");
        in->end += (size_t)got;
    }
}

// The next line without its end; NULL when it is not whole.
static char *next_line(queue_t *in, size_t *ret_bytes)
{
    char *line = in->data + in->start;
    char *end = memmem(line, in->end - in->start, "\r\n", 2);
    if (!end) {
        return NULL;
    }
    *end = '\0';
    *ret_bytes = (size_t)(end - line) + 2;
    return line;
}

// --- Publishing

static void put(driver_t *driver)
{
    size_t bytes = driver->options.bytes;
    char *to = room(&driver->out, LINE_MAX_BYTES + bytes);
    int head = snprintf(to, LINE_MAX_BYTES, "put 0 0 600 %zu\r\n", bytes);
    record_fill(to + head, driver->pace.sent, bytes);
    to[head + (int)bytes] = '\r';
    to[head + (int)bytes + 1] = '\n';
    driver->out.end += (size_t)head + bytes + 2;
    driver->pace.sent++;
}

static void publish(driver_t *driver)
{
    driver->pace = pace_begin(&driver->options);
    while (pace_more(&driver->pace) || driver->pace.acked < driver->pace.sent) {
        while (pace_may_send(&driver->pace)) {
            put(driver);
        }
        step(driver);
        char *line;
        size_t bytes = 0;
        while ((line = next_line(&driver->in, &bytes))) {
            if (strncmp(line, "INSERTED", 8) != 0) {
                die("put: %s", line);
            }
            driver->in.start += bytes;
            driver->pace.acked++;
        }
    }
    pace_print(&driver->pace);
}

// --- Consuming

static void add_line(driver_t *driver, const char *word, const char *id)
{
    char *to = room(&driver->out, LINE_MAX_BYTES);
    driver->out.end += (size_t)snprintf(to, LINE_MAX_BYTES, "%s%s\r\n", word, id);
}

// RESERVED <id> <bytes>, then the job. False when it is not whole.
static bool take_job(driver_t *driver, char *line, size_t line_bytes)
{
    queue_t *in = &driver->in;
    char *id = line + strlen("RESERVED ");
    char *space = strchr(id, ' ');
    if (!space) {
        die("reserve: %s", line);
    }
    size_t bytes = strtoull(space + 1, NULL, 10);
    if (in->end - in->start < line_bytes + bytes + 2) {
        line[line_bytes - 2] = '\r'; // it is found again
        return false;
    }
    tally_take(&driver->tally, line + line_bytes, bytes);
    *space = '\0';
    add_line(driver, "delete ", id);
    in->start += line_bytes + bytes + 2;
    driver->reserved--;
    return true;
}

static bool take_answer(driver_t *driver)
{
    size_t bytes = 0;
    char *line = next_line(&driver->in, &bytes);
    if (line && strncmp(line, "RESERVED ", 9) == 0) {
        return take_job(driver, line, bytes);
    }
    if (line && strcmp(line, "DELETED") != 0) {
        die("reserve or delete: %s", line);
    }
    driver->in.start += line ? bytes : 0;
    driver->pace.acked += line != NULL;
    return line != NULL;
}

static void consume(driver_t *driver)
{
    driver->tally = tally_of(&driver->options);
    int64_t began_ns = now_ns();
    uint64_t asked = 0;
    while (driver->pace.acked < driver->tally.count) {
        // A reserve that waits would hold back the deletes behind it: never more than there are
        // jobs.
        while (driver->reserved < driver->options.batch && asked < driver->tally.count) {
            add_line(driver, "reserve", "");
            driver->reserved++;
            asked++;
        }
        step(driver);
        while (take_answer(driver)) {
        }
    }
    tally_print(&driver->tally, began_ns);
    free(driver->tally.seen);
}

int main(int argc, char **argv)
{
    driver_t driver = {.options = options_read(argc, argv)};
    driver.fd = connect_to(&driver.options);
    driver.out.data = malloc(BUFFER_BYTES);
    driver.in.data = malloc(BUFFER_BYTES);
    must(driver.out.data && driver.in.data, "malloc");
    if (strcmp(driver.options.what, "publish") == 0) {
        publish(&driver);
    } else {
        consume(&driver);
    }
    free(driver.out.data);
    free(driver.in.data);
    close(driver.fd);
    return 0;
}
