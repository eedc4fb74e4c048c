// SPDX-License-Identifier: Apache-2.0
// The IDX format, and the images of the Debian package dataset-fashion-mnist, which have it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "verif/data/images.h"

namespace sluice::data {

/// An array read from an IDX file of unsigned bytes; the last dimension varies fastest.
struct IdxArray {
  std::vector<int> dimensions;
  std::vector<std::uint8_t> values;
};

/// Reads an IDX file, plain or gzipped. Throws UserError.
IdxArray read_idx(const std::string& path);

/// Folder of the Debian package dataset-fashion-mnist.
inline constexpr const char* kFashionMnistFolder = "/usr/share/datasets/fashion-mnist";

enum class Split { kTrain, kTest };

/// The 60,000 training or 10,000 test images. Throws UserError; when the files are missing, the
/// message says which package has them.
ImageSet fashion_mnist(Split split, const std::string& folder = kFashionMnistFolder);

}  // namespace sluice::data
