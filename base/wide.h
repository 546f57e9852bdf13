// SPDX-License-Identifier: MPL-2.0
// Loops over numbers that are compiled a second time for processors with AVX2; which one runs is
// settled when the program starts. The results are the same.
#pragma once

// (Sanitizers are not ready yet when the choice is made.)
#if defined(__x86_64__) && defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) &&              \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif
