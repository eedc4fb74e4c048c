// SPDX-License-Identifier: Apache-2.0
// The gated convolution of import_sums.cc. Its sum, bias and scale depend on the gates:
//
//   base   = ConvInteger(x, w_base)             the base channels only
//   gate   = Greater(base, tau)
//   cond   = ConvInteger(x, w_cond)             all channels; weights of the base channels are zero
//   sum    = Add(base, Where(gate, cond, 0))
//   bias   = Where(gate, bias_open, bias_closed)    or one constant for both
//   scale  = Where(gate, scale_open, scale_closed)  or one constant for both
//
// w_base comes in one of three forms: a convolution with `partitions` groups (output group g has
// input group g as its base); a convolution over a Slice of the first channels; or one over all
// channels with zeros behind the first ones. Gates that split bits in place of
// channels are described in import_planes.cc. Where B channels share a gate,
//
//   gate = Cast(Reshape(Expand(ReduceMax(Reshape(Cast(Greater(base, tau)), [1, C/B, B, H, W]),
//               axis 2, kept), [1, C/B, B, H, W]), [1, C, H, W]), bool)
#include <fmt/format.h>

#include <algorithm>

#include "generator/network/sums_parser.h"

namespace sluice::net {

using Node = Graph::Node;

void SumsParser::parse_gated(const Node& add, int masked_index, const Node& where) {
  const Constant zeros = graph_.constant(where, 2, "value for closed gates");
  if (zeros.ints.empty() || std::any_of(zeros.ints.begin(), zeros.ints.end(),
                                        [](std::int64_t value) { return value != 0; }))
    graph_.fail(where, "must give zero for closed gates: a closed output is the base sum");
  gate_ = Graph::input_of(where, 0);
  if (const Node* mul = producer_of(add, 1 - masked_index, "Mul")) {
    parse_precision_gated(add, *mul, where);
  } else {
    parse_channel_gated(add, masked_index, where);
  }
  name_ = layer_node_->name().substr(0, layer_node_->name().rfind('/'));  // "conv3" of "conv3/base"
  parse_gate(where, layer_node_->output(0));
}

void SumsParser::parse_channel_gated(const Node& add, int masked_index, const Node& where) {
  const Node& base_node =
      expect_producer(add, 1 - masked_index, "ConvInteger", "a gated convolution");
  const Node& cond_node = expect_producer(where, 1, "ConvInteger", "a gated convolution");
  taken_.insert(taken_.end(), {&add, &where});
  const Part base = parse_convolution(base_node);
  const Part conditional = parse_convolution(cond_node);
  layer_node_ = &base_node;
  merge(base, conditional);
}

/// Whether two layers have the same kernel, strides and pads.
bool SumsParser::same_window(const Layer& a, const Layer& b) {
  return a.kernel_h == b.kernel_h && a.kernel_w == b.kernel_w && a.stride_h == b.stride_h &&
         a.stride_w == b.stride_w && a.pad_top == b.pad_top && a.pad_left == b.pad_left &&
         a.pad_bottom == b.pad_bottom && a.pad_right == b.pad_right;
}

/// How many of `all` channels, from the first on, a Slice takes.
int SumsParser::sliced_channels(const Node& slice, int all) {
  const auto number = [&](int index, const char* what, std::int64_t absent) {
    const auto given = graph_.optional_constant(slice, index, what);
    if (!given) return absent;
    return given->ints.size() == 1 ? given->ints[0] : std::int64_t{-1};
  };
  const std::int64_t channels = number(2, "ends", -1);
  const bool good = number(1, "starts", -1) == 0 && number(3, "axes", -1) == 1 &&
                    number(4, "steps", 1) == 1 && channels > 0 && channels < all;
  if (!good)
    graph_.fail(slice,
                fmt::format("supported is the first part of the {} channels: one start 0, one end, "
                            "axis 1, step 1",
                            all));
  taken_.push_back(&slice);
  return static_cast<int>(channels);
}

/// Number of partitions, from the weights of a base convolution without groups.
int SumsParser::find_partitions(const Part& base) const {
  const int channels = import_.builder.map(base.sums.layer.input).channels;
  const Layer& layer = base.sums.layer;
  const std::size_t area = std::size_t(layer.kernel_h) * layer.kernel_w;
  const auto& weights = base.sums.weights;
  const std::size_t filter = weights.size() / base.sums.out_channels;
  int used = 1;  // channels up to the last with a weight that is not zero
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] != 0) used = std::max(used, static_cast<int>(i % filter / area) + 1);
  if (base.sliced) used = static_cast<int>(filter / area);
  for (int partitions = channels / used; partitions > 1; --partitions)
    if (channels % partitions == 0 && (!base.sliced || channels / partitions == used))
      return partitions;
  graph_.fail(*base.node,
              fmt::format("its base takes {} of {} channels; supported is a part 1/p with p at "
                          "least 2",
                          used, channels));
}

