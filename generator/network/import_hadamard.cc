// SPDX-License-Identifier: Apache-2.0
// Hadamard matrices in QDQ form: a convolution or matrix product whose real numbers go, not
// quantised, into a 1 x 1 convolution or a matrix product with weights of 1 and -1 times a scale.
// Of each k neighbouring channels weight (i, j) is (-1)^popcount(i & j), all others are 0: as a
// convolution of groups, or as the whole matrix. The exact sums of the first are transformed, then
// biased and quantised once.
#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "generator/network/real_parser.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

bool is_product_of_weights(const Node& node) { return is_of(node, {"Conv", "Gemm", "MatMul"}); }

/// Whether a Conv goes over single positions, all of them.
bool is_pointwise(const Graph& graph, const Node& node) {
  const auto all = [&](const char* name, std::int64_t value) {
    const std::vector<std::int64_t> given = graph.integers(node, name, {});
    return std::all_of(given.begin(), given.end(), [&](std::int64_t one) { return one == value; });
  };
  return all("strides", 1) && all("pads", 0) && all("kernel_shape", 1);
}

/// A matrix [output][input / groups] of integers.
struct Matrix {
  const std::vector<std::int64_t>& values;
  std::size_t outputs = 0, inputs = 0;  ///< of a group

  std::int64_t at(std::size_t output, std::size_t input) const {
    return values[output * inputs + input];
  }
};

/// The k of a matrix of k x k Hadamard matrices, all times `factor`; 0 if it is none.
std::size_t transform_size(const Matrix& matrix, std::int64_t& factor) {
  factor = matrix.values.front();
  std::size_t size = 0;
  while (size < matrix.inputs && matrix.at(0, size) == factor) ++size;
  if (factor <= 0 || size < 4 || size > kLargestHadamard || !std::has_single_bit(size) ||
      matrix.inputs % size != 0 || matrix.outputs % size != 0)
    return 0;
  for (std::size_t o = 0; o < matrix.outputs; ++o)
    for (std::size_t i = 0; i < matrix.inputs; ++i) {
      const bool inside = o % matrix.inputs / size == i / size;
      const bool negative = std::popcount(o % size & i % size) % 2 != 0;
      if (matrix.at(o, i) != (!inside ? 0 : negative ? -factor : factor)) return 0;
    }
  return size;
}

/// A bias in units of sums: the integer that it is, if single precision can tell.
double in_steps(double bias, double step) {
  constexpr double kRelative = 1e-6;
  const double exact = bias / step, whole = std::nearbyint(exact);
  return std::abs(exact - whole) <= kRelative * std::abs(whole) ? whole : exact;
}

}  // namespace

/// The convolution or matrix product whose real numbers a node takes as they are; null if there is
/// none. What stands between hands on one position.
const Node* RealParser::sums_before(const Node& node, std::vector<const Node*>& between) {
  std::string name = Graph::input_of(node, 0);
  for (;;) {
    if (import_.real_maps.contains(name)) return nullptr;
    const Node* before = graph_.producer(name);
    if (before == nullptr) return nullptr;
    if (is_product_of_weights(*before)) {
      const bool positions = node.op_type() == "Conv" && before->op_type() == "Conv";
      return positions && !between.empty() ? nullptr : before;
    }
    if (!keeps_values(*before) || graph_.readers(before->output(0)) != 1) return nullptr;
    between.push_back(before);
    name = Graph::input_of(*before, 0);
  }
}

/// What a node that has such a matrix as weights makes of the sums before it; nothing if it is
/// another one.
std::optional<RealSums> RealParser::transformed(const Node& node) {
  std::vector<const Node*> between;
  const Node* before = sums_before(node, between);
  if (before == nullptr || graph_.readers(before->output(0)) != 1) return std::nullopt;
  if (!is_real_constant(graph_, node, 1)) return std::nullopt;
  const bool pointwise = node.op_type() == "Conv";
  if (pointwise && !is_pointwise(graph_, node)) return std::nullopt;
  std::vector<const Node*> weight_nodes;
  const QuantisedConstant weights = quantised_constant(graph_, node, 1, "weight", weight_nodes);
  const std::size_t dims = pointwise ? 4 : 2;
  const bool good = weights.dims.size() == dims && !weights.ints.empty() &&
                    (!pointwise || (weights.dims[2] == 1 && weights.dims[3] == 1));
  if (!good) return std::nullopt;
  std::int64_t factor = 1;
  const auto outputs = static_cast<std::size_t>(weights.dims[0]);
  const std::size_t size =
      transform_size({weights.ints, outputs, static_cast<std::size_t>(weights.dims[1])}, factor);
  const std::int64_t groups = pointwise ? graph_.integer(node, "group", 1) : 1;
  if (size == 0 || weights.dims[0] != weights.dims[1] * groups) return std::nullopt;
  RealSums real = sums_of(*before);
  if (static_cast<std::size_t>(real.sums.out_channels) != outputs)
    graph_.fail(node,
                fmt::format("its weights of shape {} do not fit the {} channels of '{}'",
                            text(weights.dims), real.sums.out_channels, Graph::name_of(*before)));
  transform(node, weights, size, static_cast<double>(factor), real);
  real.sums.layer.name = Graph::name_of(*before);
  taken_.push_back(before);
  taken_.insert(taken_.end(), between.begin(), between.end());
  taken_.insert(taken_.end(), weight_nodes.begin(), weight_nodes.end());
  return real;
}

/// Biases are integers of sums, too: those of the first node are transformed as such.
void RealParser::transform(const Node& node, const QuantisedConstant& weights, std::size_t size,
                           double factor, RealSums& real) {
  const std::size_t outputs = real.steps.size();
  const bool gemm = node.op_type() == "Gemm";
  if (gemm) check_gemm(graph_, node);
  const double alpha = gemm ? graph_.real(node, "alpha", 1) : 1;
  const double beta = gemm ? graph_.real(node, "beta", 1) : 1;
  const bool turned = node.op_type() != "Conv" && !(gemm && graph_.integer(node, "transB", 0) != 0);
  if (weights.scales.size() != 1 && weights.axis != (turned ? 1 : 0))
    graph_.fail(node,
                "its weights have scales along their inputs; supported are one scale, or one "
                "for each output channel");
  const std::vector<double> own =
      real_bias(node, node.op_type() == "MatMul" ? 3 : 2, real.sums.out_channels);
  std::vector<double> biases;
  for (std::size_t c = 0; c < outputs; ++c) {
    if (real.steps[c] != real.steps[c / size * size])
      graph_.fail(node, fmt::format("joins channels {} to {}, whose weights have several scales; "
                                    "quantise them with one",
                                    c / size * size, c / size * size + size - 1));
    biases.push_back(in_steps(real.bias[c], real.steps[c]));
  }
  for (std::size_t c = 0; c < outputs; ++c) {
    double bias = 0;
    for (std::size_t j = 0; j < size; ++j) {
      const double one = biases[c / size * size + j];
      bias += std::popcount(c % size & j) % 2 != 0 ? -one : one;
    }
    real.steps[c] *= alpha * factor * weights.scales[weights.scales.size() == 1 ? 0 : c];
    real.bias[c] = bias * real.steps[c] + beta * own[c];
  }
  real.sums.layer.hadamard = static_cast<int>(size);
  real.sums.flat_output = node.op_type() != "Conv";
}

}  // namespace sluice::net
