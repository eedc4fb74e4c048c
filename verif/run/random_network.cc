// SPDX-License-Identifier: Apache-2.0
#include "verif/run/random_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generator/network/parts.h"
#include "verif/run/circulant_weights.h"
#include "verif/run/hadamard_layers.h"
#include "verif/run/layer_maker.h"
#include "verif/run/random_parts.h"
#include "verif/run/wide_weights.h"

namespace sluice::run {
namespace {

/// Keeps the work of one case small enough for the RTL: array cycles with all gates open.
constexpr std::int64_t kMaxCycles = 6000;
constexpr int kMostChannels = 160;  ///< of a layer that fills records

/// One seed of so many makes a network with additions.
constexpr std::uint64_t kResidualEvery = 5;

/// One seed of so many cuts layers into such that write parts of a map.
constexpr std::uint64_t kPartsEvery = 3, kPartsSeed = 1;

/// One seed of so many makes a layer that small activation buffers hold only in parts.
constexpr std::uint64_t kLargeEvery = 8, kLargeSeed = 3;
constexpr int kLargestBuffer = 1 << 16;

constexpr std::uint64_t kTableSeed = 0x7ab1e;
constexpr std::uint64_t kResultSeed = 0x4ead;

class NetworkMaker : LayerMaker {
 public:
  NetworkMaker(const Plan& plan, std::uint64_t seed, Dice& dice)
      : LayerMaker(plan, dice), seed_(seed) {}

  net::Network make() {
    do {
      make_network();
    } while (array_cycles() > kMaxCycles);
    if (seed_ % kPartsEvery == kPartsSeed) draw_parts(network_, dice_);
    if (config().activation_table) draw_tables();
    return std::move(network_);
  }

 private:
  void make_network() {
    network_ = {};
    network_.name = fmt::format("random{}", seed_);
    add_input();
    if (config().additions && seed_ % kResidualEvery == 0) return make_residual();
    if (is_large()) return make_large();
    const int layers = dice_.percent(70) ? 1 : dice_.range(2, 3);
    for (int k = 0; k < layers; k++) add_layer();
  }

  /// Dice of their own: what else is drawn is the same on designs without tables.
  void draw_tables() {
    Dice dice(seed_ ^ kTableSeed);
    std::vector<std::int8_t> last;
    for (net::Layer& layer : network_.layers) {
      if (layer.traits().two_inputs() || !dice.percent(30)) continue;
      const int bits = network_.maps[layer.output].bits;
      if (last.empty() || bits < 8 || dice.percent(70)) {
        last.clear();
        for (int k = 0; k < net::kTableEntries; k++) {
          last.push_back(static_cast<std::int8_t>(dice.range(low_of(bits), high_of(bits))));
        }
      }
      layer.table = last;
    }
  }

  bool is_large() const {
    return seed_ % kLargeEvery == kLargeSeed && config().buffers.activation <= kLargestBuffer;
  }

  /// A layer whose input rows are too long for the buffer, or too deep.
  void make_large() {
    net::FeatureMap& map = network_.maps.front();
    map.height = dice_.range(1, 4);
    const int values = config().buffers.activation / 100 * dice_.range(40, 150) * 8 / map.bits;
    if (dice_.percent(50)) {
      map.width = values / map.channels + 1;
    } else {
      map.width = dice_.range(1, 6);
      map.channels = 4 * (values / map.width / map.height / 4 + 1);
    }
    add_layer();
    if (dice_.percent(30)) add_layer();
  }

  /// One to three blocks with an addition, perhaps with layers around them.
  void make_residual() {
    if (dice_.percent(30)) add_layer();
    source_ = last_map();
    const std::vector<int> partitions = possible_partitions(source().channels);
    partitions_ = config().gating && !partitions.empty() ? dice_.pick(partitions) : 0;
    kernel_ = dice_.percent(75) ? 3 : dice_.percent(50) ? 1 : 5;
    for (int k = dice_.range(1, 3); k > 0; k--) add_block();
    if (dice_.percent(40)) add_layer();
  }

  /// Adds what one or two convolutions make of a map to the map, or to what another one makes of
  /// it; or the map to itself; or both to the map, one after the other.
  void add_block() {
    const int input = last_map();
    if (dice_.percent(8)) return add_addition(input, input);
    int branch = dice_.percent(10) ? add_pool(input) : add_keeping(input);
    if (dice_.percent(40)) branch = add_keeping(branch);
    const int other = dice_.percent(70) ? input : add_keeping(input);
    add_addition(branch, other);
    // Neither operand is a layer's own
    if (dice_.percent(15)) add_addition(last_map(), dice_.percent(50) ? input : branch);
  }

