// SPDX-License-Identifier: Apache-2.0
// The option that says how gates of a list of layers are drawn, of all commands that draw any.
#pragma once

#include <string>

#include "generator/app/command.h"

namespace sluice::app {

/// Adds --densities; its value is for estimate::densities_of().
inline CLI::Option* add_densities_option(CLI::App& command, std::string& densities) {
  return command
      .add_option("--densities", densities,
                  "How gates of lists are drawn: uneven, about as in trained networks; even, with "
                  "one chance for all of a layer; or a CSV file (layer,density) with shares of "
                  "single layers, drawn uneven (uneven)")
      ->type_name("even|uneven|FILE")
      ->check(not_empty);
}

}  // namespace sluice::app
