// SPDX-License-Identifier: Apache-2.0
// A study through the library alone: its points, and the tables of its rows.
#include <catch2/catch.hpp>
#include <set>

#include "generator/study/points.h"
#include "generator/study/result.h"
#include "tests/support/files.h"

namespace sluice::study {
namespace {

using Catch::Matchers::Contains;

std::optional<Spec> read(const std::string& networks, Diagnostics& diagnostics) {
  const test::TempDir temp;
  const std::string file = (temp.path() / "study.yaml").string();
  test::write_file(file, "data: {kind: fashion-mnist}\nconfigs: [" +
                             (test::source_dir() / "configs/edge.yaml").string() +
                             "]\nnetworks:\n" + networks);
  return read_spec(file, {"cacti65"}, diagnostics);
}

std::vector<NetworkPoint> points_of(const std::string& networks) {
  Diagnostics diagnostics;
  const std::optional<Spec> spec = read(networks, diagnostics);
  REQUIRE(spec);
  return network_points(*spec);
}

TEST_CASE("StudyPoints.TheLastKnobIsFastest") {
  const auto points = points_of("  - {network: a, circulant: [1, 4], weights: [8, 4]}\n");
  REQUIRE(points.size() == 4);
  std::string order;
  for (const NetworkPoint& point : points) {
    order += point.text_of("weights") + "/" + point.text_of("circulant") + " ";
  }
  CHECK(order == "8/1 8/4 4/1 4/4 ");
}

TEST_CASE("StudyPoints.KnobsOfGatesThatAreNotThereMakeNoPoints") {
  const auto points = points_of(
      "  - {network: a, gates: [none, planes, channels], share: [0.1, 0.2], partitions: [2, 4]}\n");
  // One without gates, two of planes (share), four of channels
  REQUIRE(points.size() == 7);
  CHECK(points[0].train["gates"] == json::Json({{"kind", "none"}}));
  CHECK(points[0].text_of("share").empty());
  CHECK_FALSE(points[1].train["gates"].contains("partitions"));
  CHECK(points[3].train["gates"]["partitions"] == 2);
}

TEST_CASE("StudyPoints.KeysNameWhatNetworksDependOn") {
  std::set<std::string> keys;
  for (const char* network :
       {"  - {network: a}\n", "  - {network: b}\n", "  - {network: a, seed: 2}\n",
        "  - {network: a, epochs: 3}\n", "  - {network: a, weights: 4}\n",
        "  - {network: a, gates: channels}\n", "  - {network: a, gates: channels, share: 0.3}\n",
        "  - {network: a, split: 0.02}\n"}) {
    keys.insert(points_of(network)[0].key);
  }
  CHECK(keys.size() == 8);
  // What is said, and what is meant without a word
  CHECK(points_of("  - {network: a, weights: 8, circulant: 1, gates: none}\n")[0].key ==
        points_of("  - {network: a}\n")[0].key);
}

TEST_CASE("StudyPoints.FilesHaveTheKnobsOfQuantisation") {
  const std::string file = (test::source_dir() / "verif/networks/fashion_block8.onnx").string();
  const auto points = points_of("  - {file: " + file + ", bits: [8, 4x4], clip: [mse, kl]}\n");
  REQUIRE(points.size() == 4);
  CHECK(points[0].quantised());
  CHECK_FALSE(points[0].trained());
  CHECK(points[3].text_of("bits") == "4x4");
  CHECK(points[3].text_of("clip") == "kl");
  CHECK_FALSE(points_of("  - {file: " + file + "}\n")[0].quantised());
  Diagnostics diagnostics;
  CHECK_FALSE(read("  - {file: " + file + ", gates: channels}\n", diagnostics));
  CHECK_THAT(diagnostics.at(0).message, Contains("there is no key 'gates' here"));
}

TEST_CASE("StudySpec.ExamplesAreRead") {
  int studies = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::source_dir() / "configs/studies")) {
    Diagnostics diagnostics;
    INFO(entry.path());
    const std::optional<Spec> spec = read_spec(entry.path().string(), {"cacti65"}, diagnostics);
    REQUIRE(spec);
    CHECK(spec->configs.size() >= 3);
    studies++;
  }
  CHECK(studies >= 2);
}

