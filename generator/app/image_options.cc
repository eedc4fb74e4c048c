// SPDX-License-Identifier: Apache-2.0
#include "generator/app/image_options.h"

#include <fmt/format.h>

#include "generator/util/user_error.h"
#include "verif/data/fashion_mnist.h"
#include "verif/golden/images.h"
#include "verif/golden/results.h"
#include "verif/run/network_run.h"
#include "verif/run/smooth_images.h"

namespace sluice::app {
namespace {

constexpr int kFashionClasses = 10;
constexpr std::uint64_t kMaxRandomBytes = std::uint64_t{1} << 30;

/// Throws if Fashion-MNIST has another size; `instead` says what to do.
void check_fashion_mnist(const net::Network& network, const std::string& path,
                         const data::ImageSet& images, const std::string& instead) {
  if (golden::size_fits(network, images)) return;
  throw UserError(fmt::format(
      "{}: takes images of {}; those of Fashion-MNIST, grey pictures of clothes, are {} x {} x {}; "
      "{}",
      path, golden::input_size(network), images.height, images.width, images.channels, instead));
}

data::ImageSet fashion_mnist(std::span<const net::Network> chain, const std::string& path,
                             const ImageOptions& options) {
  data::ImageSet images = data::fashion_mnist(data::Split::kTest);
  std::string instead;
  if (!options.file.empty())
    instead = fmt::format("give others with {} FILE (IDX or NPY)", options.file);
  if (options.offers_labels) instead += ", and for accuracy their labels with --labels FILE";
  if (options.offers_random) instead += ", or take random ones with --random";
  if (!options.otherwise.empty()) instead += (instead.empty() ? "" : ", or ") + options.otherwise;
  check_fashion_mnist(chain.front(), path, images, instead);
  const std::size_t place = golden::class_map(chain.back());
  const net::FeatureMap& result = chain.back().maps[net::result_maps(chain.back())[place]];
  if (result.channels != kFashionClasses || result.height != 1 || result.width != 1) {
    images.labels.clear();
  }
  return images;
}

data::ImageSet random_images(const net::Network& network, int count, std::uint64_t seed) {
  const net::FeatureMap& input = network.maps[0];
  const std::uint64_t size = std::uint64_t(input.height) * input.width * input.channels;
  if (size * count > kMaxRandomBytes) {
    throw UserError(fmt::format("{} random images of {} are more than {} bytes", count,
                                golden::input_size(network), kMaxRandomBytes));
  }
  run::Dice dice(seed);
  return run::smooth_images(dice, count, input.height, input.width, input.channels);
}

/// Says of images what the user said of them.
void set_pixel_scale(const net::Network& network, const ImageOptions& options,
                     data::ImageSet& images) {
  if (!options.pixel_scale) return;
  if (!network.input.scale) {
    throw UserError(
        "--pixel-scale is for networks that take real numbers; this one takes codes, and bytes are "
        "the codes");
  }
  if (network.input.bytes) {
    throw UserError("--pixel-scale is for networks that take real numbers; this one takes bytes");
  }
  if (images.kind != data::ImageKind::kBytes) {
    throw UserError(
        fmt::format("--pixel-scale is for images that are bytes; these are {}",
                    images.kind == data::ImageKind::kNoise ? "random" : "real numbers already"));
  }
  images.pixel_scale = *options.pixel_scale;
}

}  // namespace

void add_image_options(CLI::App& command, ImageOptions& options) {
  CLI::Option* file = command.add_option(
      options.file, options.images,
      fmt::format("Images as an IDX file, plain or gzipped, or as NPY: uint8 or float32 of shape "
                  "(count, channels, height, width), or a folder of PNG or JPEG files, or of "
                  "such folders, one for each class (default: {})",
                  options.without));
  if (options.offers_labels) {
    command.add_option("--labels", options.labels, "Their labels, IDX or NPY of integers")
        ->needs(file);
  }
  if (options.offers_random) {
    command.add_flag("--random", options.random, "Random images, smooth noise, without labels")
        ->excludes(file);
  }
  command
      .add_option("--pixel-scale", options.pixel_scale,
                  "The real number that a byte of 1 is (1/255): 1 for networks that take 0 to 255. "
                  "It is then quantised by the network's first QuantizeLinear; a network that "
                  "takes UINT8 takes the byte itself")
      ->check(CLI::Range(1e-30, 1e30));
}

void add_every_map_option(CLI::App& command, bool& every_map) {
  command
      .add_flag("--every-map", every_map,
                "Write the map of each layer to that file, too, as the golden model computes it: "
                "codes under the map's name")
      ->needs("--outputs");
}

namespace {

/// The dimensions that users of the network's file know.
data::NpyOrder order_of(const net::Network& network) {
  const golden::ImageSize size = golden::image_size(network);
  return {network.channels_last || network.input.channels_last,
          size.height == 1 && size.channels > 1};
}

}  // namespace

data::ImageSet load_images(const net::Network& network, const std::string& path,
                           const ImageOptions& options, int count, std::uint64_t seed) {
  return load_images(std::span(&network, 1), path, options, count, seed);
}

data::ImageSet load_images(std::span<const net::Network> chain, const std::string& path,
                           const ImageOptions& options, int count, std::uint64_t seed) {
  const net::Network& network = chain.front();
  data::ImageSet images =
      options.random ? random_images(network, count, seed)
      : options.images.empty()
          ? fashion_mnist(chain, path, options)
          : data::read_images(options.images, options.labels, order_of(network));
  set_pixel_scale(network, options, images);
  try {
    golden::check_images(network, images);
    golden::check_labels(chain.back(), images);
  } catch (const UserError& error) {
    throw UserError(path + std::string(": ") + error.what());
  }
  return images;
}

std::vector<std::vector<double>> training_density(std::span<const net::Network> chain,
                                                  const std::string& path, int count) {
  if (!net::has_gates(chain)) return run::measure_density(chain, {}, 0);
  const data::ImageSet images = data::fashion_mnist(data::Split::kTrain);
  check_fashion_mnist(chain.front(), path, images,
                      "leave the density of gates open with --calibrate 0");
  return run::measure_density(chain, images, count);
}

}  // namespace sluice::app
