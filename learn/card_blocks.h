// SPDX-License-Identifier: MPL-2.0
// The blocks of a model card, before they are Markdown or HTML.
#pragma once

#include <jansson.h>

// What a card says, in order, each block one of
//   {"title": TEXT}, {"heading": TEXT}, {"text": TEXT}, {"code": TEXT},
//   {"table": {"head": [TEXT], "rows": [[TEXT]]}}.
// A new reference.
json_t *card_blocks(const json_t *record);
