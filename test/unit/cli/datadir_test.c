// SPDX-License-Identifier: MPL-2.0
#include "cli/datadir.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "test/unit/temp.h"
#include "test/unit/test.h"

static char *dir;
static char path[DATADIR_SIZE];
static fault_t fault;

static int setup(void **state)
{
    (void)state;
    dir = temp_new();
    snprintf(path, sizeof path, "%s/deep/data", dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    temp_remove(dir);
    return 0;
}

// In a process of its own: the lock lasts as long as the process.
static err_t own_elsewhere(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        _exit(datadir_own(path, &fault));
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return (err_t)WEXITSTATUS(status);
}

static void a_new_directory_is_made_for_its_owner_only(void **state)
{
    (void)state;
    assert_int_equal(own_elsewhere(), ERR_OK);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(own_elsewhere(), ERR_OK);
}

static void an_unknown_version_is_refused(void **state)
{
    (void)state;
    assert_int_equal(own_elsewhere(), ERR_OK);
    char file[DATADIR_SIZE + 16];
    snprintf(file, sizeof file, "%s/VERSION", path);
    FILE *version = fopen(file, "we");
    fputs("2\n", version);
    fclose(version);
    assert_int_equal(own_elsewhere(), ERR_UNSUPPORTED);
}

static void a_second_owner_is_refused(void **state)
{
    (void)state;
    assert_int_equal(datadir_own(path, &fault), ERR_OK);
    assert_int_equal(own_elsewhere(), ERR_CONFLICT);
}

static void a_relative_path_is_made_absolute(void **state)
{
    (void)state;
    args_t args = {.names = {"data"}, .values = {"here"}, .option_count = 1};
    char found[DATADIR_SIZE];
    assert_int_equal(datadir_find(&args, found, &fault), ERR_OK);
    assert_int_equal(found[0], '/');
    assert_string_equal(found + strlen(found) - 5, "/here");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_directory_is_made_for_its_owner_only),
        TEST(an_unknown_version_is_refused),
        TEST(a_second_owner_is_refused),
        TEST(a_relative_path_is_made_absolute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
