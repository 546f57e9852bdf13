// SPDX-License-Identifier: MPL-2.0
// Verifying a whole log, and making it whole again, while no broker has it open.
#pragma once

#include "broker/log/walk.h"

// What was found in all segments.
typedef struct {
    int64_t segments;
    int64_t batches;
    int64_t records;
    int64_t damages;
    int64_t indexes;     // whole ones
    int64_t bad_indexes; // others: the segments are read instead, and they are made again
    int64_t tail_bytes;  // of an unsynced tail, which is no damage
    int64_t repaired;    // segments written anew
} check_report_t;

// Takes the log's lock, as a broker does. The file is to be closed. ERR_CONFLICT: a broker has it;
// ERR_NOT_FOUND: there is no log; ERR_IO.
err_t check_lock(disk_t *disk, const char *folder, int *ret_file, fault_t *fault);

// Goes over all segments in order. Damages are given to the walker and counted. ERR_IO when
// something cannot be read.
err_t check_log(disk_t *disk, const char *folder, const walker_t *walker, check_report_t *ret,
                fault_t *fault);

// The same, and each damaged segment is kept as "<number>.log.damaged" and written anew with the
// records that are whole; marks stand for the batches that are lost, so that a broker starts.
// ERR_IO, ERR_FULL: the damaged file is where it was.
err_t check_repair(disk_t *disk, const char *folder, const walker_t *walker, check_report_t *ret,
                   fault_t *fault);
