// SPDX-License-Identifier: Apache-2.0
// How the compiler refuses a network.
#pragma once

#include <fmt/format.h>

#include <string>

#include "generator/compiler/compile.h"

namespace sluice::compiler {

/// Throws a CompileError that names the layer.
template <typename... Args>
[[noreturn]] void fail(const net::Layer& layer, fmt::format_string<Args...> text, Args&&... args) {
  throw CompileError(
      fmt::format("layer '{}': {}", layer.name, fmt::format(text, std::forward<Args>(args)...)));
}

}  // namespace sluice::compiler
