// SPDX-License-Identifier: MPL-2.0
#include "data/csv/scanner.h"

#ifdef __x86_64__
#include "data/csv/scanner_avx2.h"

const scanner_t *scanner_best(void)
{
    bool fit = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
               __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") &&
               __builtin_cpu_supports("pclmul");
    return fit ? scanner_avx2() : scanner_plain();
}
#else
const scanner_t *scanner_best(void)
{
    return scanner_plain();
}
#endif
