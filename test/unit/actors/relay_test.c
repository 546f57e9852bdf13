// SPDX-License-Identifier: MPL-2.0
// The SMTP client against a real server in all its moods.
#include "actors/notification/relay.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "actors/notification/mail.h"
#include "base/clock.h"
#include "base/text.h"
#include "test/unit/actors/outside.h"
#include "test/unit/temp.h"
#include "test/unit/test.h"

static int setup(void **state)
{
    signal(SIGPIPE, SIG_IGN);
    *state = temp_new();
    return 0;
}

static int teardown(void **state)
{
    temp_remove(*state);
    return 0;
}

// A name as well as an address, so that no resolver is needed; the certificate has it as a name.
static char loopback[] = "127.0.0.1";
static char no_text[] = "";

static relay_t relay_to(int port, relay_tls_t tls)
{
    return (relay_t){.host = loopback,
                     .port = port,
                     .user = no_text,
                     .password = no_text,
                     .tls = tls,
                     .timeout_ms = 5000};
}

static void compose(buf_t *message)
{
    mail_t mail = {.key = "k",
                   .from = "autodp@example.org",
                   .recipient = "ada@example.org",
                   .subject = "Dots",
                   .text = ".\n..\n.dots\nend\n",
                   .time_ms = 1794000000000LL};
    mail_compose(&mail, message);
    buf_add(message, "", 1);
}

static relay_result_t send_to(const relay_t *relay, char reason[RELAY_REASON_MAX])
{
    buf_t message = {0};
    compose(&message);
    memset(reason, 0, RELAY_REASON_MAX);
    relay_result_t result =
        relay_send(relay, "autodp@example.org", "ada@example.org", message.data, reason);
    buf_release(&message);
    return result;
}

static void expect_reason(const char *reason, const char *part)
{
    if (!strstr(reason, part)) {
        fail_msg("the reason is '%s', without '%s'", reason, part);
    }
}

static void try_mode(const char *folder, const char *mode, relay_tls_t tls, relay_result_t expected,
                     const char *part)
{
    outside_server_t server = outside_server(mode, folder);
    relay_t relay = relay_to(server.port, tls);
    relay.timeout_ms = strcmp(mode, "silent") == 0 ? 300 : 5000;
    char reason[RELAY_REASON_MAX];
    relay_result_t result = send_to(&relay, reason);
    outside_stop(&server);
    assert_int_equal(result, expected);
    expect_reason(reason, part);
}

static void an_accepted_mail_arrives_as_it_was(void **state)
{
    const char *folder = *state;
    try_mode(folder, "accept", RELAY_TLS_OFF, RELAY_SENT, "");
    buf_t stored = outside_read(folder, "1.eml");
    buf_t sent = {0};
    compose(&sent);
    json_t *parsed = outside_parse(stored.data, stored.size);
    json_t *wanted = outside_parse(sent.data, sent.size - 1);
    assert_true(json_equal(parsed, wanted)); // headers, each once, and both parts
    json_decref(parsed);
    json_decref(wanted);
    buf_release(&sent);
    buf_release(&stored);
    stored = outside_read(folder, "1.json");
    json_t *envelope = json_loadb(stored.data, stored.size, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(envelope, "from")), "autodp@example.org");
    json_decref(envelope);
    buf_release(&stored);
}

static void a_temporary_refusal_is_tried_again(void **state)
{
    try_mode(*state, "later", RELAY_TLS_OFF, RELAY_LATER, "451");
}

static void a_final_refusal_is_final(void **state)
{
    try_mode(*state, "never", RELAY_TLS_OFF, RELAY_NEVER, "550");
    try_mode(*state, "recipient", RELAY_TLS_OFF, RELAY_NEVER, "no such mailbox");
}

static void a_server_without_starttls_gets_nothing_when_it_is_required(void **state)
{
    const char *folder = *state;
    try_mode(folder, "accept", RELAY_TLS_REQUIRE, RELAY_LATER, "STARTTLS");
    buf_t stored = outside_read(folder, "1.eml");
    assert_int_equal(stored.size, 0);
    try_mode(folder, "accept", RELAY_TLS_TRY, RELAY_SENT, "");
}

static void a_silent_server_costs_the_timeout(void **state)
{
    int64_t start_ms = clock_mono_ms();
    try_mode(*state, "silent", RELAY_TLS_OFF, RELAY_LATER, "");
    assert_true(clock_mono_ms() - start_ms < 10000);
}

