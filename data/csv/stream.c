// SPDX-License-Identifier: MPL-2.0
#include "data/csv/stream.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/csv/charset.h"
#include "data/csv/unpack.h"

enum {
    CHUNK_BYTES = 1 << 16,
    TEXT_BYTES = 3 * CHUNK_BYTES, // no supported encoding grows more
};

struct stream {
    unpack_t *unpack;
    encoding_t encoding;
    iconv_t iconv;
    bool decodes; // `iconv` is open
    char *input;  // as unpacked: [at, end)
    size_t capacity;
    size_t at;
    size_t end;
    bool ended;
    int64_t offset; // of the byte at `at`, unpacked
    char *text;     // decoded: [text_at, text_end)
    size_t text_at;
    size_t text_end;
    int64_t line; // on which the decoded text ends
    bool after_cr;
    bool bad; // the byte at `at` cannot be decoded
};

// Reads until the input is full or the file has ended.
static err_t fill(stream_t *stream, fault_t *fault)
{
    memmove(stream->input, stream->input + stream->at, stream->end - stream->at);
    stream->end -= stream->at;
    stream->at = 0;
    while (!stream->ended && stream->end < stream->capacity) {
        size_t got = 0;
        err_t err = unpack_read(stream->unpack, stream->input + stream->end,
                                stream->capacity - stream->end, &got, fault);
        if (err != ERR_OK) {
            return err;
        }
        stream->end += got;
        stream->ended = got == 0;
    }
    return ERR_OK;
}

static err_t check_mark(encoding_t stated, encoding_t mark, fault_t *fault)
{
    if (mark == ENCODING_AUTO || mark == stated) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_CSV_ENCODING, "leave the encoding to be found",
                     "the encoding is said to be %s, but the file begins with the mark of %s",
                     encoding_name(stated), encoding_name(mark));
}

static err_t settle(stream_t *stream, encoding_t stated, csv_dialect_t *dialect, fault_t *fault)
{
    encoding_t mark = charset_mark(stream->input, stream->end);
    stream->encoding = stated;
    err_t err = stated == ENCODING_AUTO ? charset_guess(stream->input, stream->end, stream->ended,
                                                        &stream->encoding, fault)
                                        : check_mark(stated, mark, fault);
    dialect->encoding = stream->encoding;
    dialect->encoding_guessed = stated == ENCODING_AUTO;
    dialect->bom = mark != ENCODING_AUTO;
    dialect->packing = unpack_packing(stream->unpack);
    memcpy(dialect->member, unpack_member(stream->unpack), sizeof dialect->member);
    return err;
}

static err_t begin_decoding(stream_t *stream, fault_t *fault)
{
    if (stream->encoding == ENCODING_UTF8) {
        return ERR_OK;
    }
    stream->iconv = iconv_open("UTF-8", encoding_iconv(stream->encoding));
    stream->decodes = stream->iconv != (iconv_t)-1; // NOLINT(performance-no-int-to-ptr)
    stream->text = mem_new(TEXT_BYTES);
    return stream->decodes
               ? ERR_OK
               : fault_set(fault, ERR_UNSUPPORTED, "save the file in UTF-8",
                           "this system cannot decode %s", encoding_name(stream->encoding));
}

err_t stream_open(const char *path, const csv_options_t *options, csv_dialect_t *dialect,
                  stream_t **ret_stream, fault_t *fault)
{
    stream_t *stream = mem_new(sizeof *stream);
    stream->capacity = CHARSET_BYTES;
    stream->line = 1;
    int64_t bytes_max = options->bytes_max ? options->bytes_max : CSV_BYTES_MAX;
    err_t err = unpack_open(path, bytes_max, options->hash, &stream->unpack, fault);
    if (err == ERR_OK) {
        stream->input = mem_new(stream->capacity);
        err = fill(stream, fault);
    }
    if (err == ERR_OK) {
        err = settle(stream, options->encoding, dialect, fault);
    }
    if (err == ERR_OK) {
        err = begin_decoding(stream, fault);
    }
    if (err != ERR_OK) {
        stream_destroy(&stream);
        return err;
    }
    *ret_stream = stream;
    return ERR_OK;
}

