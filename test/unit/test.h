// SPDX-License-Identifier: MPL-2.0
// What every cmocka test includes.
#pragma once

// cmocka.h needs the four before it:
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
