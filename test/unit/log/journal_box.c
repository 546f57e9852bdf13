// SPDX-License-Identifier: MPL-2.0
#include "journal_box.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "test/unit/test.h"

int box_setup(void **state)
{
    box_t *box = mem_new(sizeof *box);
    snprintf(box->dir, sizeof box->dir, "/tmp/autodp-journal-XXXXXX");
    assert_non_null(mkdtemp(box->dir));
    snprintf(box->folder, sizeof box->folder, "%s/log", box->dir);
    faulty_disk_init(&box->disk);
    *state = box;
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

int box_teardown(void **state)
{
    box_t *box = *state;
    journal_close(&box->journal);
    nftw(box->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(box);
    return 0;
}

err_t box_take(void *context, const journal_record_t *record, fault_t *fault)
{
    (void)fault;
    box_t *box = context;
    assert_true(box->count < BOX_RECORDS_MAX && record->size < 64);
    assert_int_equal(record->kept, record->size);
    box->positions[box->count] = record->position;
    memcpy(box->records[box->count], record->bytes, record->size);
    box->records[box->count++][record->size] = '\0';
    return ERR_OK;
}

err_t box_reopen(box_t *box)
{
    journal_close(&box->journal);
    box->count = 0;
    journal_options_t options = {
        .disk = &box->disk.calls, .folder = box->folder, .segment_bytes = BOX_SEGMENT_BYTES};
    return journal_open(&options, box_take, box, &box->journal, &box->report, &box->fault);
}

static err_t append(box_t *box, const char *first, const char *second, bool sync)
{
    batch_t batch = {0};
    batch_add(&batch, first, strlen(first), "", 0, false);
    if (second) {
        batch_add(&batch, second, 1, second + 1, strlen(second) - 1, true);
    }
    uint64_t base = 0;
    err_t err = journal_append(box->journal, &batch, sync, &base, &box->fault);
    batch_release(&batch);
    return err;
}

err_t box_append(box_t *box, const char *first, const char *second)
{
    return append(box, first, second, true);
}

err_t box_append_unsynced(box_t *box, const char *record)
{
    return append(box, record, NULL, false);
}

void box_remove_index(const box_t *box, unsigned number)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%010u.idx", box->folder, number);
    unlink(path);
}

void box_segment_file(const box_t *box, unsigned number, char path[128])
{
    snprintf(path, 128, "%s/%010u.log", box->folder, number);
}

void box_read_file(const box_t *box, unsigned number, char bytes[BOX_SEGMENT_BYTES])
{
    char path[128];
    box_segment_file(box, number, path);
    int file = open(path, O_RDONLY);
    assert_int_equal(pread(file, bytes, BOX_SEGMENT_BYTES, 0), BOX_SEGMENT_BYTES);
    close(file);
}

void box_write_file(const box_t *box, unsigned number, const char bytes[BOX_SEGMENT_BYTES])
{
    char path[128];
    box_segment_file(box, number, path);
    int file = open(path, O_WRONLY);
    assert_int_equal(pwrite(file, bytes, BOX_SEGMENT_BYTES, 0), BOX_SEGMENT_BYTES);
    close(file);
}
