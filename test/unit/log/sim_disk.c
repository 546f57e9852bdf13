// SPDX-License-Identifier: MPL-2.0
#include "sim_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

uint64_t sim_random(uint64_t *seed)
{
    uint64_t z = *seed += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

static sim_disk_t *of(disk_t *disk)
{
    return (sim_disk_t *)disk;
}

static int fail(int error)
{
    errno = error;
    return -1;
}

// Counts a call that changes something; false when the power is gone.
static bool alive(sim_disk_t *disk)
{
    if (disk->calls_most >= 0 && disk->calls_made >= disk->calls_most) {
        errno = EIO;
        return false;
    }
    disk->calls_made++;
    return true;
}

static sim_name_t *find(sim_names_t *names, const char *path)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i].path, path) == 0) {
            return &names->items[i];
        }
    }
    return NULL;
}

static void drop(sim_names_t *names, sim_name_t *name)
{
    *name = names->items[--names->count];
}

static void put(sim_names_t *names, const char *path, int file)
{
    sim_name_t *name = find(names, path);
    name = name ? name : &names->items[names->count++];
    snprintf(name->path, sizeof name->path, "%s", path);
    name->file = file;
}

static void apply(sim_names_t *names, const sim_change_t *change)
{
    sim_name_t *name = find(names, change->from);
    if (name && name->file == change->file) {
        drop(names, name);
    }
    if (change->to[0]) {
        put(names, change->to, change->file);
    }
}

static int change_names(sim_disk_t *disk, const char *from, const char *to, int file)
{
    if (disk->change_count == SIM_NAMES_MAX || !alive(disk)) {
        return fail(EIO);
    }
    sim_change_t *change = &disk->changes[disk->change_count++];
    *change = (sim_change_t){.file = file};
    snprintf(change->from, sizeof change->from, "%s", from);
    snprintf(change->to, sizeof change->to, "%s", to);
    apply(&disk->present, change);
    return 0;
}

static int sim_open(disk_t *calls, const char *path, int flags)
{
    sim_disk_t *disk = of(calls);
    sim_name_t *name = find(&disk->present, path);
    if (!name && !(flags & O_CREAT)) {
        return fail(ENOENT);
    }
    if (name && !(flags & O_TRUNC)) {
        return name->file;
    }
    if (disk->file_count == SIM_FILES_MAX || disk->present.count == SIM_NAMES_MAX) {
        return fail(EIO);
    }
    if (change_names(disk, "", path, disk->file_count) < 0) {
        return -1;
    }
    disk->files[disk->file_count] = (sim_file_t){0};
    return disk->file_count++;
}

static int sim_close(disk_t *calls, int file)
{
    of(calls)->files[file].locked = false;
    return 0;
}

static ssize_t sim_read(disk_t *calls, int file, void *to, size_t size, uint64_t at)
{
    const sim_file_t *from = &of(calls)->files[file];
    if (at >= from->size) {
        return 0;
    }
    size = size < from->size - at ? size : from->size - at;
    memcpy(to, from->present + at, size);
    return (ssize_t)size;
}

static void grow(sim_file_t *file, size_t size)
{
    if (size > file->capacity) {
        size_t capacity = (size + SIM_SECTOR - 1) / SIM_SECTOR * SIM_SECTOR;
        file->present = mem_resize(file->present, capacity, 1);
        file->durable = mem_resize(file->durable, capacity, 1);
        memset(file->present + file->capacity, 0, capacity - file->capacity);
        memset(file->durable + file->capacity, 0, capacity - file->capacity);
        file->capacity = capacity;
    }
    file->size = size > file->size ? size : file->size;
}

static ssize_t sim_write(disk_t *calls, int file, const void *from, size_t size, uint64_t at)
{
    if (!alive(of(calls))) {
        return -1;
    }
    sim_file_t *to = &of(calls)->files[file];
    grow(to, at + size);
    memcpy(to->present + at, from, size);
    return (ssize_t)size;
}

static int sim_sync(disk_t *calls, int file)
{
    if (!alive(of(calls))) {
        return -1;
    }
    sim_file_t *synced = &of(calls)->files[file];
    if (synced->size > 0) {
        memcpy(synced->durable, synced->present, synced->size);
    }
    synced->durable_size = synced->size;
    return 0;
}

static int sim_allocate(disk_t *calls, int file, uint64_t size)
{
    if (!alive(of(calls))) {
        return -1;
    }
    grow(&of(calls)->files[file], size);
    return 0;
}

