// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/simplify.h"

#include <algorithm>
#include <set>

#include "generator/quantise/evaluate.h"

namespace sluice::quantise {
namespace {

void rename_reads(FloatNetwork& network, const std::string& from, const std::string& to) {
  for (Node& node : network.nodes)
    for (std::string& input : *node.mutable_input())
      if (input == from) input = to;
}

/// Joins the two names of one tensor.
void join(FloatNetwork& network, const std::string& source, const std::string& copy) {
  const int producer = network.producer(source);
  if (copy != network.output || producer < 0) return rename_reads(network, copy, source);
  // The graph's output keeps its name
  for (std::string& output : *network.nodes[static_cast<std::size_t>(producer)].mutable_output())
    if (output == source) output = copy;
  rename_reads(network, source, copy);
}

bool is_copy(const FloatNetwork& network, const Node& node) {
  if (!net::is_of(node, {"Dropout", "Identity"}) || node.input_size() == 0) return false;
  if (node.output_size() > 1 && network.readers(node.output(1)) > 0) return false;
  // An input that is the output has two names
  return node.output(0) != network.output || network.producer(node.input(0)) >= 0;
}

/// Tensors that depend on constants and shapes alone.
std::set<std::string> fixed_tensors(const FloatNetwork& network) {
  std::set<std::string> fixed;
  for (const Node& node : network.nodes) {
    const bool all =
        std::all_of(node.input().begin(), node.input().end(), [&](const std::string& name) {
          return name.empty() || network.is_constant(name) || fixed.contains(name);
        });
    if (all || node.op_type() == "Shape") fixed.insert(node.output().begin(), node.output().end());
  }
  return fixed;
}

}  // namespace

void drop_copies(FloatNetwork& network) {
  for (std::size_t k = 0; k < network.nodes.size();) {
    const Node node = network.nodes[k];
    if (!is_copy(network, node)) {
      ++k;
      continue;
    }
    network.nodes.erase(network.nodes.begin() + static_cast<std::ptrdiff_t>(k));
    join(network, node.input(0), node.output(0));
  }
}

void fold_constants(FloatNetwork& network) {
  const std::set<std::string> fixed = fixed_tensors(network);
  if (fixed.contains(network.output))
    network.graph->fail("its output does not depend on its input");
  const Evaluator evaluator(network);
  std::map<std::string, Tensor> values = evaluator.computed();
  evaluator.run(real_tensor(network.input_dims), [&](const std::string& name, const Tensor& value) {
    if (fixed.contains(name)) values[name] = value;
  });
  std::erase_if(network.nodes, [&](const Node& node) { return fixed.contains(node.output(0)); });
  for (auto& [name, value] : values) network.constants[name] = std::move(value);
}

void drop_unread(FloatNetwork& network) {
  std::set<std::string> read = {network.output};
  for (std::size_t k = network.nodes.size(); k-- > 0;) {
    const Node& node = network.nodes[k];
    const bool used = std::any_of(node.output().begin(), node.output().end(),
                                  [&](const std::string& name) { return read.contains(name); });
    if (used)
      read.insert(node.input().begin(), node.input().end());
    else
      network.nodes.erase(network.nodes.begin() + static_cast<std::ptrdiff_t>(k));
  }
  std::erase_if(network.constants, [&](const auto& entry) { return !read.contains(entry.first); });
}

void replace_constant(FloatNetwork& network, Node& node, int index, Tensor value) {
  while (node.input_size() <= index) node.add_input("");
  std::string name = node.input(index);
  if (name.empty())
    name = network.fresh(name_of(node), "_bias");
  else if (network.readers(name) > 1)
    name = network.fresh(name, "_of_" + name_of(node));
  node.set_input(index, name);
  network.constants[name] = std::move(value);
}

namespace {

/// x * transpose(W) + b from any Gemm with constants that has its input as it lies.
void normalise_gemm(FloatNetwork& network, Node& node) {
  const net::Graph& graph = *network.graph;
  const Tensor* weights = network.constant(node, 1);
  if (weights == nullptr || graph.integer(node, "transA", 0) != 0) return;
  Tensor turned = *weights;
  if (graph.integer(node, "transB", 0) == 0) {
    const std::int64_t rows = weights->dims[0], columns = weights->dims[1];
    turned.dims = {columns, rows};
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t k = 0; k < columns; ++k)
        turned.reals[k * rows + i] = weights->reals[i * columns + k];
  }
  const auto alpha = static_cast<float>(graph.real(node, "alpha", 1));
  const auto beta = static_cast<float>(graph.real(node, "beta", 1));
  for (float& value : turned.reals) value *= alpha;
  const std::int64_t outputs = turned.dims[0];
  replace_constant(network, node, 1, std::move(turned));
  if (const Tensor* given = network.constant(node, 2)) {
    Tensor bias = real_tensor({outputs});
    for (std::size_t i = 0; i < bias.size(); ++i)
      bias.reals[i] = beta * given->reals[i % given->size()];
    replace_constant(network, node, 2, std::move(bias));
  }
  for (const char* name : {"alpha", "beta", "transA", "transB"}) remove_attribute(node, name);
  set_attribute(node, "transB", 1);
}

void make_gemms(FloatNetwork& network, const std::map<std::string, std::size_t>& ranks) {
  for (Node& node : network.nodes) {
    const Tensor* weights = network.constant(node, 1);
    const auto rank = ranks.find(net::Graph::input_of(node, 0));
    const bool flat = rank != ranks.end() && rank->second == 2;
    if (node.op_type() == "MatMul" && flat && weights != nullptr && weights->dims.size() == 2)
      node.set_op_type("Gemm");
    if (node.op_type() == "Gemm") normalise_gemm(network, node);
  }
}

/// The padding of a Pad that only pads height and width with zeros; else nothing.
std::optional<Dims> zero_padding(const FloatNetwork& network, const Node& node) {
  if (node.op_type() != "Pad" || network.graph->word(node, "mode", "constant") != "constant" ||
      !net::Graph::input_of(node, 3).empty())
    return std::nullopt;
  const Tensor* given = network.constant(node, 1);
  const Tensor* value = network.constant(node, 2);
  if (given == nullptr || given->ints.size() != 8) return std::nullopt;
  if (value != nullptr && (value->reals.size() != 1 || value->reals[0] != 0)) return std::nullopt;
  const Dims& pads = given->ints;
  if (pads[0] != 0 || pads[1] != 0 || pads[4] != 0 || pads[5] != 0) return std::nullopt;
  if (std::any_of(pads.begin(), pads.end(), [](std::int64_t n) { return n < 0; }))
    return std::nullopt;
  return Dims{pads[2], pads[3], pads[6], pads[7]};
}

void fold_padding(FloatNetwork& network) {
  for (Node& node : network.nodes) {
    if (node.op_type() != "Conv" || network.graph->has_attribute(node, "auto_pad")) continue;
    const int at = network.producer(node.input(0));
    if (at < 0) continue;
    const Node& before = network.nodes[static_cast<std::size_t>(at)];
    const auto padding = zero_padding(network, before);
    if (!padding) continue;
    Dims pads = network.graph->integers(node, "pads", {0, 0, 0, 0});
    for (std::size_t i = 0; i < pads.size(); ++i) pads[i] += (*padding)[i];
    set_attribute(node, "pads", pads);
    node.set_input(0, before.input(0));
  }
}

std::map<std::string, std::size_t> ranks_of(const FloatNetwork& network) {
  std::map<std::string, std::size_t> ranks;
  Evaluator(network).run(
      real_tensor(network.input_dims),
      [&](const std::string& name, const Tensor& value) { ranks[name] = value.dims.size(); });
  return ranks;
}

}  // namespace

void simplify(FloatNetwork& network) {
  drop_copies(network);
  fold_constants(network);
  make_gemms(network, ranks_of(network));
  fold_padding(network);
  drop_unread(network);
  fold_affine(network);
  drop_unread(network);
}

}  // namespace sluice::quantise
