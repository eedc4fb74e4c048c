// SPDX-License-Identifier: Apache-2.0
// From images to the values of a network's input. The one place that knows whether they fit.
#pragma once

#include <string>
#include <vector>

#include "generator/network/network.h"
#include "verif/data/images.h"
#include "verif/golden/golden.h"

namespace sluice::golden {

struct ImageSize {
  int height = 0, width = 0, channels = 0;
};

/// What the network's file takes.
ImageSize image_size(const net::Network& network);

/// "28 x 28 x 1 (height, width, channels)", what the network takes.
std::string input_size(const net::Network& network);

/// Whether images have the size that the network takes.
bool size_fits(const net::Network& network, const data::ImageSet& images);

/// Throws UserError if images have another size, or numbers of another kind, than the network
/// takes.
void check_images(const net::Network& network, const data::ImageSet& images);

/// Throws UserError if a label is no output of the network, or its result is not one number for
/// each class: then there is no accuracy.
void check_labels(const net::Network& network, const data::ImageSet& images);

/// Input values of a network that takes these numbers, in the graph's order: (channel, y, x).
Tensor input_of_numbers(const net::Network& network, const std::vector<float>& numbers);

/// Input values of image `image`. Real numbers, and bytes times their `pixel_scale`, are quantised
/// as ONNX defines it, by the network's scale and zero point: rounded half to even, saturated. Of
/// networks that take codes, bytes are the codes if they are UINT8; if they are INT8, byte 0 is
/// -128. Throws as check_images().
Tensor input_tensor(const net::Network& network, const data::ImageSet& images, int image);

}  // namespace sluice::golden
