// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/blocks.h"

#include <algorithm>
#include <numeric>

#include "generator/compiler/errors.h"
#include "generator/compiler/math.h"

namespace sluice::compiler {
namespace {

using net::Layer;

/// Share of open gates where none has been measured.
constexpr double kAssumedOpen = 0.2;

int gate_group(const Layer& layer, int channel, int channels) {
  if (!layer.gate->channel_groups) return 0;
  return static_cast<int>(std::int64_t{channel} * layer.gate->partitions / channels);
}

/// Output channels that read one group of the input map.
int outputs_of_group(const net::Network& network, const Layer& layer, const MapLayout& in) {
  if (!layer.traits().has_weights()) return in.channels_per_group;
  const int outputs = network.maps[layer.output].channels;
  if (layer.groups == 1) return outputs;
  const int inputs = network.maps[layer.input].channels / layer.groups;
  return in.channels_per_group / inputs * (outputs / layer.groups);
}

/// Cuts blocks one by one; holds what the rules depend on.
class Cutter {
 public:
  Cutter(const net::Network& network, const Layer& layer, const Plan& plan, bool gated,
         const MapLayout& in, const MapLayout& out)
      : layer_(layer), plan_(plan), gated_(gated), in_(in), out_(out) {
    channels_ = network.maps[layer.output].channels;
    by_taps_ = goes_by_taps(network, layer, plan, in.bits, in.channels_per_group);
    first_input_ = by_taps_ ? in.first_channel : 0;
    group_outputs_ = outputs_of_group(network, layer, in);
  }

  std::vector<Block> cut() const {
    std::vector<Block> blocks;
    for (int first = 0; first < channels_;) {
      const int count = block_size(first);
      blocks.push_back({first, count});
      first += count;
    }
    return blocks;
  }

 private:
  /// Channels `c` - 1 and `c` may not share a block.
  bool boundary(int c) const {
    if (c == channels_ || out_.channel_of(c) == 0) return true;
    if ((first_input_ + c) % group_outputs_ == 0) return true;
    if (!gated_) return false;
    if (gate_group(layer_, c, channels_) != gate_group(layer_, c - 1, channels_)) return true;
    return layer_.gate->block > 1 && c % layer_.gate->block == 0;
  }

  int block_size(int first) const {
    const int field_channels = fields();
    const int most = limit(first) / field_channels * field_channels;
    int count = 1;
    while (count < most && !boundary(first + count)) ++count;
    const bool cut = out_.followed && first + count == channels_ && count % field_channels != 0 &&
                     out_.channel_of(channels_) != 0;
    if (most == 0 || cut || out_.channel_of(first) % field_channels != 0) {
      fail(layer_, "blocks of {}-bit outputs do not fill whole bytes from channel {} on", out_.bits,
           first);
    }
    check_gate_block(first, count);
    return count;
  }

  /// Outputs that a block has whole multiples of: those of a byte. Where a block has fewer columns,
  /// records see to that.
  int fields() const {
    const int fields = 8 / out_.bits;
    return plan_.config.columns < fields ? 1 : fields;
  }

  /// Most channels of a block that starts with `first`.
  int limit(int first) const {
    if (gated_ && layer_.gate->block == 1) return shared_width();
    if (!by_taps_) return plan_.config.columns;
    // A step of one tap reads the R bytes from the atom of the first channel on.
    const int atom_channels = in_.atom * 8 / in_.bits;
    const int skipped = in_.channel_of(first) % atom_channels;
    return std::min(plan_.config.columns, plan_.config.rows * 8 / in_.bits - skipped);
  }

  /// A lane skips a position only if the gates of all its columns are closed: blocks no wider than
  /// it takes to give every lane as many.
  int shared_width() const {
    const int lanes = plan_.config.lanes;
    const int records = ceil_div(channels_, lanes * plan_.config.columns);
    const int width = round_up(ceil_div(channels_, lanes * records), fields());
    return std::min(width, plan_.config.columns);
  }

  void check_gate_block(int first, int count) const {
    if (!gated_ || layer_.gate->block == 1) return;
    const int wanted = std::min(layer_.gate->block, channels_ - first);
    if (count == wanted && first % layer_.gate->block == 0) return;
    fail(
        layer_,
        "the {} channels from {} on share a gate, but groups of the gates or of the output map, or "
        "{}-bit outputs, split them",
        wanted, first, out_.bits);
  }

  const Layer& layer_;
  const Plan& plan_;
  bool gated_;
  const MapLayout& in_;
  const MapLayout& out_;
  int channels_ = 0;
  bool by_taps_ = false;
  int first_input_ = 0;    ///< channel of `in` that channel 0 of the output reads, by taps
  int group_outputs_ = 0;  ///< see outputs_of_group()
};

}  // namespace

std::vector<Block> cut_blocks(const net::Network& network, const Layer& layer, const Plan& plan,
                              bool gated, const MapLayout& in, const MapLayout& out) {
  return Cutter(network, layer, plan, gated, in, out).cut();
}

int first_group(const net::Network& network, const Mapping& m, const Block& block) {
  if (m.gated) {
    return gate_group(*m.layer, block.first_channel, network.maps[m.layer->output].channels);
  }
  const int first = m.by_taps ? m.in.first_channel : 0;
  return (first + block.first_channel) / outputs_of_group(network, *m.layer, m.in);
}

double open_share(const Layer& layer, const Block& block, const std::vector<double>& density) {
  double closed = 1;
  double most = 0;
  for (int c = block.first_channel; c < block.first_channel + block.channels; ++c) {
    const double open = density.empty() ? kAssumedOpen : density[c];
    closed *= 1 - open;
    most = std::max(most, open);
  }
  return layer.gate->block == 1 ? 1 - closed : most;
}

std::vector<int> deal_records(const std::vector<double>& work, int lanes) {
  const int count = static_cast<int>(work.size());
  std::vector<int> by_work(count);
  std::iota(by_work.begin(), by_work.end(), 0);
  std::stable_sort(by_work.begin(), by_work.end(), [&](int a, int b) { return work[a] > work[b]; });
  std::vector<double> load(lanes, 0);
  std::vector<std::vector<int>> dealt(lanes);
  for (const int record : by_work) {
    int best = -1;
    for (int lane = 0; lane < lanes; ++lane) {
      const int room = count / lanes + (lane < count % lanes ? 1 : 0);
      const bool full = static_cast<int>(dealt[lane].size()) == room;
      if (!full && (best < 0 || load[lane] < load[best])) best = lane;
    }
    dealt[best].push_back(record);
    load[best] += work[record];
  }
  for (auto& lane : dealt) std::sort(lane.begin(), lane.end());
  std::vector<int> order;
  for (int r = 0; r < count; ++r) order.push_back(dealt[r % lanes][r / lanes]);
  return order;
}

}  // namespace sluice::compiler
