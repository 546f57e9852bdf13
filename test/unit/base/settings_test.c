// SPDX-License-Identifier: MPL-2.0
#include "base/settings.h"

#include <stdlib.h>
#include <string.h>

#include "test/unit/temp.h"
#include "test/unit/test.h"

static char *dir;
static char file[256];
static fault_t fault;

static int setup(void **state)
{
    (void)state;
    dir = temp_new();
    snprintf(file, sizeof file, "%s/autodp.cfg", dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    temp_remove(dir);
    unsetenv("AUTODP_HTTP_PORT");
    return 0;
}

static void write_file(const char *text)
{
    FILE *to = fopen(file, "we");
    fputs(text, to);
    fclose(to);
}

static void the_environment_wins_over_the_file_over_the_defaults(void **state)
{
    (void)state;
    write_file("http_port = \"9000\"\nmail_from = \"x@example.org\"\n");
    settings_t *settings = settings_new(file, &fault);
    assert_int_equal(settings_int(settings, "http_port"), 9000);
    assert_string_equal(settings_text(settings, "mail_from"), "x@example.org");
    assert_string_equal(settings_text(settings, "http_listen"), "127.0.0.1");
    settings_destroy(&settings);
    setenv("AUTODP_HTTP_PORT", "9001", 1);
    settings = settings_new(file, &fault);
    assert_int_equal(settings_int(settings, "http_port"), 9001);
    settings_destroy(&settings);
}

static void unknown_names_and_bad_values_are_refused_by_name(void **state)
{
    (void)state;
    write_file("htp_port = \"9000\"\n");
    assert_null(settings_new(file, &fault));
    assert_non_null(strstr(fault.detail, "htp_port"));
    write_file("http_port = \"eighty\"\n");
    assert_null(settings_new(file, &fault));
    assert_non_null(strstr(fault.detail, "eighty"));
    write_file("http_port = \"70000\"\n");
    assert_null(settings_new(file, &fault));
    assert_null(settings_new("/nowhere/autodp.cfg", &fault));
}

static void read_all(const char *path, char *text, size_t size)
{
    FILE *from = fopen(path, "re");
    assert_non_null(from);
    text[fread(text, 1, size - 1, from)] = '\0';
    fclose(from);
}

static void the_file_in_config_has_every_setting_at_its_default(void **state)
{
    (void)state;
    static char shipped_text[16384];
    static char rows[16384];
    read_all(SOURCE_ROOT "/config/autodp.cfg", shipped_text, sizeof shipped_text);
    read_all(SOURCE_ROOT "/base/settings.def", rows, sizeof rows);
    settings_t *own = settings_new(NULL, &fault);
    settings_t *shipped = settings_new(SOURCE_ROOT "/config/autodp.cfg", &fault);
    assert_non_null(shipped);
    int count = 0;
    for (const char *at = rows; (at = strstr(at, "\nSETTING(")) != NULL; count++) {
        at += strlen("\nSETTING(");
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, ","), at);
        assert_string_equal(settings_text(own, name), settings_text(shipped, name));
        char line[80];
        snprintf(line, sizeof line, "\n%s = ", name);
        assert_non_null(strstr(shipped_text, line));
    }
    assert_true(count > 10);
    settings_destroy(&own);
    settings_destroy(&shipped);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_environment_wins_over_the_file_over_the_defaults),
        TEST(unknown_names_and_bad_values_are_refused_by_name),
        TEST(the_file_in_config_has_every_setting_at_its_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
