// SPDX-License-Identifier: Apache-2.0
// Which tensors of a simplified network become codes, and which of them share scales.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "generator/quantise/float_network.h"
#include "generator/quantise/widths.h"

namespace sluice::quantise {

/// What a node is to its quantisation.
enum class Role {
  kWeighted,   ///< has weights: Conv, ConvTranspose, Gemm, MatMul
  kOwnScale,   ///< computes new values: Add, averages, Sigmoid, ..
  kSameScale,  ///< moves or selects values: MaxPool, Flatten, Concat, ..
  kFloat       ///< is left in float
};

Role role_of(const FloatNetwork& network, const Node& node);

/// Tensors with one scale.
struct Group {
  std::vector<std::string> sources;  ///< those whose values give the range
  int bits = 8;
};

/// A node that is a row of the table: with weights, or with an output of its own scale.
struct PlannedLayer {
  std::size_t node = 0;
  std::string output;  ///< its quantised tensor, behind Relu and Clip
};

struct LeftFloat {
  std::string node, operation;
};

struct Plan {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> group_of;  ///< of quantised tensors
  std::vector<Role> roles;                      ///< of nodes
  std::vector<PlannedLayer> layers;
  std::vector<LeftFloat> left;  ///< but for Softmax behind the last layer
};

/// Between an operator and a Relu, Clip or scaling behind it that alone reads its result, there are
/// no codes: they become one layer. `widths` says which groups have 4 bits: those that a layer so
/// named reads, but not the network's input.
Plan make_plan(const FloatNetwork& network, const Widths& widths);

/// Names of the layers with weights.
std::vector<std::string> weighted_layers(const FloatNetwork& network);

}  // namespace sluice::quantise
