// SPDX-License-Identifier: Apache-2.0
// Post-training quantisation of a float network, step by step:
//   read and simplify    -> one layer for each row of weights
//   plan                 -> which tensors become codes
//   calibrate            -> how their values are distributed, on images
//   quantised            -> ranges, codes, the ONNX network
//   report               -> what that did to each layer
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generator/quantise/calibrate.h"
#include "generator/quantise/clip.h"
#include "generator/quantise/float_network.h"
#include "generator/quantise/plan.h"
#include "generator/quantise/qdq.h"
#include "generator/quantise/widths.h"

namespace sluice::quantise {

struct Options {
  Clip clip = Clip::kMse;            ///< of maps; the input is never clipped
  std::optional<Clip> clip_weights;  ///< none: kMax of 8 bits, kMse of 4
  bool is_signed = false;            ///< activations are INT8, else UINT8
  bool per_tensor = false;           ///< weights have one scale for all channels
  double split = 0;  ///< share of a layer's input channels that are split, of less than 8 bits
  Widths widths = {};
};

/// A row of the table.
struct LayerReport {
  std::string name, operation;
  int weight_bits = 0;  ///< 0: without weights
  int input_bits = 8, output_bits = 8;
  double weights_clipped = 0;  ///< share
  int splits = 0;              ///< of input channels
  Range range;                 ///< of the output
  double clipped = 0;          ///< share of the output's values
  Noise noise;                 ///< of the output
};

class Quantiser {
 public:
  /// Reads a float network and simplifies it. Throws UserError.
  explicit Quantiser(const std::string& path);

  const FloatNetwork& network() const { return network_; }
  std::vector<std::string> layers() const { return weighted_layers(network_); }
  /// What is left in float, whatever the options.
  std::vector<LeftFloat> left() const { return make_plan(network_, {}).left; }

  /// Needed before what follows.
  void calibrate(const Images& images, const Progress& progress = nullptr);

  /// Throws UserError if `options.widths` names layers that are not there.
  QdqNetwork quantised(const Options& options) const;
  std::vector<LayerReport> report(const Options& options, const QdqNetwork& quantised,
                                  const Images& images, const Progress& progress = nullptr) const;

 private:
  std::vector<Grid> grids(const Plan& plan, const Options& options) const;

  FloatNetwork network_;
  std::map<std::string, Histogram> histograms_;
};

}  // namespace sluice::quantise
