// SPDX-License-Identifier: MPL-2.0
#include "broker/committer.h"

#include <czmq.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { RETRY_MS = 1000 }; // between tries to make the next segment, or to trim

struct committer {
    zactor_t *actor;
    _Atomic uint32_t segment;
    // The thread's, between its start and its end.
    journal_t *journal;
    void *pipe;
    fault_t fault; // written before the notice that speaks of it
    bool failed;
    bool low;
    int64_t sync_ms;      // when what was appended must be on disk; INT64_MAX: it is
    int64_t retry_ms;     // when the next segment, or a trim, may be tried again
    uint32_t trim_before; // what a backup keeps from being removed; 0: nothing
};

static void tell(committer_t *committer, commit_t *commit)
{
    notice_t notice = {
        .commit = commit, .err = committer->failed ? ERR_IO : ERR_OK, .low = committer->low};
    zmq_send(committer->pipe, &notice, sizeof notice, 0);
}

// A backup holds the segments: they are tried again later.
static err_t trim(committer_t *committer, uint32_t before, fault_t *fault)
{
    err_t err = journal_trim(committer->journal, before, fault);
    committer->trim_before = err == ERR_CONFLICT ? before : 0;
    return err == ERR_CONFLICT ? ERR_OK : err;
}

static void append(committer_t *committer, commit_t *commit)
{
    journal_t *journal = committer->journal;
    bool sync = commit->sync_within_ms <= 0;
    commit->err = journal_append(journal, &commit->batch, sync, &commit->base, &commit->fault);
    if (!journal_unsynced(journal)) {
        committer->sync_ms = INT64_MAX;
    } else if (!sync) {
        int64_t due_ms = clock_mono_ms() + commit->sync_within_ms;
        committer->sync_ms = due_ms < committer->sync_ms ? due_ms : committer->sync_ms;
    }
}

static void carry_out(committer_t *committer, commit_t *commit)
{
    commit->err = ERR_OK;
    commit->trim_err = ERR_OK;
    if (commit->trim_before > 0) { // first: it may make the room that the batch needs
        commit->trim_err = trim(committer, commit->trim_before, &commit->trim_fault);
        committer->retry_ms = 0;
    }
    if (commit->batch.count > 0) {
        append(committer, commit);
    }
    atomic_store(&committer->segment, journal_active(committer->journal));
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

static void sync_late(committer_t *committer)
{
    committer->sync_ms = INT64_MAX;
    committer->failed = journal_sync(committer->journal, &committer->fault) != ERR_OK;
    if (committer->failed) {
        tell(committer, NULL);
    }
}

static bool has_chores(const committer_t *committer)
{
    return !committer->failed &&
           (committer->low || committer->trim_before > 0 || journal_unprepared(committer->journal));
}

// What nobody waits for.
static void do_chores(committer_t *committer, int64_t now_ms)
{
    fault_t fault;
    if (committer->trim_before > 0 && trim(committer, committer->trim_before, &fault) != ERR_OK) {
        log_event(LOG_ERROR, "log.trim", "%s", fault.detail);
    }
    bool low = journal_prepare(committer->journal, &fault) != ERR_OK;
    committer->retry_ms = low || committer->trim_before > 0 ? now_ms + RETRY_MS : 0;
    if (low != committer->low) {
        committer->low = low;
        tell(committer, NULL);
        log_event(low ? LOG_ERROR : LOG_INFO, "log.room", "%s",
                  low ? fault.detail : "there is room for the next segment again");
    }
}

static long wait_ms(const committer_t *committer, int64_t now_ms)
{
    int64_t due_ms = committer->sync_ms;
    if (has_chores(committer) && committer->retry_ms < due_ms) {
        due_ms = committer->retry_ms;
    }
    if (due_ms == INT64_MAX) {
        return -1;
    }
    return due_ms > now_ms ? (long)(due_ms - now_ms) : 0;
}

// One commit, if there is one, then what is due. False at the end.
static bool turn(committer_t *committer)
{
    zmq_pollitem_t item = {.socket = committer->pipe, .events = ZMQ_POLLIN};
    zmq_poll(&item, 1, wait_ms(committer, clock_mono_ms()));
    if (item.revents & ZMQ_POLLIN) {
        commit_t *commit = next_commit(committer->pipe);
        if (!commit) {
            return false;
        }
        carry_out(committer, commit);
        tell(committer, commit);
    }
    int64_t now_ms = clock_mono_ms();
    if (now_ms >= committer->sync_ms) {
        sync_late(committer);
    }
    if (has_chores(committer) && now_ms >= committer->retry_ms) {
        do_chores(committer, now_ms);
    }
    return true;
}

static void run(zsock_t *pipe, void *argument)
{
    committer_t *committer = argument;
    committer->pipe = zsock_resolve(pipe);
    zsock_signal(pipe, 0);
    while (turn(committer)) {
    }
    if (!journal_close(&committer->journal)) {
        log_event(LOG_ERROR, "log.sync", "the last records may not be on disk");
    }
}

committer_t *committer_new(journal_t **journal)
{
    committer_t *committer = mem_new(sizeof *committer);
    committer->journal = *journal;
    committer->sync_ms = INT64_MAX;
    atomic_store(&committer->segment, journal_active(*journal));
    *journal = NULL;
    committer->actor = zactor_new(run, committer);
    return committer;
}

void committer_destroy(committer_t **committer)
{
    if (!*committer) {
        return;
    }
    zactor_destroy(&(*committer)->actor);
    free(*committer);
    *committer = NULL;
}

void *committer_socket(committer_t *committer)
{
    return zsock_resolve(committer->actor);
}

void committer_submit(committer_t *committer, commit_t *commit)
{
    zmq_send(committer_socket(committer), &commit, sizeof(commit_t *), 0);
}

bool committer_receive(committer_t *committer, bool wait, notice_t *ret)
{
    int size = -1;
    do {
        size = zmq_recv(committer_socket(committer), ret, sizeof *ret, wait ? 0 : ZMQ_DONTWAIT);
    } while (size != (int)sizeof *ret && (wait || (size < 0 && errno == EINTR)));
    return size == (int)sizeof *ret;
}

const fault_t *committer_fault(const committer_t *committer)
{
    return &committer->fault;
}

uint32_t committer_segment(const committer_t *committer)
{
    return atomic_load(&committer->segment);
}
