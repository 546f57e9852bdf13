// SPDX-License-Identifier: MPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/text.h"
#include "broker/log/journal_state.h"

void journal_write_sealed(journal_t *journal)
{
    if (journal->has_sealed) {
        index_write(&journal->sealed, journal->disk, journal->folder, &journal->sealed_head);
        index_release(&journal->sealed);
        journal->has_sealed = false;
    }
}

static bool remove_file(const journal_t *journal, const char *path)
{
    return journal->disk->remove(journal->disk, path) >= 0 || errno == ENOENT;
}

// A backup that is being made holds all segments.
static err_t hold_backups(const journal_t *journal, int *ret_file, fault_t *fault)
{
    char *path = text_format("%s/backup.lock", journal->folder);
    *ret_file = journal->disk->open(journal->disk, path, O_RDWR | O_CREAT);
    err_t err = *ret_file < 0 ? fault_errno(fault, ERR_IO, path) : ERR_OK;
    if (err == ERR_OK && journal->disk->lock(journal->disk, *ret_file) < 0) {
        err = fault_set(fault, ERR_CONFLICT, NULL, "a backup of %s is being made", journal->folder);
        journal->disk->close(journal->disk, *ret_file);
    }
    free(path);
    return err;
}

static err_t remove_segments(journal_t *journal, uint32_t segment, fault_t *fault)
{
    while (journal->first < segment && journal->first < journal->active.head.number) {
        char path[SEGMENT_PATH_SIZE];
        segment_index_path(path, journal->folder, journal->first);
        if (remove_file(journal, path)) {
            segment_path(path, journal->folder, journal->first);
        }
        if (!remove_file(journal, path)) {
            return fault_errno(fault, ERR_IO, path);
        }
        journal->first++;
        // One by one: a segment that is gone while one before it is not would pass for a lost one.
        if (journal->disk->sync_folder(journal->disk, journal->folder) < 0) {
            return fault_errno(fault, ERR_IO, journal->folder);
        }
    }
    return ERR_OK;
}

// What was copied out of these segments may still be on its way to the disk: it has to be there
// before they go.
err_t journal_trim(journal_t *journal, uint32_t segment, fault_t *fault)
{
    err_t err = journal_sync(journal, fault);
    if (err) {
        return err;
    }
    if (journal->first >= segment) {
        return ERR_OK;
    }
    int backups = -1;
    err = hold_backups(journal, &backups, fault);
    if (err) {
        return err;
    }
    journal_write_sealed(journal);
    err = remove_segments(journal, segment, fault);
    journal->disk->close(journal->disk, backups);
    return err;
}
