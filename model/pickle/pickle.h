// SPDX-License-Identifier: MPL-2.0
// Writes pickles (protocol 5, https://docs.python.org/3/library/pickletools.html), opcode by
// opcode, without memo and frames. Values are pushed, then combined: a call is a global, its
// arguments between pickle_tuple and pickle_tuple_end, and pickle_call.
//
// Names of globals are constants of ours; texts of users only ever go into length-prefixed strings,
// so no input can become an instruction. Pickles are written here and never read.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

void pickle_begin(buf_t *out);
void pickle_end(buf_t *out);

// Pushes module.name; a dotted name is an attribute of an attribute.
void pickle_global(buf_t *out, const char *module, const char *name);

void pickle_none(buf_t *out);
void pickle_bool(buf_t *out, bool value);
void pickle_integer(buf_t *out, int64_t value);
void pickle_float(buf_t *out, double value);
void pickle_text(buf_t *out, const char *text); // valid UTF-8

// Pushes a bytearray.
void pickle_bytes(buf_t *out, const void *data, size_t size);

// What is pushed between a pair becomes one tuple, list, or dict (key, value, key, value, ...).
void pickle_tuple(buf_t *out);
void pickle_tuple_end(buf_t *out);
void pickle_list(buf_t *out);
void pickle_list_end(buf_t *out);
void pickle_dict(buf_t *out);
void pickle_dict_end(buf_t *out);

// Calls the callable below the tuple on top.
void pickle_call(buf_t *out);

// Calls a global without arguments.
void pickle_new(buf_t *out, const char *module, const char *name);

// Gives the dict on top to the object below it as its state.
void pickle_build(buf_t *out);

// numpy arrays: of doubles with `rows` x `columns` (columns 0: one dimension), of int32, of int64,
// of truth values. The data is written little-endian.
void pickle_doubles(buf_t *out, const double *data, size_t rows, size_t columns);
void pickle_int32s(buf_t *out, const int32_t *data, size_t count);
void pickle_int64s(buf_t *out, const int64_t *data, size_t count);
void pickle_bools(buf_t *out, const int64_t *data, size_t count);

// A numpy array of fixed-width unicode strings.
void pickle_unicodes(buf_t *out, const char *const *texts, size_t count);

// A numpy array of objects: push the items between the two.
void pickle_objects(buf_t *out);
void pickle_objects_end(buf_t *out);

// numpy.dtype(code).
void pickle_dtype(buf_t *out, const char *code);
