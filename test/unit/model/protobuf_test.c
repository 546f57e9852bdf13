// SPDX-License-Identifier: MPL-2.0
// Fields as the protobuf documentation writes them out.
#include "model/onnx/protobuf.h"

#include "test/unit/test.h"

static void assert_bytes(buf_t *out, const char *bytes, size_t size)
{
    assert_int_equal(out->size, size);
    assert_memory_equal(out->data, bytes, size);
    buf_release(out);
}

static void an_integer_is_seven_bits_a_byte(void **state)
{
    (void)state;
    buf_t out = {0};
    protobuf_integer(&out, 1, 150);
    assert_bytes(&out, "\x08\x96\x01", 3);
    protobuf_integer(&out, 20, 0);
    assert_bytes(&out, "\xa0\x01\x00", 3);
    protobuf_integer(&out, 1, -2);
    assert_bytes(&out, "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
}

static void a_text_has_its_size_before_it(void **state)
{
    (void)state;
    buf_t out = {0};
    buf_t inner = {0};
    protobuf_text(&out, 2, "testing");
    assert_bytes(&out, "\x12\x07testing", 9);
    protobuf_text(&out, 2, "");
    assert_bytes(&out, "\x12\x00", 2);
    protobuf_integer(&inner, 1, 150);
    protobuf_message(&out, 3, &inner);
    assert_bytes(&out, "\x1a\x03\x08\x96\x01", 5);
    buf_release(&inner);
}

static void packed_fields_are_one_field(void **state)
{
    (void)state;
    const int64_t integers[] = {3, 270, 86942};
    const double numbers[] = {1, -2};
    buf_t out = {0};
    protobuf_integers(&out, 6, integers, 3);
    assert_bytes(&out, "\x32\x06\x03\x8e\x02\x9e\xa7\x05", 8);
    protobuf_floats(&out, 7, numbers, 2);
    assert_bytes(&out, "\x3a\x08\x00\x00\x80\x3f\x00\x00\x00\xc0", 10);
    protobuf_float(&out, 2, 1);
    assert_bytes(&out, "\x15\x00\x00\x80\x3f", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_integer_is_seven_bits_a_byte),
        cmocka_unit_test(a_text_has_its_size_before_it),
        cmocka_unit_test(packed_fields_are_one_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
