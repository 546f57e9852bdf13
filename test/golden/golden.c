// SPDX-License-Identifier: MPL-2.0
// Golden vectors: each header and message as JSON and as the bytes on the wire.
//   golden_vectors check FOLDER   fails when a vector is missing, belongs to nothing, or does not
//   give the same bytes in every direction golden make FOLDER    writes what is missing: a sample
//   from the schema, and the bytes of each JSON file that has none
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "proto/document.h"
#include "proto/message.h"

enum { FILE_BYTES_MAX = 1 << 20 };

static const char *folder;
static int failures;

static void fail(const char *name, const char *what)
{
    fprintf(stderr, "%s: %s\n", name, what);
    failures++;
}

// --- Files
// ------------------------------------------------------------------------------------------------------

static char *path_of(const char *name, const char *kind)
{
    return text_format("%s/%s.%s", folder, name, kind);
}

static json_t *read_json(const char *name)
{
    char *path = path_of(name, "json");
    json_t *tree = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    free(path);
    return tree;
}

static void write_text_file(const char *name, const char *kind, const char *text)
{
    char *path = path_of(name, kind);
    FILE *file = fopen(path, "w");
    if (!file || fprintf(file, "%s\n", text) < 0) {
        fail(name, "cannot be written");
    }
    if (file) {
        fclose(file);
    }
    free(path);
}

// The bytes as hexadecimal text, 32 to a line.
static char *hex_text(const buf_t *bytes)
{
    buf_t text = {0};
    for (size_t i = 0; i < bytes->size; i++) {
        buf_addf(&text, i > 0 && i % 32 == 0 ? "\n%02x" : "%02x", (unsigned char)bytes->data[i]);
    }
    buf_add(&text, "", 1);
    return text.data;
}

// The content of the .hex file without its last line end; NULL when there is none.
static char *read_hex(const char *name)
{
    char *path = path_of(name, "hex");
    FILE *file = fopen(path, "r");
    free(path);
    if (!file) {
        return NULL;
    }
    char *text = mem_new(FILE_BYTES_MAX);
    size_t size = fread(text, 1, FILE_BYTES_MAX - 1, file);
    fclose(file);
    while (size > 0 && text[size - 1] == '\n') {
        size--;
    }
    text[size] = '\0';
    return text;
}

// --- Samples
// ----------------------------------------------------------------------------------------------------

// Integers of each width on the wire, as far as the field allows.
static json_t *sample_int(const field_t *field, size_t turn)
{
    static const int64_t VALUES[] = {1, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296};
    int64_t value = VALUES[turn % (sizeof VALUES / sizeof VALUES[0])];
    return json_integer(field->limit > 0 && value > field->limit ? field->limit : value);
}

static json_t *sample(const field_t *field, size_t turn)
{
    switch (field->kind) {
    case FIELD_VIEW:
    case FIELD_STR:
        return json_string(field->name);
    case FIELD_INT:
        return sample_int(field, turn);
    case FIELD_BOOL:
        return json_true();
    case FIELD_REAL:
        return json_real(0.1);
    case FIELD_DOC:
        return json_pack("{s:[i,f,b,n,s],s:{}}", "list", -1, 2.5, 0, "\xC3\xA9\xE2\x82\xAC",
                         "empty");
    }
    return NULL;
}

static json_t *sample_header(const schema_t *schema)
{
    json_t *array = json_pack("[i]", schema->number);
    for (size_t i = 0; i < schema->count; i++) {
        json_array_append_new(array, sample(&schema->fields[i], i));
    }
    return array;
}

static json_t *sample_message(const schema_t *schema)
{
    json_t *object = json_object();
    for (size_t i = 0; i < schema->count; i++) {
        json_object_set_new(object, schema->fields[i].name, sample(&schema->fields[i], i));
    }
    return object;
}

// --- One vector
// -------------------------------------------------------------------------------------------------

// JSON -> bytes, the same bytes as the .hex file -> JSON, the same tree.
static void check_document(const char *name, const json_t *tree, const buf_t *bytes)
{
    char *expected = read_hex(name);
    char *actual = hex_text(bytes);
    json_t *again = NULL;
    fault_t fault;
    if (!expected) {
        fail(name, "has no .hex file; 'golden_vectors make' writes it");
    } else if (strcmp(expected, actual) != 0) {
        fail(name, "the JSON does not give the bytes of the .hex file");
    }
    if (document_unpack(bytes->data, bytes->size, &again, &fault)) {
        fail(name, fault.detail);
    } else if (!json_equal(tree, again)) {
        fail(name, "the bytes do not give the JSON");
    }
    json_decref(again);
    free(expected);
    free(actual);
}

