// SPDX-License-Identifier: Apache-2.0
#include "verif/run/drawn_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generator/compiler/compile.h"
#include "generator/estimate/list_network.h"
#include "generator/network/parts.h"
#include "generator/network/requant_scale.h"
#include "verif/golden/golden.h"
#include "verif/golden/images.h"
#include "verif/run/circulant_weights.h"
#include "verif/run/dice.h"
#include "verif/run/hadamard_layers.h"
#include "verif/run/layer_sums.h"
#include "verif/run/normals.h"
#include "verif/run/smooth_images.h"

namespace sluice::run {
namespace {

using estimate::Kind;
using estimate::LayerList;
using estimate::ListedLayer;

constexpr int kSamples = 512;           ///< positions at which sums are looked at
constexpr int kCalibrationImages = 16;  ///< of uneven gates

/// Sums at the sampled positions, [channel][position].
struct Samples {
  std::vector<std::vector<double>> base, whole;  ///< before the gate, and with all inputs
};

int rounded(double value) { return static_cast<int>(std::llround(value)); }

/// Makes one layer after the other, and the maps that they write for the calibrating images.
class Drawer {
 public:
  Drawer(const Plan& plan, const LayerList& list, const DrawOptions& options)
      : list_(list), options_(options), dice_(options.seed) {
    check_sources();
    drawn_.network = estimate::network_of(list, 0, list.layers.size(), plan, true);
    compiler::Options without_values;
    without_values.values = false;
    compiler::compile(drawn_.network, plan,
                      without_values);  // refuses in less time than drawing takes
  }

  DrawnNetwork draw() {
    const net::FeatureMap& input = network().maps[0];
    drawn_.images =
        smooth_images(dice_, options_.images, input.height, input.width, input.channels);
    maps_.resize(network().maps.size());
    maps_[0] = calibrating_inputs();
    for (std::size_t k = 0; k < list_.layers.size(); k++) draw_layer(k);
    return std::move(drawn_);
  }

 private:
  net::Network& network() { return drawn_.network; }

  bool even() const { return options_.spread == estimate::GateSpread::kEven; }

  /// The image that runs, or others.
  std::vector<golden::Tensor> calibrating_inputs() {
    if (even()) return {golden::input_tensor(network(), drawn_.images, 0)};
    const net::FeatureMap& input = network().maps[0];
    Dice other(~options_.seed);
    const data::ImageSet images =
        smooth_images(other, kCalibrationImages, input.height, input.width, input.channels);
    std::vector<golden::Tensor> inputs;
    for (int k = 0; k < kCalibrationImages; k++) {
      inputs.push_back(golden::input_tensor(network(), images, k));
    }
    return inputs;
  }

  static bool reads_two(const ListedLayer& layer) {
    return layer.kind == Kind::kAdd || layer.kind == Kind::kMultiply;
  }

  void check_sources() const {
    for (std::size_t k = 0; k < list_.layers.size(); k++) {
      const ListedLayer& layer = list_.layers[k];
      const bool known = k == 0 || !estimate::sources_of(list_, k).empty();
      if (known && (!reads_two(layer) || layer.addend >= 0)) continue;
      throw compiler::CompileError(fmt::format(
          "layer '{}' reads a map that no layer of the list writes; `run` takes lists that are "
          "one program (input: previous)",
          layer.name));
    }
  }

  /// What a whole and its parts store zero as is alike.
  void share_zero(int map) {
    const int root = net::place_of(network(), map).root;
    network().maps[root].pad_value = network().maps[map].pad_value;
    for (int i = 0; i < static_cast<int>(network().maps.size()); i++)
      if (net::place_of(network(), i).root == root)
        network().maps[i].pad_value = network().maps[root].pad_value;
  }

