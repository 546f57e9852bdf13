// SPDX-License-Identifier: MPL-2.0
#include "broker/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "proto/message.h"
#include "proto/name.h"

enum {
    ACTORS_MAX = 1024,                                // whose last heartbeat is kept
    HEARTBEAT_BYTES_MAX = 4096,                       // of the message
    SUBJECT_BYTES_MAX = 3 + 2 * LIMIT_NAME_BYTES + 1, // "hb.<name>.<instance>"
    MESSAGES_A_RUN = 256,
};

// The last heartbeat of an actor.
typedef struct {
    char *subject;
    buf_t message;
    int64_t at_ms;
} last_t;

struct hub {
    void *in;
    void *out;
    auth_t *auth;     // NULL: everybody is of this host
    char *remote_out; // NULL: the same
    bool closed;      // it is to be bound again
    map_t lasts;      // last_t by subject
    char *incarnation;
    int64_t started_ms;
    int64_t sequence;
    int64_t refused;
};

static err_t bind_side(void *context, int type, const char *endpoint, void **ret, fault_t *fault)
{
    void *socket = zmq_socket(context, type);
    int64_t bytes_max = HEARTBEAT_BYTES_MAX;
    int linger_ms = 200;
    if (socket) {
        zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bytes_max, sizeof bytes_max);
        zmq_setsockopt(socket, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    }
    if (!socket || zmq_bind(socket, endpoint) < 0) {
        err_t err = fault_set(fault, ERR_IO, "see that the data directory can be written to",
                              "%s: %s", endpoint, zmq_strerror(zmq_errno()));
        if (socket) {
            zmq_close(socket);
        }
        return err;
    }
    *ret = socket;
    return ERR_OK;
}

static err_t bind_remote(void *socket, const auth_t *auth, auth_door_t door, const char *endpoint,
                         fault_t *fault)
{
    err_t err = auth_guard(auth, socket, door, fault);
    if (err == ERR_OK && zmq_bind(socket, endpoint) < 0) {
        err = fault_set(fault, ERR_IO, "see that the two ports above that of 'bus_listen' are free",
                        "%s: %s", endpoint, zmq_strerror(zmq_errno()));
    }
    return err;
}

static err_t bind_all(hub_t *hub, void *context, const hub_options_t *options, fault_t *fault)
{
    err_t err = bind_side(context, ZMQ_XSUB, options->in, &hub->in, fault);
    err = err ? err : bind_side(context, ZMQ_XPUB, options->out, &hub->out, fault);
    if (err || !options->auth) {
        return err;
    }
    hub->auth = options->auth;
    hub->remote_out = mem_strdup(options->remote_out);
    err = bind_remote(hub->in, hub->auth, AUTH_HEARTBEAT_IN, options->remote_in, fault);
    return err ? err
               : bind_remote(hub->out, hub->auth, AUTH_HEARTBEAT_OUT, options->remote_out, fault);
}

err_t hub_new(void *context, const hub_options_t *options, hub_t **ret, fault_t *fault)
{
    hub_t *hub = mem_new(sizeof *hub);
    hub->incarnation = mem_strdup(options->incarnation);
    hub->started_ms = clock_wall_ms();
    err_t err = bind_all(hub, context, options, fault);
    if (err) {
        hub_destroy(&hub);
        return err;
    }
    // Every subscriber's subscription is seen, not only the first of each subject.
    int verbose = 1;
    zmq_setsockopt(hub->out, ZMQ_XPUB_VERBOSE, &verbose, sizeof verbose);
    zmq_send(hub->in, "\1", 1, ZMQ_DONTWAIT); // all subjects, whether somebody listens or not
    *ret = hub;
    return ERR_OK;
}

static void free_last(last_t *last)
{
    free(last->subject);
    buf_release(&last->message);
    free(last);
}

