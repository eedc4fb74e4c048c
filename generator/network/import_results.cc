// SPDX-License-Identifier: Apache-2.0
// The graph's outputs: maps of layers, as codes or real numbers, or what the host makes of them.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "generator/network/import_host.h"

namespace sluice::net {
namespace {

ResultSource source_of(const Source& source) {
  ResultSource result;
  result.map = source.map.tensor.map;
  if (!source.real) return result;
  result.scale = static_cast<float>(source.map.scale);
  result.zero_point = source.map.zero_point;
  return result;
}

/// The values, as HostTail counts them, that one depends on, itself among them.
std::set<int> needed_for(const HostTail& tail, int value) {
  std::set<int> needed = {value};
  for (auto k = static_cast<int>(tail.steps.size()); k > 0; --k) {
    if (!needed.contains(k)) continue;
    const std::vector<int>& inputs = tail.steps[static_cast<std::size_t>(k) - 1].inputs;
    needed.insert(inputs.begin(), inputs.end());
  }
  return needed;
}

bool only_scales(const HostStep& step) {
  return step.kind == HostStep::Kind::kQuantise || step.kind == HostStep::Kind::kDequantise;
}

/// The steps that a value needs, with their inputs numbered anew. Where the first step of an
/// operator is not needed, the next one has its name.
std::vector<HostStep> steps_for(const HostTail& tail, const std::set<int>& needed,
                                std::map<int, int>& numbers) {
  std::vector<HostStep> steps;
  std::string name, operation;
  for (int k = 1; k <= static_cast<int>(tail.steps.size()); ++k) {
    HostStep step = tail.steps[static_cast<std::size_t>(k) - 1];
    if (!step.operation.empty() || only_scales(step)) {
      name = step.name;
      operation = step.operation;
    }
    if (!needed.contains(k)) continue;
    step.name = std::exchange(name, "");
    step.operation = std::exchange(operation, "");
    for (int& input : step.inputs) input = numbers.at(input);
    numbers.emplace(k, static_cast<int>(numbers.size()));
    steps.push_back(std::move(step));
  }
  return steps;
}

/// What the host computes for one result. Arrays of the file have channels last if it does.
ResultFormat of_host(Import& import, HostValue value) {
  if (import.graph.channels_last() && import.graph.ends() && value.dims.size() == 4)
    value = permuted(import, value, {0, 2, 3, 1});
  const HostTail& tail = import.host;
  const std::set<int> needed = needed_for(tail, value.index);
  ResultFormat result;
  std::map<int, int> numbers;
  for (std::size_t k = 0; k < tail.sources.size(); ++k) {
    const int index = -static_cast<int>(k);
    if (!needed.contains(index)) continue;
    numbers.emplace(index, static_cast<int>(numbers.size()));
    result.sources.push_back(source_of(tail.sources[k]));
    result.flat = result.sources.size() == 1 && tail.sources[k].map.tensor.flat;
  }
  result.host.inputs = static_cast<int>(numbers.size());
  result.host.steps = steps_for(tail, needed, numbers);
  result.host.result = numbers.at(value.index);
  result.host.dims = value.dims;
  result.host.type = value.type;
  return result;
}

/// Without sources if an output is nothing that layers or the host give.
ResultFormat result_of(Import& import, const std::string& output) {
  if (const auto found = import.host.values.find(output); found != import.host.values.end())
    return of_host(import, found->second);
  Source source;
  if (const auto map = import.builder.find(output)) {
    source.map.tensor = *map;
  } else if (const auto real = find_real(import, output)) {
    source = {*real, true};
  } else {
    return {};
  }
  import.builder.keep(source.map.tensor.map);
  ResultFormat result;
  result.sources = {source_of(source)};
  result.flat = source.map.tensor.flat;
  return result;
}

}  // namespace

std::vector<ResultFormat> results_of(Import& import) {
  std::vector<ResultFormat> results;
  for (const std::string& output : import.graph.outputs()) {
    results.push_back(result_of(import, output));
    results.back().name = output;
  }
  return results;
}

}  // namespace sluice::net
