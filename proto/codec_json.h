// SPDX-License-Identifier: MPL-2.0
// The JSON face of the codec: a message as a JSON object whose keys are the schema's field names.
#pragma once

#include "proto/codec.h"

// Reads a JSON object into `*ret` (zeroed first). Unlike a peer on the bus, a person is told of
// every slip: ERR_INVALID names a field that is missing, unknown, of the wrong kind or over its
// limit; ERR_TOO_LARGE a document over its limit. null counts as absent. Texts are copied,
// documents are new references; on success codec_release frees what the struct owns.
err_t codec_from_json(const schema_t *schema, const json_t *object, void *ret, fault_t *fault);

// The struct as a JSON object, absent texts and documents left out. A new reference; documents are
// shared with the struct, not copied.
json_t *codec_to_json(const schema_t *schema, const void *from);
