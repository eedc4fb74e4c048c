// SPDX-License-Identifier: Apache-2.0
// Estimates of layer lists: cut into programs, equal ones computed once.
#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <map>

#include "generator/compiler/checks.h"
#include "generator/estimate/estimate.h"
#include "generator/estimate/list_network.h"
#include "generator/estimate/program_costs.h"
#include "generator/estimate/totals.h"

namespace sluice::estimate {
namespace {

std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325ull;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return hash;
}

/// With gates or without; `with` and `without` of its layers are the same.
class ListEstimator {
 public:
  ListEstimator(const Plan& plan, const LayerList& list, const Options& options, bool gated)
      : plan_(plan), list_(list), options_(options), gated_(gated) {
    result_.network = list.name;
  }

  Estimate run() {
    for (const ListedLayer& layer : list_.layers) add(layer);
    run_range(0, list_.layers.size());
    return std::move(result_);
  }

 private:
  void add(const ListedLayer& from) {
    LayerEstimate layer;
    layer.name = from.name;
    layer.kind = net::spelling_of(from.kind, {from.channels, from.groups});
    layer.bits = from.bits;
    layer.macs = layer.macs_done = from.macs();
    layer.peak = peak_of(plan_, from.bits);
    gates_.push_back(nullptr);
    if (from.two_inputs() && (from.addend < 0 || !plan_.config.additions)) {
      layer.on_accelerator = false;
      layer.note = from.addend < 0 ? "the list does not say which map is added"
                                   : compiler::no_additions_text(plan_, from.second());
    } else if (gated_ && from.gate) {
      gates_.back() = &gates_of_layer(from);
      if (!options_.measured.contains(from.name)) layer.drawn = options_.spread;
      count_gates(layer, *gates_.back(), from.gate->partitions);
    }
    result_.layers.push_back(layer);
  }

  // ---- gates ----

  double density_of(const ListedLayer& layer) const {
    return layer.gate->density.value_or(options_.density);
  }

  const GateMap& gates_of_layer(const ListedLayer& layer) {
    const auto measured = options_.measured.find(layer.name);
    if (measured != options_.measured.end()) return measured->second;
    return drawn_gates(layer).map;
  }

  const DrawnGates& drawn_gates(const ListedLayer& layer) {
    const std::string shape = shape_text(layer);
    const auto drawn = drawn_.find(shape);
    if (drawn != drawn_.end()) return drawn->second;
    const int block = gate_block(layer, plan_);
    return drawn_[shape] =
               draw_gates(options_.spread, layer.outputs / block, block, layer.out_height(),
                          layer.out_width(), density_of(layer), options_.seed ^ hash_of(shape));
  }

  /// What the compiler deals the blocks by: of drawn gates the shares over many images.
  std::vector<double> block_density(std::size_t k) const {
    const ListedLayer& layer = list_.layers[k];
    if (!options_.measured.contains(layer.name)) {
      return of_channels(drawn_.at(shape_text(layer)).expected, gate_block(layer, plan_),
                         layer.outputs);
    }
    return gates_[k]->density(layer.outputs);
  }

  // ---- programs ----

  /// Layers [first, end) as programs, cut where a layer reads a map that no layer of the program
  /// writes and that is not the program's input, or is off the accelerator.
  void run_range(std::size_t first, std::size_t end) {
    while (first < end) {
      if (!result_.layers[first].on_accelerator) {
        ++first;
        continue;
      }
      if (list_.layers[first].two_inputs()) {
        put_off(first, "joins maps of which none is written by its program");
        ++first;
        continue;
      }
      std::size_t next = first + 1;
      while (next < end && result_.layers[next].on_accelerator && joins(next, first)) ++next;
      run_chain(first, next - first);
      first = next;
    }
  }

  /// Whether all that layer `k` reads is known to the program that starts with layer `first`.
  bool joins(std::size_t k, std::size_t first) const {
    const int input = source_of(list_, first);
    const auto known = [&](int layer) {
      return layer >= static_cast<int>(first) || (layer >= 0 && layer == input);
    };
    const ListedLayer& layer = list_.layers[k];
    const auto in_program = [&](int source) {
      return layer.parts.empty() ? known(source) : source >= static_cast<int>(first);
    };
    const std::vector<int> sources = sources_of(list_, k);
    const bool slices = layer.addend >= 0 && list_.layers[layer.addend].outputs != layer.channels;
    return !sources.empty() && std::all_of(sources.begin(), sources.end(), in_program) &&
           (!layer.two_inputs() ||
            (known(layer.addend) && (!slices || layer.addend >= static_cast<int>(first))));
  }

  /// One program, or if that does not fit the design one for each part that does.
  void run_chain(std::size_t first, std::size_t count) {
    try {
      return take(first, program(first, count));
    } catch (const compiler::CompileError& error) {
      if (count == 1) return put_off(first, error.what());
    }
    const std::size_t end = first + count;
    std::size_t begin = first;
    bool all_fit = true;
    for (std::size_t k = first; k < end; ++k) {
      if (list_.layers[k].two_inputs() || fits(k)) continue;
      all_fit = false;
      run_range(begin, k);
      begin = k + 1;
    }
    if (!all_fit) return run_range(begin, end);
    for (std::size_t k = first; k < end; ++k) run_range(k, k + 1);
  }

