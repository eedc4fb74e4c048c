// SPDX-License-Identifier: Apache-2.0
// Copies of maps, where a design cannot lay out a map and its parts as their readers need them.
//
// A part is laid out as its whole. Writers put up with any place in it, and most readers, too. A
// copy is made of
//
//     what a layer reads    that needs other groups or rows than the map has
//     what a layer writes   with gates that groups of the map would split
//     what a layer reads    that is not all positions of the whole
//     what a layer reads    as planes, if others read it as it is, or it is a sum
//     a sum                 that is a part: the map that is added would have to be laid out like it
//     an operand of a sum   if both are parts
//
// by a layer that passes values through the array: a max pool with one tap.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "generator/compiler/program.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

class FittedNetwork {
 public:
  /// `gated`: gates are used. The original must outlive this.
  FittedNetwork(const net::Network& original, const Plan& plan, bool gated);

  const net::Network& network() const { return rewritten_ ? *rewritten_ : original_; }
  /// The original's layer; -1: a copy.
  int original_layer(int layer) const { return rewritten_ ? layers_[layer] : layer; }

 private:
  net::Network& rewritten();
  void fit_parts();
  void fit_planes();
  void fit_additions();
  void fit_positions();
  void fit_users(int root);
  std::vector<std::size_t> readers_of(int root) const;
  std::optional<MapLayout> layout_for(const std::vector<std::size_t>& readers) const;
  bool splits_gates(std::size_t layer, int root, const MapLayout& layout) const;
  void copy_operand(std::size_t layer, int net::Layer::*operand);
  void copy_output(std::size_t layer);
  int add_map(const net::FeatureMap& like);
  void insert_copy(std::size_t place, int from, int to);

  const net::Network& original_;
  const Plan& plan_;
  bool gated_;
  std::optional<net::Network> rewritten_;
  std::vector<int> layers_;
};

}  // namespace sluice::compiler