TEST_CASE("StudySpec.SaysWhatTheTrainerAndTheEvaluationGet") {
  Diagnostics diagnostics;
  const std::optional<Spec> spec = read(
      "  - {network: a}\n"
      "python: py\n"
      "train: {epochs: 4, float_epochs: 5, seed: 6}\n"
      "evaluate: {count: 7, images: 8, clock: 9, latency: 10, dram: ddr3}\n",
      diagnostics);
  REQUIRE(spec);
  CHECK(spec->python == "py");
  CHECK(spec->count == 7);
  CHECK(spec->images == 8);
  CHECK(spec->clock == 9);
  CHECK(spec->latency == 10);
  CHECK(spec->dram == "ddr3");
  const json::Json train = network_points(*spec)[0].train;
  CHECK(train["epochs"] == 4);
  CHECK(train["float_epochs"] == 5);
  CHECK(train["seed"] == 6);
  CHECK_FALSE(points_of("  - {network: a}\n")[0].train.contains("float_epochs"));
}

TEST_CASE("StudyPoints.TooManyAreRefused") {
  std::string list = "1";
  for (int k = 2; k <= 200; k++) list += ", " + std::to_string(k);
  Diagnostics diagnostics;
  CHECK_FALSE(
      read("  - {network: a, seed: [" + list + "], epochs: [" + list + "]}\n", diagnostics));
  CHECK(diagnostics.at(0).message == "the study has more than 10000 points");
}

Row row_of(const std::string& network, double accuracy, double cycles, double energy) {
  Row row;
  row.network = network;
  row.config = "edge";
  row.key = network + "-1";
  row.settings = {{"gates", "\"none\""}, {"share", network == "a" ? "0.1" : "0.2"}};
  row.figures.accuracy = accuracy;
  row.figures.cycles = cycles;
  row.figures.energy_uj = energy;
  row.commands = {"sluice accuracy x"};
  return row;
}

StudyResult three_rows() {
  StudyResult study;
  study.title = "three";
  study.knobs = {"gates", "share"};
  study.clock_mhz = 100;
  study.rows = {row_of("a", 0.5, 100, 9), row_of("b", 0.75, 200.5, 8), row_of("c", 0.625, 300, 7)};
  Row failed = row_of("d", 0.9, 1, 1);
  failed.error = "it says: \"no\", twice";
  study.rows.push_back(failed);
  return study;
}

TEST_CASE("StudyTables.FrontsAreOfGoodPointsThatNoOtherBeats") {
  const StudyResult study = three_rows();
  const std::vector<Cost> costs = costs_of(study);
  REQUIRE(costs.size() == 2);  // no row has an area
  const Front cycles = front_of(study, costs[0]), energy = front_of(study, costs[1]);
  CHECK(cycles.rows == std::vector<std::size_t>{0, 1, 2});
  CHECK(cycles.best == std::vector<std::size_t>{0, 1});
  CHECK(energy.best == std::vector<std::size_t>{2, 1});
  CHECK_THAT(results_text(study), Contains("failed, 1 x: d on edge: it says:") &&
                                      Contains("75.00 %") && Contains("b on edge: share 0.2"));
}

TEST_CASE("StudyTables.CsvHasALineForEachRow") {
  const std::string text = results_csv(three_rows());
  CHECK(
      text.starts_with("network,config,gates,share,ok,float_accuracy,trained_accuracy,accuracy,"));
  CHECK_THAT(text, Contains("\na,edge,none,0.1,true,,,0.5,,100,,") &&
                       Contains("\nb,edge,none,0.2,true,,,0.75,,200.5,,") &&
                       Contains(",\"it says: \"\"no\"\", twice\",d-1\n"));
}

TEST_CASE("StudyTables.JsonHasFiguresCommandsAndErrors") {
  const json::Json all = json_of(three_rows());
  REQUIRE(all["points"].size() == 4);
  CHECK(all["points"][1]["cycles"] == 200.5);
  CHECK(all["points"][0]["cycles"].dump() == "100");
  CHECK(all["points"][0]["knobs"]["share"] == 0.1);
  CHECK(all["points"][0]["commands"][0] == "sluice accuracy x");
  CHECK_FALSE(all["points"][0].contains("error"));
  CHECK(all["points"][3]["ok"] == false);
}

}  // namespace
}  // namespace sluice::study
