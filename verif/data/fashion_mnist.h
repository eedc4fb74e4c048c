// Images with labels for accuracy reports: the Fashion-MNIST package of Debian, and any other files
// in the IDX format, plain or gzipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::data {

/// A file that is missing, broken or does not fit. The message names the file and the remedy.
struct DataError {
  std::string message;
};

/// An array read from an IDX file of unsigned bytes; the last dimension varies fastest.
struct IdxArray {
  std::vector<int> dimensions;
  std::vector<std::uint8_t> values;
};

/// Reads an IDX file, plain or gzipped. Throws DataError.
IdxArray read_idx(const std::string& path);

/// Images of equal size, one byte a value, [image][y][x][channel].
struct ImageSet {
  int count = 0, height = 0, width = 0, channels = 1;
  std::vector<std::uint8_t> pixels;
  std::vector<std::uint8_t> labels;  ///< one an image; empty if not known

  std::size_t image_size() const { return std::size_t(height) * width * channels; }
  const std::uint8_t* image(int i) const { return pixels.data() + i * image_size(); }
};

/// Reads images from an IDX file with 3 dimensions (image, y, x) or 4 (and channel), and their
/// labels from one with 1 dimension; `labels_path` empty: no labels. Throws DataError.
ImageSet read_images(const std::string& images_path, const std::string& labels_path);

/// Folder of the Debian package dataset-fashion-mnist.
inline constexpr const char* kFashionMnistFolder = "/usr/share/datasets/fashion-mnist";

enum class Split { kTrain, kTest };

/// The 60,000 training or 10,000 test images. Throws DataError; when the files are missing, the
/// message says which package has them.
ImageSet fashion_mnist(Split split, const std::string& folder = kFashionMnistFolder);

}  // namespace sluice::data
