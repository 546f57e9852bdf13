// SPDX-License-Identifier: MPL-2.0
#include "learn/card.h"

#include <string.h>

#include "test/unit/engine/temp.h"

static const char RECORD[] =
    "{\"algorithm\":\"svc\",\"task\":\"classify\",\"target\":\"a|b "
    "<i>_x_\",\"features\":[\"w_1\",\"`c`\"],"
    "\"feature_types\":[\"float\",\"text\"],\"recipe\":[{\"op\":\"scale\",\"method\":\"z_score\","
    "\"columns\":[\"w_1\"]}],"
    "\"rows\":{\"total\":10,\"used\":10,\"train\":8,\"test\":2},\"seed\":42,\"test_size\":0.2,"
    "\"parameters\":{\"C\":1.0},"
    "\"scores\":{\"chosen\":\"accuracy\",\"test\":{\"accuracy\":0.5},\"train\":{\"accuracy\":1.0},"
    "\"baseline\":null},"
    "\"confusion\":{\"labels\":[\"no\",true],\"matrix\":[[1,0],[1,0]]},"
    "\"lineage\":{\"dataset_name\":\"<script>.csv\"},\"versions\":{\"autodp\":\"1\"}}";

static char *card(void (*write)(const json_t *record, buf_t *out))
{
    json_t *record = json_of(RECORD);
    buf_t out = {0};
    write(record, &out);
    buf_add(&out, "", 1);
    json_decref(record);
    return out.data;
}

static void names_are_text_in_markdown(void **state)
{
    (void)state;
    char *text = card(card_markdown);
    assert_non_null(strstr(text, "# Model of a\\|b \\<i\\>\\_x\\_\n"));
    assert_non_null(strstr(text, "| w_1 | float |"));
    assert_non_null(strstr(text, "| \\`c\\` | text |"));
    assert_non_null(strstr(text, "| accuracy | 0.5000 | 1.0000 |  |  |"));
    assert_non_null(strstr(text, "| true | 1 | 0 |"));
    free(text);
}

static void names_are_text_in_html(void **state)
{
    (void)state;
    char *text = card(card_html);
    assert_non_null(strstr(text, "<h1>Model of a|b &lt;i&gt;_x_</h1>"));
    assert_non_null(strstr(text, "&lt;script&gt;.csv"));
    assert_null(strstr(text, "<script>"));
    assert_non_null(strstr(text, "default-src 'none'"));
    free(text);
}

static void a_record_of_little_is_a_card_too(void **state)
{
    (void)state;
    json_t *record =
        json_of("{\"algorithm\":\"k_means\",\"task\":\"cluster\",\"features\":[\"x\"]}");
    buf_t out = {0};
    card_markdown(record, &out);
    buf_add(&out, "", 1);
    assert_non_null(strstr(out.data, "# "));
    buf_release(&out);
    json_decref(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_text_in_markdown),
        cmocka_unit_test(names_are_text_in_html),
        cmocka_unit_test(a_record_of_little_is_a_card_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
