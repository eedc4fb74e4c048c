// SPDX-License-Identifier: Apache-2.0
// Results of many images as a file, to be compared with those of other programs.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "generator/network/network.h"
#include "verif/data/npz.h"
#include "verif/golden/golden.h"

namespace sluice::golden {

/// What the ONNX graph gives for each image that is added. Of a graph with one output: `output` as
/// the graph has it (float32, with what is left to the host; or the codes if it ends with those),
/// and `codes`, the quantised map that it comes from. Of one with several they have the outputs'
/// names, and these with " codes" behind, and `output` is the first. What comes from several maps
/// has codes of each, numbered. All have the shape that the network's file gives them, with the
/// number of images in front.
class Outputs {
 public:
  /// With `every_map` the file has the map of each layer beside these, under its name, as codes.
  /// The network must outlive this.
  explicit Outputs(const net::Network& network, bool every_map = false);
  /// Of networks one after the other: what the last one gives, and the maps of all.
  explicit Outputs(std::span<const net::Network> chain, bool every_map = false);

  /// The maps that net::result_maps() names, and what all layers give; of a chain the maps of
  /// its last network, and the layers of all.
  void add(const std::vector<Tensor>& results, const std::vector<LayerResult>& layers);

  /// Whether `path` may be written. Throws UserError.
  static void check(const std::string& path);

  /// Writes an NPZ file. Throws UserError.
  void write(const std::string& path) const;

 private:
  data::NpyArray map_array(const net::FeatureMap& map, bool flat) const;
  data::NpyArray array_of(const net::ResultFormat& result) const;
  void add_maps(const net::Network& network, std::set<std::string>& taken);
  void add_codes(const Tensor& map, int offset, data::NpyArray& array) const;
  static net::HostType type_of(const net::ResultFormat& result);

  const net::Network& network_;
  data::NamedArrays results_, codes_, maps_;
  std::vector<int> offsets_;  ///< of the layers' maps, where they are written
};

}  // namespace sluice::golden
