// SPDX-License-Identifier: Apache-2.0
// The built-in layer lists against the numbers of their papers.
#include "generator/estimate/builtin.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "generator/compiler/compile.h"
#include "generator/estimate/list_network.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::estimate {
namespace {

int count(const LayerList& list, Kind kind) {
  int number = 0;
  for (const ListedLayer& layer : list.layers) number += layer.kind == kind ? 1 : 0;
  return number;
}

TEST_CASE("BuiltinLists.HaveTheMultiplyAccumulatesOfTheirPapers") {
  // 1.8 G, 15.5 G, 569 M, 300 M and 41 M there; 4.1 G of ResNet-50 v1.5
  CHECK(builtin("resnet18")->macs() == 1'814'073'344);
  CHECK(builtin("vgg16")->macs() == 15'470'264'320);
  CHECK(builtin("mobilenet-v1")->macs() == 568'740'352);
  CHECK(builtin("mobilenet-v2")->macs() == 300'774'272);
  CHECK(builtin("resnet20-cifar")->macs() == 40'551'040);
  CHECK(builtin("resnet50")->macs() == 4'089'184'256);
  CHECK(builtin("efficientnet-lite0")->macs() == 385'187'552);
  // As the TFLite files of MLPerf Tiny
  CHECK(builtin("resnet8")->macs() == 12'501'632);
  CHECK(builtin("mobilenet-v1-vww")->macs() == 7'489'664);
  CHECK(builtin("autoencoder")->macs() == 264'192);
  CHECK(builtin("ds-cnn")->macs() == 2'656'768);
  // As the layers of the published model, counted by hand
  CHECK(builtin("yolov8n-backbone")->macs() == 1'577'779'200);
}

TEST_CASE("BuiltinLists.HaveTheLayersOfTheirPapers") {
  const LayerList resnet = *builtin("resnet18");
  CHECK(count(resnet, Kind::kConv) == 20);  // 17 and three shortcuts
  CHECK(count(resnet, Kind::kAdd) == 8);
  CHECK(count(*builtin("vgg16"), Kind::kConv) == 13);
  CHECK(count(*builtin("vgg16"), Kind::kDense) == 3);
  CHECK(count(*builtin("mobilenet-v1"), Kind::kConv) == 27);
  // 17 blocks of three, of which the first does not expand, and two more
  CHECK(count(*builtin("mobilenet-v2"), Kind::kConv) == 52);
  CHECK(count(*builtin("mobilenet-v2"), Kind::kAdd) == 10);
  CHECK(count(*builtin("resnet50"), Kind::kConv) == 53);  // 49 and four shortcuts
  CHECK(count(*builtin("resnet50"), Kind::kAdd) == 16);
  CHECK(count(*builtin("efficientnet-lite0"), Kind::kConv) == 49);
  CHECK(count(*builtin("efficientnet-lite0"), Kind::kAdd) == 9);
  CHECK(count(*builtin("resnet8"), Kind::kConv) == 9);
  CHECK(count(*builtin("autoencoder"), Kind::kDense) == 10);
  CHECK(count(*builtin("ds-cnn"), Kind::kConv) == 9);
  // Five, two of each split block, four of its six residual blocks each, two around the pools
  CHECK(count(*builtin("yolov8n-backbone"), Kind::kConv) == 5 + 8 + 12 + 2);
  CHECK(count(*builtin("yolov8n-backbone"), Kind::kAdd) == 6);
  // 19 and two shortcuts without weights
  CHECK(count(*builtin("resnet20-cifar"), Kind::kConv) == 21);
}

TEST_CASE("BuiltinLists.LayersThatFollowReadWhatTheOneBeforeWrote") {
  for (const std::string& name : builtin_names()) {
    const LayerList list = *builtin(name);
    for (std::size_t k = 1; k < list.layers.size(); ++k) {
      const ListedLayer& before = list.layers[k - 1];
      const ListedLayer& layer = list.layers[k];
      INFO(name << " " << layer.name);
      if (!layer.chained) continue;
      CHECK(layer.channels == before.outputs);
      CHECK(layer.height == before.out_height());
      CHECK(layer.width == before.out_width());
    }
  }
}

TEST_CASE("BuiltinLists.TheGatedShapesOfResNet18AreThoseOfItsPaper") {
  struct Shape {
    int size, stride, inputs, outputs, times;
    bool operator==(const Shape&) const = default;
  };
  std::vector<Shape> shapes;
  for (const auto& [layer, times] : gated_shapes(*builtin("resnet18"))) {
    CHECK(layer.kernel_h == 3);
    CHECK(layer.padding == 1);
    shapes.push_back({layer.height, layer.stride_h, layer.channels, layer.outputs, times});
  }
  CHECK(shapes == std::vector<Shape>{{56, 1, 64, 64, 4},
                                     {56, 2, 64, 128, 1},
                                     {28, 1, 128, 128, 3},
                                     {28, 2, 128, 256, 1},
                                     {14, 1, 256, 256, 3},
                                     {14, 2, 256, 512, 1},
                                     {7, 1, 512, 512, 3}});
}

TEST_CASE("BuiltinLists.GatesAreOnConvolutionsBehindTheFirst") {
  for (const std::string& name : builtin_names()) {
    const LayerList list = *builtin(name);
    CHECK_FALSE(list.layers.front().gate);
    for (const ListedLayer& layer : list.layers) {
      INFO(name << " " << layer.name);
      const bool shortcut = layer.name.find("shortcut") != std::string::npos;
      const bool linear = layer.name.find("project") != std::string::npos;
      const bool wanted = layer.kind == Kind::kConv && layer.groups == 1 && !shortcut && !linear &&
                          &layer != &list.layers.front();
      const bool gated = layer.gate.has_value();
      CHECK(gated == wanted);
    }
  }
}

TEST_CASE("BuiltinLists.KeywordsArePaddedUnevenlyAndHalvesAreReadWhereTheyLie") {
  const Plan plan = test::shipped_plan("edge");
  const LayerList keywords = *builtin("ds-cnn");
  const net::Network small = network_of(keywords, 0, keywords.layers.size(), plan, false);
  CHECK(small.layers[0].pad_top == 4);
  CHECK(small.layers[0].pad_bottom == 5);
  CHECK(small.layers[0].pad_left == 1);
  CHECK(small.layers[0].pad_right == 1);
  CHECK(small.maps[1].height == 25);
  CHECK(small.maps[1].width == 5);
  const LayerList yolo = *builtin("yolov8n-backbone");
  const net::Network network = network_of(yolo, 0, yolo.layers.size(), plan, false);
  // Layers 2 to 6: cv1, m0.cv1, m0.cv2, m0.add, cv2
  const net::FeatureMap& half = network.maps[network.layers[3].input];
  CHECK(half.channels == 16);
  CHECK(half.part->whole == network.layers[2].output);
  CHECK(half.part->channel == 16);
  CHECK(network.layers[5].addend == network.layers[3].input);
  const int whole = network.layers[6].input;
  CHECK(network.maps[whole].channels == 48);
  CHECK(network.maps[network.layers[2].output].part->whole == whole);
  CHECK(network.maps[network.layers[5].output].part->channel == 32);
}

/// Why a layer by itself does not fit a design; empty if it does.
std::string problem_of(const LayerList& list, std::size_t k, const Plan& plan, bool gated) {
  compiler::Options how;
  how.gated = gated;
  how.values = false;
  try {
    compiler::compile(network_of(list, static_cast<int>(k), 1, plan, gated), plan, how);
  } catch (const compiler::CompileError& error) {
    return error.what();
  }
  return "";
}

// A sum over more inputs than the activation buffer holds would have to be computed in parts.
TEST_CASE("BuiltinLists.OnlySumsOverMoreThanTheBufferHoldsDoNotFitTheShippedDesigns") {
  for (const auto& file : std::filesystem::directory_iterator(test::source_dir() / "configs")) {
    if (file.path().extension() != ".yaml") continue;
    // 64 kB of memory hold no layer's weights
    const Plan plan = test::shipped_plan(file.path().stem(), {"memory.address_bits=32"});
    for (const std::string& name : builtin_names()) {
      const LayerList list = *builtin(name);
      for (std::size_t k = 0; k < list.layers.size(); ++k) {
        const ListedLayer& layer = list.layers[k];
        if (layer.two_inputs()) continue;
        const bool sum = layer.traits().own_weights && layer.groups == 1;
        const int inputs = layer.kernel_h * layer.kernel_w * layer.channels;
        const std::string problem = problem_of(list, k, plan, plan.config.gating);
        INFO(plan.config.name << " " << name << " " << layer.name << ": " << problem);
        CHECK(problem.empty() == !(sum && inputs > plan.config.buffers.activation));
      }
    }
  }
}

TEST_CASE("BuiltinLists.OtherNamesAreNone") { CHECK_FALSE(builtin("resnet19")); }

}  // namespace
}  // namespace sluice::estimate