// Gives what was read for the guess, then goes straight to the file.
static err_t read_utf8(stream_t *stream, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    size_t left = stream->end - stream->at;
    if (left == 0) {
        return stream->ended ? ERR_OK : unpack_read(stream->unpack, to, size, ret_size, fault);
    }
    *ret_size = left < size ? left : size;
    memcpy(to, stream->input + stream->at, *ret_size);
    stream->at += *ret_size;
    return ERR_OK;
}

static void count_lines(stream_t *stream)
{
    for (size_t i = 0; i < stream->text_end; i++) {
        char c = stream->text[i];
        stream->line += c == '\r' || (c == '\n' && !stream->after_cr);
        stream->after_cr = c == '\r';
    }
}

static err_t fail_decoding(const stream_t *stream, fault_t *fault)
{
    bool windows = stream->encoding == ENCODING_WINDOWS1252;
    fault_set(fault, ERR_CSV_ENCODING,
              windows ? "save the file in UTF-8, or say that its encoding is latin-1"
                      : "say what its encoding is, or save the file in UTF-8",
              "line %lld: byte 0x%02X at offset %lld is not %s", (long long)stream->line,
              (unsigned char)stream->input[stream->at], (long long)stream->offset,
              encoding_name(stream->encoding));
    fault_at(fault, stream->line, 0, "");
    return ERR_CSV_ENCODING;
}

// Decodes a chunk of the input; what cannot be decoded is a fault once all before it is given.
static err_t decode(stream_t *stream, fault_t *fault)
{
    size_t size = stream->end - stream->at < CHUNK_BYTES ? stream->end - stream->at : CHUNK_BYTES;
    char *from = stream->input + stream->at;
    char *to = stream->text;
    size_t from_left = size;
    size_t to_left = TEXT_BYTES;
    size_t done = iconv(stream->iconv, &from, &from_left, &to, &to_left);
    int error = done == (size_t)-1 ? errno : 0;
    stream->at += size - from_left;
    stream->offset += (int64_t)(size - from_left);
    stream->text_at = 0;
    stream->text_end = TEXT_BYTES - to_left;
    count_lines(stream);
    bool cut = error == EINVAL && stream->ended && stream->end - stream->at == from_left;
    stream->bad = error == EILSEQ || cut;
    return stream->bad && stream->text_end == 0 ? fail_decoding(stream, fault) : ERR_OK;
}

static err_t read_decoded(stream_t *stream, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    while (stream->text_at == stream->text_end) {
        err_t err = stream->bad ? fail_decoding(stream, fault) : ERR_OK;
        if (err == ERR_OK && stream->end - stream->at < CHUNK_BYTES) {
            err = fill(stream, fault);
        }
        if (err != ERR_OK || stream->at == stream->end) {
            return err;
        }
        err = decode(stream, fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    size_t left = stream->text_end - stream->text_at;
    *ret_size = left < size ? left : size;
    memcpy(to, stream->text + stream->text_at, *ret_size);
    stream->text_at += *ret_size;
    return ERR_OK;
}

err_t stream_read(stream_t *stream, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    *ret_size = 0;
    return stream->decodes ? read_decoded(stream, to, size, ret_size, fault)
                           : read_utf8(stream, to, size, ret_size, fault);
}

err_t stream_rewind(stream_t *stream, fault_t *fault)
{
    stream->at = stream->end = 0;
    stream->text_at = stream->text_end = 0;
    stream->offset = 0;
    stream->line = 1;
    stream->ended = stream->after_cr = stream->bad = false;
    if (stream->decodes) {
        iconv(stream->iconv, NULL, NULL, NULL, NULL);
    }
    return unpack_rewind(stream->unpack, fault);
}

int64_t stream_position(const stream_t *stream)
{
    return unpack_position(stream->unpack);
}

int64_t stream_size(const stream_t *stream)
{
    return unpack_size(stream->unpack);
}

const uint8_t *stream_hash(const stream_t *stream)
{
    return unpack_hash(stream->unpack);
}

void stream_destroy(stream_t **stream)
{
    if (!*stream) {
        return;
    }
    if ((*stream)->decodes) {
        iconv_close((*stream)->iconv);
    }
    unpack_destroy(&(*stream)->unpack);
    free((*stream)->input);
    free((*stream)->text);
    free(*stream);
    *stream = NULL;
}
