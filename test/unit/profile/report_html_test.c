// SPDX-License-Identifier: MPL-2.0
#include "data/profile/report.h"
#include "test/unit/profile/table.h"

static char *page_of(const buf_t *csv, const char *title, size_t *ret_size)
{
    fault_t fault;
    json_t *report = table_report(csv, NULL);
    report_times(report, 0, 1234, "1.2.3");
    buf_t html = {0};
    assert_int_equal(report_html(report, title, &html, &fault), ERR_OK);
    json_decref(report);
    *ret_size = html.size;
    buf_add(&html, "", 1);
    return html.data;
}

static void texts_are_escaped(void **state)
{
    (void)state;
    buf_t csv = {0};
    buf_addf(&csv, "<script>alert(1)</script>,\"a\"\"b'\"\n");
    for (int i = 0; i < 20; i++) {
        buf_addf(&csv, "<img src=x onerror=y>,%d & %d\n", i % 3, i);
    }
    size_t size;
    char *page = page_of(&csv, "</title><b>\"'", &size);
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "<img"));
    assert_null(strstr(page, "<b>\""));
    assert_non_null(strstr(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_non_null(strstr(page, "a&quot;b&#39;"));
    assert_non_null(strstr(page, "1970-01-01T00:00:01.234Z"));
    free(page);
    buf_release(&csv);
}

static void a_page_of_many_columns_stays_small(void **state)
{
    (void)state;
    buf_t csv = {0};
    enum { COLUMNS = 3000 };
    for (int c = 0; c < COLUMNS; c++) {
        buf_addf(&csv, "%s<%0100d>", c ? "," : "", c);
    }
    for (int r = 0; r < 60; r++) {
        buf_addf(&csv, "\n");
        for (int c = 0; c < COLUMNS; c++) {
            if ((r * 7 + c) % 11 == 0) {
                buf_addf(&csv, "%s", c ? "," : "");
            } else if (c % 3) {
                buf_addf(&csv, "%s%d.%d", c ? "," : "", (r * 31 + c * r * r) % 97, r);
            } else {
                buf_addf(&csv, "%s<<<<<<&&&&&&&>>>>>>> %d", c ? "," : "", r % (c % 17 + 2));
            }
        }
    }
    buf_addf(&csv, "\n");
    size_t size;
    char *page = page_of(&csv, "wide", &size);
    assert_true(size <= REPORT_HTML_BYTES);
    assert_true(size > REPORT_HTML_BYTES / 2);
    assert_non_null(strstr(page, "More variables"));
    assert_non_null(strstr(page, "</html>"));
    free(page);
    buf_release(&csv);
}

static void something_else_is_not_a_report(void **state)
{
    (void)state;
    fault_t fault;
    buf_t html = {0};
    json_t *other = json_object();
    assert_int_equal(report_html(other, "x", &html, &fault), ERR_INVALID);
    assert_int_equal(html.size, 0);
    json_decref(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(a_page_of_many_columns_stays_small),
        cmocka_unit_test(something_else_is_not_a_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
