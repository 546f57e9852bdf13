// SPDX-License-Identifier: MPL-2.0
// In C++ because C has no shortest print and no parse without a locale. <charconv> has both; the
// digits of most numbers come from fmt's Dragonbox (J. Jeon, 2020), which takes a third of the
// time.
#include "data/value/number.h"

#define FMT_HEADER_ONLY
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstring>

namespace
{

bool digit(char c)
{
    return c >= '0' && c <= '9';
}

struct shape_t {
    size_t digits;     // of the mantissa
    bool integer;      // digits only
    bool leading_zero; // "007"
    bool valid;
};

size_t run_of_digits(const char *at, const char *end)
{
    const char *start = at;
    while (at < end && digit(*at)) {
        at++;
    }
    return static_cast<size_t>(at - start);
}

// Checks [-]digits[.digits][(e|E)[+-]digits], with at least one digit in the mantissa.
shape_t shape_of(const char *at, const char *end)
{
    if (at < end && *at == '-') {
        at++;
    }
    size_t whole = run_of_digits(at, end);
    shape_t shape = {whole, true, whole > 1 && *at == '0', false};
    at += whole;
    if (at < end && *at == '.') {
        size_t fraction = run_of_digits(at + 1, end);
        shape.digits += fraction;
        shape.integer = false;
        at += 1 + fraction;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) {
            at++;
        }
        size_t exponent = run_of_digits(at, end);
        shape.integer = false;
        shape.valid = exponent > 0;
        at += exponent;
    } else {
        shape.valid = true;
    }
    shape.valid = shape.valid && at == end && shape.digits > 0;
    return shape;
}

// Whether a decimal that does not fit a double is too small (it counts as zero) rather than too
// large: the sign of the power of ten of its first digit that is not zero.
bool too_small(const char *at, const char *end)
{
    long power = 0;
    bool point = false;
    bool found = false;
    for (; at < end && *at != 'e' && *at != 'E'; at++) {
        point = point || *at == '.';
        found = found || (digit(*at) && *at != '0');
        if (digit(*at)) {
            power += found ? !point : -static_cast<long>(point);
        }
    }
    bool minus = at + 1 < end && at[1] == '-';
    long exponent = 0;
    for (at++; at < end; at++) {
        if (digit(*at) && exponent < 100000000) {
            exponent = exponent * 10 + (*at - '0');
        }
    }
    return power + (minus ? -exponent : exponent) < 0;
}

constexpr int DIGITS = 17; // that a double has at most
constexpr int COPIED = 20; // a copy of a length that is known is no call

constexpr char PAIRS[] = "00010203040506070809101112131415161718192021222324"
                         "25262728293031323334353637383940414243444546474849"
                         "50515253545556575859606162636465666768697071727374"
                         "75767778798081828384858687888990919293949596979899";

constexpr char ZEROS[] = {'0', '.', '0', '0', '0', '0', '0', '0'};

void put_pair(char *to, uint32_t pair)
{
    std::memcpy(to, PAIRS + 2 * static_cast<size_t>(pair), 2);
}

void put_eight(char *to, uint32_t value)
{
    uint32_t high = value / 10000;
    uint32_t low = value % 10000;
    put_pair(to, high / 100);
    put_pair(to + 2, high % 100);
    put_pair(to + 4, low / 100);
    put_pair(to + 6, low % 100);
}

// DIGITS digits, with zeros in front.
void put_digits(char *to, uint64_t value)
{
    uint64_t high = value / 100000000;
    *to = static_cast<char>('0' + high / 100000000);
    put_eight(to + 1, static_cast<uint32_t>(high % 100000000));
    put_eight(to + 9, static_cast<uint32_t>(value % 100000000));
}

// Writes a number that is not whole, from 1e-5 to 1e16, without a power of ten. Up to COPIED bytes
// behind each part are written too; they lie within NUMBER_TEXT_SIZE.
char *write_plain(double value, char *to)
{
    char digits[DIGITS + COPIED];
    auto shortest = fmt::detail::dragonbox::to_decimal(std::fabs(value));
    put_digits(digits, shortest.significand);
    int first = 0;
    while (digits[first] == '0') {
        first++;
    }
    int count = DIGITS - first;
    int whole = count + shortest.exponent; // digits in front of the point
    if (value < 0) {
        *to++ = '-';
    }
    if (whole <= 0) {
        std::memcpy(to, ZEROS, sizeof ZEROS);
        to += 2 - whole;
        std::memcpy(to, digits + first, COPIED);
        return to + count;
    }
    std::memcpy(to, digits + first, COPIED);
    to[whole] = '.';
    std::memcpy(to + whole + 1, digits + first + whole, COPIED);
    return to + count + 1;
}

} // namespace

number_kind_t number_parse(const char *text, size_t size, number_t *ret_number)
{
    const char *end = text + size;
    if (size == 0 || (!digit(*text) && *text != '-' && *text != '.')) {
        return NUMBER_NONE;
    }
    shape_t shape = shape_of(text, end);
    if (!shape.valid) {
        return NUMBER_NONE;
    }
    if (shape.integer) {
        int64_t integer = 0;
        auto parsed = std::from_chars(text, end, integer);
        if (shape.leading_zero || parsed.ec != std::errc()) {
            return NUMBER_NONE;
        }
        *ret_number = {static_cast<double>(integer), integer};
        return NUMBER_INTEGER;
    }
    double value = 0;
    auto parsed = std::from_chars(text, end, value);
    if (parsed.ec == std::errc::result_out_of_range && too_small(text, end)) {
        value = 0;
    } else if (parsed.ec != std::errc()) {
        return NUMBER_NONE;
    }
    *ret_number = {value, 0};
    return NUMBER_FLOAT;
}

double number_of_decimal(const char *text, size_t size)
{
    double value = 0;
    std::from_chars(text, text + size, value, std::chars_format::fixed);
    return value;
}

size_t number_format(double value, char text[NUMBER_TEXT_SIZE])
{
    double size = std::fabs(value);
    char *end = &text[NUMBER_TEXT_SIZE - 1];
    if (value == std::trunc(value) && size < 1e16) {
        end = std::to_chars(text, end, static_cast<long long>(value)).ptr;
    } else if (size >= 1e-5 && size < 1e16) {
        end = write_plain(value, text);
    } else {
        end = std::to_chars(text, end, value, std::chars_format::scientific).ptr;
    }
    *end = '\0';
    return static_cast<size_t>(end - text);
}

size_t number_format_integer(int64_t value, char text[NUMBER_TEXT_SIZE])
{
    std::to_chars_result written = std::to_chars(text, &text[NUMBER_TEXT_SIZE - 1], value);
    *written.ptr = '\0';
    return static_cast<size_t>(written.ptr - text);
}
