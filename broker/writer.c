// SPDX-License-Identifier: MPL-2.0
#include "broker/writer.h"

#include "base/log.h"

enum { RETRY_MS = 1000 }; // between tries to make the next segment, or to trim

void writer_init(writer_t *writer, journal_t *journal)
{
    *writer = (writer_t){.journal = journal, .sync_ms = INT64_MAX};
}

// A backup holds the segments: they are tried again later.
static err_t trim(writer_t *writer, uint32_t before, fault_t *fault)
{
    err_t err = journal_trim(writer->journal, before, fault);
    writer->trim_before = err == ERR_CONFLICT ? before : 0;
    return err == ERR_CONFLICT ? ERR_OK : err;
}

static void append(writer_t *writer, commit_t *commit, int64_t now_ms)
{
    journal_t *journal = writer->journal;
    bool sync = commit->sync_within_ms <= 0;
    commit->err = journal_append(journal, &commit->batch, sync, &commit->base, &commit->fault);
    if (!journal_unsynced(journal)) {
        writer->sync_ms = INT64_MAX;
    } else if (!sync) {
        int64_t due_ms = now_ms + commit->sync_within_ms;
        writer->sync_ms = due_ms < writer->sync_ms ? due_ms : writer->sync_ms;
    }
}

void writer_commit(writer_t *writer, commit_t *commit, int64_t now_ms)
{
    commit->err = ERR_OK;
    commit->trim_err = ERR_OK;
    if (commit->trim_before > 0) { // first: it may make the room that the batch needs
        commit->trim_err = trim(writer, commit->trim_before, &commit->trim_fault);
        writer->retry_ms = 0;
    }
    if (commit->batch.count > 0) {
        append(writer, commit, now_ms);
    }
}

static bool sync_late(writer_t *writer)
{
    writer->sync_ms = INT64_MAX;
    writer->failed = journal_sync(writer->journal, &writer->fault) != ERR_OK;
    return writer->failed;
}

static bool has_chores(const writer_t *writer)
{
    return !writer->failed &&
           (writer->low || writer->trim_before > 0 || journal_unprepared(writer->journal));
}

// What nobody waits for.
static bool do_chores(writer_t *writer, int64_t now_ms)
{
    fault_t fault;
    if (writer->trim_before > 0 && trim(writer, writer->trim_before, &fault) != ERR_OK) {
        log_event(LOG_ERROR, "log.trim", "%s", fault.detail);
    }
    bool low = journal_prepare(writer->journal, &fault) != ERR_OK;
    writer->retry_ms = low || writer->trim_before > 0 ? now_ms + RETRY_MS : 0;
    bool changed = low != writer->low;
    writer->low = low;
    if (changed) {
        log_event(low ? LOG_ERROR : LOG_INFO, "log.room", "%s",
                  low ? fault.detail : "there is room for the next segment again");
    }
    return changed;
}

int64_t writer_due_ms(const writer_t *writer)
{
    bool chores = has_chores(writer) && writer->retry_ms < writer->sync_ms;
    return chores ? writer->retry_ms : writer->sync_ms;
}

bool writer_run(writer_t *writer, int64_t now_ms)
{
    bool news = now_ms >= writer->sync_ms && sync_late(writer);
    if (has_chores(writer) && now_ms >= writer->retry_ms) {
        news = do_chores(writer, now_ms) || news;
    }
    return news;
}
