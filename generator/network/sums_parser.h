// SPDX-License-Identifier: Apache-2.0
// The parser of a layer of which the graph computes the integer sums: import_sums.cc has what all
// such layers share, import_gates.cc what gates add, import_planes.cc those that split bits.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "generator/network/import_parts.h"

namespace sluice::net {

/// Numbers per output channel, for open and for closed gates.
struct ChannelValues {
  Constant open, closed;
  std::string gate;  ///< tensor that chooses between them; empty if they are the same
};

/// Parser of one layer, from its QuantizeLinear backwards.
class SumsParser {
 public:
  SumsParser(Import& import, const Graph::Node& quantize)
      : import_(import), graph_(import.graph), quantize_(quantize) {}

  void parse();

 private:
  /// A base or conditional convolution as the graph has it.
  struct Part {
    const Graph::Node* node = nullptr;
    Sums sums;
    bool sliced = false;  ///< over a Slice of the first channels
  };

  const Graph::Node* producer_of(const Graph::Node& node, int index, const char* type) const;
  const Graph::Node& expect_producer(const Graph::Node& node, int index, const char* type,
                                     const char* where) const;
  std::optional<ChannelValues> channel_values(const Graph::Node& node, int index);
  std::optional<ChannelValues> take_operand(const Graph::Node& node, int& other);

  void parse_sum(const Graph::Node& user, int index);
  void parse_gated(const Graph::Node& add, int masked_index, const Graph::Node& where);
  void parse_channel_gated(const Graph::Node& add, int masked_index, const Graph::Node& where);
  Part parse_convolution(const Graph::Node& node);
  int sliced_channels(const Graph::Node& slice, int all);
  void merge(const Part& base, const Part& conditional);
  int find_partitions(const Part& base) const;
  static bool same_window(const Layer& a, const Layer& b);

  std::int64_t one_number(const Graph::Node& node, int index) const;
  void parse_precision_gated(const Graph::Node& add, const Graph::Node& mul,
                             const Graph::Node& where);
  const Graph::Node& take_shift(const Graph::Node& node, const char* direction, int bits,
                                const char* where);
  const Graph::Node& take_lower(const Graph::Node& conv, int bits);
  Part parse_plane(const Graph::Node& node, const Graph::Node& source, int bits);
  void check_planes(const Part& base, const Graph::Node& cond) const;
  int plane_zero_point(const Graph::Node& base, const Graph::Node& cond, const Graph::Node& upper,
                       int bits);

  void parse_gate(const Graph::Node& where, const std::string& base);
  const Graph::Node& parse_block(const Graph::Node& cast);
  void expect_shape(const Graph::Node& node, const std::vector<std::int64_t>& wanted) const;
  void parse_tau(const Graph::Node& greater, const std::string& base);

  template <typename Out, typename In>
  std::vector<Out> spread(const Graph::Node& node, const Constant& constant,
                          const std::vector<In>& values, const char* what) const;
  Scaling scaling(const std::optional<ChannelValues>& bias,
                  const std::optional<ChannelValues>& scale);
  void check_gate_name(const Graph::Node& node, const std::optional<ChannelValues>& values) const;

  Import& import_;
  const Graph& graph_;
  const Graph::Node& quantize_;
  Sums sums_;
  std::string gate_;                         ///< name of the gates' tensor; empty without gates
  const Graph::Node* layer_node_ = nullptr;  ///< gives the layer its name
  std::string name_;                         ///< if it is another
  std::vector<const Graph::Node*> taken_;
};

/// One value per output channel from a tensor that is broadcast to the sums' shape.
template <typename Out, typename In>
std::vector<Out> SumsParser::spread(const Graph::Node& node, const Constant& constant,
                                    const std::vector<In>& values, const char* what) const {
  return per_channel<Out>(graph_, node, constant.dims, values,
                          static_cast<std::size_t>(sums_.out_channels), sums_.flat_output, what);
}

}  // namespace sluice::net