static void a_server_that_hangs_up_is_tried_again(void **state)
{
    try_mode(*state, "hangup", RELAY_TLS_OFF, RELAY_LATER, "");
}

static void a_port_without_a_server_is_tried_again(void **state)
{
    (void)state;
    outside_server_t server = outside_server("silent", "");
    relay_t relay = relay_to(server.port, RELAY_TLS_OFF);
    outside_stop(&server);
    char reason[RELAY_REASON_MAX];
    assert_int_equal(send_to(&relay, reason), RELAY_LATER);
    expect_reason(reason, "refused");
}

static void a_certificate_nobody_vouches_for_is_refused(void **state)
{
    try_mode(*state, "tls", RELAY_TLS_REQUIRE, RELAY_LATER, "certificate is not valid");
    try_mode(*state, "tls", RELAY_TLS_TRY, RELAY_LATER, "certificate is not valid");
}

// Sends over STARTTLS to a server whose certificate is trusted.
static void try_trusted(const char *folder, const char *mode, relay_t relay,
                        relay_result_t expected, const char *part)
{
    outside_server_t server = outside_server(mode, folder);
    char *certificate = text_format("%s/cert.pem", folder);
    setenv("SSL_CERT_FILE", certificate, 1);
    free(certificate);
    relay.port = server.port;
    char reason[RELAY_REASON_MAX];
    relay_result_t result = send_to(&relay, reason);
    unsetenv("SSL_CERT_FILE");
    outside_stop(&server);
    assert_int_equal(result, expected);
    expect_reason(reason, part);
}

static void a_certificate_that_is_vouched_for_is_taken(void **state)
{
    const char *folder = *state;
    try_trusted(folder, "tls", relay_to(0, RELAY_TLS_REQUIRE), RELAY_SENT, "");
    buf_t stored = outside_read(folder, "1.json");
    assert_non_null(stored.data);
    json_t *envelope = json_loadb(stored.data, stored.size, 0, NULL);
    assert_true(json_is_true(json_object_get(envelope, "tls")));
    json_decref(envelope);
    buf_release(&stored);
}

static void a_certificate_for_another_name_is_refused(void **state)
{
    char address[] = "127.1"; // the same place by another name
    relay_t relay = relay_to(0, RELAY_TLS_REQUIRE);
    relay.host = address;
    try_trusted(*state, "tls", relay, RELAY_LATER, "not for '127.1'");
}

static void good_credentials_let_the_mail_through(void **state)
{
    char user[] = "user";
    char secret[] = "secret";
    relay_t relay = relay_to(0, RELAY_TLS_REQUIRE);
    relay.user = user;
    relay.password = secret;
    try_trusted(*state, "login", relay, RELAY_SENT, "");
}

static void bad_credentials_are_tried_again_when_they_are_mended(void **state)
{
    char user[] = "user";
    char wrong[] = "wrong";
    relay_t relay = relay_to(0, RELAY_TLS_REQUIRE);
    try_trusted(*state, "login", relay, RELAY_LATER, "530");
    relay.user = user;
    relay.password = wrong;
    try_trusted(*state, "login", relay, RELAY_LATER, "535");
}

static void the_tls_setting_has_three_values(void **state)
{
    (void)state;
    relay_tls_t tls;
    assert_int_equal(relay_tls_of("try", &tls, NULL), ERR_OK);
    assert_int_equal(tls, RELAY_TLS_TRY);
    fault_t fault;
    assert_int_equal(relay_tls_of("yes", &tls, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.detail, "smtp_tls is 'yes'"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_accepted_mail_arrives_as_it_was),
        TEST(a_temporary_refusal_is_tried_again),
        TEST(a_final_refusal_is_final),
        TEST(a_server_without_starttls_gets_nothing_when_it_is_required),
        TEST(a_silent_server_costs_the_timeout),
        TEST(a_server_that_hangs_up_is_tried_again),
        TEST(a_port_without_a_server_is_tried_again),
        TEST(a_certificate_nobody_vouches_for_is_refused),
        TEST(a_certificate_that_is_vouched_for_is_taken),
        TEST(a_certificate_for_another_name_is_refused),
        TEST(good_credentials_let_the_mail_through),
        TEST(bad_credentials_are_tried_again_when_they_are_mended),
        TEST(the_tls_setting_has_three_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
