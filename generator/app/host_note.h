// SPDX-License-Identifier: Apache-2.0
// What of a network is left to the host, and where its outputs come from.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "generator/network/network.h"

namespace sluice::app {

/// Adds --no-host to a command.
void add_no_host_option(CLI::App& command, bool& no_host);
/// Reads a network file. Throws UserError; with `no_host` also if something is left to the host.
/// Networks with operators between them: import_chain().
std::vector<net::Network> load_chain(const std::string& path, bool no_host);

/// A line for each operator, and where the last network has several outputs one for each; indented
/// as tables are.
std::string host_text(std::span<const net::Network> chain);
/// Adds "host" to the results of a network, its operators with the values that they read, and the
/// several outputs as "outputs".
void add_host(nlohmann::ordered_json& json, std::span<const net::Network> chain);

}  // namespace sluice::app
