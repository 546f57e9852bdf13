// SPDX-License-Identifier: MPL-2.0
#include "broker/log/segment.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void segment_path(char path[SEGMENT_PATH_SIZE], const char *folder, uint32_t number)
{
    snprintf(path, SEGMENT_PATH_SIZE, "%s/%010u.log", folder, number);
}

void segment_index_path(char path[SEGMENT_PATH_SIZE], const char *folder, uint32_t number)
{
    snprintf(path, SEGMENT_PATH_SIZE, "%s/%010u.idx", folder, number);
}

static uint32_t number_before(const char *name, const char *suffix)
{
    char *end = NULL;
    unsigned long number = strtoul(name, &end, 10);
    bool fits = end == name + 10 && name[0] >= '0' && name[0] <= '9' && strcmp(end, suffix) == 0 &&
                number > 0 && number < UINT32_MAX;
    return fits ? (uint32_t)number : 0;
}

uint32_t segment_number(const char *name)
{
    return number_before(name, ".log");
}

uint32_t segment_index_number(const char *name)
{
    return number_before(name, ".idx");
}

static err_t fill(const segment_file_t *segment, fault_t *fault)
{
    disk_t *disk = segment->disk;
    char head[LAYOUT_SEGMENT_HEAD];
    layout_put_segment(head, &segment->head);
    if (disk->allocate(disk, segment->file, segment->head.size) < 0 ||
        !disk_write_all(disk, segment->file, head, sizeof head, 0) ||
        disk->sync(disk, segment->file) < 0) {
        return fault_errno(fault, ERR_IO, segment->path);
    }
    return ERR_OK;
}

// Under another name until it is whole, so that a crash leaves no half segment.
err_t segment_create(segment_file_t *ret, disk_t *disk, const char *folder, uint32_t number,
                     uint32_t size, fault_t *fault)
{
    segment_file_t made = {.disk = disk, .head = {.number = number, .size = size}};
    if (getrandom(&made.head.nonce, sizeof made.head.nonce, 0) != sizeof made.head.nonce) {
        return fault_errno(fault, ERR_IO, "getrandom");
    }
    segment_path(made.path, folder, number);
    char path[SEGMENT_PATH_SIZE + 4];
    snprintf(path, sizeof path, "%s.new", made.path);
    made.file = disk->open(disk, path, O_RDWR | O_CREAT | O_TRUNC);
    if (made.file < 0) {
        return fault_errno(fault, ERR_IO, path);
    }
    err_t err = fill(&made, fault);
    if (err == ERR_OK &&
        (disk->rename(disk, path, made.path) < 0 || disk->sync_folder(disk, folder) < 0)) {
        err = fault_errno(fault, ERR_IO, made.path);
    }
    if (err) {
        disk->close(disk, made.file);
        disk->remove(disk, path);
        return err;
    }
    *ret = made;
    return ERR_OK;
}

static err_t check_head(segment_file_t *segment, uint32_t number, fault_t *fault)
{
    disk_t *disk = segment->disk;
    char head[LAYOUT_SEGMENT_HEAD];
    int64_t size = disk->size(disk, segment->file);
    if (size < LAYOUT_SEGMENT_HEAD) {
        return fault_set(fault, ERR_CORRUPT, "restore the file from a copy",
                         "%s has %lld bytes: it was cut short", segment->path, (long long)size);
    }
    if (!disk_read_all(disk, segment->file, head, sizeof head, 0)) {
        return fault_errno(fault, ERR_IO, segment->path);
    }
    if (!layout_get_segment(head, &segment->head) || segment->head.number != number) {
        return fault_set(fault, ERR_CORRUPT, "restore the file from a copy",
                         "%s: the head at offset 0 is damaged", segment->path);
    }
    if (segment->head.size != (uint64_t)size || size > LAYOUT_SEGMENT_MAX) {
        return fault_set(fault, ERR_CORRUPT, "restore the file from a copy",
                         "%s has %lld bytes, its head says %u: it was cut short or added to",
                         segment->path, (long long)size, segment->head.size);
    }
    return ERR_OK;
}

err_t segment_open(segment_file_t *ret, disk_t *disk, const char *folder, uint32_t number,
                   fault_t *fault)
{
    segment_file_t opened = {.disk = disk};
    segment_path(opened.path, folder, number);
    opened.file = disk->open(disk, opened.path, O_RDWR);
    if (opened.file < 0) {
        return fault_errno(fault, ERR_IO, opened.path);
    }
    err_t err = check_head(&opened, number, fault);
    if (err) {
        disk->close(disk, opened.file);
        return err;
    }
    *ret = opened;
    return ERR_OK;
}

err_t segment_read(const segment_file_t *segment, buf_t *ret, fault_t *fault)
{
    buf_clear(ret);
    char *to = buf_reserve(ret, segment->head.size);
    if (!disk_read_all(segment->disk, segment->file, to, segment->head.size, 0)) {
        return fault_errno(fault, ERR_IO, segment->path);
    }
    ret->size = segment->head.size;
    return ERR_OK;
}

void segment_close(segment_file_t *segment)
{
    segment->disk->close(segment->disk, segment->file);
}
