// SPDX-License-Identifier: MPL-2.0
#include "broker/committer.h"

#include <czmq.h>

#include "base/mem.h"

struct committer {
    zactor_t *actor;
    journal_t *journal; // the thread's, between its start and its end
};

static void carry_out(journal_t *journal, commit_t *commit)
{
    commit->err = ERR_OK;
    commit->trim_err = ERR_OK;
    if (commit->trim_before > 0) { // first: it may make the room that the batch needs
        commit->trim_err = journal_trim(journal, commit->trim_before, &commit->trim_fault);
    }
    if (commit->batch.count > 0) {
        commit->err = journal_append(journal, &commit->batch, &commit->base, &commit->fault);
    }
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

static void run(zsock_t *pipe, void *argument)
{
    committer_t *committer = argument;
    void *socket = zsock_resolve(pipe);
    zsock_signal(pipe, 0);
    commit_t *commit;
    while ((commit = next_commit(socket))) {
        carry_out(committer->journal, commit);
        zmq_send(socket, &commit, sizeof(commit_t *), 0);
    }
    journal_close(&committer->journal);
}

committer_t *committer_new(journal_t **journal)
{
    committer_t *committer = mem_new(sizeof *committer);
    committer->journal = *journal;
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

commit_t *committer_receive(committer_t *committer)
{
    commit_t *commit = NULL;
    while (!(commit = next_commit(committer_socket(committer)))) {
    }
    return commit;
}
