// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/accuracy.h"

#include <catch2/catch.hpp>

#include "generator/util/user_error.h"
#include "verif/golden/images.h"

namespace sluice::test {
namespace {

/// Images of 1 x 1 x 4; two output channels, of which each has a gate on its own half of the input.
net::Network gated_network() {
  net::Network network;
  net::FeatureMap input, output;
  input.height = input.width = output.height = output.width = 1;
  input.channels = 4;
  output.channels = 2;
  net::Layer layer;
  layer.name = "gated";
  layer.output = 1;
  layer.weights = {1, 1, 1, 0, 1, 0, 1, 1};
  layer.requant = layer.requant_closed = {{}, {}};
  layer.gate = net::Gate{2, true, 0, 1, {10, 10}};
  network.maps = {input, output};
  network.layers = {layer};
  return network;
}

/// Three images; stored values are these less 128.
data::ImageSet three_images() {
  data::ImageSet set{3, 1, 1, 4};
  set.labels = {0, 1, 1};
  set.pixels = {128 + 6, 128 + 6, 128 + 1, 128 + 1,   // base sums 12 and 2: open, closed -> 13, 2
                128 + 1, 128 + 1, 128 + 9, 128 + 9,   // 2 and 18: closed, open -> 2, 19
                128 + 3, 128 + 3, 128 + 2, 128 + 1};  // 6 and 3: both closed -> 6, 3
  return set;
}

}  // namespace

TEST_CASE("Accuracy.CountsRightAnswersAndTheWorkOfGates") {
  const auto report = golden::measure(gated_network(), three_images(), 10, true);
  CHECK(report.images == 3);
  CHECK(report.predictions == std::vector<int>{0, 1, 0});
  CHECK(report.labelled);
  CHECK(report.correct == 2);
  CHECK(report.accuracy() == Approx(2.0 / 3));
  REQUIRE(report.gated_layers.size() == 1);
  const golden::GateStatistics& layer = report.gated_layers[0];
  CHECK(layer.name == "gated");
  CHECK(layer.outputs == 6);
  CHECK(layer.open_outputs == 2);
  CHECK(layer.all_macs() == 24);
  CHECK(layer.done_macs() == 16);
  CHECK(layer.open_share() == Approx(1.0 / 3));
  CHECK(layer.channel_open == std::vector<double>{1.0 / 3, 1.0 / 3});
  CHECK(report.mac_reduction() == Approx(1.5));
}

TEST_CASE("Accuracy.WithoutGatesNothingIsLeftOut") {
  data::ImageSet images = three_images();
  images.labels.clear();
  std::vector<int> first;
  const auto report = golden::measure(gated_network(), images, 2, false,
                                      [&](const std::vector<golden::LayerResult>& layers) {
                                        first.push_back(layers.back().output.values[0]);
                                      });
  CHECK_FALSE(report.labelled);
  CHECK(first == std::vector<int>{13, 11});
  CHECK(report.images == 2);
  CHECK(report.gated_layers.empty());
  CHECK(report.mac_reduction() == 1.0);
}

TEST_CASE("Accuracy.ImagesOfAnotherSizeAreRefused") {
  data::ImageSet images = three_images();
  images.height = 2;
  std::string message;
  try {
    golden::measure(gated_network(), images, 1, true);
  } catch (const UserError& error) {
    message = error.what();
  }
  CHECK(message ==
        "the network takes images of 1 x 1 x 4 (height, width, channels), but these are 2 x 1 x 4");
}

}  // namespace sluice::test
