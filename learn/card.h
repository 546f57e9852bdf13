// SPDX-License-Identifier: MPL-2.0
// A model card: what somebody should know of a model before they use it (M. Mitchell et al., "Model
// Cards for Model Reporting", 2019), made from its record alone.
#pragma once

#include <jansson.h>

#include "base/buf.h"

// Appends the card as Markdown (CommonMark with GitHub's tables). The record is a whole one.
void card_markdown(const json_t *record, buf_t *out);

// Appends the card as one self-contained page without scripts.
void card_html(const json_t *record, buf_t *out);