  /// Factors that use up the range of the output, or any.
  void add_addition(int input, int addend) {
    if (dice_.percent(50)) std::swap(input, addend);
    if (makes_products()) return add_product(input, addend);
    net::Layer layer = start_layer(input);
    layer.kind = net::LayerKind::kAdd;
    layer.addend = addend;
    const int most = dice_.percent(80) ? net::kLargestFactor : dice_.range(0, 3);
    layer.factor = dice_.percent(90) ? dice_.range(most / 2, most) : 0;
    layer.addend_factor = dice_.range(0, most);
    finish(layer, source().channels, 1);
    const int bits = std::max(source().bits, network_.maps[addend].bits);
    const double range = std::ldexp(layer.factor + layer.addend_factor + 1, bits);
    net::Requant requant;
    requant.shift = std::ilogb(range) - network_.maps.back().bits + dice_.range(-1, 1);
    requant.shift = std::clamp(requant.shift, 0, net::kLargestShift);
    const int most_bias = static_cast<int>(std::min<double>(range / 4, net::kLargestAdditionBias));
    requant.bias = dice_.percent(50) ? 0 : dice_.range(-most_bias, most_bias);
    layer.requant.assign(layer.requant.size(), requant);
    network_.layers.push_back(layer);
  }

  /// Of both maps; or of the first and what one position of the other has, or the average.
  void add_product(int input, int addend) {
    if (dice_.percent(60)) addend = add_vector(addend);
    net::Layer layer = start_layer(input);
    layer.kind = net::LayerKind::kMultiply;
    layer.addend = addend;
    const net::FeatureMap a = source(), b = network_.maps[addend];
    layer.input_zero = dice_.percent(30) ? 0 : dice_.range(low_of(a.bits), high_of(a.bits));
    layer.addend_zero = dice_.percent(30) ? 0 : dice_.range(low_of(b.bits), high_of(b.bits));
    finish(layer, a.channels, std::ldexp(1, a.bits + b.bits) / 3);
    net::Requant requant = layer.requant.front();
    requant.bias = 0;
    layer.requant.assign(layer.requant.size(), requant);
    network_.layers.push_back(layer);
  }

  /// A map of one position made of a map; returns it.
  int add_vector(int input) {
    net::Layer layer = start_layer(input);
    const net::FeatureMap in = source();
    layer.kernel_h = in.height;
    layer.kernel_w = in.width;
    if (dice_.percent(60)) {
      layer.groups = in.channels;
      layer.weights.assign(std::size_t{1} * in.channels * in.height * in.width, 1);
      layer.weight_bits = 2;
    } else {
      layer.kind = net::LayerKind::kMaxPool;
    }
    finish(layer, in.channels,
           layer.groups > 1 || in.channels == 1 ? convolution_spread(layer) : 1 << in.bits);
    network_.layers.push_back(layer);
    return layer.output;
  }

  /// One in three of the networks with additions has products in their place.
  bool makes_products() const { return seed_ / kResidualEvery % 3 == 1; }

  /// A pooling that gives a map of its input's shape; returns that map.
  int add_pool(int input) {
    net::Layer layer = start_layer(input);
    layer.kind = net::LayerKind::kMaxPool;
    set_kernel(layer, kernel_);
    finish(layer, source().channels, 1 << source().bits);
    network_.layers.push_back(layer);
    return layer.output;
  }

  /// A convolution that gives a map of its input's shape; returns that map. Maps that are added are
  /// laid out alike: those of one network have kernels of one size, or of one position.
  int add_keeping(int input) {
    net::Layer layer = start_layer(input);
    set_kernel(layer, dice_.percent(75) ? kernel_ : 1);
    const int channels = source().channels;
    draw_weights(layer, channels, channels);
    if (partitions_ > 0 && dice_.percent(60)) make_gate(layer, channels, partitions_);
    finish(layer, channels, convolution_spread(layer));
    network_.layers.push_back(layer);
    return layer.output;
  }

  std::int64_t array_cycles() const {
    const std::int64_t column_bytes = config().lanes * config().columns * config().rows;
    std::int64_t cycles = 0;
    for (const net::Layer& layer : network_.layers) {
      const net::FeatureMap& in = network_.maps[layer.input];
      const net::FeatureMap& out = network_.maps[layer.output];
      const int groups = is_large() ? layer.groups : 1;
      cycles += std::int64_t{out.height} * out.width * out.channels * in.channels / groups *
                layer.kernel_h * layer.kernel_w / column_bytes;
    }
    return cycles;
  }

  void add_input() {
    net::FeatureMap map;
    map.name = "input";
    map.height = dice_.percent(15) ? 1 : dice_.range(1, 14);
    map.width = dice_.percent(10) ? 1 : dice_.range(1, 14);
    map.channels = random_channels();
    map.bits = dice_.pick(config().precisions);
    map.pad_value = dice_.percent(30) ? dice_.range(low_of(map.bits), high_of(map.bits)) : 0;
    network_.maps.push_back(map);
  }

  int random_channels() {
    if (config().segments > 1 && dice_.percent(25)) {  // records of many blocks
      return std::min(config().columns * dice_.range(1, 2 * config().segments), kMostChannels);
    }
    if (dice_.percent(15)) return dice_.range(1, 3);
    if (dice_.percent(40)) return 4 * dice_.range(1, 10);
    return dice_.range(1, 40);
  }

