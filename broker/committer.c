// SPDX-License-Identifier: MPL-2.0
#include "broker/committer.h"

#include <czmq.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/handover.h"
#include "base/log.h"
#include "base/mem.h"
#include "broker/writer.h"

struct committer {
    zactor_t *actor;
    _Atomic uint32_t segment;
    // The thread's, between its start and its end.
    journal_t *journal;
    void *pipe;
    writer_t writer; // its fault is written before the notice that speaks of it
};

static void tell(committer_t *committer, commit_t *commit)
{
    const writer_t *writer = &committer->writer;
    notice_t notice = {
        .commit = commit, .err = writer->failed ? ERR_IO : ERR_OK, .low = writer->low};
    handover_give(committer);
    zmq_send(committer->pipe, &notice, sizeof notice, 0);
}

static void carry_out(committer_t *committer, commit_t *commit)
{
    int64_t start_ms = clock_mono_ms();
    writer_commit(&committer->writer, commit, start_ms);
    commit->took_ms = clock_mono_ms() - start_ms;
    atomic_store(&committer->segment, journal_active(committer->journal));
    tell(committer, commit);
}

// A message is a pointer to a commit; anything else is CZMQ's "$TERM".
static commit_t *next_commit(void *pipe)
{
    commit_t *commit = NULL;
    zmq_msg_t message;
    zmq_msg_init(&message);
    int size = -1;
    do {
        size = zmq_msg_recv(&message, pipe, 0);
    } while (size < 0 && errno == EINTR);
    if (size == (int)sizeof(commit_t *)) {
        memcpy(&commit, zmq_msg_data(&message), sizeof(commit_t *));
    }
    zmq_msg_close(&message);
    return commit;
}

static long wait_ms(int64_t due_ms)
{
    if (due_ms == INT64_MAX) {
        return -1;
    }
    int64_t now_ms = clock_mono_ms();
    return due_ms > now_ms ? (long)(due_ms - now_ms) : 0;
}

// One commit, if there is one, then what is due. False at the end.
static bool turn(committer_t *committer)
{
    zmq_pollitem_t item = {.socket = committer->pipe, .events = ZMQ_POLLIN};
    zmq_poll(&item, 1, wait_ms(writer_due_ms(&committer->writer)));
    if (item.revents & ZMQ_POLLIN) {
        commit_t *commit = next_commit(committer->pipe);
        handover_take(committer);
        if (!commit) {
            return false;
        }
        carry_out(committer, commit);
    }
    if (writer_run(&committer->writer, clock_mono_ms())) {
        tell(committer, NULL);
    }
    return true;
}

static void run(zsock_t *pipe, void *argument)
{
    committer_t *committer = argument;
    handover_take(committer);
    committer->pipe = zsock_resolve(pipe);
    zsock_signal(pipe, 0);
    while (turn(committer)) {
    }
    if (!journal_close(&committer->journal)) {
        log_event(LOG_ERROR, "log.sync", "the last records may not be on disk");
    }
    handover_give(committer);
}

committer_t *committer_new(journal_t **journal)
{
    committer_t *committer = mem_new(sizeof *committer);
    committer->journal = *journal;
    writer_init(&committer->writer, *journal);
    atomic_store(&committer->segment, journal_active(*journal));
    *journal = NULL;
    handover_give(committer);
    committer->actor = zactor_new(run, committer);
    return committer;
}

void committer_destroy(committer_t **committer)
{
    if (!*committer) {
        return;
    }
    zactor_destroy(&(*committer)->actor);
    handover_take(*committer);
    free(*committer);
    *committer = NULL;
}

void *committer_socket(committer_t *committer)
{
    return zsock_resolve(committer->actor);
}

void committer_submit(committer_t *committer, commit_t *commit)
{
    handover_give(committer);
    zmq_send(committer_socket(committer), &commit, sizeof(commit_t *), 0);
}

bool committer_receive(committer_t *committer, bool wait, notice_t *ret)
{
    int size = -1;
    do {
        size = zmq_recv(committer_socket(committer), ret, sizeof *ret, wait ? 0 : ZMQ_DONTWAIT);
    } while (size != (int)sizeof *ret && (wait || (size < 0 && errno == EINTR)));
    handover_take(committer);
    return size == (int)sizeof *ret;
}

const fault_t *committer_fault(const committer_t *committer)
{
    return &committer->writer.fault;
}

uint32_t committer_segment(const committer_t *committer)
{
    return atomic_load(&committer->segment);
}
