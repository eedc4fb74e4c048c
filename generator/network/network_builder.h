// SPDX-License-Identifier: Apache-2.0
// Builds a Network out of ONNX's pieces: turns the values of ONNX tensors into stored (signed)
// values, folds zero points into biases and thresholds, and real scales into multipliers and
// shifts.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generator/network/network.h"
#include "generator/network/onnx_graph.h"

namespace sluice::net {

/// Most values of a feature map, and most weights of a layer: a bound for broken files.
inline constexpr std::int64_t kLargestMap = std::int64_t{1} << 26;

/// A tensor of the graph that is a feature map; `flat` if it has two dimensions there.
struct MapTensor {
  int map = 0;
  bool flat = false;
};

/// Quantisation of a layer's output as ONNX gives it.
struct OutputFormat {
  int type = 0;  ///< UINT8 or INT8
  int zero_point = 0;
  /// ONNX values that it is limited to, beside those of the type.
  int low = std::numeric_limits<int>::min(), high = std::numeric_limits<int>::max();
};

/// A convolution up to its integer sums. `layer` has everything but weights, output and
/// requantisation, and a name only if it is not to have the node's; tau and biases are in ONNX's
/// terms, i.e. of sums over (x - zero point) * weight.
struct Sums {
  Layer layer;
  std::vector<std::int16_t> weights;  ///< in the order of Layer::weights, -255 to 255
  int out_channels = 0;
  int zero_point = 0;        ///< the input's, as a stored value
  bool flat_output = false;  ///< the output has two dimensions in the graph
};

/// From sums to output values, per output channel: (sum + bias) * scale + zero point. The second
/// set is for closed gates; both are alike without gate.
struct Scaling {
  std::vector<std::int64_t> bias, bias_closed;
  std::vector<double> scale, scale_closed;
  bool rounds_twice = false;  ///< where all scales are below a half, see Requant
  /// The mean of codes, whose scale and zero point the output has: halves go away from zero.
  bool averages_codes = false;
};

/// The lowest value of UINT8 or INT8.
inline int lowest_of_type(int type) { return type == onnx::TensorProto::UINT8 ? 0 : -128; }

class NetworkBuilder {
 public:
  explicit NetworkBuilder(const Graph& graph) : graph_(graph) { network_.name = graph.name(); }

  /// Map 0, the network's input.
  void add_input(const std::string& tensor, int type, const std::vector<int>& channels_height_width,
                 bool flat);

  /// Says that the input comes from a QuantizeLinear, which takes the graph's real numbers.
  void quantise_input(float scale, int zero_point);

  /// Whether the network has its input.
  bool started() const { return !network_.maps.empty(); }

  /// The map of a tensor; none if the tensor is not a feature map.
  std::optional<MapTensor> find(const std::string& tensor) const;
  /// Whether a tensor is, or was before it was narrowed, a feature map.
  bool knows(const std::string& tensor) const {
    return tensors_.contains(tensor) || narrowed_.contains(tensor);
  }
  /// The map at input `index` of a node; fails if it is not a quantised feature map.
  MapTensor input(const Graph::Node& node, int index) const;
  const FeatureMap& map(int index) const { return network_.maps[index]; }
  /// ONNX type of a map.
  int type(int index) const { return states_[index].type; }

  /// Makes `tensor` another name of a map.
  void alias(const std::string& tensor, MapTensor same);

  /// Zero point of a map as a consumer gives it (0 if absent), as a stored value. Fails if it
  /// differs from what another node says.
  int zero_point(const Graph::Node& node, int map, const std::optional<Constant>& given);

  /// A map has another one's zero point, also where none is known yet.
  void share_zero_point(int map, int with) {
    states_[map].zero_point_owner = states_[with].zero_point_owner;
  }
  /// The zero point that is known of a map, in ONNX's numbers; 0 if none is.
  int zero_point_code(int map) const {
    return states_[states_[map].zero_point_owner].zero_point.value_or(0);
  }
  bool knows_zero_point(int map) const {
    return states_[states_[map].zero_point_owner].zero_point.has_value();
  }
  /// The same as a stored value.
  int stored_zero_point(int map) const { return zero_point_code(map) - states_[map].offset; }
  /// Whether a layer reads a map.
  bool is_read(int map) const;
  /// Whether a layer gives a map, and not the network's input.
  bool is_given_by_layer(int map) const { return states_[map].producer >= 0; }
  /// Whether [low, high] leaves out ONNX values that a map can have.
  bool is_limited_by(int map, int low, int high) const {
    return low > states_[map].low || high < states_[map].high;
  }

