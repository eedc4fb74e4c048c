// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "generator/estimate/builtin.h"
#include "generator/estimate/read_layers.h"
#include "generator/util/user_error.h"

namespace sluice::estimate {

LayerList list_of(const std::string& network, const std::string& densities) {
  const std::optional<LayerList> known = builtin(network);
  std::error_code ignored;
  if (!known && !std::filesystem::exists(network, ignored)) {
    throw UserError(
        {network},
        fmt::format("there is neither a built-in network of this name nor such a file; "
                    "allowed are {}, and the path of an existing CSV, ONNX or TFLite file",
                    listed(builtin_names())));
  }
  LayerList list = known ? *known : read_layers(network);
  if (!densities.empty()) read_densities(densities, list);
  return list;
}

}  // namespace sluice::estimate
