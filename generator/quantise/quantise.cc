// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/quantise.h"

#include <algorithm>

#include "generator/quantise/simplify.h"

namespace sluice::quantise {
namespace {

WeightOptions weight_options(const Options& options, int bits) {
  WeightOptions weights;
  weights.bits = bits;
  weights.clip = options.clip_weights.value_or(bits < 8 ? Clip::kMse : Clip::kMax);
  weights.per_tensor = options.per_tensor;
  weights.split = bits < 8 ? options.split : 0;  // two parts of 8 bits would take 9
  return weights;
}

}  // namespace

Quantiser::Quantiser(const std::string& path) : network_(read_float_network(path)) {
  simplify(network_);
  if (make_plan(network_, {}).layers.empty())
    network_.graph->fail("has no operator that is quantised; docs/02_use/quantise.md has those");
}

void Quantiser::calibrate(const Images& images, const Progress& progress) {
  histograms_ = quantise::calibrate(network_, make_plan(network_, {}), images, progress);
}

/// The grid of each group: over the ranges of all its sources.
std::vector<Grid> Quantiser::grids(const Plan& plan, const Options& options) const {
  std::vector<Grid> grids;
  for (const Group& group : plan.groups) {
    Range all;
    for (const std::string& source : group.sources) {
      const Clip method = source == network_.input ? Clip::kMax : options.clip;
      const Range range = clip_range(histograms_.at(source), method, group.bits);
      all = {std::min(all.low, range.low), std::max(all.high, range.high)};
    }
    grids.push_back(grid_of(all, group.bits, options.is_signed));
  }
  return grids;
}

QdqNetwork Quantiser::quantised(const Options& options) const {
  options.widths.check(layers());
  const Plan plan = make_plan(network_, options.widths);
  QdqOptions written;
  written.grids = grids(plan, options);
  written.is_signed = options.is_signed;
  for (std::size_t k = 0; k < network_.nodes.size(); ++k)
    if (plan.roles[k] == Role::kWeighted)
      written.weights[k] =
          weight_options(options, options.widths.of(name_of(network_.nodes[k])).weights);
  return write_qdq(network_, plan, written);
}

std::vector<LayerReport> Quantiser::report(const Options& options, const QdqNetwork& quantised,
                                           const Images& images, const Progress& progress) const {
  const Plan plan = make_plan(network_, options.widths);
  const std::vector<Grid> all = grids(plan, options);
  const auto noises = compare(network_, plan, quantised, images, progress);
  std::vector<LayerReport> rows;
  for (const PlannedLayer& layer : plan.layers) {
    const Node& node = network_.nodes[layer.node];
    const std::size_t group = plan.group_of.at(layer.output);
    LayerReport row;
    row.name = name_of(node);
    row.operation = node.op_type();
    if (plan.roles[layer.node] == Role::kWeighted) {
      row.weight_bits = options.widths.of(row.name).weights;
      row.input_bits = plan.groups[plan.group_of.at(node.input(0))].bits;
      row.weights_clipped = quantised.clipped.at(layer.node);
      row.splits = quantised.splits.at(layer.node);
    }
    row.output_bits = plan.groups[group].bits;
    row.range = all[group].range();
    // To the nearest number still: half a step on
    const double half = all[group].scale / 2;
    row.clipped =
        histograms_.at(layer.output).share_outside(row.range.low - half, row.range.high + half);
    row.noise = noises.at(layer.output);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace sluice::quantise
