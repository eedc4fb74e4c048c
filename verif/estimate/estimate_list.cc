// Estimates of layer lists: cut into programs, equal ones computed once.
#include <fmt/format.h>

#include <map>

#include "estimate/estimate.h"
#include "estimate/list_network.h"
#include "estimate/program_figures.h"
#include "estimate/totals.h"

namespace sluice::estimate {
namespace {

std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325ull;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return hash;
}

class ListEstimator {
 public:
  ListEstimator(const Plan& plan, const LayerList& list, const Options& options)
      : plan_(plan), list_(list), options_(options) {
    result_.network = list.name;
    gated_ = options.gates && plan.config.gating;
  }

  Estimate run() {
    for (const ListedLayer& layer : list_.layers) add(layer);
    run_chains(gated_);
    result_.compared = gated_ && options_.compare && any_gates();
    if (result_.compared) run_chains(false);
    for (LayerEstimate& layer : result_.layers) {
      if (!result_.compared) layer.without = layer.with;
    }
    add_totals(result_);
    return std::move(result_);
  }

 private:
  bool any_gates() const {
    for (const LayerEstimate& layer : result_.layers) {
      if (layer.gated) return true;
    }
    return false;
  }

  void add(const ListedLayer& from) {
    LayerEstimate layer;
    layer.name = from.name;
    layer.kind = from.kind == Kind::kConv && from.groups > 1 && from.groups == from.channels
                     ? "depthwise"
                     : text_of(from.kind);
    layer.bits = from.bits;
    layer.macs = layer.macs_done = from.macs();
    layer.peak = peak_of(plan_, from.bits);
    gates_.push_back(nullptr);
    if (from.kind == Kind::kAdd && from.addend < 0) {
      layer.on_accelerator = false;
      layer.note = "the list does not say which map is added";
    } else if (gated_ && from.gate) {
      gates_.back() = &gates_of_layer(from);
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
    const std::string shape = shape_text(layer);
    const auto drawn = drawn_.find(shape);
    if (drawn != drawn_.end()) return drawn->second;
    const int block = gate_block(layer, plan_);
    return drawn_[shape] =
               draw_gates(layer.outputs / block, block, layer.out_height(), layer.out_width(),
                          density_of(layer), options_.seed ^ hash_of(shape));
  }

  /// What the compiler deals the blocks by.
  std::vector<double> block_density(std::size_t k) const {
    const ListedLayer& layer = list_.layers[k];
    if (!options_.measured.contains(layer.name)) {
      return std::vector<double>(layer.outputs, density_of(layer));
    }
    return gates_[k]->density(layer.outputs);
  }

  // ---- programs ----

  void run_chains(bool gated) { run_range(0, list_.layers.size(), gated); }

  /// Layers [first, end) as programs, cut where a layer reads a map that no layer of the program
  /// writes and that is not the program's input, or is off the accelerator.
  void run_range(std::size_t first, std::size_t end, bool gated) {
    while (first < end) {
      if (!result_.layers[first].on_accelerator) {
        ++first;
        continue;
      }
      if (list_.layers[first].kind == Kind::kAdd) {
        put_off(first, "adds maps of which none is written by its program", gated);
        ++first;
        continue;
      }
      std::size_t next = first + 1;
      while (next < end && result_.layers[next].on_accelerator && joins(next, first)) ++next;
      run_chain(first, next - first, gated);
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
    return known(source_of(list_, k)) && (layer.kind != Kind::kAdd || known(layer.addend));
  }

  /// One program, or if that does not fit the design one for each part that does.
  void run_chain(std::size_t first, std::size_t count, bool gated) {
    try {
      return take(first, program(first, count, gated), gated);
    } catch (const compiler::CompileError& error) {
      if (count == 1) return put_off(first, error.message, gated);
    }
    const std::size_t end = first + count;
    std::size_t begin = first;
    bool all_fit = true;
    for (std::size_t k = first; k < end; ++k) {
      if (list_.layers[k].kind == Kind::kAdd || fits(k, gated)) continue;
      all_fit = false;
      run_range(begin, k, gated);
      begin = k + 1;
    }
    if (!all_fit) return run_range(begin, end, gated);
    for (std::size_t k = first; k < end; ++k) run_range(k, k + 1, gated);
  }

  bool fits(std::size_t k, bool gated) {
    const net::Network network = network_of(list_, k, 1, plan_, gated);
    try {
      compiler::compile(network, plan_, how(k, 1, gated));
    } catch (const compiler::CompileError& error) {
      put_off(k, error.message, gated);
      return false;
    }
    return true;
  }

  void put_off(std::size_t k, const std::string& message, bool gated) {
    LayerEstimate& layer = result_.layers[k];
    // The message names the layer, as does the row
    const std::string prefix = fmt::format("layer '{}': ", layer.name);
    layer.note = message.starts_with(prefix) ? message.substr(prefix.size()) : message;
    layer.without = layer.with;
    if (gated == gated_) {
      layer.on_accelerator = false;
    } else {
      layer.note = "does not fit without gates, which counts as no gain: " + layer.note;
    }
  }

  compiler::Options how(std::size_t first, std::size_t count, bool gated) const {
    compiler::Options how;
    how.gated = gated;
    how.local = options_.local;
    how.values = false;
    how.result_groups = gated ? reader_partitions(first + count - 1) : 1;
    if (!gated) return how;
    for (std::size_t k = first; k < first + count; ++k) {
      how.density.push_back(list_.layers[k].gate ? block_density(k) : std::vector<double>{});
    }
    return how;
  }

  /// Groups in which the result of layer `k` is stored: as the next layer that can read it wants.
  int reader_partitions(std::size_t k) const {
    for (std::size_t next = k + 1; next < list_.layers.size(); ++next) {
      const ListedLayer& layer = list_.layers[next];
      if (layer.kind == Kind::kAdd || layer.channels != list_.layers[k].outputs) continue;
      return layer.gate ? layer.gate->partitions : 1;
    }
    return 1;
  }

  const ProgramFigures& program(std::size_t first, std::size_t count, bool gated) {
    const compiler::Options compile = how(first, count, gated);
    std::string key = fmt::format("{} {}", gated, compile.result_groups);
    std::vector<const GateMap*> gates;
    for (std::size_t k = first; k < first + count; ++k) {
      key += "; " + shape_text(list_.layers[k]);
      key += fmt::format(" of {} {}", source_of(list_, k) - static_cast<int>(first),
                         list_.layers[k].addend - static_cast<int>(first));
      if (options_.measured.contains(list_.layers[k].name)) key += " of " + list_.layers[k].name;
      gates.push_back(gates_[k]);
    }
    const auto known = programs_.find(key);
    if (known != programs_.end()) return known->second;
    const net::Network network = network_of(list_, first, count, plan_, gated);
    return programs_[key] = figures_of(plan_, network, gates, compile, options_);
  }

  void take(std::size_t first, const ProgramFigures& figures, bool gated) {
    for (std::size_t k = 0; k < figures.layers.size(); ++k) {
      LayerEstimate& layer = result_.layers[first + k];
      (gated == gated_ ? layer.with : layer.without) = figures.layers[k];
      if (gated == gated_) layer.bits = figures.modes[k];
      layer.peak = peak_of(plan_, layer.bits);
    }
    if (gated != gated_) return;
    result_.command_bytes += figures.command_bytes;
    ++result_.programs;
  }

  const Plan& plan_;
  const LayerList& list_;
  const Options& options_;
  bool gated_ = false;
  std::vector<const GateMap*> gates_;  ///< of each layer; null: none
  std::map<std::string, GateMap> drawn_;
  std::map<std::string, ProgramFigures> programs_;
  Estimate result_;
};

}  // namespace

Estimate estimate(const Plan& plan, const LayerList& list, const Options& options) {
  return ListEstimator(plan, list, options).run();
}

}  // namespace sluice::estimate