  /// Gathers a map that no layer writes: some channels of another, or others beside each other.
  void gather_map(int map) {
    if (!maps_[map].empty()) return;
    const net::FeatureMap& own = network().maps[map];
    for (std::size_t image = 0; image < maps_[0].size(); image++) {
      golden::Tensor values{own.height, own.width, own.channels, {}};
      values.values.resize(std::size_t(own.height) * own.width * own.channels);
      for (int i = 0; i < static_cast<int>(network().maps.size()); i++) {
        const auto& part = network().maps[i].part;
        if (part && part->whole == map && !maps_[i].empty())
          copy_channels(maps_[i][image], 0, values, part->channel, network().maps[i].channels);
      }
      if (own.part && !maps_[own.part->whole].empty())
        copy_channels(maps_[own.part->whole][image], own.part->channel, values, 0, own.channels);
      maps_[map].push_back(std::move(values));
    }
  }

  static void copy_channels(const golden::Tensor& from, int first, golden::Tensor& to, int at,
                            int count) {
    const std::size_t positions = std::size_t(from.height) * from.width;
    for (std::size_t p = 0; p < positions; p++)
      std::copy_n(from.values.begin() + static_cast<std::ptrdiff_t>(p * from.channels + first),
                  count, to.values.begin() + static_cast<std::ptrdiff_t>(p * to.channels + at));
  }

  void draw_layer(std::size_t k) {
    const ListedLayer& from = list_.layers[k];
    net::Layer& layer = network().layers[k];
    gather_map(layer.input);
    if (reads_two(from)) gather_map(layer.addend);
    if (from.kind == Kind::kMaxPool) {
      keep_values(layer, 1);
    } else if (from.kind == Kind::kAveragePool) {
      layer.weights.assign(std::size_t(from.kernel_h) * from.kernel_w * from.channels, 1);
      keep_values(layer, from.kernel_h * from.kernel_w);
    } else if (from.kind == Kind::kAdd) {
      draw_addition(layer, rectified(k));
    } else if (from.kind == Kind::kMultiply) {
      draw_product(layer, rectified(k));
    } else if (from.copies) {
      draw_copy(layer);
    } else {
      drawn_.density.push_back(shares_of(k));
      draw_convolution(layer, from, rectified(k));
    }
    drawn_.density.resize(k + 1);
    share_zero(layer.output);
    for (std::size_t image = 0; image < maps_[layer.input].size(); image++) {
      const golden::Tensor* addend = reads_two(from) ? &maps_[layer.addend][image] : nullptr;
      maps_[layer.output].push_back(
          golden::evaluate(network(), layer, maps_[layer.input][image], addend, true).output);
    }
  }

  /// Share of open gates of each channel; empty without gates.
  std::vector<double> shares_of(std::size_t k) const {
    const ListedLayer& from = list_.layers[k];
    const net::Layer& layer = drawn_.network.layers[k];
    if (!layer.gate) return {};
    if (even()) return std::vector<double>(from.outputs, density_of(from));
    const int block = layer.gate->block, gates = (from.outputs + block - 1) / block;
    const std::uint64_t seed = options_.seed * 1000 + k;
    return estimate::of_channels(estimate::uneven_shares(gates, density_of(from), seed), block,
                                 from.outputs);
  }

  /// Whether negative values become zero: not if only additions read them, nor in the result.
  bool rectified(std::size_t k) const {
    bool read = false, only_added = true;
    for (const net::Layer& reader : drawn_.network.layers) {
      const int root = net::place_of(drawn_.network, drawn_.network.layers[k].output).root;
      const auto of_root = [&](int map) { return net::place_of(drawn_.network, map).root == root; };
      if (!of_root(reader.input) && !(reader.traits().two_inputs() && of_root(reader.addend)))
        continue;
      read = true;
      only_added = only_added && reader.kind == net::LayerKind::kAdd;
    }
    return read && (!only_added || list_.layers[k].kind == Kind::kAdd);
  }

  double density_of(const ListedLayer& layer) const {
    return layer.gate->density.value_or(options_.density);
  }

  // ---- layers that keep values ----

