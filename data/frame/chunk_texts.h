// SPDX-License-Identifier: MPL-2.0
// A section of texts in a chunk: how many bytes they have together (4 bytes), how many bytes a
// length has (1, 2 or 4; 1 byte and 3 of padding), the lengths, the bytes, padding to 8.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/value/vector.h"

// Finds the section of `count` texts at *at and moves *at behind it; NULL when it is damaged.
const uint8_t *texts_section(const uint8_t *bytes, size_t size, size_t *at, size_t count);

// The first `count` of the `stored` texts of a section, their bytes borrowed from it. One entry
// more than `count`, an empty one, so that a code of a section without texts may be read.
const text_t *texts_read(const uint8_t *section, size_t stored, size_t count, arena_t *arena);

// Appends a section of texts.
void texts_write(buf_t *out, const text_t *texts, size_t count);
