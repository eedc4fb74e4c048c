// SPDX-License-Identifier: Apache-2.0
// What is left to the host, from the definitions of ONNX's operators, in single precision.
#pragma once

#include <vector>

#include "generator/network/host_program.h"

namespace sluice::golden {

/// The result of a program whose first values are `inputs`.
std::vector<float> evaluate(const net::HostProgram& program,
                            const std::vector<std::vector<float>>& inputs);
/// The same of one input.
std::vector<float> evaluate(const net::HostProgram& program, const std::vector<float>& input);

}  // namespace sluice::golden