  bool fits(std::size_t k) {
    const net::Network network = network_of(list_, k, 1, plan_, gated_);
    try {
      compiler::compile(network, plan_, how(k, 1));
    } catch (const compiler::CompileError& error) {
      put_off(k, error.what());
      return false;
    }
    return true;
  }

  void put_off(std::size_t k, const std::string& message) {
    LayerEstimate& layer = result_.layers[k];
    // The message names the layer, as does the row
    const std::string prefix = fmt::format("layer '{}': ", layer.name);
    layer.note = message.starts_with(prefix) ? message.substr(prefix.size()) : message;
    layer.on_accelerator = false;
  }

  compiler::Options how(std::size_t first, std::size_t count) const {
    compiler::Options how;
    how.gated = gated_;
    how.local = options_.local;
    how.values = false;
    how.result_groups = gated_ ? reader_partitions(first + count - 1) : 1;
    if (!gated_) return how;
    for (std::size_t k = first; k < first + count; ++k) {
      how.density.push_back(list_.layers[k].gate ? block_density(k) : std::vector<double>{});
    }
    return how;
  }

  /// Groups in which the result of layer `k` is stored: as the next layer that can read it wants.
  int reader_partitions(std::size_t k) const {
    for (std::size_t next = k + 1; next < list_.layers.size(); ++next) {
      const ListedLayer& layer = list_.layers[next];
      if (layer.two_inputs() || layer.channels != list_.layers[k].outputs || !layer.parts.empty())
        continue;
      return layer.gate && layer.gate->plane_bits == 0 ? layer.gate->partitions : 1;
    }
    return 1;
  }

  const ProgramCost& program(std::size_t first, std::size_t count) {
    const compiler::Options compile = how(first, count);
    std::string key = fmt::format("{}", compile.result_groups);
    std::vector<const GateMap*> gates;
    for (std::size_t k = first; k < first + count; ++k) {
      key += "; " + shape_text(list_.layers[k]);
      key += fmt::format(" of {} {}", source_of(list_, k) - static_cast<int>(first),
                         list_.layers[k].addend - static_cast<int>(first));
      for (const ListedPart& part : list_.layers[k].parts)
        key += fmt::format(" + {} {}", part.layer - static_cast<int>(first), part.first);
      key += fmt::format(" from {}", list_.layers[k].addend_first);
      if (options_.measured.contains(list_.layers[k].name)) key += " of " + list_.layers[k].name;
      gates.push_back(gates_[k]);
    }
    const auto known = programs_.find(key);
    if (known != programs_.end()) return known->second;
    const net::Network network = network_of(list_, first, count, plan_, gated_);
    return programs_[key] = cost_of(plan_, network, gates, compile, options_);
  }

  void take(std::size_t first, const ProgramCost& program) {
    for (std::size_t k = 0; k < program.layers.size(); ++k) {
      LayerEstimate& layer = result_.layers[first + k];
      layer.with = layer.without = program.layers[k].cost;
      layer.bits = program.layers[k].mode;
      layer.circulant = program.layers[k].circulant;
      layer.hadamard = program.layers[k].hadamard;
      layer.plane_bits = program.layers[k].plane_bits;
      const auto host = static_cast<std::size_t>(program.layers[k].host);
      if (host != k) layer.computed_with = list_.layers[first + host].name;
      layer.peak = peak_of(plan_, layer.bits) / (layer.plane_bits > 0 ? 2 : 1);
    }
    result_.command_bytes += program.command_bytes;
    result_.command_accesses += program.command_accesses;
    ++result_.programs;
  }

  const Plan& plan_;
  const LayerList& list_;
  const Options& options_;
  bool gated_;
  std::vector<const GateMap*> gates_;  ///< of each layer; null: none
  std::map<std::string, DrawnGates> drawn_;
  std::map<std::string, ProgramCost> programs_;
  Estimate result_;
};

bool has_gate(const ListedLayer& layer) { return layer.gate.has_value(); }

/// Takes over what the layers cost without gates.
void compare(Estimate& result, const Estimate& without) {
  for (std::size_t k = 0; k < result.layers.size(); ++k) {
    LayerEstimate& layer = result.layers[k];
    if (!layer.on_accelerator) continue;
    if (without.layers[k].on_accelerator) {
      layer.without = without.layers[k].with;
    } else {
      ++result.off_without;
      layer.note = "does not fit without gates, which counts as no gain: " + without.layers[k].note;
    }
  }
}

}  // namespace

Estimate estimate(const Plan& plan, const LayerList& list, const Options& options) {
  const auto run = [&](bool gated) { return ListEstimator(plan, list, options, gated).run(); };
  const bool gated = options.gates && plan.config.gating;
  const bool compared =
      gated && options.compare && std::any_of(list.layers.begin(), list.layers.end(), has_gate);
  std::future<Estimate> without;
  if (compared) without = std::async(std::launch::async, run, false);
  Estimate result = run(gated);
  result.compared = compared;
  if (compared) compare(result, without.get());
  add_totals(result);
  return result;
}

}  // namespace sluice::estimate
