// SPDX-License-Identifier: Apache-2.0
// Operators that move values and compute none.
#pragma once

#include "generator/network/tflite/translation.h"

namespace sluice::net::tflite {

void concatenation(Translation& to, const Operator& op);
void pad(Translation& to, const Operator& op);
/// RESHAPE, SQUEEZE, EXPAND_DIMS.
void reshape(Translation& to, const Operator& op);
void resize_nearest_neighbor(Translation& to, const Operator& op);
void slice(Translation& to, const Operator& op);
void split(Translation& to, const Operator& op);
void split_v(Translation& to, const Operator& op);
void strided_slice(Translation& to, const Operator& op);

}  // namespace sluice::net::tflite
