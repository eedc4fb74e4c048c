// SPDX-License-Identifier: Apache-2.0
// A network's file as an ONNX model, and parts of it.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "generator/network/network.h"
#include "generator/network/onnx_proto.h"

namespace sluice::net {

/// A model that is read only, all of a file or what lies between two of its tensors.
struct Model {
  std::string path;  ///< of the file, for messages
  std::shared_ptr<const onnx::ModelProto> proto;
  bool channels_last = false;  ///< the file has them so, unlike the graph
  bool rounds_twice = false;   ///< in requantisation, as TFLite does
  bool lines = false;          ///< the file's tensors have three dimensions, which are maps here
  bool begins = true;          ///< its input is the file's
  bool ends = true;            ///< its output is the file's
};

/// Reads an ONNX file, or a TFLite file as the graph that tflite/translation.h makes of it; with
/// `lines_as_maps` a graph of lines is what lines.h makes of it. Throws UserError.
Model read_model(const std::string& path, bool lines_as_maps = true);

/// What of a model gives a tensor.
Model part_before(const Model& model, const std::string& tensor);
/// What of a model makes its outputs of a tensor, which `result` describes.
Model part_behind(const Model& model, const std::string& tensor, const Network& result);

}  // namespace sluice::net
