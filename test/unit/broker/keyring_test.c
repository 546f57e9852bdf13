// SPDX-License-Identifier: MPL-2.0
#include "broker/keyring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "test/unit/test.h"

static const char PUBLIC[] = "hEFX}:fK/n>G@Mapv$<<H8mk#kd[*ijDp2-Ly+>G";

static int make_folder(void **state)
{
    char name[] = "/tmp/keyring.XXXXXX";
    assert_non_null(mkdtemp(name));
    *state = text_dup(name, strlen(name));
    return 0;
}

static int drop_folder(void **state)
{
    char *command = text_format("rm -rf '%s'", (char *)*state);
    int code = system(command); // NOLINT(cert-env33-c): a path of our own
    free(command);
    free(*state);
    return code;
}

static client_key_t key_of(const char *name, const char *role, char last)
{
    client_key_t key = {0};
    text_copy(key.name, sizeof key.name, name);
    text_copy(key.role, sizeof key.role, role);
    text_copy(key.public_key, sizeof key.public_key, PUBLIC);
    key.public_key[KEY_SIZE - 2] = last;
    return key;
}

static void clients_come_and_go(void **state)
{
    const char *dir = *state;
    client_key_t one = key_of("one", "client", 'a');
    client_key_t two = key_of("two", "worker", 'b');
    assert_int_equal(keyring_add(dir, &one, NULL), ERR_OK);
    assert_int_equal(keyring_add(dir, &two, NULL), ERR_OK);
    assert_int_equal(keyring_add(dir, &two, NULL), ERR_CONFLICT);
    keyring_t keyring;
    assert_int_equal(keyring_read(dir, &keyring, NULL), ERR_OK);
    assert_int_equal(keyring.count, 2);
    assert_memory_equal(&keyring.items[1], &two, sizeof two);
    keyring_release(&keyring);
    assert_int_equal(keyring_remove(dir, "one", NULL), ERR_OK);
    assert_int_equal(keyring_remove(dir, "one", NULL), ERR_NOT_FOUND);
    assert_int_equal(keyring_read(dir, &keyring, NULL), ERR_OK);
    assert_int_equal(keyring.count, 1);
    assert_string_equal(keyring.items[0].name, "two");
    keyring_release(&keyring);
}

static void what_cannot_be_is_not_added(void **state)
{
    const char *dir = *state;
    fault_t fault;
    client_key_t stranger = key_of("one", "nobody", 'a');
    assert_int_equal(keyring_add(dir, &stranger, &fault), ERR_NOT_FOUND);
    client_key_t nameless = key_of("o n e", "client", 'a');
    assert_int_equal(keyring_add(dir, &nameless, &fault), ERR_INVALID);
    client_key_t broken = key_of("one", "client", '"');
    assert_int_equal(keyring_add(dir, &broken, &fault), ERR_INVALID);
    keyring_t keyring;
    assert_int_equal(keyring_read(dir, &keyring, NULL), ERR_OK);
    assert_int_equal(keyring.count, 0);
}

static void broker_key_is_made_once_and_secret(void **state)
{
    const char *dir = *state;
    char first[KEY_SIZE];
    char second[KEY_SIZE];
    char secret[KEY_SIZE];
    assert_int_equal(keyring_broker(dir, first, NULL, NULL), ERR_OK);
    assert_int_equal(keyring_broker(dir, second, secret, NULL), ERR_OK);
    assert_string_equal(first, second);
    assert_true(key_check(secret));
    char path[KEYRING_PATH_SIZE];
    struct stat status;
    keyring_path(path, dir, "broker.key", NULL);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void refuse(const char *text)
{
    keyring_t keyring;
    fault_t fault;
    assert_int_equal(keyring_parse(text, strlen(text), &keyring, &fault), ERR_INVALID);
    assert_string_not_equal(fault.detail, "");
    assert_string_not_equal(fault.remedy, "");
}

static void bad_lists_are_refused(void **state)
{
    (void)state;
    refuse("one\n    role = \"client\"\n");
    refuse("one\n    role = \"client\"\n    public = \"short\"\n");
    char *twice = text_format("one\n    role = \"client\"\n    public = \"%s\"\n"
                              "two\n    role = \"admin\"\n    public = \"%s\"\n",
                              PUBLIC, PUBLIC);
    refuse(twice); // one key would be two users
    free(twice);
    char *roleless = text_format("one\n    public = \"%s\"\n", PUBLIC);
    refuse(roleless);
    free(roleless);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(clients_come_and_go, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_not_added, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(broker_key_is_made_once_and_secret, make_folder,
                                        drop_folder),
        cmocka_unit_test(bad_lists_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
