// SPDX-License-Identifier: MPL-2.0
#include "proto/envelope.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/unit/test.h"

static void numbers_and_names_of_headers_are_given_once(void **state)
{
    (void)state;
    size_t count = 0;
    const header_row_t *rows = envelope_rows(&count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(envelope_row(rows[i].schema.number), &rows[i]);
        assert_true(rows[i].schema.number > 0 &&
                    rows[i].schema.number < 128); // one byte on the wire
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(rows[i].schema.name, rows[k].schema.name);
        }
    }
    assert_null(envelope_row(0));
    assert_null(envelope_row(99));
}

static void header_comes_back(void **state)
{
    (void)state;
    header_t header = {.kind = HDR_publish,
                       .publish = {.id = 300, .topic = view_of("jobs"), .key = view_of("k")}};
    buf_t bytes = {0};
    header_t again;
    fault_t fault;
    envelope_pack(&header, &bytes);
    assert_int_equal(envelope_unpack(bytes.data, bytes.size, &again, &fault), ERR_OK);
    assert_int_equal(again.kind, HDR_publish);
    assert_int_equal(again.publish.id, 300);
    assert_true(view_equals(again.publish.key, "k"));
    assert_null(again.publish.message_id.data);
    assert_int_equal(envelope_id(&again), 300);
    buf_release(&bytes);
}

static void header_of_an_older_client_is_read(void **state)
{
    (void)state;
    header_t header;
    fault_t fault;
    assert_int_equal(envelope_unpack("\x94\x01\x01\xa1"
                                     "a\xa1"
                                     "1",
                                     7, &header, &fault),
                     ERR_OK); // hello without attempt
    assert_int_equal(header.hello.attempt, 0);
}

static void unknown_and_oversized_headers_are_refused(void **state)
{
    (void)state;
    header_t header;
    fault_t fault;
    assert_int_equal(envelope_unpack("", 0, &header, &fault), ERR_MALFORMED);
    assert_int_equal(envelope_unpack("\x90", 1, &header, &fault), ERR_MALFORMED);
    assert_int_equal(envelope_unpack("\x91\x63", 2, &header, &fault), ERR_MALFORMED);
    assert_int_equal(envelope_unpack("\xdc\x00\x01", 3, &header, &fault), ERR_MALFORMED);
    char *large = mem_new(LIMIT_HEADER_BYTES + 1);
    assert_int_equal(envelope_unpack(large, LIMIT_HEADER_BYTES + 1, &header, &fault),
                     ERR_TOO_LARGE);
    free(large);
}

static void header_as_a_long_array_is_read(void **state)
{
    (void)state;
    header_t header;
    fault_t fault;
    assert_int_equal(envelope_unpack("\xdc\x00\x02\x03\x2a", 5, &header, &fault), ERR_OK);
    assert_int_equal(header.kind, HDR_ping);
    assert_int_equal(header.ping.time_ms, 42);
}

static void id_is_found_in_a_header_that_cannot_be_read(void **state)
{
    (void)state;
    assert_int_equal(envelope_peek_id("\x93\x14\x07\xc0", 4), 7);
    assert_int_equal(envelope_peek_id("\x93\x14\xcd\x01\x00\xc0", 6), 256);
    assert_int_equal(envelope_peek_id("\x93\x14\xcf\x00\x00\x00\x01\x00\x00\x00\x00", 11),
                     4294967296);
    assert_int_equal(envelope_peek_id("\x93\x14\xcf\xff\xff\xff\xff\xff\xff\xff\xff", 11), 0);
    assert_int_equal(envelope_peek_id("\x93\x14\xcd\x01", 4), 0); // cut short
    assert_int_equal(envelope_peek_id("\x93\x14", 2), 0);
    assert_int_equal(envelope_peek_id("\x93\x03\x07", 3), 0); // a ping has none
    assert_int_equal(envelope_peek_id("x", 1), 0);
    assert_int_equal(envelope_peek_id("", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_names_of_headers_are_given_once),
        cmocka_unit_test(header_comes_back),
        cmocka_unit_test(header_of_an_older_client_is_read),
        cmocka_unit_test(unknown_and_oversized_headers_are_refused),
        cmocka_unit_test(header_as_a_long_array_is_read),
        cmocka_unit_test(id_is_found_in_a_header_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
