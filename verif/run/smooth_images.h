// SPDX-License-Identifier: Apache-2.0
// Random images in which neighbouring pixels are alike, as in photographs.
#pragma once

#include "verif/data/images.h"
#include "verif/run/dice.h"

namespace sluice::run {

/// Sums of noise on coarse grids, between whose points it is interpolated; bytes around 128.
data::ImageSet smooth_images(Dice& dice, int count, int height, int width, int channels);

}  // namespace sluice::run
