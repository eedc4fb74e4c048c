// SPDX-License-Identifier: Apache-2.0
// How what is wrong with the nodes of a network's file is told, whatever its format.
#pragma once

#include <string>
#include <vector>

#include "generator/util/user_error.h"

namespace sluice::net {

/// What is wrong with a node, "node 'conv1' (Conv)"; `name` may be empty.
Problem node_problem(const std::string& name, const std::string& type, const std::string& what,
                     const std::string& help);

/// Throws UserError with all of them, the file's name in front.
[[noreturn]] void fail_nodes(const std::string& path, std::vector<Problem> problems);

}  // namespace sluice::net
