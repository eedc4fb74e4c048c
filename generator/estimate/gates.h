// SPDX-License-Identifier: Apache-2.0
// Which gates of a layer are open, at each position.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace sluice::estimate {

/// Decisions of one layer's gates; each is shared by `block` neighbouring output channels.
class GateMap {
 public:
  GateMap() = default;
  GateMap(int gates, int block, int height, int width)
      : gates_(gates),
        block_(block),
        height_(height),
        width_(width),
        open_(std::size_t(gates) * height * width, 0) {}

  int gates() const { return gates_; }
  int height() const { return height_; }
  int width() const { return width_; }
  bool open(int gate, int y, int x) const { return open_[index(gate, y, x)] != 0; }
  void set_open(int gate, int y, int x) { open_[index(gate, y, x)] = 1; }
  /// Of the channels from `first` on, how many have an open gate.
  int open_channels(int first, int channels, int y, int x) const {
    int count = 0;
    for (int channel = first; channel < first + channels;) {
      const int next = std::min((channel / block_ + 1) * block_, first + channels);
      if (open(channel / block_, y, x)) count += next - channel;
      channel = next;
    }
    return count;
  }
  /// Open gates at all positions.
  std::int64_t count() const;
  /// All gates at all positions.
  std::int64_t size() const { return static_cast<std::int64_t>(open_.size()); }
  /// Share of open gates of each output channel.
  std::vector<double> density(int channels) const;

 private:
  std::size_t index(int gate, int y, int x) const {
    return (static_cast<std::size_t>(gate) * height_ + y) * width_ + x;
  }

  int gates_ = 0, block_ = 1, height_ = 0, width_ = 0;
  std::vector<std::uint8_t> open_;  ///< [gate][y][x]
};

/// How gates are drawn at random.
enum class GateSpread {
  kUneven,  ///< over blocks, images and positions about as in trained networks
  kEven,    ///< every gate with the same chance at every position
};

/// Each gate is open with probability `density` at each position, independently; the same on every
/// machine.
GateMap draw_gates(int gates, int block, int height, int width, double density, std::uint64_t seed);

// Uneven gates. A gate is open where normal noise exceeds the gate's level. Levels differ from gate
// to gate and, of each gate, from image to image; the noise of neighbouring positions is alike. The
// spreads are such that drawn gates come out as those of verif/networks do in
// build/bench_gate_spread: docs/02_use/estimate.md#uneven-gates has the comparison. Standard
// deviations in thousandths of that of the noise.
inline constexpr int kLevelSpread = 85;   ///< of the gates of a layer
inline constexpr int kImageSpread = 130;  ///< of a gate, over images
/// The same two in log-odds, at shares near 15 %: for messages.
inline constexpr double kBlockLogOdds = 0.15, kImageLogOdds = 0.23;

/// The gates of an image, and the share of each that is open over many images.
struct DrawnGates {
  GateMap map;
  std::vector<double> expected;
};

/// Share of open gates that each gate of a layer has over many images: `density` in the mean of the
/// gates, to 1/65536. The same on every machine.
std::vector<double> uneven_shares(int gates, double density, std::uint64_t seed);

/// The gates of one image, of those whose shares `uneven_shares` gives for this seed. As many are
/// open as `density` asks for, to one. The same on every machine.
GateMap draw_uneven_gates(int gates, int block, int height, int width, double density,
                          std::uint64_t seed, int image = 0);

/// Gates of the first image, drawn either way.
DrawnGates draw_gates(GateSpread spread, int gates, int block, int height, int width,
                      double density, std::uint64_t seed);

/// The shares of gates, one for each of their output channels.
std::vector<double> of_channels(const std::vector<double>& gates, int block, int channels);

}  // namespace sluice::estimate
