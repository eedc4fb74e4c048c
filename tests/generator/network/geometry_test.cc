// SPDX-License-Identifier: Apache-2.0
// Windows of convolutions and pooling in all spellings, against the operators' definitions.
#include "generator/network/geometry.h"

#include <catch2/catch.hpp>

#include "tests/generator/network/import_checks.h"

namespace sluice::test {
namespace {

/// A convolution of an input of `dims`, whose attributes are still to be set.
OnnxModel convolution(const Dims& dims, const Dims& weights, unsigned seed) {
  Random random(seed);
  OnnxModel model(kInt8, dims);
  model.output(
      model.node("QLinearConv",
                 {"input", model.scalar(0.5F), zero_point(model, kInt8, 9),
                  model.tensor(weights, random.numbers<std::int8_t>(count(weights), -127, 127)),
                  model.scalar(1.0F / 256), zero_point(model, kInt8, 0), model.scalar(0.5F),
                  zero_point(model, kInt8, -3)},
                 "conv"));
  return model;
}

OnnxModel max_pool(const Dims& dims, const Dims& kernel) {
  OnnxModel model(kInt8, dims);
  model.output(model.node("MaxPool", {"input"}, "pool"));
  model.set("kernel_shape", kernel);
  return model;
}

}  // namespace

TEST_CASE("Geometry.PaddingToTheSameSize") {
  for (const char* side : {"SAME_UPPER", "SAME_LOWER"}) {
    for (const Dims& strides : {Dims{1, 1}, Dims{2, 2}, Dims{3, 1}}) {
      for (const std::int64_t size : {7, 8, 9}) {
        INFO(side << ", strides " << strides[0] << ", " << strides[1] << ", size " << size);
        OnnxModel conv = convolution({1, 2, size, size + 1}, {3, 2, 3, 4}, 1);
        conv.set("auto_pad", side).set("strides", strides);
        compare(conv, 0);
        OnnxModel pool = max_pool({1, 2, size, size + 1}, {3, 2});
        pool.set("auto_pad", side).set("strides", strides);
        compare(pool, 0);
      }
    }
  }
}

TEST_CASE("Geometry.DilatedKernelsHaveZerosBetweenTheirTaps") {
  for (const Dims& dilations : {Dims{2, 2}, Dims{1, 3}, Dims{4, 1}}) {
    INFO(dilations[0] << ", " << dilations[1]);
    OnnxModel model = convolution({1, 4, 11, 12}, {4, 2, 3, 3}, 2);
    model.set("dilations", dilations).set("group", 2).set("pads", Dims{2, 1, 0, 2});
    model.set("strides", Dims{1, 2});
    compare(model, 0);
    const net::Layer layer = import_model(model).layers.at(0);
    CHECK(layer.kernel_h == 2 * dilations[0] + 1);
    CHECK(layer.kernel_w == 2 * dilations[1] + 1);
  }
  OnnxModel same = convolution({1, 2, 9, 9}, {2, 2, 3, 3}, 3);
  same.set("dilations", Dims{2, 2}).set("auto_pad", "SAME_UPPER");
  compare(same, 0);
}

TEST_CASE("Geometry.MaxPoolsWhoseSizesAreRoundedUp") {
  for (const std::int64_t size : {5, 6, 7, 8}) {
    for (const std::int64_t pad : {0, 1}) {
      INFO("size " << size << ", padding " << pad);
      OnnxModel model = max_pool({1, 3, size, size + 1}, {3, 2});
      model.set("strides", Dims{2, 3}).set("ceil_mode", 1).set("pads", Dims{pad, 0, pad, 0});
      compare(model, 0);
    }
  }
}

}  // namespace sluice::test