// bytes -> struct -> the same bytes.
static void check_schema(const char *name, const schema_t *schema, bool header, const buf_t *bytes)
{
    fault_t fault;
    void *record = mem_new(schema->size);
    err_t err = header ? codec_unpack_array(schema, bytes->data, bytes->size, record, &fault)
                       : codec_unpack_map(schema, bytes->data, bytes->size, record, &fault);
    if (err) {
        fail(name, fault.detail);
        free(record);
        return;
    }
    buf_t again = {0};
    if (header) {
        codec_pack_array(schema, record, &again);
    } else {
        codec_pack_map(schema, record, &again);
    }
    if (again.size != bytes->size || memcmp(again.data, bytes->data, again.size) != 0) {
        fail(name, "the struct does not give the bytes it was read from");
    }
    codec_release(schema, record);
    free(record);
    buf_release(&again);
}

// Every field has a value in the vector, the ones that may be absent too.
static void check_fields(const char *name, const schema_t *schema, bool header, const json_t *tree)
{
    for (size_t i = 0; i < schema->count; i++) {
        const char *field = schema->fields[i].name;
        const json_t *value = header ? json_array_get(tree, i + 1) : json_object_get(tree, field);
        if (!value || json_is_null(value)) {
            char *what = text_format("has no value for field '%s'", field);
            fail(name, what);
            free(what);
        }
    }
}

static void check_vector(const char *name, const schema_t *schema, bool header)
{
    json_t *tree = read_json(name);
    if (!tree) {
        fail(name, "has no .json file; 'golden_vectors make' writes a sample");
        return;
    }
    buf_t bytes = {0};
    document_pack(&bytes, tree);
    check_document(name, tree, &bytes);
    check_fields(name, schema, header, tree);
    check_schema(name, schema, header, &bytes);
    buf_release(&bytes);
    json_decref(tree);
}

static void make_vector(const char *name, const schema_t *schema, bool header)
{
    json_t *tree = read_json(name);
    if (!tree) {
        tree = header ? sample_header(schema) : sample_message(schema);
        char *text = json_dumps(tree, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
        write_text_file(name, "json", text);
        free(text);
    }
    char *old = read_hex(name);
    if (!old) {
        buf_t bytes = {0};
        document_pack(&bytes, tree);
        char *text = hex_text(&bytes);
        write_text_file(name, "hex", text);
        free(text);
        buf_release(&bytes);
    }
    free(old);
    json_decref(tree);
}

// --- All of them
// ------------------------------------------------------------------------------------------------

typedef void vector_fn(const char *name, const schema_t *schema, bool header);

static void for_each(vector_fn *visit)
{
    size_t count = 0;
    const header_row_t *rows = envelope_rows(&count);
    for (size_t i = 0; i < count; i++) {
        char *name = text_format("header.%s", rows[i].schema.name);
        visit(name, &rows[i].schema, true);
        free(name);
    }
    for (int kind = 0; kind < MSG_COUNT; kind++) {
        const schema_t *schema = message_schema((message_kind_t)kind);
        char *name = text_format("message.%s", schema->name);
        visit(name, schema, false);
        free(name);
    }
}

static const char *wanted;
static bool known;

static void match(const char *name, const schema_t *schema, bool header)
{
    (void)schema;
    (void)header;
    known = known || strcmp(name, wanted) == 0;
}

// A file that belongs to no header and no message is what is left of one that was renamed.
static void check_strays(void)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries))) {
        char *name = mem_strdup(entry->d_name);
        char *dot = strrchr(name, '.');
        if (dot && dot != name && (strcmp(dot, ".json") == 0 || strcmp(dot, ".hex") == 0)) {
            *dot = '\0';
            wanted = name;
            known = false;
            for_each(match);
            if (!known) {
                fail(entry->d_name, "belongs to no header and no message");
            }
        }
        free(name);
    }
    if (entries) {
        closedir(entries);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3 || (strcmp(argv[1], "check") != 0 && strcmp(argv[1], "make") != 0)) {
        fprintf(stderr, "usage: golden_vectors check|make FOLDER\n");
        return EXIT_FAILURE;
    }
    folder = argv[2];
    if (strcmp(argv[1], "make") == 0) {
        for_each(make_vector);
    } else {
        for_each(check_vector);
        check_strays();
    }
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
