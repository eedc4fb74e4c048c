// SPDX-License-Identifier: Apache-2.0
// Channel shuffles, as ONNX has them:
//
//   Reshape to [1, g, C / g, H, W]; Transpose by 0, 2, 1, 3, 4; Reshape to [1, C, H, W]
//
// with DequantizeLinear and QuantizeLinear of one scale between, or on codes. A convolution of one
// position, whose weights are one for the channel that an output takes, computes it.
#include <fmt/format.h>

#include <utility>

#include "generator/network/import_parts.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// Adds the convolution that brings channels into the order of a shuffle.
MapTensor add_shuffle(Import& import, const Node& node, const FoldedMap& folded) {
  const int channels = import.builder.map(folded.map.tensor.map).channels, groups = folded.groups;
  std::vector<int> from(static_cast<std::size_t>(channels));
  for (int c = 0; c < channels; ++c) from[c] = c % groups * (channels / groups) + c / groups;
  return with_channels(import, node, folded.map.tensor, from, {}, node.output(0));
}

bool is_shuffle(const Graph& graph, const Node& transpose) {
  return graph.integers(transpose, "perm", {}) == std::vector<std::int64_t>{0, 2, 1, 3, 4};
}

}  // namespace

bool folds_channels(Import& import, const Node& node) {
  if (node.op_type() != "Reshape" || !import.graph.is_constant(Graph::input_of(node, 1)))
    return false;
  const auto shape = import.graph.constant(node, 1, "shape").ints;
  if (shape.size() != 5) return false;
  FoldedMap folded{source_of(import, node, 0)};
  folded.reshape = &node;
  const FeatureMap& map = import.builder.map(folded.map.tensor.map);
  const std::int64_t inferred = shape[2] > 0 ? map.channels / shape[2] : 0;
  folded.groups = static_cast<int>(shape[1] > 0 && shape[1] <= map.channels ? shape[1] : inferred);
  const bool good = folded.groups > 0 && map.channels % folded.groups == 0 &&
                    (shape[2] == map.channels / folded.groups || shape[2] == -1) &&
                    (shape[3] == map.height || shape[3] == -1) &&
                    (shape[4] == map.width || shape[4] == -1);
  if (!good)
    import.graph.fail(node, fmt::format("its shape is {}; of five dimensions only those of a "
                                        "channel shuffle of {} channels are supported",
                                        text(shape), map.channels));
  import.folded[node.output(0)] = folded;
  return true;
}

bool import_folded(Import& import, const Node& node) {
  const auto found = import.folded.find(Graph::input_of(node, 0));
  if (found == import.folded.end())
    return node.op_type() == "Reshape" && folds_channels(import, node);
  FoldedMap folded = found->second;
  const std::string& type = node.op_type();
  if (type == "Transpose" && !folded.turned && is_shuffle(import.graph, node)) {
    folded.turned = true;
    import.folded[node.output(0)] = folded;
    return true;
  }
  if (type == "QuantizeLinear" || type == "DequantizeLinear") {
    const double scale = read_scale(import.graph, node, 1, "scale");
    if (folded.map.scale != 1 && scale != folded.map.scale)
      import.graph.fail(node, "changes the scale within a channel shuffle");
    const auto zero = import.graph.optional_constant(node, 2, "zero point");
    if (zero && zero->size() != 1) import.graph.fail(node, "has several zero points");
    if (zero && zero->ints[0] != import.builder.zero_point_code(folded.map.tensor.map))
      import.graph.fail(node, "changes the zero point within a channel shuffle");
    folded.map.scale = scale;
    folded.real = type == "DequantizeLinear";
    import.folded[node.output(0)] = folded;
    return true;
  }
  const std::string& first = Graph::name_of(*folded.reshape);
  if (type != "Reshape" || !folded.turned)
    // The host may take all of it
    import.graph.fail(import.behind_layers.contains(first) ? *folded.reshape : node,
                      "reads channels in two dimensions; supported is a channel shuffle: "
                      "Reshape, Transpose by 0, 2, 1, 3, 4, Reshape");
  const bool flat = reshaped(import, node, folded.map.tensor).flat;
  MapTensor shuffled = add_shuffle(import, node, folded);
  shuffled.flat = flat;
  folded.map.zero_point = import.builder.stored_zero_point(shuffled.map);
  give(import, node.output(0), folded, shuffled);
  return true;
}

}  // namespace sluice::net
