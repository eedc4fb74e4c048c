// SPDX-License-Identifier: Apache-2.0
// The precision-gated convolution of import_gates.cc: the base takes the upper p of 2p bits of x,
// which is UINT8, the conditional part the lower ones, both with the same weights.
//
//   upper = BitShift(x, p, direction RIGHT)
//   lower = BitShift(BitShift(x, 8 - p, direction LEFT), 8 - p, direction RIGHT)
//           or BitwiseAnd(x, 2^p - 1)
//   base  = ConvInteger(upper, w)
//   cond  = ConvInteger(lower, w)
//   sum   = Add(Mul(base, 2^p), Where(gate, cond, 0))
#include <fmt/format.h>

#include <bit>

#include "generator/network/sums_parser.h"

namespace sluice::net {

using Node = Graph::Node;

namespace {

constexpr const char* kUpper = "the upper plane of a precision-gated convolution";
constexpr const char* kLower = "the lower plane of a precision-gated convolution";

}  // namespace

/// The one integer that is a node's input `index`; -1 if it is none.
std::int64_t SumsParser::one_number(const Node& node, int index) const {
  if (!graph_.is_constant(Graph::input_of(node, index))) return -1;
  const Constant constant = graph_.constant(node, index, "operand");
  return constant.ints.size() == 1 ? constant.ints[0] : -1;
}

void SumsParser::parse_precision_gated(const Node& add, const Node& mul, const Node& where) {
  const int constant = graph_.is_constant(Graph::input_of(mul, 0)) ? 0 : 1;
  const std::int64_t factor = one_number(mul, constant);
  if (factor != 4 && factor != 16)
    graph_.fail(mul,
                "must multiply the base sum by 2^p, one INT32, where its planes have p bits: 16 "
                "for maps of 8 bits, 4 for those of 4");
  const int bits = std::countr_zero(static_cast<unsigned>(factor));
  const Node& base_node =
      expect_producer(mul, 1 - constant, "ConvInteger", "a precision-gated convolution");
  const Node& cond_node = expect_producer(where, 1, "ConvInteger", "a precision-gated convolution");
  taken_.insert(taken_.end(), {&add, &mul, &where});
  layer_node_ = &base_node;
  const Node& upper = take_shift(base_node, "RIGHT", bits, kUpper);
  const Node& lower = take_lower(cond_node, bits);
  const Part base = parse_plane(base_node, upper, bits);
  sums_ = parse_plane(cond_node, lower, bits).sums;
  check_planes(base, cond_node);
  sums_.zero_point = plane_zero_point(base_node, cond_node, upper, bits);
  Gate gate;
  gate.partitions = 2;
  gate.channel_groups = false;
  gate.plane_bits = bits;
  sums_.layer.gate = std::move(gate);
}

/// The BitShift that a node reads.
const Node& SumsParser::take_shift(const Node& node, const char* direction, int bits,
                                   const char* where) {
  const Node& shift = expect_producer(node, 0, "BitShift", where);
  const std::string found = graph_.word(shift, "direction", "");
  const std::int64_t by = one_number(shift, 1);
  if (found != direction || by != bits)
    graph_.fail(shift, fmt::format("shifts {} by {}; {} needs {} by {} here", found, by, where,
                                   direction, bits));
  taken_.push_back(&shift);
  return shift;
}

/// What takes the lower bits of the map that it reads, for a convolution.
const Node& SumsParser::take_lower(const Node& conv, int bits) {
  if (const Node* mask = producer_of(conv, 0, "BitwiseAnd")) {
    if (one_number(*mask, 1) != (1 << bits) - 1)
      graph_.fail(*mask, fmt::format("must keep the lower {} bits: the second operand is {}", bits,
                                     (1 << bits) - 1));
    taken_.push_back(mask);
    return *mask;
  }
  return take_shift(take_shift(conv, "RIGHT", 8 - bits, kLower), "LEFT", 8 - bits, kLower);
}

/// The convolution over a plane that `source` takes of a map.
SumsParser::Part SumsParser::parse_plane(const Node& node, const Node& source, int bits) {
  Part part;
  part.node = &node;
  taken_.push_back(&node);
  const MapTensor tensor = import_.builder.input(source, 0);
  const FeatureMap& map = import_.builder.map(tensor.map);
  if (tensor.flat) graph_.fail(node, "its input has two dimensions; four are supported");
  if (import_.builder.type(tensor.map) != onnx::TensorProto::UINT8 || map.bits != 2 * bits)
    graph_.fail(source, fmt::format("splits '{}', a map of {} bits; planes of {} bits are those of "
                                    "a UINT8 map of {}{}",
                                    map.name, map.bits, bits, 2 * bits,
                                    bits == 2 ? ", which a Clip to 0..15 has" : ""));
  part.sums = convolution_sums(import_, node, tensor.map, map.channels, 0,
                               read_weights(graph_, node, 1, 3, 0));
  return part;
}

/// Both planes' convolutions are the same.
void SumsParser::check_planes(const Part& base, const Node& cond) const {
  const Layer &b = base.sums.layer, &c = sums_.layer;
  const bool same = b.input == c.input && base.sums.weights == sums_.weights &&
                    base.sums.out_channels == sums_.out_channels && same_window(b, c);
  if (!same || c.groups != 1)
    graph_.fail(cond, fmt::format("the lower plane's convolution must read the same map as '{}', "
                                  "have the same weights, kernel, strides and pads, and one group",
                                  base.node->name()));
}

/// The map's zero point, of whose planes the convolutions give the zero points.
int SumsParser::plane_zero_point(const Node& base, const Node& cond, const Node& upper, int bits) {
  const auto of_plane = [&](const Node& node) {
    const auto given = graph_.optional_constant(node, 2, "input zero point");
    if (given && (given->size() != 1 || given->type != onnx::TensorProto::UINT8 ||
                  given->ints[0] >= 1 << bits))
      graph_.fail(node,
                  fmt::format("the zero point of its plane must be one UINT8 below {}", 1 << bits));
    return given ? given->ints[0] : std::int64_t{0};
  };
  Constant whole;
  whole.type = onnx::TensorProto::UINT8;
  whole.ints = {(of_plane(base) << bits) + of_plane(cond)};
  return import_.builder.zero_point(upper, import_.builder.input(upper, 0).map, whole);
}

}  // namespace sluice::net