/// Joins base and conditional weights to those of one convolution.
void SumsParser::merge(const Part& base, const Part& conditional) {
  const Layer& b = base.sums.layer;
  const Layer& c = conditional.sums.layer;
  const bool same = b.input == c.input && base.sums.out_channels == conditional.sums.out_channels &&
                    same_window(b, c);
  if (!same || conditional.sliced || c.groups != 1)
    graph_.fail(
        *conditional.node,
        fmt::format("the conditional part must read the same tensor as '{}', have the same kernel, "
                    "strides, pads and output channels, and one group",
                    base.node->name()));
  Gate gate;
  gate.channel_groups = b.groups > 1;
  gate.partitions = gate.channel_groups ? b.groups : find_partitions(base);
  sums_ = conditional.sums;
  const int outputs = sums_.out_channels;
  const std::size_t filter = sums_.weights.size() / outputs;
  const std::size_t base_filter =
      base.sums.weights.size() / outputs;  // of which the first part counts
  const std::size_t part = filter / gate.partitions;
  for (std::size_t o = 0; o < static_cast<std::size_t>(outputs); ++o) {
    const std::size_t group = gate.channel_groups ? o * gate.partitions / outputs : 0;
    for (std::size_t i = 0; i < part; ++i) {
      std::int16_t& weight = sums_.weights[o * filter + group * part + i];
      if (weight != 0)
        graph_.fail(
            *conditional.node,
            fmt::format(
                "its weights of output channel {} are not zero in the base channels; an open "
                "output is base sum plus conditional sum, so each channel belongs to one",
                o));
      weight = base.sums.weights[o * base_filter + i];
    }
  }
  sums_.layer.gate = std::move(gate);
}

void SumsParser::parse_gate(const Node& where, const std::string& base) {
  if (const Node* greater = producer_of(where, 0, "Greater")) return parse_tau(*greater, base);
  const Node& cast =
      expect_producer(where, 0, "Cast", "a gate (Greater, or Cast where channels share it)");
  parse_tau(parse_block(cast), base);
}

/// Gates shared by a block of channels, from the last Cast back to Greater.
const Node& SumsParser::parse_block(const Node& cast) {
  const char* where = "a gate shared by several channels";
  const Node& last = expect_producer(cast, 0, "Reshape", where);
  const Node& expand = expect_producer(last, 0, "Expand", where);
  const Node& maximum = expect_producer(expand, 0, "ReduceMax", where);
  const Node& first = expect_producer(maximum, 0, "Reshape", where);
  const Node& to_int = expect_producer(first, 0, "Cast", where);
  const Node& greater = expect_producer(to_int, 0, "Greater", where);
  taken_.insert(taken_.end(), {&cast, &last, &expand, &maximum, &first, &to_int});
  if (graph_.integer(cast, "to", 0) != onnx::TensorProto::BOOL)
    graph_.fail(cast, "must give BOOL in a gate");

  const std::int64_t channels = sums_.out_channels;
  const FeatureMap& map = import_.builder.map(sums_.layer.input);
  const Layer& layer = sums_.layer;
  const std::int64_t height =
      (map.height + layer.pad_top + layer.pad_bottom - layer.kernel_h) / layer.stride_h + 1;
  const std::int64_t width =
      (map.width + layer.pad_left + layer.pad_right - layer.kernel_w) / layer.stride_w + 1;
  const Constant shape = graph_.constant(first, 1, "shape");
  std::int64_t block = shape.ints.size() == 5 ? shape.ints[2] : 0;
  if (block == -1 && shape.ints[1] > 0) block = channels / shape.ints[1];
  if (block < 1 || channels % block != 0)
    graph_.fail(
        first,
        fmt::format("its shape is {}; a gate shared by B of {} channels needs [1, {}/B, B, {}, "
                    "{}]",
                    text(shape.ints), channels, channels, height, width));
  const std::vector<std::int64_t> blocks = {1, channels / block, block, height, width};
  expect_shape(first, blocks);
  expect_shape(expand, blocks);
  expect_shape(last, {1, channels, height, width});
  std::vector<std::int64_t> axes = graph_.integers(maximum, "axes", {});
  if (const auto given = graph_.optional_constant(maximum, 1, "axes")) axes = given->ints;
  if ((axes != std::vector<std::int64_t>{2} && axes != std::vector<std::int64_t>{-3}) ||
      graph_.integer(maximum, "keepdims", 1) != 1)
    graph_.fail(maximum, fmt::format("its axes are {}; a shared gate needs axis 2 with keepdims 1",
                                     text(axes)));
  sums_.layer.gate->block = static_cast<int>(block);
  return greater;
}

/// Checks the shape input of Reshape or Expand; one dimension may be -1, the batch also 0, and
/// Expand leaves dimensions of 1 as they are.
void SumsParser::expect_shape(const Node& node, const std::vector<std::int64_t>& wanted) const {
  const Constant shape = graph_.constant(node, 1, "shape");
  const bool expand = node.op_type() == "Expand";
  bool good = shape.ints.size() == wanted.size();
  int inferred = 0;
  for (std::size_t i = 0; good && i < wanted.size(); ++i) {
    const std::int64_t dim = shape.ints[i];
    const bool copied = expand ? dim == 1 && i != 2 : dim == 0 && i == 0;
    if (dim == -1 && !expand) ++inferred;
    good = dim == wanted[i] || copied || (dim == -1 && !expand && inferred == 1);
  }
  if (!good)
    graph_.fail(node, fmt::format("its shape is {}; a gate shared by several channels needs {}",
                                  text(shape.ints), text(wanted)));
}

void SumsParser::parse_tau(const Node& greater, const std::string& base) {
  taken_.push_back(&greater);
  if (Graph::input_of(greater, 0) != base)
    graph_.fail(greater,
                fmt::format("compares '{}'; a gate compares the base sum '{}' with a constant",
                            Graph::input_of(greater, 0), base));
  const Constant tau = graph_.constant(greater, 1, "threshold");
  if (tau.type != onnx::TensorProto::INT32)
    graph_.fail(greater,
                fmt::format("its threshold is of type {}; INT32 is needed", type_name(tau.type)));
  sums_.layer.gate->tau = spread<std::int32_t>(greater, tau, tau.ints, "threshold");
}

}  // namespace sluice::net
