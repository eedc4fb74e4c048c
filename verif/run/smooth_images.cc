// SPDX-License-Identifier: Apache-2.0
#include "verif/run/smooth_images.h"

#include <algorithm>

namespace sluice::run {
namespace {

/// Normal noise on a grid of `cells` cells a side.
class Grid {
 public:
  Grid(Dice& dice, int cells) : cells_(cells) {
    for (int k = 0; k < (cells + 1) * (cells + 1); k++) points_.push_back(dice.normal());
  }

  /// Between the four points around, with coordinates from 0 to 1.
  double at(double y, double x) const {
    const int row = std::min(static_cast<int>(y * cells_), cells_ - 1);
    const int column = std::min(static_cast<int>(x * cells_), cells_ - 1);
    const double down = y * cells_ - row, right = x * cells_ - column;
    const double top = point(row, column) * (1 - right) + point(row, column + 1) * right;
    const double bottom = point(row + 1, column) * (1 - right) + point(row + 1, column + 1) * right;
    return top * (1 - down) + bottom * down;
  }

 private:
  double point(int row, int column) const { return points_[row * (cells_ + 1) + column]; }

  int cells_;
  std::vector<double> points_;
};

constexpr int kCells[] = {3, 8, 21, 55};
constexpr double kWeights[] = {45, 25, 14, 8};  ///< of each grid, in grey levels

void fill_channel(Dice& dice, data::ImageSet& images, std::uint8_t* image, int channel) {
  std::vector<Grid> grids;
  for (const int cells : kCells) grids.emplace_back(dice, cells);
  for (int y = 0; y < images.height; y++) {
    for (int x = 0; x < images.width; x++) {
      double value = 128;
      for (std::size_t k = 0; k < grids.size(); k++) {
        value += kWeights[k] * grids[k].at((y + 0.5) / images.height, (x + 0.5) / images.width);
      }
      image[(y * images.width + x) * images.channels + channel] =
          static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
    }
  }
}

}  // namespace

data::ImageSet smooth_images(Dice& dice, int count, int height, int width, int channels) {
  data::ImageSet images;
  images.kind = data::ImageKind::kNoise;
  images.count = count;
  images.height = height;
  images.width = width;
  images.channels = channels;
  images.pixels.resize(images.image_size() * count);
  for (int i = 0; i < count; i++) {
    for (int c = 0; c < channels; c++) {
      fill_channel(dice, images, images.pixels.data() + i * images.image_size(), c);
    }
  }
  return images;
}

}  // namespace sluice::run
