// SPDX-License-Identifier: MPL-2.0
// Notices become mails once, whatever happens in between.
#include "actors/notification/notification.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/notification/delivery.h"
#include "base/text.h"
#include "test/unit/actors/outside.h"
#include "test/unit/actors/port.h"
#include "test/unit/test.h"

enum { MINUTE_MS = 60000 };

static int setup(void **state)
{
    *state = port_new(&notification_actor);
    return 0;
}

static int teardown(void **state)
{
    actor_t *actor = *state;
    port_destroy(&actor);
    return 0;
}

static void start(actor_t *actor)
{
    fault_t fault = {0};
    port_start(actor, &fault);
    assert_string_equal(fault.detail, "");
}

static int64_t notice(actor_t *actor, const char *key, const char *recipient, const char *subject)
{
    char text[] = "It is done.\n";
    msg_notice_t message = {.key = (char *)key,
                            .recipient = (char *)recipient,
                            .subject = (char *)subject,
                            .text = text};
    return port_deliver_message(actor, "notification", MSG_notice, &message);
}

// The names in DATA/outbox, ".eml" only; returns how many, `last` is one of them.
static int outbox(const actor_t *actor, char last[256])
{
    char *folder = text_format("%s/outbox", actor_data_dir(actor));
    DIR *dir = opendir(folder);
    free(folder);
    int count = 0;
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        bool mail = strlen(entry->d_name) > 4 &&
                    strcmp(entry->d_name + strlen(entry->d_name) - 4, ".eml") == 0;
        bool other = !mail && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
        assert_false(other); // no temporary file is left
        count += mail;
        if (mail) {
            text_copy(last, 256, entry->d_name);
        }
    }
    if (dir) {
        closedir(dir);
    }
    return count;
}

// The first column of the first row of the ledger, as text.
static void ledger_says(const actor_t *actor, const char *query, const char *expected)
{
    char *path = text_format("%s/mail.db", actor_data_dir(actor));
    sqlite3 *database;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, query, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), expected);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    free(path);
}

static void a_notice_is_acknowledged_once_it_is_in_the_ledger(void **state)
{
    actor_t *actor = *state;
    start(actor);
    int64_t offset = notice(actor, "job:1:done", "ada@example.org", "Done");
    port_output_t *ack = port_take(actor, PORT_ACK);
    assert_non_null(ack);
    assert_int_equal(ack->id, offset);
    assert_string_equal(ack->topic, "notification");
    assert_string_equal(ack->group, "mail");
    ledger_says(actor, "SELECT state FROM mail", "pending");
    assert_int_equal(port_run(actor), 1);
    ledger_says(actor, "SELECT state FROM mail", "sent");
    char name[256];
    assert_int_equal(outbox(actor, name), 1);
    char *folder = text_format("%s/outbox", actor_data_dir(actor));
    buf_t mail = outside_read(folder, name);
    free(folder);
    json_t *parsed = outside_parse(mail.data, mail.size);
    assert_string_equal(json_string_value(json_object_get(parsed, "subject")), "Done");
    assert_string_equal(json_string_value(json_object_get(parsed, "plain")), "It is done.\n");
    assert_int_equal(json_array_size(json_object_get(parsed, "defects")), 0);
    json_decref(parsed);
    buf_release(&mail);
}

static void a_repeated_notice_is_one_mail(void **state)
{
    actor_t *actor = *state;
    start(actor);
    notice(actor, "k", "ada@example.org", "Done");
    port_run(actor);
    notice(actor, "k", "ada@example.org", "Done");
    notice(actor, "k", "bob@example.org", "Done");
    port_run(actor);
    char name[256];
    assert_int_equal(outbox(actor, name), 2);
    assert_int_equal(port_count(actor, PORT_ACK), 3);
}

static void a_mail_not_yet_sent_goes_out_after_a_restart(void **state)
{
    actor_t *actor = *state;
    start(actor);
    notice(actor, "k", "ada@example.org", "Done");
    port_output_t *lost = port_take(actor, PORT_OFFLOAD); // the process dies before it runs
    lost->settled = true;
    port_stop(actor);
    delivery_t *delivery = lost->context;
    delivery_destroy(&delivery);
    start(actor);
    port_advance(actor, 1000);
    assert_int_equal(port_run(actor), 1);
    char name[256];
    assert_int_equal(outbox(actor, name), 1);
    ledger_says(actor, "SELECT state FROM mail", "sent");
}

static void a_mail_written_but_not_recorded_is_still_one_file(void **state)
{
    actor_t *actor = *state;
    start(actor);
    notice(actor, "k", "ada@example.org", "Done");
    port_output_t *lost = port_take(actor, PORT_OFFLOAD);
    lost->settled = true;
    lost->work(lost->context); // the process dies between the file and the ledger
    port_stop(actor);
    delivery_t *delivery = lost->context;
    delivery_destroy(&delivery);
    start(actor);
    port_advance(actor, 1000);
    port_run(actor);
    char name[256];
    assert_int_equal(outbox(actor, name), 1);
}

