// SPDX-License-Identifier: MPL-2.0
// Fitted steps that make numbers of values, as scikit-learn transformers.
#pragma once

#include "learn/export_chain.h"

// An OrdinalEncoder; where a person gave an order of numbers, a lookup behind it.
void export_label(chain_t *chain, const call_t *call);

// A OneHotEncoder. Only the levels whose leaves are inputs are categories: the others are as good
// as unknown. Behind it the scaling that turns 0 and 1 into what later steps made of them.
void export_one_hot(chain_t *chain, const call_t *call);

// An OrdinalEncoder, and how frequent the value at each code is.
void export_frequency(chain_t *chain, const call_t *call);

// A MissingIndicator.
void export_indicator(chain_t *chain);