  void add_layer() {
    net::Layer layer = start_layer(last_map());
    const int kind = dice_.range(0, is_large() ? 39 : 99);
    if (kind < 12)
      make_pool(layer);
    else if (kind < 20)
      make_whole_map(layer);
    else
      make_convolution(layer);
    network_.layers.push_back(layer);
  }

  void random_kernel(net::Layer& layer, int largest) {
    const net::FeatureMap in = source();
    layer.kernel_h = std::min(largest, dice_.percent(50) ? 3 : dice_.range(1, 7));
    layer.kernel_w = dice_.percent(80) ? layer.kernel_h : std::min(largest, dice_.range(1, 7));
    layer.stride_h = dice_.percent(60) ? 1 : dice_.range(1, 4);
    layer.stride_w = dice_.percent(80) ? layer.stride_h : dice_.range(1, 4);
    layer.pad_top = dice_.range(0, layer.kernel_h - 1);
    layer.pad_bottom = dice_.range(0, layer.kernel_h - 1);
    layer.pad_left = dice_.range(0, layer.kernel_w - 1);
    layer.pad_right = dice_.range(0, layer.kernel_w - 1);
    // The kernel must fit the padded map
    while (in.height + layer.pad_top + layer.pad_bottom < layer.kernel_h) layer.pad_bottom++;
    while (in.width + layer.pad_left + layer.pad_right < layer.kernel_w) layer.pad_right++;
    clip_padding(layer.pad_top, layer.pad_bottom, layer.kernel_h, in.height);
    clip_padding(layer.pad_left, layer.pad_right, layer.kernel_w, in.width);
  }

  /// Padding stays below the kernel, at the price of a smaller kernel.
  void clip_padding(int& before, int& after, int& kernel, int size) {
    while (after >= kernel || size + before + after < kernel) {
      kernel = std::max(1, kernel - 1);
      before = std::min(before, kernel - 1);
      after = std::min(after, kernel - 1);
    }
  }

  void make_pool(net::Layer& layer) {
    layer.kind = net::LayerKind::kMaxPool;
    random_kernel(layer, 3);
    finish(layer, source().channels, 1 << source().bits);
  }

  /// A dense layer, or global average pooling.
  void make_whole_map(net::Layer& layer) {
    const net::FeatureMap in = source();
    layer.kernel_h = in.height;
    layer.kernel_w = in.width;
    const bool average = dice_.percent(40);
    layer.groups = average ? in.channels : 1;
    const int channels = average ? in.channels : random_channels();
    draw_weights(layer, channels, in.channels / layer.groups);
    if (average) {
      std::fill(layer.weights.begin(), layer.weights.end(), std::int8_t{1});
      layer.weight_bits = 2;
    }
    finish(layer, channels, convolution_spread(layer));
  }

  void make_convolution(net::Layer& layer) {
    const net::FeatureMap in = source();
    random_kernel(layer, 7);
    int channels = random_channels();
    const std::vector<int> partitions = possible_partitions(channels);
    if (config().gating && !partitions.empty() && dice_.percent(65)) {
      draw_weights(layer, channels, in.channels);
      make_gate(layer, channels, dice_.pick(partitions));
    } else if (dice_.percent(20) && in.channels > 1) {
      layer.groups = random_divisor(in.channels);
      channels = layer.groups * dice_.range(1, 3);
      draw_weights(layer, channels, in.channels / layer.groups);
    } else {
      draw_weights(layer, channels, in.channels);
    }
    finish(layer, channels, convolution_spread(layer));
  }

  int random_divisor(int n) {
    std::vector<int> divisors;
    for (int d = 2; d <= n; d++) {
      if (n % d == 0) divisors.push_back(d);
    }
    return dice_.pick(divisors);
  }

  std::uint64_t seed_;
  int partitions_ = 0;  ///< of the gates in blocks with an addition, which share maps; 0: no gates
  int kernel_ = 3;      ///< of the same blocks
};

/// Makes maps of layers in between results, too. Dice of their own, as for tables.
void draw_results(net::Network& network, std::uint64_t seed) {
  Dice dice(seed ^ kResultSeed);
  if (!dice.percent(60)) return;
  for (std::size_t k = 0; k + 1 < network.layers.size(); k++) {
    const int map = network.layers[k].output;
    if (net::is_shared(network, map) || !dice.percent(50)) continue;
    net::ResultSource source;
    source.map = map;
    network.results.push_back({network.maps[map].name, {source}});
  }
}

}  // namespace

net::Network random_network(const Plan& plan, std::uint64_t seed, Dice& dice) {
  net::Network network = NetworkMaker(plan, seed, dice).make();
  widen_weights(network, plan, seed);
  draw_circulant(network, plan, seed);
  widen_channels(network, plan, seed);
  draw_hadamard(network, plan, seed);
  draw_results(network, seed);
  return network;
}

}  // namespace sluice::run
