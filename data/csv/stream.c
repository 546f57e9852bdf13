// SPDX-License-Identifier: MPL-2.0
#include "data/csv/stream.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "data/csv/source.h"

struct stream {
    char *path;
    source_t source;
};

err_t stream_open(const char *path, const csv_options_t *options, csv_dialect_t *dialect,
                  stream_t **ret_stream, fault_t *fault)
{
    source_t source;
    err_t err = source_open(path, &source, fault);
    if (err != ERR_OK) {
        return err;
    }
    stream_t *stream = mem_new(sizeof *stream);
    stream->path = mem_strdup(path);
    stream->source = source;
    dialect->encoding = ENCODING_UTF8;
    dialect->encoding_guessed = options->encoding == ENCODING_AUTO;
    *ret_stream = stream;
    return ERR_OK;
}

err_t stream_read(stream_t *stream, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    return source_read(&stream->source, to, size, ret_size, fault);
}

err_t stream_rewind(stream_t *stream, fault_t *fault)
{
    source_release(&stream->source);
    return source_open(stream->path, &stream->source, fault);
}

int64_t stream_position(const stream_t *stream)
{
    return stream->source.offset;
}

int64_t stream_size(const stream_t *stream)
{
    return stream->source.size;
}

const uint8_t *stream_hash(const stream_t *stream)
{
    (void)stream;
    return NULL;
}

void stream_destroy(stream_t **stream)
{
    if (!*stream) {
        return;
    }
    source_release(&(*stream)->source);
    free((*stream)->path);
    free(*stream);
    *stream = NULL;
}
