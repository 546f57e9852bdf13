// SPDX-License-Identifier: MPL-2.0
// Packed files: gzip and zip, whole and damaged.
#include <openssl/evp.h>
#include <zip.h>
#define ZLIB_CONST // inputs are const
#include <zlib.h>

#include "data/csv/unpack.h"
#include "test/unit/csv/table.h"

static const char TEXT[] = "a,b\n1,2\n\"x\ny\",4\n";
static const char ROWS[] = "2:1|2;3:[x\ny]|4;";

// Appends one gzip member.
static void add_gzip(buf_t *out, const char *bytes, size_t size)
{
    z_stream zlib = {.next_in = (const Bytef *)bytes, .avail_in = (uInt)size};
    assert_int_equal(deflateInit2(&zlib, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&zlib, size) + 64;
    zlib.next_out = (Bytef *)buf_reserve(out, room);
    zlib.avail_out = (uInt)room;
    assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    out->size += room - zlib.avail_out;
    deflateEnd(&zlib);
}

static void assert_rows(const char *path, const char *expected)
{
    const size_t reads[] = {0, 1, 7};
    for (size_t i = 0; i < 3; i++) {
        fault_t fault;
        csv_options_t options = {.read_bytes = reads[i], .piece_bytes = 4};
        char *got = table_read_file(path, &options, NULL, &fault);
        assert_string_equal(fault.detail, "");
        assert_string_equal(got, expected);
        free(got);
    }
}

static void assert_bytes(const buf_t *bytes, const char *expected)
{
    table_t table = table_of(bytes->data, bytes->size);
    assert_rows(table.path, expected);
    table_release(&table);
}

static void gzip_members_are_read_one_behind_the_other(void **state)
{
    (void)state;
    buf_t packed = {0};
    add_gzip(&packed, TEXT, sizeof TEXT - 1);
    assert_bytes(&packed, ROWS);
    add_gzip(&packed, "", 0);
    add_gzip(&packed, "5,6\n", 4);
    assert_bytes(&packed, "2:1|2;3:[x\ny]|4;5:5|6;");
    buf_add(&packed, "\0\0\0", 3);
    assert_bytes(&packed, "2:1|2;3:[x\ny]|4;5:5|6;");
    buf_release(&packed);
}

static void gzip_is_told_in_the_dialect(void **state)
{
    (void)state;
    buf_t packed = {0};
    add_gzip(&packed, TEXT, sizeof TEXT - 1);
    csv_t *csv = NULL;
    fault_t fault;
    free(table_read(packed.data, packed.size, NULL, &csv, &fault));
    assert_string_equal(csv_packing_name(csv_dialect(csv)->packing), "gzip");
    assert_int_equal(csv_position(csv), packed.size);
    assert_int_equal(csv_size(csv), packed.size);
    csv_destroy(&csv);
    buf_release(&packed);
}

static void gzip_is_read_again_with_care(void **state)
{
    (void)state;
    buf_t packed = {0};
    add_gzip(&packed, "a,b\n1,2\n1,2,3\n", 14);
    fault_t fault = assert_table_fault(packed.data, packed.size, NULL, ERR_CSV_RAGGED);
    assert_int_equal(fault.line, 3);
    buf_release(&packed);
}

static void a_cut_gzip_is_refused_wherever_it_is_cut(void **state)
{
    (void)state;
    buf_t packed = {0};
    add_gzip(&packed, TEXT, sizeof TEXT - 1);
    for (size_t size = 3; size < packed.size; size++) {
        fault_t fault = assert_table_fault(packed.data, size, NULL, ERR_CORRUPT);
        assert_non_null(strstr(fault.detail, "cut off"));
    }
    buf_release(&packed);
}

static void damage_and_bytes_behind_gzip_are_refused(void **state)
{
    (void)state;
    buf_t packed = {0};
    add_gzip(&packed, TEXT, sizeof TEXT - 1);
    packed.data[packed.size - 6] ^= 1;
    assert_table_fault(packed.data, packed.size, NULL, ERR_CORRUPT);
    packed.data[packed.size - 6] ^= 1;
    buf_add(&packed, "x", 1);
    fault_t fault = assert_table_fault(packed.data, packed.size, NULL, ERR_CORRUPT);
    assert_non_null(strstr(fault.detail, "behind the end"));
    buf_release(&packed);
}

static void what_unpacks_to_too_much_is_refused(void **state)
{
    (void)state;
    buf_t text = {0};
    for (int i = 0; i < 100000; i++) {
        buf_add(&text, "1,2\n", 4);
    }
    buf_t packed = {0};
    add_gzip(&packed, text.data, text.size);
    csv_options_t options = {.bytes_max = 1 << 20};
    table_t table = table_of(packed.data, packed.size);
    fault_t fault;
    char *rows = table_read_file(table.path, &options, NULL, &fault);
    assert_int_equal(fault.code, ERR_OK);
    free(rows);
    table_release(&table);
    add_gzip(&packed, text.data, text.size);
    add_gzip(&packed, text.data, text.size);
    assert_table_fault(packed.data, packed.size, &options, ERR_TOO_LARGE);
    buf_release(&packed);
    buf_release(&text);
}

typedef struct {
    const char *name;
    const char *bytes;
    size_t size;
} member_t;

// Makes a zip; the method 0 is zip's own choice.
static table_t zip_of(const member_t *members, size_t count, const char *password, int method)
{
    table_t table = table_of("", 0);
    zip_t *zip = zip_open(table.path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert_non_null(zip);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *source = zip_source_buffer(zip, members[i].bytes, members[i].size, 0);
        zip_int64_t index = zip_file_add(zip, members[i].name, source, ZIP_FL_ENC_UTF_8);
        assert_true(index >= 0);
        if (method) {
            assert_int_equal(zip_set_file_compression(zip, (zip_uint64_t)index, method, 9), 0);
        }
        if (password) {
            assert_int_equal(
                zip_file_set_encryption(zip, (zip_uint64_t)index, ZIP_EM_AES_256, password), 0);
        }
    }
    assert_int_equal(zip_close(zip), 0);
    return table;
}

static fault_t assert_zip_fault(const member_t *members, size_t count, const char *password,
                                int method, err_t code)
{
    table_t table = zip_of(members, count, password, method);
    fault_t fault;
    free(table_read_file(table.path, NULL, NULL, &fault));
    assert_string_equal(err_name(fault.code), err_name(code));
    assert_string_not_equal(fault.remedy, "");
    table_release(&table);
    return fault;
}

static void a_zip_with_one_file_is_read(void **state)
{
    (void)state;
    const member_t members[] = {{"dir/", "", 0},
                                {"dir/../../etc/passwd", TEXT, sizeof TEXT - 1},
                                {"__MACOSX/dir/._x", "abc", 3}};
    table_t table = zip_of(members, 3, NULL, 0);
    assert_rows(table.path, ROWS);
    csv_t *csv = NULL;
    fault_t fault;
    free(table_read_file(table.path, NULL, &csv, &fault));
    assert_string_equal(csv_packing_name(csv_dialect(csv)->packing), "zip");
    assert_string_equal(csv_dialect(csv)->member, "dir/../../etc/passwd");
    assert_int_equal(csv_position(csv), csv_size(csv));
    csv_destroy(&csv);
    table_release(&table);
}

static void a_zip_without_exactly_one_file_is_refused(void **state)
{
    (void)state;
    const member_t two[] = {{"a.csv", "a\n1\n", 4}, {"b\n.csv", "b\n1\n", 4}};
    fault_t fault = assert_zip_fault(two, 2, NULL, 0, ERR_UNSUPPORTED);
    assert_string_equal(fault.detail, "the zip holds 2 files, not one: 'a.csv', 'b?.csv'");
    const member_t none[] = {{"dir/", "", 0}};
    assert_zip_fault(none, 1, NULL, 0, ERR_CSV_EMPTY);
}

static void an_encrypted_zip_is_refused(void **state)
{
    (void)state;
    const member_t one[] = {{"a.csv", TEXT, sizeof TEXT - 1}};
    fault_t fault = assert_zip_fault(one, 1, "secret", 0, ERR_UNSUPPORTED);
    assert_non_null(strstr(fault.detail, "encrypted"));
}

static void a_zip_bomb_is_refused(void **state)
{
    (void)state;
    const size_t size = 64 << 20;
    char *bytes = malloc(size);
    memset(bytes, '\n', size);
    const char head[] = {'a', ',', 'b'};
    memcpy(bytes, head, sizeof head);
    const member_t one[] = {{"a.csv", bytes, size}};
    if (zip_compression_method_supported(ZIP_CM_BZIP2, 1)) {
        fault_t fault = assert_zip_fault(one, 1, NULL, ZIP_CM_BZIP2, ERR_TOO_LARGE);
        assert_non_null(strstr(fault.detail, "times its size"));
    }
    free(bytes);
}

static void a_damaged_zip_is_refused(void **state)
{
    (void)state;
    const member_t one[] = {{"a.csv", TEXT, sizeof TEXT - 1}};
    table_t table = zip_of(one, 1, NULL, ZIP_CM_STORE);
    FILE *file = fopen(table.path, "r+b");
    char bytes[512];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    table_release(&table);
    assert_table_fault(bytes, size - 10, NULL, ERR_CORRUPT);
    char *text = memmem(bytes, size, "1,2", 3);
    assert_non_null(text);
    text[0] = '7';
    assert_table_fault(bytes, size, NULL, ERR_CORRUPT);
}

static void a_zip_with_a_huge_directory_is_refused_before_it_is_read(void **state)
{
    (void)state;
    const member_t one[] = {{"a.csv", TEXT, sizeof TEXT - 1}};
    table_t table = zip_of(one, 1, NULL, ZIP_CM_STORE);
    FILE *file = fopen(table.path, "rb");
    char bytes[512];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    table_release(&table);
    char *end = memmem(bytes, size, "PK\5\6", 4);
    assert_non_null(end);
    memset(end + 12, 0x7F, 4);
    assert_table_fault(bytes, size, NULL, ERR_TOO_LARGE);

    buf_t packed = {0}; // the same with 64-bit sizes
    memset(end + 12, 0xFF, 4);
    size_t at = (size_t)(end - bytes);
    buf_add(&packed, bytes, at);
    char end64[56] = "PK\6\6";
    end64[44] = 1; // a directory of 4 GiB
    buf_add(&packed, end64, sizeof end64);
    char locator[20] = "PK\6\7";
    memcpy(locator + 8, &at, sizeof at);
    buf_add(&packed, locator, sizeof locator);
    buf_add(&packed, end, size - at);
    assert_table_fault(packed.data, packed.size, NULL, ERR_TOO_LARGE);
    buf_release(&packed);
}

static void other_packings_are_named(void **state)
{
    (void)state;
    fault_t fault = assert_table_fault("\x28\xB5\x2F\xFDxxxx", 8, NULL, ERR_UNSUPPORTED);
    assert_non_null(strstr(fault.detail, "zstd"));
}

static void assert_hash(const void *bytes, size_t size)
{
    uint8_t expected[CSV_HASH_BYTES];
    assert_int_equal(EVP_Digest(bytes, size, expected, NULL, EVP_sha256(), NULL), 1);
    csv_options_t options = {.hash = true};
    csv_t *csv = NULL;
    fault_t fault;
    free(table_read(bytes, size, &options, &csv, &fault));
    assert_int_equal(fault.code, ERR_OK);
    assert_non_null(csv_hash(csv));
    assert_memory_equal(csv_hash(csv), expected, sizeof expected);
    csv_destroy(&csv);
}

static void the_hash_is_that_of_the_file_on_disk(void **state)
{
    (void)state;
    assert_hash(TEXT, sizeof TEXT - 1);
    buf_t packed = {0};
    add_gzip(&packed, TEXT, sizeof TEXT - 1);
    assert_hash(packed.data, packed.size);
    buf_release(&packed);
    const member_t one[] = {{"a.csv", TEXT, sizeof TEXT - 1}};
    table_t table = zip_of(one, 1, NULL, 0);
    FILE *file = fopen(table.path, "rb");
    char bytes[512];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    table_release(&table);
    assert_hash(bytes, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gzip_members_are_read_one_behind_the_other),
        cmocka_unit_test(gzip_is_told_in_the_dialect),
        cmocka_unit_test(gzip_is_read_again_with_care),
        cmocka_unit_test(a_cut_gzip_is_refused_wherever_it_is_cut),
        cmocka_unit_test(damage_and_bytes_behind_gzip_are_refused),
        cmocka_unit_test(what_unpacks_to_too_much_is_refused),
        cmocka_unit_test(a_zip_with_one_file_is_read),
        cmocka_unit_test(a_zip_without_exactly_one_file_is_refused),
        cmocka_unit_test(an_encrypted_zip_is_refused),
        cmocka_unit_test(a_zip_bomb_is_refused),
        cmocka_unit_test(a_damaged_zip_is_refused),
        cmocka_unit_test(a_zip_with_a_huge_directory_is_refused_before_it_is_read),
        cmocka_unit_test(other_packings_are_named),
        cmocka_unit_test(the_hash_is_that_of_the_file_on_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
