// SPDX-License-Identifier: Apache-2.0
// Images with labels, from files that users have: IDX (the format of MNIST), plain or gzipped, and
// NPY (numpy's).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::data {

/// What the numbers of images are.
enum class ImageKind {
  kBytes,   ///< bytes 0 to 255: real numbers by ImageSet::pixel_scale, or codes
  kSigned,  ///< codes -128 to 127, as bytes in two's complement
  kReals,   ///< real numbers
  kNoise,   ///< bytes 0 to 255 that stand for the lowest to the highest code, whatever they are
};

/// The real number that a byte of 1 is, where users do not say.
inline constexpr double kPixelScale = 1.0 / 255;

/// Images of equal size, [image][y][x][channel].
struct ImageSet {
  int count = 0, height = 0, width = 0, channels = 1;
  std::vector<std::uint8_t> pixels = {};  ///< of all kinds but kReals
  std::vector<int> labels = {};           ///< one an image, 0 or more; empty if not known
  ImageKind kind = ImageKind::kBytes;
  double pixel_scale = kPixelScale;  ///< of kBytes: the real number is so many times the byte
  std::vector<float> reals = {};     ///< of kReals, none of them NaN

  std::size_t image_size() const { return std::size_t(height) * width * channels; }
  const std::uint8_t* image(int i) const { return pixels.data() + i * image_size(); }
};

/// What the dimensions of an NPY file are.
struct NpyOrder {
  bool channels_last = false;  ///< (image, y, x, channel), as TFLite has them; else (image,
                               ///< channel, y, x), as ONNX does
  bool lines = false;  ///< three are those of lines of one row, (image, channel, x) or (image,
                       ///< x, channel); else (image, y, x)
};

/// Reads images and their labels; `labels_path` empty: no labels. Which format a file has is seen
/// from its first bytes. Throws UserError.
///  - Images as IDX: bytes, 3 dimensions (image, y, x) or 4 (and channel).
///  - Images as NPY: uint8, int8, float32 or float64, 4 or 3 dimensions as `order` says, or 2
///  (image,
///    value); float64 becomes float32.
///  - A folder of PNG or JPEG files, or of folders of these: read_pictures().
///  - Labels: 1 dimension; as IDX bytes, as NPY integers of any width.
ImageSet read_images(const std::string& images_path, const std::string& labels_path,
                     NpyOrder order = {});

}  // namespace sluice::data
