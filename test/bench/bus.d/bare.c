// SPDX-License-Identifier: MPL-2.0
// The ceiling: ZeroMQ, a file and fdatasync, and nothing else. No check sums, no index, no groups.
//
// bare serve ENDPOINT --file F     a ROUTER takes what is there, up to 2 MiB, writes it with one
//                                  write, calls fdatasync, and answers each run of a sender's
//                                  records with their number
// bare publish ENDPOINT            one DEALER with --window records on the way
// bare consume ENDPOINT --file F   reads the file back, for the comparison
//
// With --curve the two speak CURVE.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "measure.h"

enum { DRAIN_BYTES = 2 << 20, ID_BYTES_MAX = 255, RUNS_MAX = 4096 };

// Of nobody: made for this file (zmq_curve_keypair).
static const char PUBLIC_KEY[] = "O7<Cn!bGdg((nJS.dk:lrtsN]TIG(MLCYZ!&8-r.";
static const char SECRET_KEY[] = "M9+K#}!^e/k%{q1GT$hs@j!8s<F0N+0@q8DKQBm[";

static void set_curve(void *socket, bool server)
{
    int on = server;
    must(zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &on, sizeof on) == 0 &&
             zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, PUBLIC_KEY, sizeof PUBLIC_KEY) == 0 &&
             zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, SECRET_KEY, sizeof SECRET_KEY) == 0 &&
             (server ||
              zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, PUBLIC_KEY, sizeof PUBLIC_KEY) == 0),
         "CURVE");
}

// Records of one sender, one behind the other.
typedef struct {
    char id[ID_BYTES_MAX];
    size_t id_bytes;
    uint64_t records;
} run_t;

typedef struct {
    void *router;
    int fd;
    char *block;
    size_t bytes;
    run_t runs[RUNS_MAX];
    size_t run_count;
} server_t;

static void count_record(server_t *server, const char *id, size_t id_bytes)
{
    run_t *last = server->run_count > 0 ? &server->runs[server->run_count - 1] : NULL;
    if (!last || last->id_bytes != id_bytes || memcmp(last->id, id, id_bytes) != 0) {
        last = &server->runs[server->run_count++];
        memcpy(last->id, id, id_bytes);
        last->id_bytes = id_bytes;
        last->records = 0;
    }
    last->records++;
}

// Takes one record into the block; false when there is none.
static bool take(server_t *server, int flags)
{
    char id[ID_BYTES_MAX];
    int size = zmq_recv(server->router, id, sizeof id, flags);
    if (size < 0) {
        return false;
    }
    zmq_msg_t body;
    zmq_msg_init(&body);
    must(zmq_msg_recv(&body, server->router, 0) >= 0, "zmq_msg_recv");
    memcpy(server->block + server->bytes, zmq_msg_data(&body), zmq_msg_size(&body));
    server->bytes += zmq_msg_size(&body);
    count_record(server, id, (size_t)size);
    zmq_msg_close(&body);
    return true;
}

static void commit(server_t *server)
{
    must(write(server->fd, server->block, server->bytes) == (ssize_t)server->bytes, "write");
    must(fdatasync(server->fd) == 0, "fdatasync");
    for (size_t i = 0; i < server->run_count; i++) {
        const run_t *run = &server->runs[i];
        zmq_send(server->router, run->id, run->id_bytes, ZMQ_SNDMORE);
        zmq_send(server->router, &run->records, sizeof run->records, 0);
    }
    server->bytes = 0;
    server->run_count = 0;
}

static void serve(const options_t *options, void *context)
{
    static server_t server;
    server.router = zmq_socket(context, ZMQ_ROUTER);
    server.fd = open(options->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    server.block = malloc(DRAIN_BYTES + RECORD_MAX);
    must(server.fd >= 0 && server.block, options->file);
    if (options->curve) {
        set_curve(server.router, true);
    }
    must(zmq_bind(server.router, options->where) == 0, options->where);
    puts("ready");
    fflush(stdout);
    while (take(&server, 0)) {
        while (server.bytes < DRAIN_BYTES && server.run_count < RUNS_MAX &&
               take(&server, ZMQ_DONTWAIT)) {
        }
        commit(&server);
    }
    free(server.block);
    close(server.fd);
    zmq_close(server.router);
}

// Takes the counts that are there; waits for one when `flags` is 0.
static void take_counts(void *dealer, pace_t *pace, int flags)
{
    uint64_t records;
    while (zmq_recv(dealer, &records, sizeof records, flags) == sizeof records) {
        pace->acked += records;
        flags = ZMQ_DONTWAIT;
    }
}

static void publish(const options_t *options, void *context)
{
    void *dealer = zmq_socket(context, ZMQ_DEALER);
    if (options->curve) {
        set_curve(dealer, false);
    }
    must(zmq_connect(dealer, options->where) == 0, options->where);
    pace_t pace = pace_begin(options);
    while (pace_more(&pace) || pace.acked < pace.sent) {
        for (; pace_may_send(&pace); pace.sent++) {
            zmq_msg_t record;
            must(zmq_msg_init_size(&record, options->bytes) == 0, "zmq_msg_init_size");
            record_fill(zmq_msg_data(&record), pace.sent, options->bytes);
            must(zmq_msg_send(&record, dealer, 0) >= 0, "zmq_msg_send");
        }
        if (pace.acked < pace.sent) {
            take_counts(dealer, &pace, 0);
        }
    }
    pace_print(&pace);
    zmq_close(dealer);
}

static void consume(const options_t *options)
{
    FILE *file = fopen(options->file, "rbe");
    must(file, options->file);
    char *record = malloc(options->bytes);
    must(record, "malloc");
    int64_t began_ns = now_ns();
    tally_t tally = tally_of(options);
    while (fread(record, options->bytes, 1, file) == 1) {
        tally_take(&tally, record, options->bytes);
    }
    tally_print(&tally, began_ns);
    free(tally.seen);
    free(record);
    fclose(file);
}

int main(int argc, char **argv)
{
    options_t options = options_read(argc, argv);
    void *context = zmq_ctx_new();
    if (strcmp(options.what, "serve") == 0) {
        serve(&options, context);
    } else if (strcmp(options.what, "publish") == 0) {
        publish(&options, context);
    } else {
        consume(&options);
    }
    zmq_ctx_term(context);
    return 0;
}
