// SPDX-License-Identifier: MPL-2.0
#include "store/blob.h"

#include <string.h>

#include "test/unit/temp.h"
#include "test/unit/test.h"

// SHA-256 of "hello world", from FIPS 180-4 implementations everywhere.
static const char HELLO[] = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

static const int64_t MOST = 1 << 20;

static char *dir;

static int setup(void **state)
{
    (void)state;
    dir = temp_new();
    return blob_init(dir, NULL);
}

static int teardown(void **state)
{
    (void)state;
    temp_remove(dir);
    return 0;
}

static void begin(char upload[ID_SIZE])
{
    fault_t fault;
    assert_int_equal(blob_begin(dir, upload, &fault), ERR_OK);
}

static void commit_hello(char upload[ID_SIZE], char hash[BLOB_HASH_SIZE])
{
    fault_t fault;
    int64_t at = 0;
    begin(upload);
    assert_int_equal(blob_append(dir, upload, 0, "hello ", 6, MOST, &at, &fault), ERR_OK);
    assert_int_equal(blob_append(dir, upload, at, "world", 5, MOST, &at, &fault), ERR_OK);
    assert_int_equal(blob_commit(dir, upload, hash, &at, &fault), ERR_OK);
    assert_int_equal(at, 11);
}

static void content_is_named_by_its_hash_and_read_back(void **state)
{
    (void)state;
    char upload[ID_SIZE];
    char hash[BLOB_HASH_SIZE];
    commit_hello(upload, hash);
    assert_string_equal(hash, HELLO);
    buf_t bytes = {0};
    fault_t fault;
    assert_int_equal(blob_read(dir, hash, 6, 100, &bytes, &fault), ERR_OK);
    assert_int_equal(bytes.size, 5);
    assert_memory_equal(bytes.data, "world", 5);
    assert_int_equal(blob_read(dir, hash, 11, 100, &bytes, &fault), ERR_OK);
    assert_int_equal(bytes.size, 5);
    buf_release(&bytes);
}

static void a_repeated_commit_gives_the_same_answer(void **state)
{
    (void)state;
    char upload[ID_SIZE];
    char hash[BLOB_HASH_SIZE];
    int64_t bytes;
    commit_hello(upload, hash);
    fault_t fault;
    assert_int_equal(blob_commit(dir, upload, hash, &bytes, &fault), ERR_OK);
    assert_string_equal(hash, HELLO);
}

static void a_committed_upload_takes_no_more(void **state)
{
    (void)state;
    char upload[ID_SIZE];
    char hash[BLOB_HASH_SIZE];
    int64_t at;
    commit_hello(upload, hash);
    fault_t fault;
    assert_int_equal(blob_append(dir, upload, 11, "!", 1, MOST, &at, &fault), ERR_CONFLICT);
    buf_t bytes = {0};
    blob_read(dir, HELLO, 0, 100, &bytes, &fault);
    assert_int_equal(bytes.size, 11);
    buf_release(&bytes);
}

static void a_repeated_write_is_harmless_and_a_gap_is_refused(void **state)
{
    (void)state;
    char upload[ID_SIZE];
    int64_t at = 0;
    fault_t fault;
    begin(upload);
    assert_int_equal(blob_append(dir, upload, 0, "abc", 3, MOST, &at, &fault), ERR_OK);
    assert_int_equal(blob_append(dir, upload, 0, "abc", 3, MOST, &at, &fault), ERR_OK);
    assert_int_equal(at, 3);
    assert_int_equal(blob_append(dir, upload, 4, "x", 1, MOST, &at, &fault), ERR_CONFLICT);
    assert_int_equal(blob_offset(dir, upload, &at, &fault), ERR_OK);
    assert_int_equal(at, 3);
}

static void an_upload_over_the_limit_is_refused(void **state)
{
    (void)state;
    char upload[ID_SIZE];
    int64_t at = 0;
    fault_t fault;
    begin(upload);
    assert_int_equal(blob_append(dir, upload, 0, "abcd", 4, 3, &at, &fault), ERR_TOO_LARGE);
}

static void names_that_leave_the_directory_are_refused(void **state)
{
    (void)state;
    char path[BLOB_PATH_SIZE];
    int64_t bytes;
    fault_t fault;
    assert_int_equal(blob_stat(dir, "../../../etc/passwd", path, &bytes, &fault), ERR_INVALID);
    assert_int_equal(blob_offset(dir, "../../lock", &bytes, &fault), ERR_INVALID);
    assert_int_equal(blob_stat(dir, "00", path, &bytes, &fault), ERR_INVALID);
    char unknown[BLOB_HASH_SIZE];
    memset(unknown, 'a', sizeof unknown - 1);
    unknown[BLOB_HASH_SIZE - 1] = '\0';
    assert_int_equal(blob_stat(dir, unknown, path, &bytes, &fault), ERR_NOT_FOUND);
}

static bool nothing_in_use(void *context, const char *hash)
{
    (void)context;
    (void)hash;
    return false;
}

static bool all_in_use(void *context, const char *hash)
{
    *(int *)context += strcmp(hash, HELLO) == 0;
    return true;
}

static void a_sweep_removes_old_uploads_and_blobs_nobody_uses(void **state)
{
    (void)state;
    char upload[ID_SIZE];
    char hash[BLOB_HASH_SIZE];
    commit_hello(upload, hash);
    int asked = 0;
    assert_int_equal(blob_sweep(dir, 3600000, nothing_in_use, NULL), 0);
    assert_int_equal(blob_sweep(dir, -3600000, all_in_use, &asked), 1);
    assert_int_equal(asked, 1);
    assert_int_equal(blob_sweep(dir, -3600000, nothing_in_use, NULL), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(content_is_named_by_its_hash_and_read_back, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_repeated_commit_gives_the_same_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(a_committed_upload_takes_no_more, setup, teardown),
        cmocka_unit_test_setup_teardown(a_repeated_write_is_harmless_and_a_gap_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_upload_over_the_limit_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(names_that_leave_the_directory_are_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_sweep_removes_old_uploads_and_blobs_nobody_uses, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
