// SPDX-License-Identifier: Apache-2.0
// Operators that are left to the host, as steps of a HostProgram: what the parts of the importer
// that know them share.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "generator/network/import_parts.h"

namespace sluice::net {

/// Operators as steps; each part of the importer has a table of them.
using HostHandler = void (*)(Import&, const Graph::Node&);
using HostTable = std::map<std::string, HostHandler>;
const HostTable& host_functions();  ///< of each number, and of two
const HostTable& host_axes();       ///< along an axis
const HostTable& host_moves();      ///< what brings numbers to other places
const HostTable& host_matrices();   ///< sums of products with constants
/// Whether the host computes a node of host_matrices(): weights that are quantised are a layer's.
bool is_host_matrix(const Graph& graph, const Graph::Node& node);

/// Numbers of elements with these dimensions.
std::int64_t size_of(const std::vector<std::int64_t>& dims);

/// The value at input `index`: what the host has computed, or the results of layers. Fails
/// if it is neither.
HostValue host_operand(Import& import, const Graph::Node& node, int index);
/// The same, which must be of real numbers.
HostValue real_host_operand(Import& import, const Graph::Node& node, int index);
/// The codes of an operator of QOperator form as real numbers: at input `index`, with their scale
/// and zero point behind it.
HostValue qlinear_operand(Import& import, const Graph::Node& node, int index);
/// A map as a source, as the codes that it has or as real numbers.
HostValue host_source(Import& import, const RealMap& map, bool codes);
/// Makes a node's output the codes of a value; scale and zero point are at these inputs.
void quantise_host(Import& import, const Graph::Node& node, const HostValue& value, int scale,
                   int zero);
/// A constant at input `index`, integers as real numbers.
RealConstant host_constant(Import& import, const Graph::Node& node, int index);
/// Integers at input `index`, or of the attribute of that name that older operator sets have.
std::vector<std::int64_t> host_integers(const Import& import, const Graph::Node& node, int index,
                                        const char* name,
                                        const std::vector<std::int64_t>& otherwise);

/// Adds the steps of an operator, the first of which has the node's name.
void add_host_steps(Import& import, const Graph::Node& node);
/// Adds a step that gives numbers of these dimensions.
HostValue add_host_step(Import& import, HostStep step, const std::vector<std::int64_t>& dims,
                        HostType type = HostType::kReal);
void give_host(Import& import, const std::string& tensor, HostValue value);

/// A value repeated along the dimensions that it has not, or of which it has one place.
HostValue expanded(Import& import, const HostValue& value, const std::vector<std::int64_t>& dims);
/// The function of a value and a constant.
HostValue join_constant(Import& import, const Graph::Node& node, HostFunction function,
                        HostValue value, const RealConstant& constant, bool reversed = false);
/// The function of two values, one of which may be broadcast.
HostValue join_values(Import& import, const Graph::Node& node, HostFunction function,
                      HostValue first, HostValue second);
/// A value with its dimensions in another order.
HostValue permuted(Import& import, const HostValue& value, const std::vector<std::int64_t>& order);

/// An axis of a value, counted from 0: the graph's, which may have been one of lines.
std::size_t host_axis(const Import& import, const Graph::Node& node, std::int64_t axis,
                      std::size_t rank);

}  // namespace sluice::net
