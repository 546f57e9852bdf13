// SPDX-License-Identifier: MPL-2.0
// docs/expressions.md against the catalogue: the parts between `<!-- made: NAME -->` and
// `<!-- end -->` are made from it; `test_expr_document --write` makes them anew.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "data/expr/expr.h"
#include "test/unit/test.h"

static const char PATH[] = SOURCE_ROOT "/docs/expressions.md";

static char *read_document(void)
{
    FILE *file = fopen(PATH, "rb");
    assert_non_null(file);
    buf_t buf = {0};
    char piece[4096];
    for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0;) {
        buf_add(&buf, piece, n);
    }
    fclose(file);
    buf_add(&buf, "", 1);
    return buf.data;
}

// A table's cell: bars would end it.
static void add_cell(buf_t *buf, const char *text, bool code)
{
    buf_addf(buf, code && text[0] ? " `" : " ");
    for (; *text; text++) {
        buf_addf(buf, *text == '|' ? "\\|" : "%c", *text);
    }
    buf_addf(buf, "%s |", code && buf->data[buf->size - 1] != ' ' ? "`" : "");
}

static const char *part(const json_t *entry, const char *name)
{
    const char *text = json_string_value(json_object_get(entry, name));
    return text ? text : "";
}

static void add_entries(buf_t *buf, const json_t *entries)
{
    size_t i;
    const json_t *entry;
    const char *group = "";
    json_array_foreach((json_t *)entries, i, entry)
    {
        if (strcmp(part(entry, "group"), group) != 0 || i == 0) {
            group = part(entry, "group");
            buf_addf(buf, "%s%s%s", i > 0 ? "\n" : "", group[0] ? "### " : "", group);
            buf_addf(buf, "%s| | | type | example | gives |\n|---|---|---|---|---|\n",
                     group[0] ? "\n\n" : "");
        }
        buf_addf(buf, "|");
        add_cell(buf, part(entry, "usage"), true);
        add_cell(buf, part(entry, "description"), false);
        add_cell(buf, part(entry, "result"), false);
        add_cell(buf, part(entry, "example"), true);
        add_cell(buf, part(entry, "gives")[0] ? part(entry, "gives") : "missing", false);
        buf_addf(buf, "\n");
    }
}

static void add_limits(buf_t *buf, const json_t *limits)
{
    const char *name;
    const json_t *value;
    buf_addf(buf, "| limit | |\n|---|---|\n");
    json_object_foreach((json_t *)limits, name, value)
    {
        buf_addf(buf, "| %s | %lld |\n", name, (long long)json_integer_value(value));
    }
}

static void add_made(buf_t *buf, const json_t *catalogue, const char *name, size_t size)
{
    if (strncmp(name, "limits", size) == 0) {
        add_limits(buf, json_object_get(catalogue, "limits"));
    } else if (strncmp(name, "functions", size) == 0 || strncmp(name, "operators", size) == 0) {
        char key[16] = "";
        memcpy(key, name, size);
        add_entries(buf, json_object_get(catalogue, key));
    } else {
        fail_msg("no part '%.*s'", (int)size, name);
    }
}

// The document with its parts made anew.
static char *fresh(const char *document)
{
    static const char OPENING[] = "<!-- made: ";
    buf_t buf = {0};
    json_t *catalogue = expr_catalogue();
    const char *at = document;
    const char *opening;
    while ((opening = strstr(at, OPENING))) {
        const char *name = opening + strlen(OPENING);
        const char *body = strchr(name, '\n') + 1;
        const char *end = strstr(body, "<!-- end -->");
        assert_non_null(end);
        buf_add(&buf, at, (size_t)(body - at));
        add_made(&buf, catalogue, name, strcspn(name, " "));
        at = end;
    }
    buf_add(&buf, at, strlen(at) + 1);
    json_decref(catalogue);
    return buf.data;
}

static void the_document_is_what_the_catalogue_says(void **state)
{
    (void)state;
    char *document = read_document();
    char *made = fresh(document);
    if (strcmp(document, made) != 0) {
        fail_msg("docs/expressions.md is not what the catalogue says: run test_expr_document "
                 "--write");
    }
    free(document);
    free(made);
}

static int write_document(void)
{
    char *document = read_document();
    char *made = fresh(document);
    FILE *file = fopen(PATH, "wb");
    bool written = file && fwrite(made, 1, strlen(made), file) == strlen(made);
    written = file && fclose(file) == 0 && written;
    free(document);
    free(made);
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--write") == 0) {
        return write_document();
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_document_is_what_the_catalogue_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
