// SPDX-License-Identifier: MPL-2.0
// The disk calls of everything that must survive a crash, in a table, so that tests can put a
// simulated disk under it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct disk disk_t;

typedef void disk_name_fn(void *context, const char *name);

// Each call returns a negative number and sets errno when it fails, like the POSIX call behind it.
struct disk {
    // Opens with O_* flags (O_CLOEXEC is added); what it creates is for the owner alone.
    int (*open)(disk_t *disk, const char *path, int flags);
    int (*close)(disk_t *disk, int file);
    ssize_t (*read)(disk_t *disk, int file, void *to, size_t size, uint64_t at);
    ssize_t (*write)(disk_t *disk, int file, const void *from, size_t size, uint64_t at);
    int (*sync)(disk_t *disk, int file);                    // fdatasync
    int (*allocate)(disk_t *disk, int file, uint64_t size); // room for `size` bytes, zeros
    int64_t (*size)(disk_t *disk, int file);                // of the file
    int (*lock)(disk_t *disk, int file); // exclusive; EWOULDBLOCK when another has it
    int (*rename)(disk_t *disk, const char *from, const char *to);
    int (*remove)(disk_t *disk, const char *path);
    int (*make_folder)(disk_t *disk, const char *path); // 0700; no error when it is there
    int (*sync_folder)(disk_t *disk,
                       const char *path); // makes creations, renames and removals last
    int (*list)(disk_t *disk, const char *path, disk_name_fn *on_name, void *context);
};

// The real disk.
disk_t *disk_real(void);

// Reads or writes all of the bytes, over interruptions and short counts. False and errno on
// failure; the end of the file is EIO.
bool disk_read_all(disk_t *disk, int file, void *to, size_t size, uint64_t at);
bool disk_write_all(disk_t *disk, int file, const void *from, size_t size, uint64_t at);
