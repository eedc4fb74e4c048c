// SPDX-License-Identifier: Apache-2.0
#include "tests/generator/compiler/support.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generator/network/parts.h"

namespace sluice::compiler::test {

Config small_config() {
  Config config;
  config.name = "small";
  config.lanes = 4;
  config.columns = 4;
  config.rows = 16;
  config.dot = 4;
  config.atom = 4;
  config.precisions = {8, 4, 2};
  config.accumulator.bits = 32;
  config.accumulator.positions = 32;
  config.accumulator.max_reduction = 65536;
  config.buffers.activation = 1 << 16;
  config.buffers.weight = 1 << 14;
  return config;
}

Values random_values(const net::FeatureMap& map, Random& random) {
  Values values(std::size_t{1} * map.height * map.width * map.channels);
  for (int& value : values) value = random.between(lowest(map.bits), highest(map.bits));
  return values;
}

namespace {

/// One layer by the definition.
class Reference {
 public:
  Reference(const net::Network& network, const net::Layer& layer, const Values& input,
            const Values& addend, bool gated)
      : layer_(layer),
        in_(network.maps[layer.input]),
        out_(network.maps[layer.output]),
        input_(input),
        addend_(addend),
        gated_(gated && layer.gate.has_value()) {}

  Values run() const {
    Values result;
    for (int y = 0; y < out_.height; ++y) {
      for (int x = 0; x < out_.width; ++x) {
        for (int c = 0; c < out_.channels; ++c) result.push_back(output(y, x, c));
      }
    }
    return result;
  }

 private:
  int at(int y, int x, int c) const {
    if (y < 0 || x < 0 || y >= in_.height || x >= in_.width) return in_.pad_value;
    return input_[(std::size_t{1} * y * in_.width + x) * in_.channels + c];
  }

  int first_input(int c) const {
    return c / (out_.channels / layer_.groups) * (in_.channels / layer_.groups);
  }

  /// Of inputs without their lowest `less` bits.
  std::int64_t sum(int y, int x, int c, int from, int to, int less = 0) const {
    const int inputs = in_.channels / layer_.groups;
    std::int64_t total = 0;
    for (int i = from; i < to; ++i) {
      for (int ky = 0; ky < layer_.kernel_h; ++ky) {
        for (int kx = 0; kx < layer_.kernel_w; ++kx) {
          const std::size_t place =
              ((std::size_t{1} * c * inputs + i) * layer_.kernel_h + ky) * layer_.kernel_w + kx;
          int w = layer_.weights[place];
          if (!layer_.more_weights.empty()) w += layer_.more_weights[place];
          total += w * (at(y * layer_.stride_h - layer_.pad_top + ky,
                           x * layer_.stride_w - layer_.pad_left + kx, first_input(c) + i) >>
                        less);
        }
      }
    }
    return total;
  }

  std::int64_t base(int y, int x, int c) const {
    const int bits = layer_.gate->plane_bits;
    if (bits > 0) return sum(y, x, c, 0, in_.channels, bits);
    const int part = in_.channels / layer_.gate->partitions;
    const int group = layer_.gate->channel_groups ? c * layer_.gate->partitions / out_.channels : 0;
    return sum(y, x, c, group * part, (group + 1) * part);
  }

  bool open(int y, int x, int c) const {
    const int block = layer_.gate->block;
    const int first = c / block * block;
    for (int i = first; i < std::min(first + block, out_.channels); ++i) {
      if (base(y, x, i) > layer_.gate->tau[i]) return true;
    }
    return false;
  }

  std::int64_t largest(int y, int x, int c) const {
    std::int64_t best = -1000;
    for (int ky = 0; ky < layer_.kernel_h; ++ky) {
      for (int kx = 0; kx < layer_.kernel_w; ++kx) {
        best = std::max<std::int64_t>(best, at(y * layer_.stride_h - layer_.pad_top + ky,
                                               x * layer_.stride_w - layer_.pad_left + kx, c));
      }
    }
    return best;
  }

  int output(int y, int x, int c) const {
    if (layer_.kind == net::LayerKind::kMaxPool) return finish(largest(y, x, c), layer_.requant[c]);
    if (layer_.kind == net::LayerKind::kAdd) {
      const std::size_t i = (std::size_t{1} * y * in_.width + x) * in_.channels + c;
      return finish(layer_.factor * input_[i] + layer_.addend_factor * addend_[i],
                    layer_.requant[c]);
    }
    if (layer_.kind == net::LayerKind::kMultiply) {
      const std::size_t i = (std::size_t{1} * y * in_.width + x) * in_.channels + c;
      const int by = addend_[addend_.size() == std::size_t(in_.channels) ? c : i];
      return finish(std::int64_t{input_[i] - layer_.input_zero} * (by - layer_.addend_zero),
                    layer_.requant[c]);
    }
    if (layer_.hadamard > 1) return finish(transformed(y, x, c), layer_.requant[c]);
    const std::int64_t whole = sum(y, x, c, 0, in_.channels / layer_.groups);
    if (!gated_ || open(y, x, c)) return finish(whole, layer_.requant[c]);
    return finish(base(y, x, c) * (1 << layer_.gate->plane_bits), layer_.requant_closed[c]);
  }

