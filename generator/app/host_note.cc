// SPDX-License-Identifier: Apache-2.0
#include "generator/app/host_note.h"

#include <fmt/format.h>

#include <set>

#include "generator/network/import_network.h"
#include "generator/network/node_problems.h"

namespace sluice::app {
namespace {

struct Operator {
  std::string name, operation;
  const char* why;
  std::int64_t bytes_read = 0, bytes_written = 0;
};

/// Bytes of `size` numbers: those of the accelerator are codes, all others real numbers.
std::int64_t bytes_of(std::int64_t size, bool codes) { return codes ? size : 4 * size; }

/// The bytes of an operator, the steps from `first` to `last`: of values that others have given,
/// and of those that it gives and does not read itself.
void count_bytes(Operator& one, const net::HostProgram& program, std::size_t first,
                 std::size_t last, const std::vector<std::int64_t>& bytes) {
  std::set<std::size_t> read;
  for (std::size_t k = first; k < last; ++k)
    read.insert(program.steps[k].inputs.begin(), program.steps[k].inputs.end());
  for (const std::size_t value : read)
    if (value <= first) one.bytes_read += bytes[value];
  for (std::size_t k = first; k < last; ++k)
    if (!read.contains(k + 1)) one.bytes_written += bytes[k + 1];
}

/// Adds the operators of a program, in their order; each may be several steps. `size` is that of
/// value 0.
void add_operators(std::vector<Operator>& all, const net::HostProgram& program, const char* why,
                   std::int64_t size, bool codes_first, bool codes_last) {
  std::vector<std::int64_t> bytes = {bytes_of(size, codes_first)};
  for (const net::HostStep& step : program.steps)
    bytes.push_back(bytes_of(step.size, codes_last && &step == &program.steps.back()));
  std::size_t last = 0;
  for (std::size_t first = 0; first < program.steps.size(); first = last) {
    const auto named = [&](std::size_t k) { return !program.steps[k].operation.empty(); };
    for (last = first + 1; last < program.steps.size() && !named(last);) ++last;
    if (!named(first)) continue;
    all.push_back({program.steps[first].name, program.steps[first].operation, why});
    count_bytes(all.back(), program, first, last, bytes);
  }
}

constexpr const char* kBetween = "between layers";

std::vector<Operator> operators_of(const net::Network& network) {
  const net::InputFormat& input = network.input;
  const net::FeatureMap& map = network.maps[network.layers.back().output];
  std::vector<Operator> all;
  add_operators(all, input.host, input.chained ? kBetween : "in front of the first layer",
                std::int64_t{input.height} * input.width * input.channels,
                input.bytes || !input.scale, true);
  add_operators(all, network.result.host,
                network.result.chained ? kBetween : "behind the last layer",
                std::int64_t{map.channels} * map.height * map.width, true, false);
  return all;
}

std::vector<Operator> operators_of(std::span<const net::Network> chain) {
  std::vector<Operator> all;
  for (const net::Network& network : chain) {
    const std::vector<Operator> some = operators_of(network);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace

void add_no_host_option(CLI::App& command, bool& no_host) {
  command.add_flag("--no-host", no_host, "Refuse networks of which operators are left to the host");
}

std::vector<net::Network> load_chain(const std::string& path, bool no_host) {
  std::vector<net::Network> chain = net::import_chain(path);
  std::vector<Problem> problems;
  for (const Operator& each : operators_of(chain))
    problems.push_back(net::node_problem(each.name, each.operation,
                                         "is left to the host, which --no-host refuses",
                                         "let the network begin behind it or end before it"));
  if (no_host && !problems.empty()) net::fail_nodes(path, std::move(problems));
  return chain;
}

std::string host_text(std::span<const net::Network> chain) {
  std::string text;
  for (const Operator& each : operators_of(chain))
    text += fmt::format(
        "  on the host, {}: '{}' ({}), reads {} bytes and writes {}; it is in no figure above\n",
        each.why, each.name, each.operation, each.bytes_read, each.bytes_written);
  return text;
}

void add_host(nlohmann::ordered_json& json, std::span<const net::Network> chain) {
  for (const Operator& each : operators_of(chain))
    json["host"].push_back({{"node", each.name},
                            {"operator", each.operation},
                            {"why", each.why},
                            {"bytes_read", each.bytes_read},
                            {"bytes_written", each.bytes_written}});
}

}  // namespace sluice::app
