// SPDX-License-Identifier: Apache-2.0
#include "generator/app/host_note.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "generator/network/import_network.h"
#include "generator/network/node_problems.h"
#include "verif/golden/results.h"

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
  const auto inputs = static_cast<std::size_t>(program.inputs);
  for (std::size_t k = first; k < last; ++k)
    read.insert(program.steps[k].inputs.begin(), program.steps[k].inputs.end());
  for (const std::size_t value : read)
    if (value < first + inputs) one.bytes_read += bytes[value];
  for (std::size_t k = first; k < last; ++k)
    if (!read.contains(k + inputs)) one.bytes_written += bytes[k + inputs];
}

/// Adds the operators of a program, in their order; each may be several steps. `bytes` are those of
/// its inputs. What another result has listed is left out.
void add_operators(std::vector<Operator>& all, const net::HostProgram& program, const char* why,
                   std::vector<std::int64_t> bytes, bool codes_last) {
  const std::size_t before = all.size();
  for (const net::HostStep& step : program.steps)
    bytes.push_back(bytes_of(step.size, codes_last && &step == &program.steps.back()));
  std::size_t last = 0;
  for (std::size_t first = 0; first < program.steps.size(); first = last) {
    const auto named = [&](std::size_t k) { return !program.steps[k].operation.empty(); };
    for (last = first + 1; last < program.steps.size() && !named(last);) ++last;
    const auto listed = [&](const Operator& one) { return one.name == program.steps[first].name; };
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(before);
    if (!named(first) || std::any_of(all.begin(), end, listed)) continue;
    all.push_back({program.steps[first].name, program.steps[first].operation, why});
    count_bytes(all.back(), program, first, last, bytes);
  }
}

constexpr const char* kBetween = "between layers";

std::vector<Operator> operators_of(const net::Network& network) {
  const net::InputFormat& input = network.input;
  std::vector<Operator> all;
  add_operators(all, input.host, input.chained ? kBetween : "in front of the first layer",
                {bytes_of(std::int64_t{input.height} * input.width * input.channels,
                          input.bytes || !input.scale)},
                true);
  for (const net::ResultFormat& result : network.results) {
    std::vector<std::int64_t> bytes;
    for (const net::ResultSource& source : result.sources) {
      const net::FeatureMap& map = network.maps[net::map_of(network, source)];
      bytes.push_back(std::int64_t{map.channels} * map.height * map.width);
    }
    add_operators(all, result.host, result.chained ? kBetween : "behind the last layer", bytes,
                  false);
  }
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

namespace {

/// A map that outputs come from, as the driver counts them.
struct OutputMap {
  std::size_t place = 0;
  const net::FeatureMap* map = nullptr;

  std::int64_t bytes() const { return std::int64_t{map->height} * map->width * map->channels; }
};

std::vector<OutputMap> maps_of(const net::Network& network, const net::ResultFormat& result) {
  std::vector<OutputMap> maps;
  for (const net::ResultSource& source : result.sources)
    maps.push_back({golden::place_of(network, source), &network.maps[map_of(network, source)]});
  return maps;
}

/// The last network, if what it gives has to be told apart.
const net::Network* with_outputs(std::span<const net::Network> chain) {
  const bool several = !chain.empty() && (chain.back().results.size() > 1 ||
                                          chain.back().results.front().sources.size() > 1);
  return several ? &chain.back() : nullptr;
}

std::string outputs_text(const net::Network& network) {
  std::string text;
  for (const net::ResultFormat& result : network.results) {
    text += fmt::format("  output '{}':", result.name);
    for (const OutputMap& one : maps_of(network, result))
      text += fmt::format(" map {}, {} x {} x {} (height, width, channels), {} bytes;", one.place,
                          one.map->height, one.map->width, one.map->channels, one.bytes());
    text.back() = '\n';
  }
  return text;
}

nlohmann::ordered_json outputs_json(const net::Network& network) {
  nlohmann::ordered_json json;
  for (const net::ResultFormat& result : network.results) {
    nlohmann::ordered_json one = {{"name", result.name}};
    for (const OutputMap& from : maps_of(network, result))
      one["maps"].push_back({{"map", from.place},
                             {"height", from.map->height},
                             {"width", from.map->width},
                             {"channels", from.map->channels},
                             {"bytes", from.bytes()}});
    json.push_back(std::move(one));
  }
  return json;
}

}  // namespace

std::string host_text(std::span<const net::Network> chain) {
  std::string text;
  for (const Operator& each : operators_of(chain))
    text += fmt::format(
        "  on the host, {}: '{}' ({}), reads {} bytes and writes {}; it is in no figure above\n",
        each.why, each.name, each.operation, each.bytes_read, each.bytes_written);
  if (const net::Network* network = with_outputs(chain)) text += outputs_text(*network);
  return text;
}

void add_host(nlohmann::ordered_json& json, std::span<const net::Network> chain) {
  for (const Operator& each : operators_of(chain))
    json["host"].push_back({{"node", each.name},
                            {"operator", each.operation},
                            {"why", each.why},
                            {"bytes_read", each.bytes_read},
                            {"bytes_written", each.bytes_written}});
  if (const net::Network* network = with_outputs(chain)) json["outputs"] = outputs_json(*network);
}

}  // namespace sluice::app
