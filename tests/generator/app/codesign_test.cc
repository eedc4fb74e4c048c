// SPDX-License-Identifier: Apache-2.0
// sluice codesign: points, figures, commands that repeat them, mistakes.
#include <catch2/catch.hpp>
#include <set>

#include "tests/generator/app/study_dir.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using nlohmann::json;

std::string shell(const std::string& command) {
  return replace_all(command, "sluice ", program() + " ");
}

/// Numbers that a command prints under a key of its JSON, over all objects that it prints.
double mean_of(const std::string& text, const std::string& key) {
  double sum = 0;
  int count = 0;
  const std::string mark = "\"" + key + "\": ";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    sum += std::stod(text.substr(at + mark.size()));
    count++;
  }
  return count == 0 ? -1 : sum / count;
}

TEST_CASE("Codesign.EveryNetworkIsOnEveryConfigOnce") {
  const StudyDir study(kThreeNetworks);
  const RunResult result = study.run("--json");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const json summary = json::parse(result.out);
  CHECK(summary["points"] == 8);
  CHECK(summary["good"] == 8);
  CHECK(summary["failed"] == 0);
  CHECK(summary["there_before"] == 0);
  std::set<std::string> keys, rows;
  for (const json& point : study.points()) {
    keys.insert(point["key"]);
    rows.insert(point["key"].get<std::string>() + point["config"].get<std::string>());
    CHECK(point["knobs"].contains("share") == (point["knobs"]["gates"] == "channels"));
    CHECK(point["float_accuracy"] == 0.9375);
    CHECK(point["trained_accuracy"] == 0.925);
  }
  CHECK(keys.size() == 4);
  CHECK(rows.size() == 8);
  CHECK(json::parse(study.run("--json").out)["there_before"] == 8);
}

TEST_CASE("Codesign.TheTrainerIsToldThePoint") {
  const StudyDir study("networks: [{network: ds-cnn, gates: channels, block: 1, share: 0.2}]\n");
  REQUIRE(study.run().exit_code == 0);
  const json point = json::parse(
      study.text("networks/" + study.points()[0]["key"].get<std::string>() + "/point.json"));
  json wanted = {
      {"network", "ds-cnn"},
      {"data", {{"kind", "fashion-mnist"}}},
      {"epochs", 3},
      {"seed", 1},
      {"weights", 8},
      {"activations", 8},
      {"gates",
       {{"kind", "channels"}, {"partitions", 4}, {"block", 1}, {"groups", true}, {"share", 0.2}}},
      {"split", 0},
      {"circulant", 1},
      {"start", (study.folder() / "start").string()}};
  CHECK(point == wanted);
}

TEST_CASE("Codesign.FiguresAreThoseOfTheCommandsBesideThem") {
  const StudyDir study("networks: [{network: resnet20, gates: [none, channels]}]\n",
                       "data: {kind: images, path: .}\n"
                       "evaluate: {count: 20, images: 3, clock: 250, latency: 30, dram: ddr3}\n");
  REQUIRE(study.run().exit_code == 0);
  int compared = 0;
  for (const json& point : study.points()) {
    const json& commands = point["commands"];
    REQUIRE(commands.size() == 3);
    CHECK_THAT(commands[0].get<std::string>(), Contains("study_trainer.py networks/"));
    const auto output = [&](std::size_t k) {
      const std::string text = shell(commands[k]);
      const std::size_t done = text.find("; done");
      const RunResult result = run_shell(
          study.folder(),
          done == std::string::npos ? text + " --json" : text.substr(0, done) + " --json; done");
      INFO(text << "\n" << result.out);
      REQUIRE(result.exit_code == 0);
      return result.out;
    };
    CHECK(mean_of(output(1), "accuracy") == point["accuracy"].get<double>());
    const std::string estimates = output(2);
    const bool gated = point["knobs"]["gates"] == "channels" && point["config"] == "edge";
    const json one = json::parse(estimates.substr(0, estimates.find("\n}\n") + 2));
    if (!gated) {
      CHECK(one["cycles"] == point["cycles"]);
      CHECK(one["frames_per_second"].get<double>() ==
            Approx(point["frames_per_second"].get<double>()));
      CHECK(one["energy"]["total_uj"].get<double>() == Approx(point["energy_uj"].get<double>()));
    }
    CHECK(point["cycles_least"] <= one["cycles"]);
    CHECK(one["cycles"] <= point["cycles_most"]);
    CHECK((point["cycles_least"] < point["cycles_most"]) == gated);
    compared++;
  }
  CHECK(compared == 4);
}

TEST_CASE("Codesign.CyclesAreTheMeanOverImages") {
  const StudyDir study("networks: [{network: resnet20, gates: channels}]\n", "",
                       "  - " + (source_dir() / "configs/edge.yaml").string() + "\n");
  REQUIRE(study.run().exit_code == 0);
  const json point = study.points()[0];
  double sum = 0;
  for (const char* image : {"0", "1"}) {
    const RunResult alone =
        run_sluice("estimate configs/edge.yaml " +
                   (source_dir() / "verif/networks/fashion_block8.onnx").string() +
                   " --gated-only --json --image " + image);
    REQUIRE(alone.exit_code == 0);
    sum += json::parse(alone.out)["cycles"].get<double>();
  }
  CHECK(point["cycles"] == sum / 2);
}

