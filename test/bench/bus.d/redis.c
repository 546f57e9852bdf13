// SPDX-License-Identifier: MPL-2.0
// Redis Streams. WHERE is the port.
//
// redis publish PORT   XADD over --connections, --window of them on the way in all
// redis consume PORT   XREADGROUP COUNT --batch on each connection; the XACK of what was read goes
// out with
//                      the next XREADGROUP, and its answer counts
#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "measure.h"

enum { EVENTS = 64 };

typedef struct {
    redisContext *redis;
    uint64_t window;   // of this connection
    uint64_t inflight; // commands without an answer
    uint64_t acks;     // records whose XACK has no answer
} link_t;

typedef struct {
    options_t options;
    link_t *links;
    int epoll;
    pace_t pace;
    tally_t tally;
} driver_t;

static int port_of(const options_t *options)
{
    return (int)strtol(options->where, NULL, 10);
}

static void check_link(const link_t *link)
{
    if (link->redis->err) {
        die("%s", link->redis->errstr);
    }
}

static void open_links(driver_t *driver)
{
    uint64_t count = driver->options.connections;
    driver->links = calloc(count, sizeof *driver->links);
    driver->epoll = epoll_create1(EPOLL_CLOEXEC);
    must(driver->links && driver->epoll >= 0, "epoll_create1");
    for (uint64_t i = 0; i < count; i++) {
        link_t *link = &driver->links[i];
        link->redis = redisConnectNonBlock("127.0.0.1", port_of(&driver->options));
        must(link->redis, "redisConnectNonBlock");
        check_link(link);
        link->window = (driver->options.window + count - 1) / count;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = link};
        must(epoll_ctl(driver->epoll, EPOLL_CTL_ADD, link->redis->fd, &event) == 0, "epoll_ctl");
    }
}

static void close_links(driver_t *driver)
{
    for (uint64_t i = 0; i < driver->options.connections; i++) {
        redisFree(driver->links[i].redis);
    }
    free(driver->links);
}

// The socket may be full: then input is what lets the server go on.
static void flush(link_t *link)
{
    int done = 0;
    if (redisBufferWrite(link->redis, &done) != REDIS_OK && errno != EAGAIN) {
        check_link(link);
    }
}

static redisReply *next_reply(link_t *link)
{
    void *reply = NULL;
    if (redisGetReplyFromReader(link->redis, &reply) != REDIS_OK) {
        check_link(link);
    }
    redisReply *got = reply;
    if (got && got->type == REDIS_REPLY_ERROR) {
        die("%s", got->str);
    }
    return got;
}

// Calls `on_ready` for each connection that has input, read into its buffer.
static void step(driver_t *driver, void (*on_ready)(driver_t *, link_t *))
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(driver->epoll, events, EVENTS, 1);
    for (int i = 0; i < count; i++) {
        link_t *link = events[i].data.ptr;
        if (redisBufferRead(link->redis) != REDIS_OK) {
            check_link(link);
        }
        on_ready(driver, link);
        flush(link);
    }
}

// --- Publishing

static void add_records(driver_t *driver, link_t *link)
{
    char body[RECORD_MAX];
    while (link->inflight < link->window && pace_may_send(&driver->pace)) {
        record_fill(body, driver->pace.sent, driver->options.bytes);
        redisAppendCommand(link->redis, "XADD bench * d %b", body, (size_t)driver->options.bytes);
        driver->pace.sent++;
        link->inflight++;
    }
}

static void on_added(driver_t *driver, link_t *link)
{
    redisReply *reply;
    while ((reply = next_reply(link))) {
        freeReplyObject(reply);
        driver->pace.acked++;
        link->inflight--;
    }
    add_records(driver, link);
}

static void publish(driver_t *driver)
{
    driver->pace = pace_begin(&driver->options);
    for (uint64_t i = 0; i < driver->options.connections; i++) {
        add_records(driver, &driver->links[i]);
    }
    while (pace_more(&driver->pace) || driver->pace.acked < driver->pace.sent) {
        for (uint64_t i = 0; i < driver->options.connections; i++) {
            flush(&driver->links[i]);
        }
        step(driver, on_added);
    }
    pace_print(&driver->pace);
}

// --- Consuming

static void ask_for_more(const driver_t *driver, link_t *link)
{
    redisAppendCommand(link->redis, "XREADGROUP GROUP bench c%d COUNT %llu STREAMS bench >",
                       link->redis->fd, (unsigned long long)driver->options.batch);
}

// One entry is [id, [field, value]].
static void take_entries(driver_t *driver, link_t *link, const redisReply *entries)
{
    size_t count = entries->elements;
    const char **words = calloc(count + 3, sizeof *words);
    must(words, "calloc");
    words[0] = "XACK";
    words[1] = words[2] = "bench";
    for (size_t i = 0; i < count; i++) {
        const redisReply *entry = entries->element[i];
        const redisReply *value = entry->element[1]->element[1];
        tally_take(&driver->tally, value->str, value->len);
        words[i + 3] = entry->element[0]->str;
    }
    redisAppendCommandArgv(link->redis, (int)count + 3, words, NULL);
    ask_for_more(driver, link);
    link->acks += count;
    free((void *)words);
}

static void on_answer(driver_t *driver, link_t *link)
{
    redisReply *reply;
    while ((reply = next_reply(link))) {
        if (reply->type == REDIS_REPLY_INTEGER) {
            driver->pace.acked += (uint64_t)reply->integer;
            link->acks -= (uint64_t)reply->integer;
        } else if (reply->type == REDIS_REPLY_ARRAY) {
            take_entries(driver, link, reply->element[0]->element[1]);
        }
        freeReplyObject(reply);
    }
}

static void make_group(const options_t *options)
{
    redisContext *redis = redisConnect("127.0.0.1", port_of(options));
    must(redis && !redis->err, "redisConnect");
    freeReplyObject(redisCommand(redis, "XGROUP CREATE bench bench 0"));
    redisFree(redis);
}

static void consume(driver_t *driver)
{
    driver->tally = tally_of(&driver->options);
    make_group(&driver->options);
    int64_t began_ns = now_ns();
    for (uint64_t i = 0; i < driver->options.connections; i++) {
        ask_for_more(driver, &driver->links[i]);
    }
    while (driver->pace.acked < driver->tally.count) {
        for (uint64_t i = 0; i < driver->options.connections; i++) {
            flush(&driver->links[i]);
        }
        step(driver, on_answer);
    }
    tally_print(&driver->tally, began_ns);
    free(driver->tally.seen);
}

int main(int argc, char **argv)
{
    driver_t driver = {.options = options_read(argc, argv)};
    open_links(&driver);
    if (strcmp(driver.options.what, "publish") == 0) {
        publish(&driver);
    } else {
        consume(&driver);
    }
    close_links(&driver);
    return 0;
}
