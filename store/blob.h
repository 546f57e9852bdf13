// SPDX-License-Identifier: MPL-2.0
// The blob directory: content named by its SHA-256, written once, never changed.
//
// DIR/ab/abcdef... are blobs, DIR/uploads/bl_... are uploads in the making. Every function works on
// files only and may run on any thread; two writers of one upload are the caller's mistake.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/id.h"

enum {
    BLOB_HASH_SIZE = 65,   // SHA-256 in lowercase hex, terminated
    BLOB_PATH_SIZE = 4096, // any path of this module
};

// Makes the directory and its uploads folder when they are not there.
err_t blob_init(const char *dir, fault_t *fault);

// Starts an upload: an empty file named by a new id.
err_t blob_begin(const char *dir, char ret_upload[ID_SIZE], fault_t *fault);

// The path of an upload's file. ERR_INVALID for what is not an upload id.
err_t blob_upload_path(const char *dir, const char *upload, char ret_path[BLOB_PATH_SIZE],
                       fault_t *fault);

// How many bytes the upload has: where it goes on. ERR_NOT_FOUND.
err_t blob_offset(const char *dir, const char *upload, int64_t *ret_offset, fault_t *fault);

// Appends bytes at `offset`, which must be the upload's end or, for a repeat of the last write,
// earlier with the same bytes still to come; ERR_CONFLICT otherwise. The total may not exceed
// `bytes_max` (ERR_TOO_LARGE).
err_t blob_append(const char *dir, const char *upload, int64_t offset, const void *bytes,
                  size_t size, int64_t bytes_max, int64_t *ret_offset, fault_t *fault);

// Hashes and syncs the upload and gives it its name. A repeat gives the same answer.
err_t blob_commit(const char *dir, const char *upload, char ret_hash[BLOB_HASH_SIZE],
                  int64_t *ret_bytes, fault_t *fault);

// Forgets an upload; unknown ones are no error. A committed blob stays.
err_t blob_abort(const char *dir, const char *upload, fault_t *fault);

// The path of a blob and its size. ERR_NOT_FOUND; ERR_INVALID for what is not a hash.
err_t blob_stat(const char *dir, const char *hash, char ret_path[BLOB_PATH_SIZE],
                int64_t *ret_bytes, fault_t *fault);

// Removes a blob that nothing refers to; one that is not there is no error.
err_t blob_remove(const char *dir, const char *hash, fault_t *fault);

// Appends up to `length` bytes from `offset`; fewer only at the end.
err_t blob_read(const char *dir, const char *hash, int64_t offset, size_t length, buf_t *to,
                fault_t *fault);

// Removes uploads and blobs older than `age_ms`, blobs only when `in_use` says no. Returns how many
// files went.
typedef bool blob_in_use_fn(void *context, const char *hash);
int64_t blob_sweep(const char *dir, int64_t age_ms, blob_in_use_fn *in_use, void *context);
