// SPDX-License-Identifier: MPL-2.0
#include "data/csv/loose.h"

#include "data/csv/reader.h"

// What is being parsed.
typedef struct {
    const char *bytes;
    size_t size;
    size_t at;
    bool whole;
} input_t;

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool ends_field(const loose_t *loose, char c)
{
    return c == loose->delimiter || is_line_end(c);
}

static void add(loose_t *loose, const input_t *input, size_t from, size_t to)
{
    if (loose->count < loose->limit) {
        buf_add(&loose->values, input->bytes + from, to - from);
    }
}

// The rest of a field, up to what ends it.
static loose_end_t take_plain(loose_t *loose, input_t *input, size_t began)
{
    size_t at = input->at;
    while (at < input->size && !ends_field(loose, input->bytes[at])) {
        at++;
    }
    if (at - began > READER_FIELD_BYTES) {
        return LOOSE_LARGE;
    }
    if (at == input->size && !input->whole) {
        return LOOSE_MORE;
    }
    add(loose, input, input->at, at);
    input->at = at;
    return LOOSE_DONE;
}

// A field that begins with a quote.
static loose_end_t take_quoted(loose_t *loose, input_t *input)
{
    size_t opened = input->at;
    size_t from = opened + 1; // of what has not been added
    bool spans = false;
    for (size_t at = from; at - opened <= READER_FIELD_BYTES + 1; at++) {
        if (at >= input->size || (at + 1 == input->size && !input->whole)) {
            return input->whole ? LOOSE_UNCLOSED : LOOSE_MORE;
        }
        spans = spans || is_line_end(input->bytes[at]);
        if (input->bytes[at] != loose->quote) {
            continue;
        }
        bool last = at + 1 == input->size;
        bool doubled = !last && input->bytes[at + 1] == loose->quote;
        add(loose, input, from, at + doubled);
        from = at + 1 + doubled;
        if (doubled) {
            at++;
            continue;
        }
        input->at = from;
        if (spans && !last && !ends_field(loose, input->bytes[from])) {
            return LOOSE_UNCLOSED;
        }
        return take_plain(loose, input, opened);
    }
    return spans ? LOOSE_UNCLOSED : LOOSE_LARGE;
}

static void put_field(loose_t *loose, size_t from, bool quoted)
{
    if (loose->count < loose->limit) {
        uint32_t size = (uint32_t)(loose->values.size - from);
        csv_field_t field = {.at = (uint32_t)from, .size_quoted = size << 1 | quoted};
        buf_add(&loose->fields, &field, sizeof field);
    }
    loose->count++;
}

loose_end_t loose_parse(loose_t *loose, const char *bytes, size_t size, bool whole,
                        size_t *ret_size)
{
    input_t input = {.bytes = bytes, .size = size, .whole = whole};
    buf_clear(&loose->values);
    buf_clear(&loose->fields);
    buf_reserve(&loose->values, 1); // never NULL
    loose->count = 0;
    for (;; input.at++) {
        size_t from = loose->values.size;
        loose->opened = input.at;
        bool quoted = input.at < size && bytes[input.at] == loose->quote;
        loose_end_t end = quoted ? take_quoted(loose, &input) : take_plain(loose, &input, input.at);
        if (end != LOOSE_DONE) {
            return end;
        }
        put_field(loose, from, quoted);
        if (input.at >= size || is_line_end(bytes[input.at])) {
            *ret_size = input.at < size ? input.at + 1 : size;
            return LOOSE_DONE;
        }
    }
}

void loose_release(loose_t *loose)
{
    buf_release(&loose->values);
    buf_release(&loose->fields);
}
