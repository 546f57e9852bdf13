// SPDX-License-Identifier: MPL-2.0
// Nested values: a jansson tree in memory, MessagePack on the wire.
#pragma once

#include <jansson.h>
#include <msgpack.h>

#include "base/buf.h"
#include "base/fault.h"

// Appends the tree as MessagePack. Integers, reals, booleans, null, UTF-8 strings, arrays, and
// objects in their order.
void document_pack(buf_t *to, const json_t *tree);

// Packs the tree with an open packer (which writes to a buf_t).
void document_write(msgpack_packer *packer, const json_t *tree);

// The bytes that a value takes in its shortest form.
uint64_t document_bytes(const msgpack_object *value);

// The tree of a MessagePack value that bounded_check has passed. A new reference, for the caller to
// json_decref. ERR_INVALID: binary or extension values, keys that are not text, invalid UTF-8,
// non-finite reals, integers beyond int64.
err_t document_read(const msgpack_object *value, json_t **ret_tree, fault_t *fault);

// Checks and reads a whole frame; the same errors and ERR_MALFORMED.
err_t document_unpack(const void *bytes, size_t size, json_t **ret_tree, fault_t *fault);

// A msgpack-c write callback whose `data` is a buf_t.
int document_sink(void *data, const char *bytes, size_t size);