void hub_destroy(hub_t **hub)
{
    hub_t *old = *hub;
    if (!old) {
        return;
    }
    if (old->in) {
        zmq_close(old->in);
    }
    if (old->out) {
        zmq_close(old->out);
    }
    size_t at = 0;
    last_t *last;
    while ((last = map_next(&old->lasts, &at))) {
        free_last(last);
    }
    map_release(&old->lasts);
    free(old->remote_out);
    free(old->incarnation);
    free(old);
    *hub = NULL;
}

// libzmq ends a listener's connections with it; those that still may come back by themselves.
void hub_renew(hub_t *hub)
{
    if (hub->remote_out && !hub->closed) {
        zmq_unbind(hub->out, hub->remote_out);
        hub->closed = true;
    }
}

// The port is free when libzmq's thread has let it go, a moment later.
static void open_again(hub_t *hub)
{
    if (hub->closed && zmq_bind(hub->out, hub->remote_out) == 0) {
        hub->closed = false;
    }
}

void *hub_in(const hub_t *hub)
{
    return hub->in;
}

void *hub_out(const hub_t *hub)
{
    return hub->out;
}

int64_t hub_refused(const hub_t *hub)
{
    return hub->refused;
}

// Makes room by forgetting the actor that was heard of longest ago.
static void forget_oldest(hub_t *hub)
{
    last_t *oldest = NULL;
    size_t at = 0;
    last_t *last;
    while ((last = map_next(&hub->lasts, &at))) {
        if (!oldest || last->at_ms < oldest->at_ms) {
            oldest = last;
        }
    }
    if (oldest) {
        map_remove(&hub->lasts, oldest->subject, strlen(oldest->subject));
        free_last(oldest);
    }
}

static void keep(hub_t *hub, view_t subject, view_t message)
{
    last_t *last = map_get(&hub->lasts, subject.data, subject.size);
    if (!last) {
        if (hub->lasts.live >= ACTORS_MAX) {
            forget_oldest(hub);
        }
        last = mem_new(sizeof *last);
        last->subject = view_dup(subject);
        map_add(&hub->lasts, last->subject, subject.size, last);
    }
    last->at_ms = clock_mono_ms();
    buf_clear(&last->message);
    buf_add(&last->message, message.data, message.size);
}

