// SPDX-License-Identifier: Apache-2.0
#include "generator/app/float_images.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/quantise/evaluate.h"
#include "generator/util/user_error.h"
#include "verif/data/fashion_mnist.h"

namespace sluice::app {
namespace {

constexpr std::size_t kFashionClasses = 10;

/// The input with two dimensions is one position.
struct Size {
  int height = 1, width = 1, channels = 1;
};

Size size_of(const quantise::FloatNetwork& network) {
  const quantise::Dims& dims = network.input_dims;
  if (dims.size() == 2) return {1, 1, int(dims[1])};
  return {int(dims[2]), int(dims[3]), int(dims[1])};
}

bool fits(const Size& size, const data::ImageSet& set) {
  return set.height == size.height && set.width == size.width && set.channels == size.channels;
}

void check_size(const quantise::FloatNetwork& network, const std::string& path,
                const data::ImageSet& set, const std::string& help) {
  const Size size = size_of(network);
  if (fits(size, set)) return;
  throw UserError(fmt::format(
      "{}: takes images of {} x {} x {} (height, width, channels), but these are {} x {} x {}{}",
      path, size.height, size.width, size.channels, set.height, set.width, set.channels, help));
}

float real_of(const data::ImageSet& set, std::size_t i) {
  if (set.kind == data::ImageKind::kReals) return set.reals[i];
  return static_cast<float>(set.pixels[i] * set.pixel_scale);
}

/// From [y][x][channel] to [channel][y][x].
quantise::Tensor float_image(const quantise::Dims& dims, const data::ImageSet& set, int image) {
  quantise::Tensor tensor = quantise::real_tensor(dims);
  const std::size_t area = std::size_t(set.height) * set.width, channels = set.channels;
  const std::size_t first = set.image_size() * image;
  for (std::size_t p = 0; p < area; ++p)
    for (std::size_t c = 0; c < channels; ++c)
      tensor.reals[c * area + p] = real_of(set, first + p * channels + c);
  return tensor;
}

/// `count` images from `first` on.
data::ImageSet part_of(const data::ImageSet& set, int first, int count) {
  data::ImageSet part = set;
  const auto cut = [&](auto& values, std::size_t size) {
    if (values.empty()) return;
    const auto begin = values.begin() + std::ptrdiff_t(size) * first;
    values = {begin, begin + std::ptrdiff_t(size) * count};
  };
  part.count = count;
  cut(part.pixels, set.image_size());
  cut(part.reals, set.image_size());
  cut(part.labels, 1);
  return part;
}

FloatImages fashion_mnist(const quantise::FloatNetwork& network, const std::string& path) {
  FloatImages images;
  images.calibration = data::fashion_mnist(data::Split::kTrain);
  check_size(network, path, images.calibration,
             ": those of Fashion-MNIST, grey pictures of clothes; give others with --images FILE "
             "(IDX or NPY), and for accuracies their labels with --labels FILE");
  images.test = data::fashion_mnist(data::Split::kTest);
  images.test_what = "test images of Fashion-MNIST";
  return images;
}

FloatImages from_file(const quantise::FloatNetwork& network, const std::string& path,
                      const ImageOptions& options, int count) {
  FloatImages images;
  images.calibration = data::read_images(options.images, options.labels);
  check_size(network, path, images.calibration, "");
  if (images.calibration.kind == data::ImageKind::kSigned)
    throw UserError(fmt::format(
        "{}: these images are INT8 codes, but the network takes real numbers; give real numbers "
        "(float32) or bytes (uint8)",
        path));
  const bool more = images.calibration.count > count;
  images.test = more ? part_of(images.calibration, count, images.calibration.count - count)
                     : images.calibration;
  images.test_what = more ? "images behind those that calibrate" : "images that calibrate";
  return images;
}

/// Throws UserError if a label is no output of the network, whose number is that of its result.
void check_labels(const std::string& path, const data::ImageSet& set, std::size_t outputs) {
  const auto largest = std::max_element(set.labels.begin(), set.labels.end());
  if (largest != set.labels.end() && std::size_t(*largest) >= outputs)
    throw UserError(
        fmt::format("{}: image {} has label {}, but the network has {} outputs, counted from 0",
                    path, largest - set.labels.begin(), *largest, outputs));
}

}  // namespace

quantise::Images float_images(const quantise::FloatNetwork& network, const data::ImageSet& set,
                              int count) {
  return {std::size_t(count), [&set, dims = network.input_dims](std::size_t image) {
            return float_image(dims, set, int(image));
          }};
}

FloatImages load_float_images(const quantise::FloatNetwork& network, const std::string& path,
                              const ImageOptions& options, int count, int test_count) {
  FloatImages images = options.images.empty() ? fashion_mnist(network, path)
                                              : from_file(network, path, options, count);
  if (options.pixel_scale) {
    if (images.calibration.kind != data::ImageKind::kBytes)
      throw UserError("--pixel-scale is for images that are bytes; these are real numbers already");
    images.calibration.pixel_scale = images.test.pixel_scale = *options.pixel_scale;
  }
  images.count = std::min(count, images.calibration.count);
  images.test = part_of(images.test, 0, std::min(test_count, images.test.count));
  const std::size_t outputs =
      quantise::Evaluator(network).run(quantise::real_tensor(network.input_dims)).size();
  if (options.images.empty() && outputs != kFashionClasses) images.test.labels.clear();
  check_labels(path, images.test, outputs);
  return images;
}

}  // namespace sluice::app
