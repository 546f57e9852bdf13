// SPDX-License-Identifier: MPL-2.0
#include "broker/log/check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "broker/log/batch.h"
#include "broker/log/rebuild.h"

typedef struct {
    disk_t *disk;
    const char *folder;
    const walker_t *walker;
    check_report_t *report;
    uint32_t *numbers;
    size_t count;
    uint32_t last_filled; // number of the last segment that is not empty
    uint64_t expected;    // sequence of the next batch; 0: any
    bool repair;
} check_t;

err_t check_lock(disk_t *disk, const char *folder, int *ret_file, fault_t *fault)
{
    char *path = text_format("%s/lock", folder);
    int file = disk->open(disk, path, O_RDWR);
    err_t err = ERR_OK;
    if (file < 0) {
        err = fault_errno(fault, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, path);
    } else if (disk->lock(disk, file) < 0) {
        err = fault_set(fault, ERR_CONFLICT, "stop the platform first", "a broker uses %s", folder);
        disk->close(disk, file);
    }
    free(path);
    if (err == ERR_OK) {
        *ret_file = file;
    }
    return err;
}

static err_t find_last(check_t *check, fault_t *fault)
{
    err_t err = ERR_OK;
    for (size_t i = check->count; err == ERR_OK && check->last_filled == 0 && i > 0; i--) {
        walk_image_t image;
        err = walk_load(&image, check->disk, check->folder, check->numbers[i - 1], fault);
        if (err == ERR_OK && !walk_empty(&image)) {
            check->last_filled = image.number;
        }
        walk_release(&image);
    }
    return err;
}

static void name_damage(const check_t *check, damage_t damage)
{
    check->report->damages++;
    if (check->walker->on_damage) {
        check->walker->on_damage(check->walker->context, &damage);
    }
}

// Whether the batches begin where those before ended.
static bool goes_on(const check_t *check, const walk_image_t *image, const walk_t *found)
{
    if (check->expected == 0 || found->first_sequence == 0 ||
        found->first_sequence == check->expected) {
        return true;
    }
    name_damage(check, (damage_t){.segment = image->number,
                                  .path = image->path,
                                  .what = "batches before this segment are missing"});
    return false;
}

// The sequence that the segment behind this one begins with; 0 when nothing is known.
static uint64_t next_first(const check_t *check, uint32_t number)
{
    walk_image_t image;
    uint64_t first = 0;
    if (walk_load(&image, check->disk, check->folder, number, NULL) == ERR_OK) {
        scan_t scan = {&image.head, image.bytes.data};
        first = scan_first_sequence(&scan);
    }
    walk_release(&image);
    return first;
}

static err_t repair_segment(const check_t *check, const walk_image_t *image, bool synced,
                            fault_t *fault)
{
    rebuild_t rebuild = {.first = check->expected, .next = next_first(check, image->number + 1)};
    check->report->repaired++;
    return rebuild_segment(&rebuild, image, synced, check->disk, check->folder, fault);
}

static err_t check_segment(check_t *check, const walk_image_t *image, fault_t *fault)
{
    bool synced = image->number < check->last_filled;
    walk_t found;
    walk_segment(image, synced, check->walker, &found);
    bool whole = goes_on(check, image, &found) && found.damages == 0;
    if (synced && found.next_sequence == 0 && whole) {
        name_damage(check, (damage_t){.segment = image->number,
                                      .path = image->path,
                                      .what = "the segment is empty, those behind it are not"});
        whole = false;
    }
    uint64_t next = synced ? next_first(check, image->number + 1) : 0;
    if (whole && next != 0 && found.next_sequence != next) {
        name_damage(check, (damage_t){.segment = image->number,
                                      .path = image->path,
                                      .offset = found.end,
                                      .what = "batches at the segment's end are missing"});
        whole = false;
    }
    check_report_t *report = check->report;
    report->segments++;
    report->batches += found.batches;
    report->records += found.records;
    report->damages += found.damages;
    report->tail_bytes += found.tail_bytes;
    report->indexes += image->has_index;
    report->bad_indexes += image->index_damaged;
    err_t err = !whole && check->repair ? repair_segment(check, image, synced, fault) : ERR_OK;
    check->expected = next != 0 ? next : found.next_sequence;
    return err;
}

static err_t check_missing(check_t *check, uint32_t number, fault_t *fault)
{
    walk_image_t image = {.number = number};
    segment_path(image.path, check->folder, number);
    name_damage(check,
                (damage_t){.segment = number, .path = image.path, .what = "the file is missing"});
    if (!check->repair) {
        return ERR_OK;
    }
    image.head = (segment_head_t){.number = number, .size = LAYOUT_SEGMENT_MIN};
    memset(buf_reserve(&image.bytes, LAYOUT_SEGMENT_MIN), 0, LAYOUT_SEGMENT_MIN);
    image.bytes.size = LAYOUT_SEGMENT_MIN;
    err_t err = repair_segment(check, &image, true, fault);
    walk_release(&image);
    return err;
}

static err_t check_number(check_t *check, size_t at, fault_t *fault)
{
    err_t err = ERR_OK;
    uint32_t before = at > 0 ? check->numbers[at - 1] : check->numbers[at] - 1;
    for (uint32_t lost = before + 1; err == ERR_OK && lost < check->numbers[at]; lost++) {
        err = check_missing(check, lost, fault);
        check->expected = next_first(check, lost + 1);
    }
    if (err) {
        return err;
    }
    walk_image_t image;
    err = walk_load(&image, check->disk, check->folder, check->numbers[at], fault);
    err = err ? err : check_segment(check, &image, fault);
    walk_release(&image);
    return err;
}

static err_t run(check_t *check, fault_t *fault)
{
    *check->report = (check_report_t){0};
    err_t err = walk_list(check->disk, check->folder, &check->numbers, &check->count, fault);
    err = err ? err : find_last(check, fault);
    for (size_t i = 0; err == ERR_OK && i < check->count; i++) {
        err = check_number(check, i, fault);
    }
    free(check->numbers);
    return err;
}

err_t check_log(disk_t *disk, const char *folder, const walker_t *walker, check_report_t *ret,
                fault_t *fault)
{
    check_t check = {.disk = disk, .folder = folder, .walker = walker, .report = ret};
    return run(&check, fault);
}

err_t check_repair(disk_t *disk, const char *folder, const walker_t *walker, check_report_t *ret,
                   fault_t *fault)
{
    check_t check = {
        .disk = disk, .folder = folder, .walker = walker, .report = ret, .repair = true};
    return run(&check, fault);
}
