// SPDX-License-Identifier: Apache-2.0
// The operators of TFLite that are translated, one a row.
#pragma once

#include <string>
#include <vector>

#include "generator/network/tflite/translation.h"

namespace sluice::net::tflite {

/// Adds the nodes of an operator.
using Translator = void (*)(Translation&, const Operator&);

/// Null if an operator is not supported.
Translator find_translator(const std::string& type);
/// Names of all, in alphabetical order.
std::vector<std::string> supported_operators();

}  // namespace sluice::net::tflite
