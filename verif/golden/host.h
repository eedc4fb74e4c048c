// SPDX-License-Identifier: Apache-2.0
// What is left to the host, from the definitions of ONNX's operators, in single precision.
#pragma once

#include <vector>

#include "generator/network/host_program.h"

namespace sluice::golden {

/// The result of a program whose value 0 is `input`.
std::vector<float> evaluate(const net::HostProgram& program, const std::vector<float>& input);

}  // namespace sluice::golden
