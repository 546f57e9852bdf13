// SPDX-License-Identifier: MPL-2.0
// What every cmocka test includes.
#pragma once

// clang-format off: cmocka.h needs these before it
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format on
