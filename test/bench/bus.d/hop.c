// SPDX-License-Identifier: MPL-2.0
// The floor under a call: caller -> ROUTER -> worker and back, bytes untouched.
//
// hop serve ENDPOINT   passes what the caller sends to the worker, and the other way round
// hop work ENDPOINT    sends back what it gets
// hop call ENDPOINT    one call of --bytes at a time
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "measure.h"

static const char CALLER[] = "caller";
static const char WORKER[] = "worker";

static void *dealer(const options_t *options, void *context, const char *id)
{
    void *socket = zmq_socket(context, ZMQ_DEALER);
    must(zmq_setsockopt(socket, ZMQ_ROUTING_ID, id, strlen(id)) == 0, "zmq_setsockopt");
    must(zmq_connect(socket, options->where) == 0, options->where);
    return socket;
}

static void pass(void *router)
{
    char id[256];
    int size = zmq_recv(router, id, sizeof id, 0);
    must(size > 0, "zmq_recv");
    const char *to = memcmp(id, CALLER, strlen(CALLER)) == 0 ? WORKER : CALLER;
    zmq_msg_t body;
    zmq_msg_init(&body);
    must(zmq_msg_recv(&body, router, 0) >= 0, "zmq_msg_recv");
    // A caller that comes before the worker: its call has nowhere to go, and is sent again.
    if (zmq_send(router, to, strlen(to), ZMQ_SNDMORE) < 0 || zmq_msg_send(&body, router, 0) < 0) {
        zmq_msg_close(&body);
    }
}

static void serve(const options_t *options, void *context)
{
    void *router = zmq_socket(context, ZMQ_ROUTER);
    int on = 1;
    must(zmq_setsockopt(router, ZMQ_ROUTER_MANDATORY, &on, sizeof on) == 0, "zmq_setsockopt");
    must(zmq_bind(router, options->where) == 0, options->where);
    puts("ready");
    fflush(stdout);
    for (;;) {
        pass(router);
    }
}

static void work(const options_t *options, void *context)
{
    void *socket = dealer(options, context, WORKER);
    puts("ready");
    fflush(stdout);
    for (;;) {
        zmq_msg_t body;
        zmq_msg_init(&body);
        must(zmq_msg_recv(&body, socket, 0) >= 0, "zmq_msg_recv");
        must(zmq_msg_send(&body, socket, 0) >= 0, "zmq_msg_send");
    }
}

// Calls until the worker is there.
static void warm(void *socket, const char *body, size_t size)
{
    char answer[1024];
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
    do {
        must(zmq_send(socket, body, size, 0) >= 0, "zmq_send");
    } while (zmq_poll(&item, 1, 50) == 0);
    while (zmq_poll(&item, 1, 50) > 0) {
        zmq_recv(socket, answer, sizeof answer, 0);
    }
}

static void call(const options_t *options, void *context)
{
    void *socket = dealer(options, context, CALLER);
    char body[1024];
    char answer[1024];
    must(options->bytes <= sizeof body, "--bytes");
    record_fill(body, 0, options->bytes);
    warm(socket, body, options->bytes);
    samples_t samples = {0};
    for (pace_t pace = pace_begin(options); pace_more(&pace); pace.sent++) {
        record_fill(body, pace.sent, options->bytes);
        int64_t began_ns = now_ns();
        must(zmq_send(socket, body, options->bytes, 0) >= 0, "zmq_send");
        int size = zmq_recv(socket, answer, sizeof answer, 0);
        samples_add(&samples, now_ns() - began_ns);
        must(size == (int)options->bytes && memcmp(body, answer, options->bytes) == 0,
             "the answer");
    }
    samples_print(&samples, 0);
    zmq_close(socket);
}

int main(int argc, char **argv)
{
    options_t options = options_read(argc, argv);
    void *context = zmq_ctx_new();
    if (strcmp(options.what, "serve") == 0) {
        serve(&options, context);
    } else if (strcmp(options.what, "work") == 0) {
        work(&options, context);
    } else {
        call(&options, context);
    }
    zmq_ctx_term(context);
    return 0;
}