static void forward(hub_t *hub, view_t subject, view_t message)
{
    if (zmq_send(hub->out, subject.data, subject.size, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0) {
        zmq_send(hub->out, message.data, message.size, ZMQ_DONTWAIT);
    }
}

// Whether the message is a heartbeat of the actor that the subject names.
static bool valid(view_t subject, view_t message)
{
    msg_heartbeat_t heartbeat;
    if (message_unpack(MSG_heartbeat, message.data, message.size, &heartbeat, NULL)) {
        return false;
    }
    char expected[SUBJECT_BYTES_MAX + 1];
    int size = snprintf(expected, sizeof expected, "hb.%s.%s", heartbeat.name, heartbeat.instance);
    bool good = name_check(view_of(heartbeat.name), "actor", NULL) == ERR_OK &&
                name_check(view_of(heartbeat.instance), "instance", NULL) == ERR_OK &&
                subject.size == (size_t)size && memcmp(subject.data, expected, subject.size) == 0;
    message_release(MSG_heartbeat, &heartbeat);
    return good;
}

// Whether a user may say this: the right names the actor, and its instance is the key's name, or
// that and more behind a dot, so that nobody speaks for another.
static bool may_say(const hub_t *hub, view_t user, view_t subject)
{
    if (!hub->auth || user.size == 0) {
        return true;
    }
    const role_t *role = policy_role_of(auth_policy(hub->auth), user);
    const char *begin = memchr(subject.data, '.', subject.size);
    const char *end = subject.data + subject.size;
    bool said = false;
    // Names may have dots: each split of the subject is looked at.
    for (const char *at = begin; role && at && !said;) {
        const char *dot = memchr(at + 1, '.', (size_t)(end - at - 1));
        if (!dot) {
            break;
        }
        view_t name = {begin + 1, (size_t)(dot - begin - 1)};
        view_t instance = {dot + 1, (size_t)(end - dot - 1)};
        bool own = instance.size >= user.size && memcmp(instance.data, user.data, user.size) == 0 &&
                   (instance.size == user.size || instance.data[user.size] == '.');
        said = own && role_allows(role, ACCESS_HEARTBEAT, name, (view_t){0});
        at = dot;
    }
    return said;
}

static void take(hub_t *hub, view_t subject, view_t message)
{
    if (!valid(subject, message)) {
        hub->refused++;
        return;
    }
    keep(hub, subject, message);
    forward(hub, subject, message);
}

// Receives a message of up to two parts; further ones are dropped. Returns the number of parts; 0
// when there is no message.
static int receive(void *socket, zmq_msg_t parts[2])
{
    int count = 0;
    int more = 1;
    while (more) {
        zmq_msg_t extra;
        zmq_msg_init(&extra);
        zmq_msg_t *part = count < 2 ? &parts[count] : &extra;
        if (zmq_msg_recv(part, socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&extra);
            return 0;
        }
        more = zmq_msg_more(part);
        zmq_msg_close(&extra);
        count++;
    }
    return count;
}

static view_t view_part(zmq_msg_t *part)
{
    return (view_t){zmq_msg_data(part), zmq_msg_size(part)};
}

// A new subscriber gets the last heartbeat of each actor it asks for. The others get it again, and
// know it by its sequence.
static void replay(hub_t *hub, view_t subscription)
{
    if (subscription.size < 1 || subscription.data[0] != 1) {
        return;
    }
    view_t prefix = {subscription.data + 1, subscription.size - 1};
    size_t at = 0;
    last_t *last;
    while ((last = map_next(&hub->lasts, &at))) {
        if (prefix.size <= strlen(last->subject) &&
            memcmp(last->subject, prefix.data, prefix.size) == 0) {
            forward(hub, view_of(last->subject), (view_t){last->message.data, last->message.size});
        }
    }
}

static view_t user_of(const hub_t *hub, zmq_msg_t *part)
{
    return hub->auth ? auth_user(part) : (view_t){0};
}

static bool process_side(hub_t *hub, void *socket)
{
    zmq_msg_t parts[2];
    zmq_msg_init(&parts[0]);
    zmq_msg_init(&parts[1]);
    int count = receive(socket, parts);
    if (count == 2 && socket == hub->in &&
        !may_say(hub, user_of(hub, &parts[1]), view_part(&parts[0]))) {
        hub->refused++;
    } else if (count == 2 && socket == hub->in) {
        take(hub, view_part(&parts[0]), view_part(&parts[1]));
    } else if (count == 1 && socket == hub->out) {
        replay(hub, view_part(&parts[0]));
    }
    zmq_msg_close(&parts[0]);
    zmq_msg_close(&parts[1]);
    return count > 0;
}

void hub_process(hub_t *hub)
{
    open_again(hub);
    for (int i = 0; i < MESSAGES_A_RUN && process_side(hub, hub->in); i++) {
    }
    for (int i = 0; i < MESSAGES_A_RUN && process_side(hub, hub->out); i++) {
    }
}

// Resident memory; 0 when the kernel does not tell (proc(5), statm).
static int64_t memory_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    long pages = 0;
    if (file) {
        if (fscanf(file, "%*d %ld", &pages) != 1) { // NOLINT(cert-err34-c): the kernel writes it
            pages = 0;
        }
        fclose(file);
    }
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

void hub_beat(hub_t *hub, const char *state, int64_t handled)
{
    open_again(hub);
    msg_heartbeat_t heartbeat = {
        .name = "broker",
        .instance = "1",
        .incarnation = hub->incarnation,
        .sequence = ++hub->sequence,
        .state = (char *)state, // not written through: packing only reads
        .pid = getpid(),
        .started_ms = hub->started_ms,
        .memory_bytes = memory_bytes(),
        .handled = handled,
    };
    buf_t message = {0};
    message_pack(MSG_heartbeat, &heartbeat, &message);
    take(hub, view_of("hb.broker.1"), (view_t){message.data, message.size});
    buf_release(&message);
}
