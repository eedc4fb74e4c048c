// SPDX-License-Identifier: Apache-2.0
// TFLite files given to the commands, and what they leave to the host.
#include <catch2/catch.hpp>

#include "tests/generator/network/tflite/tflite_model.h"
#include "tests/support/files.h"
#include "tests/support/npy.h"

namespace sluice::test {
namespace {

using Catch::Contains;

/// A dense layer of four inputs with Softmax behind.
std::string scores_file() {
  TfliteModel model;
  const int x = model.map({1, 4}, 0.5F, 0);
  const int w = model.weights({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}, {1.0F});
  const int y = model.map({1, 2}, 0.25F, 7);
  const int p = model.tensor({1, 2}, tfl::kInt8, {1.0F / 256}, -128, 0, "", "scores");
  model.add(tfl::kFullyConnected, {x, w}, y);
  model.add(tfl::kSoftmax, {y}, p, {{0, flat_scalar(1.0F)}});
  return model.bytes(x, p);
}

}  // namespace

TEST_CASE("TfliteCommands.WhatIsLeftToTheHostIsNamedOrRefused") {
  const TempDir temp;
  const std::string file = (temp.path() / "scores.tflite").string();
  write_file(file, scores_file());
  const RunResult named = run_sluice("estimate configs/tiny.yaml " + file);
  CHECK(named.exit_code == 0);
  CHECK_THAT(named.out,
             Contains("on the host, behind the last layer: 'scores' (Softmax), reads 2 bytes and "
                      "writes 8; it is in no figure above"));
  const std::string compiled = (temp.path() / "scores.slim").string();
  for (const std::string& command :
       {"estimate configs/tiny.yaml " + file, "run configs/tiny.yaml " + file + " --random",
        "accuracy " + file, "compile configs/tiny.yaml " + file + " -o " + compiled}) {
    INFO(command);
    const RunResult refused = run_sluice(command + " --no-host");
    CHECK(refused.exit_code == 1);
    CHECK(refused.err == "error: " + file +
                             ": node 'scores' (Softmax): is left to the host, which --no-host "
                             "refuses\n  help: let the network begin behind it or end before it\n");
  }
  CHECK_FALSE(std::filesystem::exists(compiled));
}

TEST_CASE("TfliteCommands.ArraysOfImagesAndResultsHaveChannelsLast") {
  const TempDir temp;
  const std::string file = (temp.path() / "copy.tflite").string();
  TfliteModel model;
  const int x = model.map({1, 2, 1, 3}, 1.0F, 0);
  const int w = model.weights({3, 1, 1, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1}, {1.0F});
  const int y = model.map({1, 2, 1, 3}, 1.0F, 0);
  model.add(tfl::kConv, {x, w}, y);
  write_file(file, model.bytes(x, y));
  const std::string images = (temp.path() / "images.npy").string();
  const std::string results = (temp.path() / "results.npz").string();
  write_file(images, npy_bytes("|i1", "(1, 2, 1, 3)", std::string{1, 2, 3, 4, 5, 6}));
  const RunResult run =
      run_sluice("accuracy " + file + " --images " + images + " --outputs " + results);
  INFO(run.err);
  CHECK(run.exit_code == 0);
  const std::string codes = zip_entries(results).at("codes.npy");
  CHECK_THAT(codes, Contains("(1, 2, 1, 3)"));
  CHECK(codes.substr(codes.size() - 6) == std::string{1, 2, 3, 4, 5, 6});
}

}  // namespace sluice::test
