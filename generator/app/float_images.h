// SPDX-License-Identifier: Apache-2.0
// Images for a float network, in the form that it takes, and which of them are for what.
#pragma once

#include <string>
#include <vector>

#include "generator/app/image_options.h"
#include "generator/quantise/calibrate.h"
#include "generator/quantise/float_network.h"
#include "verif/data/images.h"

namespace sluice::app {

/// The first `count` images of a set, which must stay: each is made when it is asked for.
quantise::Images float_images(const quantise::FloatNetwork& network, const data::ImageSet& set,
                              int count);

/// What is calibrated with, and what accuracies are measured on.
struct FloatImages {
  data::ImageSet calibration, test;
  int count = 0;          ///< so many of the first calibrate
  std::string test_what;  ///< "test images of Fashion-MNIST"

  bool labelled() const { return !test.labels.empty(); }
};

/// `count` images that calibrate, and up to `test_count` with labels for accuracies: those behind
/// them in the file, or, where there are none, the same. Of Fashion-MNIST the first are of the
/// training images. Throws UserError if they do not fit the network.
FloatImages load_float_images(const quantise::FloatNetwork& network, const std::string& path,
                              const ImageOptions& options, int count, int test_count);

}  // namespace sluice::app