TEST_CASE("Codesign.FilesAreTakenAsTheyAre") {
  const StudyDir study("networks:\n  - file: " +
                       (source_dir() / "verif/networks/fashion_block8.onnx").string() + "\n");
  const RunResult result = study.run();
  CHECK_THAT(result.out, Contains("2 points, 2 good, 0 failed; 0 there before") &&
                             Contains("no other point is both more accurate and has fewer cycles"));
  CHECK(study.points()[0]["network"] == "fashion_block8");
  CHECK_FALSE(fs::exists(study.folder() / "networks"));
}

TEST_CASE("Codesign.AFailedTrainingIsKeptWithItsLastLines") {
  const StudyDir study("networks: [{network: resnet20, gates: [planes, none]}]\n");
  const RunResult result = study.run();
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("4 points, 2 good, 2 failed; 0 there before") &&
                             Contains("the trainer ended with 2: planes of what? / no such gates "
                                      "in this trainer") &&
                             Contains("--retry-failed makes failed networks again"));
  const json failed = study.points()[0];
  CHECK(failed["ok"] == false);
  CHECK_FALSE(failed.contains("accuracy"));
  CHECK_THAT(study.run().out, Contains("2 failed; 4 there before"));
  CHECK_THAT(study.run("--retry-failed").out, Contains("2 failed; 2 there before"));
}

TEST_CASE("Codesign.TheReportHasTheFrontsAndTheCommands") {
  const StudyDir study(kThreeNetworks);
  REQUIRE(study.run().exit_code == 0);
  const std::string page = study.text("report.html");
  for (const char* text :
       {"Accuracy against cycles", "Accuracy against energy", "All points", "front-line",
        "sluice accuracy networks/resnet20-", "<li><i class=\"b1\"></i>ungated</li>"}) {
    INFO(text);
    CHECK_THAT(page, Contains(text));
  }
  CHECK(page.find("Accuracy against area") == std::string::npos);
}

TEST_CASE("Codesign.MistakesInTheFileHaveTheirPlace") {
  const StudyDir study(
      "networks:\n"
      "  - {network: resnet20, gates: [channel], wheights: 8, share: 2}\n"
      "  - {network: resnet20, weights: [8, 8], groups: 1}\n"
      "  - {file: none.onnx, bits: 9}\n"
      "  - {name: a/b, network: ds-cnn}\n",
      "data: {kind: cifar, images: x}\n"
      "evaluate: {count: 0, memories: cacti23}\n"
      "sweep: 1\n",
      "  - none.yaml\n");
  const RunResult result = study.run();
  CHECK(result.exit_code == 1);
  for (const char* message :
       {":4:33: error: 'gates' is 'channel', but must be none, channels or planes",
        ":4:43: error: there is no key 'wheights' here", "did you mean 'weights'?",
        ":4:63: error: 'share' is '2', but must be a number from 0 to 1",
        ":5:5: error: 'resnet20' is there a second time",
        ":5:38: error: 'weights' lists this value a second time",
        ":5:50: error: 'groups' is '1', but must be true or false",
        ":6:12: error: 'file' is 'none.onnx', which is not there",
        ":6:29: error: 'bits' is '9', but must be 2 to 8, or bits of weights and inputs",
        ":7:5: error: 'a/b' is no name",
        ":9:5: error: 'configs' is 'none.yaml', which is not there",
        ":10:14: error: 'kind' is 'cifar', but must be fashion-mnist, cifar10 or images",
        ":10:29: error: 'images' is 'x', which is not there",
        ":11:19: error: 'count' is '0', but must be a whole number from 1 to 1000000",
        ":11:32: error: 'cacti23' is no table of memories", "relative to the study's file",
        ":12:1: error: there is no key 'sweep' here", "errors; nothing was run"}) {
    INFO(message);
    CHECK_THAT(result.err, Contains(message[0] == ':' ? study.file() + message : message));
  }
  CHECK_FALSE(fs::exists(study.folder()));
  const json error = json::parse(study.run("--json").out)["errors"][0];
  CHECK(error["line"] == 4);
  CHECK(error["column"] == 33);
}

TEST_CASE("Codesign.AConfigThatIsNoneIsAMistake") {
  const StudyDir study(
      "networks: [{network: resnet20}]\n", "",
      "  - {config: " + (source_dir() / "configs/edge.yaml").string() + ", set: {rows: 18}}\n");
  const RunResult result = study.run();
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("'rows' is 18, but must be a multiple of"));
  CHECK_FALSE(fs::exists(study.folder()));
}

TEST_CASE("Codesign.WithoutDataNothingIsTrained") {
  const StudyDir study("networks: [{network: resnet20}]\n", "evaluate: {count: 5}\n");
  const RunResult result = study.run();
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("'data.kind' is missing") &&
                             Contains("add 'data: {kind: ..}' with fashion-mnist, cifar10 or "
                                      "images"));
}

TEST_CASE("Codesign.AnInterpreterThatIsNotThereIsNamed") {
  const StudyDir study("networks: [{network: resnet20}]\n");
  write_file(study.file(), "python: no_such_python\n" +
                               read_file(study.file()).substr(read_file(study.file()).find('\n')));
  const RunResult result = study.run();
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("no_such_python, which trains the study's networks, is not "
                                  "there; name another with 'python: /usr/bin/python3'"));
}

}  // namespace
}  // namespace sluice::test
