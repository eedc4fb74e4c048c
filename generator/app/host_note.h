// SPDX-License-Identifier: Apache-2.0
// What of a network is left to the host.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "generator/network/network.h"

namespace sluice::app {

/// Adds --no-host to a command.
void add_no_host_option(CLI::App& command, bool& no_host);
/// Reads a network file. Throws UserError; with `no_host` also if something is left to the host.
net::Network load_network(const std::string& path, bool no_host);

/// A line for each operator, indented as tables are; empty if all is on the accelerator.
std::string host_text(const net::Network& network);
/// Adds "host" to the results of a network: its operators with the values that they read.
void add_host(nlohmann::ordered_json& json, const net::Network& network);

}  // namespace sluice::app
