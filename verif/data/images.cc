// SPDX-License-Identifier: Apache-2.0
#include "verif/data/images.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

#include "generator/util/user_error.h"
#include "verif/data/fashion_mnist.h"
#include "verif/data/npy.h"
#include "verif/data/pictures.h"

namespace sluice::data {
namespace {

/// Numbers per image are bounded like those of a feature map, so that sizes stay within an int.
constexpr std::int64_t kMostNumbers = std::int64_t{1} << 26;

ImageSet idx_images(const std::string& path) {
  IdxArray images = read_idx(path);
  const std::vector<int>& size = images.dimensions;
  if (size.size() < 3)
    throw UserError(
        fmt::format("{}: has {} dimension(s); images need 3 (image, y, x) or 4 (and channel)", path,
                    size.size()));
  return {size[0], size[1], size[2], size.size() == 4 ? size[3] : 1, std::move(images.values), {}};
}

/// Sizes of an NPY file of images, without their numbers.
ImageSet npy_sizes(const std::string& path, const NpyArray& array, NpyOrder order) {
  const std::vector<std::int64_t>& shape = array.shape;
  if (shape.size() < 2 || shape.size() > 4)
    throw UserError(
        fmt::format("{}: has shape ({}); images need 4 dimensions ({}), 3 ({}) or 2 (image, value)",
                    path, fmt::join(shape, ", "),
                    order.channels_last ? "image, y, x, channel" : "image, channel, y, x",
                    !order.lines          ? "image, y, x"
                    : order.channels_last ? "image, x, channel"
                                          : "image, channel, x"));
  std::int64_t numbers = 1;
  for (std::size_t d = 1; d < shape.size(); d++) {
    numbers = shape[d] > kMostNumbers ? kMostNumbers + 1 : numbers * shape[d];
    if (numbers > kMostNumbers)
      throw UserError(fmt::format("{}: has images of more than {} numbers", path, kMostNumbers));
  }
  if (shape[0] > std::numeric_limits<int>::max())
    throw UserError(fmt::format("{}: has {} images; at most {} are supported", path, shape[0],
                                std::numeric_limits<int>::max()));
  const auto size = [&](std::size_t d) { return static_cast<int>(shape[d]); };
  if (shape.size() == 2) return {size(0), 1, 1, size(1), {}, {}};
  if (shape.size() == 3 && !order.lines) return {size(0), size(1), size(2), 1, {}, {}};
  if (shape.size() == 3 && order.channels_last) return {size(0), 1, size(1), size(2), {}, {}};
  if (shape.size() == 3) return {size(0), 1, size(2), size(1), {}, {}};
  if (order.channels_last) return {size(0), size(1), size(2), size(3), {}, {}};
  return {size(0), size(2), size(3), size(1), {}, {}};
}

/// Numbers as [image][y][x][channel].
template <typename T, typename Get>
std::vector<T> channels_last(const ImageSet& set, NpyOrder order, const Get& get) {
  const std::size_t positions = std::size_t(set.height) * set.width;
  std::vector<T> values(set.image_size() * set.count);
  if (order.channels_last) {
    for (std::size_t i = 0; i < values.size(); i++) values[i] = get(i);
    return values;
  }
  std::size_t from = 0;
  for (std::size_t image = 0; image < values.size(); image += set.image_size())
    for (int c = 0; c < set.channels; c++)
      for (std::size_t p = 0; p < positions; p++)
        values[image + p * set.channels + c] = get(from++);
  return values;
}

ImageSet npy_images(const std::string& path, NpyOrder order) {
  const NpyArray array = read_npy(path);
  ImageSet set = npy_sizes(path, array, order);
  if (array.kind == 'f') {
    set.kind = ImageKind::kReals;
    set.reals = channels_last<float>(set, order, [&](std::size_t i) {
      const double value = array.real(i);
      if (std::isnan(value))
        throw UserError(fmt::format("{}: image {} has a value that is not a number (NaN)", path,
                                    i / set.image_size()));
      return static_cast<float>(value);
    });
    return set;
  }
  if (array.item_bytes != 1)
    throw UserError(fmt::format(
        "{}: has values of type {}; images are uint8 (bytes), float32 (real numbers) or int8 "
        "(codes): convert them with .astype",
        path, array.type_name()));
  set.kind = array.kind == 'i' ? ImageKind::kSigned : ImageKind::kBytes;
  set.pixels =
      channels_last<std::uint8_t>(set, order, [&](std::size_t i) { return array.bytes[i]; });
  return set;
}

[[noreturn]] void fail_labels(const std::string& path, int count, const std::string& images_path) {
  throw UserError(fmt::format("{}: must have one dimension of {} labels, one for each image of {}",
                              path, count, images_path));
}

std::vector<int> npy_labels(const std::string& path, int count, const std::string& images_path) {
  const NpyArray array = read_npy(path);
  if (array.kind == 'f')
    throw UserError(
        fmt::format("{}: has values of type {}; labels are integers", path, array.type_name()));
  if (array.shape.size() != 1 || array.shape[0] != count) fail_labels(path, count, images_path);
  std::vector<int> labels;
  for (std::size_t i = 0; i < array.size(); i++) {
    const std::int64_t label = array.integer(i);
    if (label < 0 || label > std::numeric_limits<int>::max())
      throw UserError(
          fmt::format("{}: label {} of image {}; labels count outputs, from 0", path, label, i));
    labels.push_back(static_cast<int>(label));
  }
  return labels;
}

std::vector<int> read_labels(const std::string& path, int count, const std::string& images_path) {
  if (is_npy(path)) return npy_labels(path, count, images_path);
  const IdxArray labels = read_idx(path);
  if (labels.dimensions.size() != 1 || labels.dimensions[0] != count)
    fail_labels(path, count, images_path);
  return {labels.values.begin(), labels.values.end()};
}

}  // namespace

ImageSet read_images(const std::string& images_path, const std::string& labels_path,
                     NpyOrder order) {
  ImageSet set = std::filesystem::is_directory(images_path) ? read_pictures(images_path)
                 : is_npy(images_path)                      ? npy_images(images_path, order)
                                                            : idx_images(images_path);
  if (!labels_path.empty()) set.labels = read_labels(labels_path, set.count, images_path);
  return set;
}

}  // namespace sluice::data