  /// The tensors that are a map.
  std::vector<std::string> names_of(int map) const;
  /// The ONNX values of a map's 256 stored values, from the lowest on; what it cannot have is that
  /// which is nearest.
  std::vector<int> codes_of(int map) const;
  /// Whether the layer that gives a map can have a table.
  bool may_look_up(int map) const;
  /// Looks a map up that a layer gives and nothing reads: it becomes the tensor `tensor`, with
  /// `codes` as ONNX values in place of those of codes_of(), and the format of its own.
  void look_up(int map, const std::vector<int>& codes, const OutputFormat& format, bool flat,
               const std::string& tensor);

  /// Adds a convolution with the output tensor `tensor`.
  void add_convolution(const Graph::Node& node, Sums sums, const Scaling& scaling,
                       OutputFormat format, const std::string& tensor);
  /// Adds a layer without weights whose output, the tensor `tensor`, has a format of its own;
  /// `layer` has all but its output. The output has as many dimensions in the graph as `like`.
  void add_quantised(const Graph::Node& node, Layer layer, OutputFormat format, MapTensor like,
                     const std::string& tensor);
  /// Adds a max pooling with the output tensor `tensor`, which keeps the format of its input;
  /// `layer` has kind, input and geometry.
  void add_max_pool(const Graph::Node& node, Layer layer, const std::string& tensor);

  // ---- parts of maps ----

  /// A map of the format of another, which layers write that only move values.
  int add_like(const Graph::Node& node, const std::string& tensor, MapTensor like,
               const FeatureMap& shape);
  /// Some values of a map, from `place` on, as the tensor `tensor`.
  MapTensor add_part(const Graph::Node& node, const std::string& tensor, MapTensor of, Part place,
                     const FeatureMap& shape);
  /// A map of which others will be parts.
  int add_whole(const Graph::Node& node, const std::string& tensor, const OutputFormat& format,
                const FeatureMap& shape, bool flat);
  /// Adds a layer that hands on a map as it is; returns what it gives. It is called "copy of" the
  /// map, or `name`, or if that is empty as the node.
  int add_copy(const Graph::Node& node, int map, const std::string& tensor);
  int add_copy(const Graph::Node& node, int map, const std::string& tensor,
               const std::string& name);
  /// Whether the codes of a map that is in a whole's scale can stand in the whole.
  bool fits(int map, int whole) const;
  /// The same, and the map itself can be a part of it.
  bool may_join(int map, int whole) const;
  /// Makes a map a part of a whole.
  void join(int map, const Part& place);
  /// The map is another one with its zero point around it, which the layers that read it may pad.
  void fold_padding(int map);

  /// Limits the ONNX values of the map at the node's input 0 to [low, high]; the node's output is
  /// the limited map, and the tensor before cannot be used elsewhere.
  void narrow(const Graph::Node& node, std::int64_t low, std::int64_t high);
  /// Limits the ONNX values of a map that a layer gives and nothing reads yet.
  void limit(const Graph::Node& node, int map, std::int64_t low, std::int64_t high);

  /// What a result comes from must not be limited by what else reads it.
  void keep(int map) { states_[map].kept = true; }
  bool is_kept(int map) const { return states_[map].kept; }

  /// The network with these results, of which the sources have all but how codes are stored.
  Network finish(std::vector<ResultFormat> results);

 private:
  int add_map(const std::string& tensor, int type, int channels, bool flat);
  void set_weights(const Graph::Node& node, Sums& sums) const;
  void widen_weights(const Graph::Node& node, Sums& sums) const;
  int add_output(const Graph::Node& node, const std::string& tensor, const OutputFormat& format,
                 int channels, bool flat);
  void add_layer(const Graph::Node& node, Layer layer);
  void set_output_size(const Graph::Node& node, const Layer& layer, FeatureMap& to) const;
  void choose_bits(int map);
  std::optional<int>& zero_point_of(int map);
  void set_shape(const Graph::Node& node, int map, const FeatureMap& shape);
  bool pads(const Layer& layer, int root, Joined joined) const;
  void separate_paddings();
  void set_results(std::vector<ResultFormat> results);
  void set_formats();
  void fold_paddings(const std::vector<ResultFormat>& results);
  void set_pad_values();
  int pad_value(int map) const;

  /// In ONNX's numbers; ONNX value = stored value + offset.
  struct MapState {
    int type = 0;
    int low = 0, high = 0;  ///< values it can have
    int offset = 0;
    int producer = -1;              ///< index of the layer that makes it
    int zero_point_owner = 0;       ///< the map itself, or for pooling its input
    std::optional<int> zero_point;  ///< of the owner; the input's is known from its first consumer
    bool used = false, kept = false;
  };

  bool limit_table(const MapState& state);

  const Graph& graph_;
  Network network_;
  std::vector<MapState> states_;  ///< one a map
  std::vector<int> padded_;       ///< maps that layers which only pad give
  std::map<std::string, MapTensor> tensors_;
  std::map<std::string, std::string>
      narrowed_;  ///< tensors before a Clip, and the node that does it
};

}  // namespace sluice::net
