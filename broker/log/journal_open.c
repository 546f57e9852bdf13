// SPDX-License-Identifier: MPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "broker/log/journal_state.h"
#include "broker/log/recovery.h"

enum { FIRST_BYTES = 4 << 20 }; // of the first segment; each is twice as large as the one before

static err_t lock_folder(journal_t *journal, fault_t *fault)
{
    disk_t *disk = journal->disk;
    if (disk->make_folder(disk, journal->folder) < 0) {
        return fault_errno(fault, ERR_IO, journal->folder);
    }
    char *path = text_format("%s/lock", journal->folder);
    journal->lock = disk->open(disk, path, O_RDWR | O_CREAT);
    err_t err = ERR_OK;
    if (journal->lock < 0) {
        err = fault_errno(fault, ERR_IO, path);
    } else if (disk->lock(disk, journal->lock) < 0) {
        err = errno == EWOULDBLOCK
                  ? fault_set(fault, ERR_CONFLICT,
                              "end the other broker, or use another data directory",
                              "another broker uses %s", journal->folder)
                  : fault_errno(fault, ERR_IO, path);
    }
    free(path);
    return err;
}

// What the recovery holds is the journal's from now on.
static void take_over(journal_t *journal, const recovery_t *recovery)
{
    journal->first = recovery->first;
    journal->active = recovery->active;
    journal->has_active = recovery->has_active;
    journal->at = recovery->at;
    journal->written = recovery->at;
    journal->ordinal = recovery->ordinal;
    journal->sequence = recovery->sequence ? recovery->sequence : 1;
    journal->synced = journal->sequence - 1;
    journal->index = recovery->index;
    journal->spare = recovery->spare;
    journal->has_spare = recovery->has_spare;
}

static err_t make_first(journal_t *journal, fault_t *fault)
{
    uint32_t size = journal->segment_bytes < FIRST_BYTES ? journal->segment_bytes : FIRST_BYTES;
    err_t err = segment_create(&journal->active, journal->disk, journal->folder, 1, size, fault);
    if (err == ERR_OK) {
        journal->has_active = true;
        journal->first = 1;
        journal->at = LAYOUT_SEGMENT_HEAD;
        journal->written = journal->at;
    }
    return err;
}

// What was read may have been written by a broker that was killed before its sync: it is given out
// as if it were on disk, and so has to be.
static err_t settle_found(journal_t *journal, fault_t *fault)
{
    journal->synced = 0;
    return journal_sync(journal, fault);
}

static err_t open_journal(journal_t *journal, recovery_t *recovery, fault_t *fault)
{
    err_t err = lock_folder(journal, fault);
    if (err == ERR_OK) {
        err = recovery_run(recovery, fault);
        take_over(journal, recovery);
    }
    if (err == ERR_OK && !journal->has_active) {
        return make_first(journal, fault);
    }
    return err ? err : settle_found(journal, fault);
}

err_t journal_open(const journal_options_t *options, journal_record_fn *on_record, void *context,
                   journal_t **ret, journal_report_t *ret_report, fault_t *fault)
{
    if (options->segment_bytes < LAYOUT_SEGMENT_MIN ||
        options->segment_bytes > LAYOUT_SEGMENT_MAX) {
        return fault_set(fault, ERR_INVALID, "use 4 KiB to 1 GiB",
                         "a log segment of %lld bytes is not possible",
                         (long long)options->segment_bytes);
    }
    journal_t *journal = mem_new(sizeof *journal);
    journal->disk = options->disk;
    journal->folder = mem_strdup(options->folder);
    journal->segment_bytes = (uint32_t)options->segment_bytes;
    journal->lock = -1;
    journal_report_t report = {0};
    recovery_t recovery = {.disk = options->disk,
                           .folder = journal->folder,
                           .on_record = on_record,
                           .context = context,
                           .report = &report};
    err_t err = open_journal(journal, &recovery, fault);
    if (err) {
        journal->failed = err;
        journal_close(&journal);
        return err;
    }
    *ret = journal;
    *ret_report = report;
    return ERR_OK;
}

bool journal_close(journal_t **journal)
{
    journal_t *old = *journal;
    if (!old) {
        return true;
    }
    bool good = old->failed || !old->has_active || journal_sync(old, NULL) == ERR_OK;
    journal_write_sealed(old);
    if (old->has_active) {
        segment_close(&old->active);
    }
    if (old->has_spare) {
        segment_close(&old->spare);
    }
    if (old->lock >= 0) {
        old->disk->close(old->disk, old->lock);
    }
    index_release(&old->index);
    index_release(&old->sealed);
    free(old->folder);
    free(old);
    *journal = NULL;
    return good;
}