  /// The matrix is [1 1; 1 -1] in its quarters of half the size, and so on.
  std::int64_t transformed(int y, int x, int c) const {
    const int first = c / layer_.hadamard * layer_.hadamard;
    std::int64_t total = 0;
    for (int j = 0; j < layer_.hadamard; ++j) {
      std::int64_t sign = 1;
      for (int half = layer_.hadamard / 2; half > 0; half /= 2) {
        if ((c - first) / half % 2 == 1 && j / half % 2 == 1) sign = -sign;
      }
      total += sign * sum(y, x, first + j, 0, in_.channels / layer_.groups);
    }
    return total;
  }

  int finish(std::int64_t total, const net::Requant& requant) const {
    const auto exact = static_cast<long double>((total + requant.bias) * requant.multiplier);
    const auto value =  // halves to even
        static_cast<std::int64_t>(std::nearbyint(std::ldexp(exact, -requant.shift)));
    const auto clamped = static_cast<int>(
        std::clamp<std::int64_t>(value + layer_.zero_point, layer_.clamp_low, layer_.clamp_high));
    return layer_.table.empty() ? clamped : layer_.table[clamped + 128];
  }

  const net::Layer& layer_;
  const net::FeatureMap& in_;
  const net::FeatureMap& out_;
  const Values& input_;
  const Values& addend_;  ///< of additions
  bool gated_;
};

void put(std::vector<std::uint8_t>& memory, const MapLayout& layout, int y, int x, int c,
         int value) {
  std::uint8_t& byte = memory[layout.byte_address(y, x, c)];
  const int mask = ((1 << layout.bits) - 1) << layout.bit_offset(c);
  byte = static_cast<std::uint8_t>((byte & ~mask) | (value << layout.bit_offset(c) & mask));
}

int get(const std::vector<std::uint8_t>& memory, const MapLayout& layout, int y, int x, int c) {
  const int field = memory[layout.byte_address(y, x, c)] >> layout.bit_offset(c);
  const int value = field & ((1 << layout.bits) - 1);
  return value >= 1 << (layout.bits - 1) ? value - (1 << layout.bits) : value;
}

/// Calls `visit(y, x, c)` for every value of a map in the order of Values.
template <typename Visit>
void for_each(const net::FeatureMap& map, Visit visit) {
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      for (int c = 0; c < map.channels; ++c) visit(y, x, c);
    }
  }
}

/// Calls `visit(i, root, there)` for every value of a map, the i-th, which is value `there` of its
/// root.
template <typename Visit>
void for_each_place(const net::Network& network, int map, Visit visit) {
  const net::Place place = net::place_of(network, map);
  const net::FeatureMap& root = network.maps[place.root];
  std::size_t i = 0;
  for_each(network.maps[map], [&](int y, int x, int c) {
    const std::size_t row = place.rows.first + y * place.rows.step;
    const std::size_t column = place.columns.first + x * place.columns.step;
    visit(i++, place.root, (row * root.width + column) * root.channels + place.channels.first + c);
  });
}

}  // namespace

Values reference(const net::Network& network, const Values& values, bool gated) {
  std::vector<Values> maps;
  for (const net::FeatureMap& map : network.maps) {
    maps.emplace_back(std::size_t{1} * map.height * map.width * map.channels);
  }
  maps[0] = values;
  for (const net::Layer& layer : network.layers) {
    for (const int map : {layer.input, layer.addend}) {
      for_each_place(network, map, [&](std::size_t i, int root, std::size_t there) {
        maps[map][i] = maps[root][there];
      });
    }
    maps[layer.output] =
        Reference(network, layer, maps[layer.input], maps[layer.addend], gated).run();
    for_each_place(network, layer.output, [&](std::size_t i, int root, std::size_t there) {
      maps[root][there] = maps[layer.output][i];
    });
  }
  return maps[network.layers.back().output];
}

Values execute(const net::Network& network, const Program& program, const Plan& plan,
               const Values& input) {
  std::vector<std::uint8_t> memory = program.image;
  std::size_t i = 0;
  for_each(network.maps[0],
           [&](int y, int x, int c) { put(memory, program.input, y, x, c, input[i++]); });
  const InterpretResult result = interpret(plan, memory, program.command_address);
  Values output;
  for_each(network.maps[network.layers.back().output], [&](int y, int x, int c) {
    output.push_back(get(result.memory, program.outputs[0], y, x, c));
  });
  return output;
}

std::string compare(const net::Network& network, const Config& config, const Options& options,
                    Random& random) {
  const Plan plan = make_plan(config);
  const Values input = random_values(network.maps[0], random);
  try {
    const Program program = compile(network, plan, options);
    const Values got = execute(network, program, plan, input);
    const Values wanted = reference(network, input, options.gated);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (got[i] == wanted[i]) continue;
      return fmt::format("value {} of {} is {}, should be {}", i, wanted.size(), got[i], wanted[i]);
    }
  } catch (const InterpretError& error) {
    return "interpreter: " + error.message;
  } catch (const CompileError& error) {
    return std::string("compiler: ") + error.what();
  }
  return {};
}

std::string Compiled::refusal() const {
  try {
    program();
  } catch (const CompileError& error) {
    return error.what();
  }
  return "compiled";
}

void draw_padding(LayerShape& shape, Random& random) {
  shape.pad_top = random.between(0, shape.kernel_h - 1);
  shape.pad_bottom = random.between(0, shape.kernel_h - 1);
  shape.pad_left = random.between(0, shape.kernel_w - 1);
  shape.pad_right = random.between(0, shape.kernel_w - 1);
}

}  // namespace sluice::compiler::test
