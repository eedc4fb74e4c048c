// SPDX-License-Identifier: Apache-2.0
// The options that say which images a network gets, of all commands that give it any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "generator/app/command.h"
#include "generator/network/network.h"
#include "verif/data/images.h"

namespace sluice::app {

struct ImageOptions {
  std::string file = "--images";                      ///< the option that names the file
  std::string without = "Fashion-MNIST test images";  ///< what there is without the option
  std::string otherwise;  ///< what helps beside other images, for messages; may be empty
  bool offers_random = false, offers_labels = false;
  std::string images, labels;  ///< files; empty: Fashion-MNIST
  bool random = false;
  std::optional<double> pixel_scale;

  /// Whether the network gets Fashion-MNIST.
  bool fashion_mnist() const { return images.empty() && !random; }
};

/// Adds the options for `options.file`, --labels and --random where they are offered, and
/// --pixel-scale.
void add_image_options(CLI::App& command, ImageOptions& options);

/// Adds --every-map beside --outputs.
void add_every_map_option(CLI::App& command, bool& every_map);

/// The images, which fit the network, and the labels if they fit, too: those of Fashion-MNIST are
/// left out where the network does not have its ten classes. `path` names the network in messages;
/// `count` and `seed` are for random images. Throws UserError.
data::ImageSet load_images(const net::Network& network, const std::string& path,
                           const ImageOptions& options, int count, std::uint64_t seed);

/// The same of networks one after the other: images fit the first, labels the last.
data::ImageSet load_images(std::span<const net::Network> chain, const std::string& path,
                           const ImageOptions& options, int count, std::uint64_t seed);

/// Share of open gates on the first `count` training images of Fashion-MNIST, [layer][channel] with
/// the layers of all networks. Throws UserError if they are not there or do not fit the network.
std::vector<std::vector<double>> training_density(std::span<const net::Network> chain,
                                                  const std::string& path, int count);

}  // namespace sluice::app