  /// The output is the sum over `share`, in the output's width.
  void keep_values(net::Layer& layer, int share) {
    const net::FeatureMap& in = network().maps[layer.input];
    net::FeatureMap& out = network().maps[layer.output];
    const double scale = std::ldexp(1.0, out.bits - in.bits) / share;
    net::Requant requant;
    if (scale != 1) requant = *net::nearest_requant(scale);
    layer.requant.assign(out.channels, requant);
    out.pad_value = rounded(std::ldexp(in.pad_value, out.bits - in.bits));
  }

  /// A shortcut that adds channels of zeros.
  void draw_copy(net::Layer& layer) {
    const int inputs = network().maps[layer.input].channels;
    const int outputs = network().maps[layer.output].channels;
    const int taps = layer.kernel_h * layer.kernel_w;
    layer.weights.assign(std::size_t(inputs) * outputs * taps, 0);
    for (int c = 0; c < std::min(inputs, outputs); c++) {
      layer.weights[(std::size_t(c) * inputs + c) * taps] = 1;
    }
    keep_values(layer, 1);
    for (int c = inputs; c < outputs; c++) {
      layer.requant[c].bias = network().maps[layer.input].pad_value;
    }
  }

  // ---- layers with a normalised output ----

  /// Sets what zero is stored as; returns values of the output for one standard deviation.
  double start_output(net::Layer& layer, bool rectified) {
    net::FeatureMap& out = network().maps[layer.output];
    const int low = -(1 << (out.bits - 1));
    layer.zero_point = out.pad_value = rectified ? low : 0;
    return std::ldexp(1.0, out.bits) / (rectified ? 5 : 8);
  }

  static net::Requant requant_of(const Normal& sums, double shift, double levels) {
    net::Requant requant = *net::nearest_requant(levels / sums.deviation);
    requant.bias = rounded(shift * sums.deviation - sums.mean);
    return requant;
  }

  void draw_addition(net::Layer& layer, bool rectified) {
    std::vector<double> sums;
    for (std::size_t image = 0; image < maps_[layer.input].size(); image++) {
      const golden::Tensor &a = maps_[layer.input][image], &b = maps_[layer.addend][image];
      for (std::size_t i = 0; i < a.values.size(); i++) {
        sums.push_back(a.values[i] + b.values[i]);
      }
    }
    const double scale = start_output(layer, rectified) / normal_of(sums).deviation;
    const net::Factors factors = *net::nearest_factors(scale, scale);
    layer.factor = factors.first;
    layer.addend_factor = factors.second;
    const int zero = network().maps[layer.input].pad_value + network().maps[layer.addend].pad_value;
    const net::Requant requant{-layer.factor * zero, 1, factors.shift};
    layer.requant.assign(network().maps[layer.input].channels, requant);
  }

  /// Of maps of one shape, or a map and one position.
  void draw_product(net::Layer& layer, bool rectified) {
    layer.input_zero = network().maps[layer.input].pad_value;
    layer.addend_zero = network().maps[layer.addend].pad_value;
    std::vector<double> products;
    for (std::size_t image = 0; image < maps_[layer.input].size(); image++) {
      const golden::Tensor &a = maps_[layer.input][image], &b = maps_[layer.addend][image];
      for (std::size_t i = 0; i < a.values.size(); i++) {
        products.push_back((a.values[i] - layer.input_zero) *
                           (b.values[i % b.values.size()] - layer.addend_zero));
      }
    }
    const double scale = start_output(layer, rectified) / normal_of(products).deviation;
    layer.requant.assign(network().maps[layer.input].channels, *net::nearest_requant(scale));
  }

