// SPDX-License-Identifier: MPL-2.0
// A mail is judged by Python's email package.
#include "actors/notification/mail.h"

#include <stdlib.h>
#include <string.h>

#include "actors/notification/delivery.h"
#include "actors/notification/quoted.h"
#include "test/unit/actors/outside.h"
#include "test/unit/test.h"

static const mail_t PLAIN = {.key = "job:jb_1:done",
                             .from = "autodp@example.org",
                             .recipient = "ada@example.org",
                             .subject = "AutoDP: training is done",
                             .text = "The training is done.\n\nSee http://127.0.0.1:8080/jobs/1\n",
                             .time_ms = 1794000000123LL};

static json_t *compose(const mail_t *mail)
{
    buf_t message = {0};
    assert_int_equal(mail_check(mail, NULL), ERR_OK);
    mail_compose(mail, &message);
    json_t *parsed = outside_parse(message.data, message.size);
    buf_release(&message);
    assert_non_null(parsed);
    assert_int_equal(json_array_size(json_object_get(parsed, "defects")), 0);
    assert_int_equal(json_integer_value(json_object_get(parsed, "bare_line_ends")), 0);
    assert_true(json_integer_value(json_object_get(parsed, "longest_line")) <= 78);
    assert_true(json_is_true(json_object_get(parsed, "ascii")));
    return parsed;
}

static void expect(const json_t *parsed, const char *key, const char *value)
{
    assert_string_equal(json_string_value(json_object_get(parsed, key)), value);
}

static void a_mail_is_well_formed(void **state)
{
    (void)state;
    json_t *parsed = compose(&PLAIN);
    expect(parsed, "type", "multipart/alternative");
    expect(parsed, "from", "AutoDP <autodp@example.org>");
    expect(parsed, "to", "ada@example.org");
    expect(parsed, "subject", PLAIN.subject);
    expect(parsed, "date", "2026-11-06T21:20:00+00:00");
    expect(parsed, "auto_submitted", "auto-generated");
    expect(parsed, "plain", PLAIN.text);
    const char *html = json_string_value(json_object_get(parsed, "html"));
    assert_non_null(strstr(html, "<a href=\"http://127.0.0.1:8080/jobs/1\">"));
    const char *id = json_string_value(json_object_get(parsed, "message_id"));
    assert_int_equal(strlen(id), 1 + 32 + strlen("@example.org") + 1);
    json_decref(parsed);
}

static void any_text_and_subject_come_through(void **state)
{
    (void)state;
    mail_t mail = PLAIN;
    mail.subject = "Gr\xC3\xB6\xC3\x9F"
                   "e \xE2\x89\xA0 \xF0\x9F\x90\xA7 =?utf-8?q?trick?= <&> \"quoted\" "
                   "and so long that it has to be folded over more than one line of the header";
    mail.text = ".dot\n..\nFrom here\ntrailing blank \ntab\t\n= equals =3D\n"
                "<script>alert(\"&\")</script> \xC3\xA4\xE2\x82\xAC\xF0\x9F\x90\xA7\n"
                "a line without any end that goes on and on and on and on and on and on and on, "
                "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4";
    json_t *parsed = compose(&mail);
    expect(parsed, "subject", mail.subject);
    const char *plain = json_string_value(json_object_get(parsed, "plain"));
    assert_memory_equal(plain, mail.text, strlen(mail.text));
    const char *html = json_string_value(json_object_get(parsed, "html"));
    assert_null(strstr(html, "<script>"));
    assert_non_null(strstr(html, "&lt;script&gt;alert(&quot;&amp;&quot;)"));
    json_decref(parsed);
}

static void a_subject_may_be_empty_or_blank(void **state)
{
    (void)state;
    mail_t mail = PLAIN;
    mail.subject = "";
    json_t *parsed = compose(&mail);
    expect(parsed, "subject", "");
    json_decref(parsed);
    mail.subject = " a\tb ";
    mail.text = "";
    parsed = compose(&mail);
    expect(parsed, "subject", " a\tb ");
    json_decref(parsed);
}

static void no_header_takes_a_line_end(void **state)
{
    (void)state;
    static const char INJECTED[] = "a@example.org\r\nBcc: b@example.org";
    fault_t fault;
    mail_t mail = PLAIN;
    mail.subject = "x\nBcc: b@example.org";
    assert_int_equal(mail_check(&mail, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.detail, "subject"));
    mail = PLAIN;
    mail.key = "x\r";
    assert_int_equal(mail_check(&mail, &fault), ERR_INVALID);
    mail = PLAIN;
    mail.recipient = INJECTED;
    assert_int_equal(mail_check(&mail, &fault), ERR_INVALID);
    mail = PLAIN;
    mail.from = INJECTED;
    assert_int_equal(mail_check(&mail, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.detail, "sender"));
}

static void an_address_that_smtp_cannot_carry_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {"",      "a",       "@b",      "a@",
                                      "a@b@c", "a b@c",   "a@b,c@d", "<a@b>",
                                      "a@b>",  "\"a\"@b", "a@b\x7f", "\xC3\xA4@b"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        assert_int_equal(mail_check_address("the recipient", BAD[i], NULL), ERR_INVALID);
    }
    assert_int_equal(mail_check_address("the recipient", "a.b+c@x-y.example", NULL), ERR_OK);
    assert_int_equal(mail_check_address("the recipient", "admin@localhost", NULL), ERR_OK);
}

static void the_name_is_of_key_and_recipient_alone(void **state)
{
    (void)state;
    char a[MAIL_NAME_SIZE];
    char b[MAIL_NAME_SIZE];
    mail_name("k", "r@x", a);
    mail_name("k", "r@x", b);
    assert_string_equal(a, b);
    mail_name("kr", "@x", b);
    assert_string_not_equal(a, b);
}

static void a_soft_break_never_makes_a_line_too_long(void **state)
{
    (void)state;
    char text[512];
    for (size_t length = 70; length < 160; length++) {
        memset(text, 'x', length);
        memset(text + 60, '=', 12);
        text[length - 1] = ' ';
        buf_t quoted = {0};
        quoted_body(text, length, &quoted);
        size_t width = 0;
        for (size_t i = 0; i < quoted.size; i++) {
            width = quoted.data[i] == '\n' ? 0 : width + (quoted.data[i] != '\r');
            assert_true(width <= 76);
        }
        assert_memory_equal(quoted.data + quoted.size - 3, "=20", 3);
        buf_release(&quoted);
    }
}

static void pauses_grow_and_end_after_a_day(void **state)
{
    (void)state;
    static const int64_t MINUTES[] = {1, 5, 15, 60, 60, 60};
    for (int64_t attempts = 1; attempts <= 6; attempts++) {
        int64_t pause = delivery_next_ms(attempts, 0, 1000) - 1000;
        int64_t least = MINUTES[attempts - 1] * 60000;
        assert_in_range(pause, least, least + least / 5);
    }
    int64_t day = 24LL * 3600 * 1000;
    assert_int_equal(delivery_next_ms(30, 0, day - 1000), -1);
    assert_true(delivery_next_ms(30, 0, day - 2 * 3600 * 1000) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_is_well_formed),
        cmocka_unit_test(any_text_and_subject_come_through),
        cmocka_unit_test(a_subject_may_be_empty_or_blank),
        cmocka_unit_test(no_header_takes_a_line_end),
        cmocka_unit_test(an_address_that_smtp_cannot_carry_is_refused),
        cmocka_unit_test(the_name_is_of_key_and_recipient_alone),
        cmocka_unit_test(a_soft_break_never_makes_a_line_too_long),
        cmocka_unit_test(pauses_grow_and_end_after_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
