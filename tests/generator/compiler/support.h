// SPDX-License-Identifier: Apache-2.0
// What the compiler's tests share: small designs, random networks, a plain reference, and a run of
// compiled programs through the interpreter.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "generator/compiler/compile.h"
#include "tests/support/commands.h"
#include "verif/interpreter/interpreter.h"

namespace sluice::compiler::test {

/// A design with 4 lanes of 4 columns, 16 rows, atoms of 4 bytes and a 16-byte memory port.
Config small_config();

/// Values of a map, [y][x][channel].
using Values = std::vector<int>;

/// Values of a width.
inline int lowest(int bits) { return -(1 << (bits - 1)); }
inline int highest(int bits) { return (1 << (bits - 1)) - 1; }

/// Random numbers that repeat for a seed.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  /// Uniform in [low, high].
  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }
  template <typename T>
  T pick(const std::vector<T>& from) {
    return from[between(0, static_cast<int>(from.size()) - 1)];
  }

 private:
  std::mt19937 engine_;
};

/// Shape of a layer to make; the rest is random.
struct LayerShape {
  net::LayerKind kind = net::LayerKind::kConv;
  int out_channels = 8;
  int kernel_h = 3, kernel_w = 3;
  int stride_h = 1, stride_w = 1;
  int pad_top = 1, pad_left = 1, pad_bottom = 1, pad_right = 1;
  int groups = 1;
  int weight_bits = 8;
  int out_bits = 8;
  int partitions = 0;  ///< 0: not gated
  int gate_block = 1;
  bool channel_groups = true;
  bool table = false;
};

/// Starts a network with its input map.
net::Network start_network(int height, int width, int channels, int bits, int pad_value = 0);

/// Appends a layer with random weights and requantisations that use the whole output range.
/// It reads the last map; or map `input`.
void append_layer(net::Network& network, const LayerShape& shape, Random& random, int input = -1);

/// Appends the sum of two maps of one shape, with random factors and requantisation.
void append_add(net::Network& network, int input, int addend, int out_bits, Random& random);

/// Appends the product of two maps, of one shape or of a map and one of one position.
void append_multiply(net::Network& network, int input, int addend, int out_bits, Random& random);

Values random_values(const net::FeatureMap& map, Random& random);

/// Evaluates all layers by the definition.
Values reference(const net::Network& network, const Values& values, bool gated);

/// Writes the input into the program's image, interprets it and reads the result. Throws
/// InterpretError for a program that breaks a rule.
Values execute(const net::Network& network, const Program& program, const Plan& plan,
               const Values& input);

/// Compiles, runs and compares with the reference; returns a description of the first difference or
/// an empty string.
std::string compare(const net::Network& network, const Config& config, const Options& options,
                    Random& random);

/// A network on a design: what most directed tests look at.
struct Compiled {
  net::Network network;
  Config config = small_config();
  Options options;

  Program program() const { return compile(network, make_plan(config), options); }
  /// Why the network is refused; "compiled" if it is not.
  std::string refusal() const;
  std::vector<commands::Words> commands_with(Opcode opcode) const {
    return commands_of(program(), make_plan(config), opcode);
  }
  /// From the definition, on random values.
  std::string difference() const {
    Random random(7);
    return compare(network, config, options, random);
  }
};

/// Draws padding of less than the kernel's size.
void draw_padding(LayerShape& shape, Random& random);

}  // namespace sluice::compiler::test