static int64_t sim_size(disk_t *calls, int file)
{
    return (int64_t)of(calls)->files[file].size;
}

static int sim_lock(disk_t *calls, int file)
{
    sim_file_t *locked = &of(calls)->files[file];
    if (locked->locked) {
        return fail(EWOULDBLOCK);
    }
    locked->locked = true;
    return 0;
}

static int sim_rename(disk_t *calls, const char *from, const char *to)
{
    const sim_name_t *name = find(&of(calls)->present, from);
    return name ? change_names(of(calls), from, to, name->file) : fail(ENOENT);
}

static int sim_remove(disk_t *calls, const char *path)
{
    const sim_name_t *name = find(&of(calls)->present, path);
    return name ? change_names(of(calls), path, "", name->file) : fail(ENOENT);
}

static int sim_make_folder(disk_t *calls, const char *path)
{
    (void)calls;
    (void)path;
    return 0;
}

static int sim_sync_folder(disk_t *calls, const char *path)
{
    (void)path;
    sim_disk_t *disk = of(calls);
    if (!alive(disk)) {
        return -1;
    }
    disk->durable = disk->present;
    disk->change_count = 0;
    return 0;
}

static int sim_list(disk_t *calls, const char *path, disk_name_fn *on_name, void *context)
{
    sim_names_t names = of(calls)->present; // on_name may remove
    for (size_t i = 0; i < names.count; i++) {
        size_t length = strlen(path);
        if (strncmp(names.items[i].path, path, length) == 0) {
            on_name(context, names.items[i].path + length + 1);
        }
    }
    return 0;
}

sim_disk_t *sim_disk_new(void)
{
    sim_disk_t *disk = mem_new(sizeof *disk);
    disk->calls_most = -1;
    disk->calls = (disk_t){.open = sim_open,
                           .close = sim_close,
                           .read = sim_read,
                           .write = sim_write,
                           .sync = sim_sync,
                           .allocate = sim_allocate,
                           .size = sim_size,
                           .lock = sim_lock,
                           .rename = sim_rename,
                           .remove = sim_remove,
                           .make_folder = sim_make_folder,
                           .sync_folder = sim_sync_folder,
                           .list = sim_list};
    return disk;
}

void sim_disk_destroy(sim_disk_t **disk)
{
    for (int i = 0; i < (*disk)->file_count; i++) {
        free((*disk)->files[i].present);
        free((*disk)->files[i].durable);
    }
    free(*disk);
    *disk = NULL;
}

static bool survives(sim_loss_t loss, uint64_t *seed)
{
    return loss == SIM_KEPT || (loss == SIM_TORN && sim_random(seed) % 2 == 0);
}

static void crash_file(sim_file_t *file, sim_loss_t loss, uint64_t *seed)
{
    if (loss == SIM_TORN) { // some files wholly, some not at all
        static const sim_loss_t KINDS[] = {SIM_LOST, SIM_KEPT, SIM_TORN};
        loss = KINDS[sim_random(seed) % 3];
    }
    for (size_t at = 0; at < file->capacity; at += SIM_SECTOR) {
        if (memcmp(file->durable + at, file->present + at, SIM_SECTOR) != 0 &&
            survives(loss, seed)) {
            memcpy(file->durable + at, file->present + at, SIM_SECTOR);
        }
    }
    bool grown = survives(loss, seed);
    file->durable_size = grown ? file->size : file->durable_size;
    if (file->capacity > file->durable_size) {
        memset(file->durable + file->durable_size, 0, file->capacity - file->durable_size);
    }
    if (file->capacity > 0) {
        memcpy(file->present, file->durable, file->capacity);
    }
    file->size = file->durable_size;
}

void sim_disk_crash(sim_disk_t *disk, sim_loss_t loss, uint64_t *seed)
{
    disk->calls_most = -1;
    for (int i = 0; i < disk->file_count; i++) {
        disk->files[i].locked = false;
        if (loss != SIM_KILLED) {
            crash_file(&disk->files[i], loss, seed);
        }
    }
    if (loss == SIM_KILLED) {
        return;
    }
    for (size_t i = 0; i < disk->change_count; i++) { // in any order
        if (survives(loss, seed)) {
            apply(&disk->durable, &disk->changes[i]);
        }
    }
    disk->present = disk->durable;
    disk->change_count = 0;
}

sim_file_t *sim_disk_file(sim_disk_t *disk, const char *path)
{
    const sim_name_t *name = find(&disk->present, path);
    return name ? &disk->files[name->file] : NULL;
}
