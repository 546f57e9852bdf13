// SPDX-License-Identifier: MPL-2.0
// A disk in memory that can lose power: what was not synced is lost, kept or torn, by seed.
#pragma once

#include "base/disk.h"

enum { SIM_FILES_MAX = 8192, SIM_NAMES_MAX = 64, SIM_PATH_SIZE = 128, SIM_SECTOR = 512 };

// What becomes of the things that were not synced. SIM_KILLED: only the process ended, they are
// still on their way.
typedef enum { SIM_LOST, SIM_KEPT, SIM_TORN, SIM_KILLED } sim_loss_t;

typedef struct {
    char *present; // as the running system sees it
    char *durable; // as it is on the disk
    size_t size;
    size_t durable_size;
    size_t capacity;
    bool locked;
} sim_file_t;

typedef struct {
    char path[SIM_PATH_SIZE];
    int file;
} sim_name_t;

typedef struct {
    sim_name_t items[SIM_NAMES_MAX];
    size_t count;
} sim_names_t;

// A change of the folder: a file made (no `from`), renamed, or removed (no `to`).
typedef struct {
    char from[SIM_PATH_SIZE];
    char to[SIM_PATH_SIZE];
    int file;
} sim_change_t;

typedef struct {
    disk_t calls; // the first member: a sim_disk_t is a disk_t
    sim_file_t files[SIM_FILES_MAX];
    int file_count;
    sim_names_t present;
    sim_names_t durable;
    sim_change_t changes[SIM_NAMES_MAX]; // since the folder was synced
    size_t change_count;
    int64_t calls_made; // of those that change something
    int64_t calls_most; // all calls after so many fail; -1: none
} sim_disk_t;

sim_disk_t *sim_disk_new(void);
void sim_disk_destroy(sim_disk_t **disk);

// The power goes, and comes back: files are what the disk has of them.
void sim_disk_crash(sim_disk_t *disk, sim_loss_t loss, uint64_t *seed);

// The next pseudo-random number (splitmix64).
uint64_t sim_random(uint64_t *seed);

// The bytes of a file; NULL when it is not there.
sim_file_t *sim_disk_file(sim_disk_t *disk, const char *path);
