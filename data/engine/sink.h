// SPDX-License-Identifier: MPL-2.0
// The file that a run writes: "<path>.part" until it is whole. A run that can be resumed makes its
// output durable now and then and notes how far it is in "<path>.mark".
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "data/frame/frame.h"

enum { SINK_MARK_BYTES = 64 << 20 }; // output between two marks

// How far a run is: everything in front of a stripe is written.
typedef struct {
    bool begun; // the header is written
    size_t stripe;
    int64_t rows_in;
    int64_t rows_out;
} sink_mark_t;

typedef struct sink sink_t;

// Opens the output, or goes on with one that the same recipe over the same table has begun.
// `recipe` NULL: from the beginning, and no marks; else a mark is made behind `mark_bytes` of
// output (0: SINK_MARK_BYTES). A path that is a device is written directly. Errors: IO, FULL.
err_t sink_open(const char *path, const json_t *recipe, int64_t mark_bytes, const frame_t *frame,
                sink_t **ret_sink, sink_mark_t *ret_mark, fault_t *fault);

// Appends bytes; `mark` tells how far the run is with them. Errors: IO, FULL.
err_t sink_add(sink_t *sink, const buf_t *bytes, const sink_mark_t *mark, fault_t *fault);

// The same in two parts, for a sink without marks: a place for the bytes, in order, and the bytes
// themselves, beside other threads. sink_is_ordered: only sink_add may be used.
bool sink_is_ordered(const sink_t *sink);
int64_t sink_reserve(sink_t *sink, size_t size);
err_t sink_put(const sink_t *sink, int64_t place, const buf_t *bytes, fault_t *fault);

// Gives the file its name, durable when it has marks; *ret_bytes is its size. Errors: IO, FULL.
err_t sink_close(sink_t **sink, int64_t *ret_bytes, fault_t *fault);

// Ends without the file; what can be resumed stays.
void sink_destroy(sink_t **sink);

// Packs bytes as one gzip member (RFC 1952). Errors: MEMORY.
err_t sink_pack(const buf_t *bytes, buf_t *ret_packed, fault_t *fault);
