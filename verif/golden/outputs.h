// SPDX-License-Identifier: Apache-2.0
// Results of many images as a file, to be compared with those of other programs.
#pragma once

#include <string>

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
  explicit Outputs(const net::Network& network);

  /// Result of the last layer.
  void add(const Tensor& result);

  /// Whether `path` may be written. Throws UserError.
  static void check(const std::string& path);

  /// Writes an NPZ file. Throws UserError.
  void write(const std::string& path) const;

 private:
  std::vector<std::int8_t> in_order(const Tensor& result) const;

  net::ResultFormat format_;
  bool channels_last_;
  data::NpyArray codes_, reals_;
};

}  // namespace sluice::golden
