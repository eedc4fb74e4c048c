// SPDX-License-Identifier: Apache-2.0
// What TFLite calls its operators.
#pragma once

#include <string>

namespace sluice::net::tflite {

/// Name of the operator that the schema's BuiltinOperator numbers `number`.
std::string operator_name(int number);

}  // namespace sluice::net::tflite