static void a_notice_that_cannot_be_mailed_is_a_dead_letter(void **state)
{
    actor_t *actor = *state;
    start(actor);
    int64_t offset = notice(actor, "k", "nobody", "Done");
    port_output_t *term = port_take(actor, PORT_TERM);
    assert_int_equal(term->id, offset);
    assert_non_null(strstr(term->text, "'nobody' is not a mail address"));
    notice(actor, "k", "ada@example.org", "Done\r\nBcc: eve@example.org");
    term = port_take(actor, PORT_TERM);
    assert_non_null(strstr(term->text, "subject"));
    port_deliver(actor, "notification", (bytes_t){"\xC1", 1});
    assert_non_null(port_take(actor, PORT_TERM));
    assert_int_equal(port_count(actor, PORT_ACK), 0);
    assert_int_equal(port_run(actor), 0);
}

static void an_outbox_that_cannot_be_written_is_tried_again(void **state)
{
    actor_t *actor = *state;
    start(actor);
    char *folder = text_format("%s/outbox", actor_data_dir(actor));
    FILE *file = fopen(folder, "w"); // a file where the folder has to be
    fclose(file);
    notice(actor, "k", "ada@example.org", "Done");
    assert_int_equal(port_run(actor), 1);
    ledger_says(actor, "SELECT state || attempts FROM mail", "pending1");
    port_advance(actor, MINUTE_MS - 1000);
    assert_int_equal(port_run(actor), 0);
    unlink(folder);
    free(folder);
    port_advance(actor, MINUTE_MS);
    assert_int_equal(port_run(actor), 1);
    ledger_says(actor, "SELECT state FROM mail", "sent");
}

static void a_mail_that_fails_for_a_day_is_dead(void **state)
{
    actor_t *actor = *state;
    start(actor);
    char *folder = text_format("%s/outbox", actor_data_dir(actor));
    FILE *file = fopen(folder, "w");
    fclose(file);
    free(folder);
    notice(actor, "k", "ada@example.org", "Done");
    size_t tries = port_run(actor);
    for (int i = 0; i < 26 * 6; i++) {
        port_leap(actor, 10LL * MINUTE_MS);
        tries += port_run(actor);
    }
    assert_in_range(tries, 20, 28);
    ledger_says(actor, "SELECT state FROM mail", "dead");
    ledger_says(actor, "SELECT instr(reason, 'outbox') > 0 FROM mail", "1");
}

static void an_smtp_server_gets_the_mail(void **state)
{
    actor_t *actor = *state;
    char *folder = text_format("%s/received", actor_data_dir(actor));
    mkdir(folder, 0700);
    outside_server_t server = outside_server("accept", folder);
    char *port = text_format("%d", server.port);
    port_set(actor, "smtp_host", "127.0.0.1");
    port_set(actor, "smtp_port", port);
    port_set(actor, "smtp_tls", "off");
    start(actor);
    notice(actor, "k", "ada@example.org", "Done");
    assert_int_equal(port_run(actor), 1);
    outside_stop(&server);
    ledger_says(actor, "SELECT state FROM mail", "sent");
    buf_t mail = outside_read(folder, "1.eml");
    assert_true(mail.size > 0);
    buf_release(&mail);
    free(port);
    free(folder);
}

static void a_final_answer_of_the_server_ends_it(void **state)
{
    actor_t *actor = *state;
    outside_server_t server = outside_server("never", actor_data_dir(actor));
    char *port = text_format("%d", server.port);
    port_set(actor, "smtp_host", "127.0.0.1");
    port_set(actor, "smtp_port", port);
    port_set(actor, "smtp_tls", "off");
    start(actor);
    notice(actor, "k", "ada@example.org", "Done");
    port_run(actor);
    outside_stop(&server);
    ledger_says(actor, "SELECT state FROM mail", "dead");
    ledger_says(actor, "SELECT instr(reason, '550') > 0 FROM mail", "1");
    free(port);
}

static void expect_refused_start(actor_t *actor, const char *part)
{
    fault_t fault = {0};
    assert_int_equal(port_start(actor, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.detail, part));
}

static void settings_that_cannot_work_are_said_at_the_start(void **state)
{
    actor_t *actor = *state;
    port_set(actor, "mail_from", "AutoDP");
    expect_refused_start(actor, "mail_from");
    port_set(actor, "mail_from", "autodp@example.org");
    port_set(actor, "smtp_host", "mail.example.org");
    port_set(actor, "smtp_tls", "maybe");
    expect_refused_start(actor, "smtp_tls is 'maybe'");
    port_set(actor, "smtp_tls", "try");
    port_set(actor, "smtp_user", "autodp");
    expect_refused_start(actor, "in clear text");
    port_set(actor, "smtp_password_file", "/nonexistent/secret");
    expect_refused_start(actor, "/nonexistent/secret");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_notice_is_acknowledged_once_it_is_in_the_ledger),
        TEST(a_repeated_notice_is_one_mail),
        TEST(a_mail_not_yet_sent_goes_out_after_a_restart),
        TEST(a_mail_written_but_not_recorded_is_still_one_file),
        TEST(a_notice_that_cannot_be_mailed_is_a_dead_letter),
        TEST(an_outbox_that_cannot_be_written_is_tried_again),
        TEST(a_mail_that_fails_for_a_day_is_dead),
        TEST(an_smtp_server_gets_the_mail),
        TEST(a_final_answer_of_the_server_ends_it),
        TEST(settings_that_cannot_work_are_said_at_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
