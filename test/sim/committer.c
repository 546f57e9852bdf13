// SPDX-License-Identifier: MPL-2.0
#include "committer.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "broker/writer.h"

enum { NOTICES_MAX = 64, NEVER_MS = 1 << 30 };

typedef struct {
    notice_t notice;
    int64_t at_ms;
} pending_t;

struct committer {
    journal_t *journal;
    writer_t writer;
    int64_t now_ms;
    int64_t before_ms;
    int64_t behind_ms;
    bool early;
    commit_t *commit; // that waits for the disk
    int64_t commit_ms;
    pending_t notices[NOTICES_MAX];
    int count;
};

committer_t *sim_committer_new(journal_t **journal, int64_t now_ms, bool early)
{
    committer_t *committer = mem_new(sizeof *committer);
    committer->journal = *journal;
    committer->now_ms = now_ms;
    committer->early = early;
    writer_init(&committer->writer, *journal);
    *journal = NULL;
    return committer;
}

void sim_committer_destroy(committer_t **committer)
{
    if (*committer) {
        journal_close(&(*committer)->journal);
        free(*committer);
        *committer = NULL;
    }
}

void sim_committer_time(committer_t *committer, int64_t now_ms)
{
    committer->now_ms = now_ms;
}

void sim_committer_delay(committer_t *committer, int64_t before_ms, int64_t behind_ms)
{
    committer->before_ms = before_ms;
    committer->behind_ms = behind_ms;
}

static void tell(committer_t *committer, commit_t *commit)
{
    const writer_t *writer = &committer->writer;
    assert(committer->count < NOTICES_MAX);
    committer->notices[committer->count++] = (pending_t){
        .notice = {.commit = commit, .err = writer->failed ? ERR_IO : ERR_OK, .low = writer->low},
        .at_ms = committer->now_ms + committer->behind_ms};
}

void sim_committer_run(committer_t *committer)
{
    commit_t *commit = committer->commit;
    if (commit && committer->now_ms >= committer->commit_ms) {
        committer->commit = NULL;
        commit->sync_within_ms = committer->early ? NEVER_MS : commit->sync_within_ms;
        writer_commit(&committer->writer, commit, committer->now_ms);
        tell(committer, commit);
    }
    if (writer_run(&committer->writer, committer->now_ms)) {
        tell(committer, NULL);
    }
}

void committer_submit(committer_t *committer, commit_t *commit)
{
    committer->commit = commit;
    committer->commit_ms = committer->now_ms + committer->before_ms;
}

bool committer_receive(committer_t *committer, bool wait, notice_t *ret)
{
    (void)wait;
    if (committer->count == 0 || committer->notices[0].at_ms > committer->now_ms) {
        return false;
    }
    *ret = committer->notices[0].notice;
    committer->count--;
    for (int i = 0; i < committer->count; i++) {
        committer->notices[i] = committer->notices[i + 1];
    }
    return true;
}

const fault_t *committer_fault(const committer_t *committer)
{
    return &committer->writer.fault;
}
