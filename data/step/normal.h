// SPDX-License-Identifier: MPL-2.0
#pragma once

// The number below which a standard normal one lies with probability `p`, 0 < p < 1. Start: P. J.
// Acklam, "An algorithm for computing the inverse normal cumulative distribution function"; then
// two steps of Halley's method with erfc, right to about 1e-15.
double normal_quantile(double p);
