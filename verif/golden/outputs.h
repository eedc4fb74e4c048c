// SPDX-License-Identifier: Apache-2.0
// Results of many images as a file, to be compared with those of other programs.
#pragma once

#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "generator/network/network.h"
#include "verif/data/npy.h"
#include "verif/golden/golden.h"

namespace sluice::golden {

/// What the ONNX graph gives for each image that is added: `output` as the graph has it (float32,
/// with what is left to the host; or the codes if it ends with those), and `codes`, the quantised
/// tensor that the last layer gives. Both have the
/// shape that the network's file gives them, with the number of images in front.
class Outputs {
 public:
  /// With `every_map` the file has the map of each layer beside these, under its name, as codes.
  explicit Outputs(const net::Network& network, bool every_map = false);
  /// Of networks one after the other.
  explicit Outputs(std::span<const net::Network> chain, bool every_map = false);

  /// Result of the last layer, and those of all layers; of a chain those of all its networks.
  void add(const Tensor& result, const std::vector<LayerResult>& layers);

  /// Whether `path` may be written. Throws UserError.
  static void check(const std::string& path);

  /// Writes an NPZ file. Throws UserError.
  void write(const std::string& path) const;

 private:
  void add_maps(const net::Network& network, std::set<std::string>& taken);

  net::ResultFormat format_;
  bool channels_last_;
  data::NpyArray codes_, reals_;
  std::vector<net::FeatureMap> formats_;  ///< of the layers' maps, where they are written
  std::vector<std::pair<std::string, data::NpyArray>> maps_;
};

}  // namespace sluice::golden