  void draw_convolution(net::Layer& layer, const ListedLayer& from, bool rectified) {
    const double high = (1 << (layer.weight_bits - 1)) - 1;
    const std::size_t weights =
        std::size_t(from.outputs) * (from.channels / from.groups) * from.kernel_h * from.kernel_w;
    for (std::size_t k = 0; k < weights; k++) {
      const double weight = std::clamp(dice_.normal() * (high + 1) / 3.5, -high, high);
      layer.weights.push_back(static_cast<std::int8_t>(rounded(weight)));
    }
    if (from.circulant > 1) make_circulant(layer, from.channels / from.groups, from.circulant);
    Samples samples = sample(layer, from);
    transform_sums(samples.whole, from.hadamard);
    const std::vector<Normal> base = normals_of(samples.base), whole = normals_of(samples.whole);
    const double levels = start_output(layer, rectified);
    for (int c = 0; c < from.outputs; c++) {
      const double shift = 0.2 * dice_.normal();
      layer.requant.push_back(requant_of(whole[c], shift, levels));
      if (layer.gate) layer.requant_closed.push_back(closed_requant(layer, base[c], shift, levels));
    }
    if (layer.gate) set_thresholds(layer, samples, base, drawn_.density.back());
  }

  /// Of a base with some channels, or with all channels' upper halves, which count 2^p times.
  static net::Requant closed_requant(const net::Layer& layer, Normal base, double shift,
                                     double levels) {
    const int bits = layer.gate->plane_bits;
    if (bits == 0) return requant_of(base, shift, levels / 2);
    base.mean = std::ldexp(base.mean, bits);
    base.deviation = std::ldexp(base.deviation, bits);
    return requant_of(base, shift, levels);
  }

  /// All channels of a block get their threshold equally far from their mean.
  static void set_thresholds(net::Layer& layer, const Samples& samples,
                             const std::vector<Normal>& normals,
                             const std::vector<double>& density) {
    for (std::size_t first = 0; first < normals.size(); first += layer.gate->block) {
      const std::size_t end = std::min(first + layer.gate->block, normals.size());
      const double distance = quantile(samples, normals, first, end, density[first]);
      for (std::size_t c = first; c < end; c++) {
        layer.gate->tau.push_back(rounded(normals[c].mean + distance * normals[c].deviation));
      }
    }
  }

  /// The distance from the mean, in deviations, that the share `density` of the positions exceeds
  /// in some channel of [first, end).
  static double quantile(const Samples& samples, const std::vector<Normal>& normals,
                         std::size_t first, std::size_t end, double density) {
    std::vector<double> most(samples.base[first].size(), -1e9);
    for (std::size_t i = 0; i < most.size(); i++) {
      for (std::size_t c = first; c < end; c++) {
        const double distance = samples.base[c][i] - normals[c].mean;
        most[i] = std::max(most[i], distance / normals[c].deviation);
      }
    }
    std::sort(most.begin(), most.end());
    const auto closed = static_cast<std::size_t>((1 - density) * static_cast<double>(most.size()));
    if (closed == 0) return most.front() - 1;
    if (closed == most.size()) return most.back() + 1;
    return (most[closed - 1] + most[closed]) / 2;
  }

  // ---- sums ----

  Samples sample(const net::Layer& layer, const ListedLayer& from) {
    Samples samples;
    samples.base.resize(from.outputs);
    samples.whole.resize(from.outputs);
    const int positions = from.out_height() * from.out_width();
    std::vector<int> values;
    for (const golden::Tensor& in : maps_[layer.input]) {
      for (int i = 0; i < std::min(positions, kSamples); i++) {
        const int position = positions <= kSamples ? i : dice_.range(0, positions - 1);
        gather(layer, in, network().maps[layer.input].pad_value, position / from.out_width(),
               position % from.out_width(), values);
        for (int c = 0; c < from.outputs; c++) {
          const LayerSums sums = sums_of(layer, c, from.outputs, values);
          samples.whole[c].push_back(static_cast<double>(sums.whole));
          samples.base[c].push_back(static_cast<double>(sums.base));
        }
      }
    }
    return samples;
  }

  const LayerList& list_;
  const DrawOptions& options_;
  Dice dice_;
  DrawnNetwork drawn_;
  std::vector<std::vector<golden::Tensor>> maps_;  ///< [map][calibrating image]
};

}  // namespace

DrawnNetwork draw_network(const Plan& plan, const LayerList& list, const DrawOptions& options) {
  return Drawer(plan, list, options).draw();
}

}  // namespace sluice::run
