// SPDX-License-Identifier: Apache-2.0
// sluice codesign: float files that it quantises, and the parts as a job of Slurm.
#include <catch2/catch.hpp>

#include "tests/generator/app/small_slurm.h"
#include "tests/generator/app/study_dir.h"
#include "tests/generator/network/onnx_model.h"
#include "tests/support/normal.h"
#include "tests/support/npy.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using nlohmann::json;

/// A float network, twenty images of 8 x 8 and labels, in the study's folder of files.
void write_float_files(const fs::path& folder) {
  OnnxModel model(onnx::TensorProto::FLOAT, {1, 1, 8, 8});
  std::string x =
      model.node("Conv", {"input", model.tensor<float>({4, 1, 3, 3}, normal(36, 1, 0.5))});
  x = model.node("Flatten", {model.node("Relu", {x})});
  model.output(model.node("MatMul", {x, model.tensor<float>({144, 5}, normal(720, 2, 0.3F))}));
  write_file(folder / "float.onnx", model.bytes());
  write_file(folder / "images.npy",
             npy_bytes("<f4", "(20, 1, 8, 8)", bytes_of(normal(20 * 64, 3, 1))));
  std::vector<std::uint8_t> labels;
  for (int i = 0; i < 20; ++i) labels.push_back(static_cast<std::uint8_t>(i % 5));
  write_file(folder / "labels.npy", npy_bytes("|u1", "(20,)", bytes_of(labels)));
}

TEST_CASE("Codesign.FloatFilesAreQuantised") {
  const StudyDir study("networks: [{file: float.onnx, bits: [8, 4], split: [0, 0.5]}]\n",
                       "data: {images: images.npy, labels: labels.npy}\n"
                       "evaluate: {count: 20}\n",
                       "  - " + (source_dir() / "configs/edge.yaml").string() + "\n");
  const fs::path folder = study.folder().parent_path();
  write_float_files(folder);
  const RunResult result = study.run();
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("4 points, 4 good, 0 failed"));
  for (const json& point : study.points()) {
    const std::string bits = point["knobs"]["bits"];
    const std::string split = point["knobs"]["split"].dump();
    const std::string net = (folder / "net.onnx").string();
    const RunResult alone =
        run_sluice("quantise " + (folder / "float.onnx").string() + " -o " + net + " --bits " +
                   bits + " --split " + split + " --images " + (folder / "images.npy").string() +
                   " --labels " + (folder / "labels.npy").string() + " --json");
    REQUIRE(alone.exit_code == 0);
    CHECK(read_file(net) ==
          study.text("networks/" + point["key"].get<std::string>() + "/network.onnx"));
    const json found = json::parse(alone.out)["accuracy"];
    CHECK(point["float_accuracy"] == found["float"]["accuracy"]);
    CHECK_THAT(point["commands"][0].get<std::string>(),
               Contains("sluice quantise ") && Contains("--bits " + bits + " --split " + split));
  }
}

TEST_CASE("Codesign.AnArrayJobOfSlurmGivesTheSameTable") {
  const std::unique_ptr<SmallSlurm> slurm = start_slurm();
  if (!slurm) return;
  const StudyDir study(kThreeNetworks);
  REQUIRE(study.run("", "whole").exit_code == 0);
  const RunResult job = slurm->run(study.command("--executor slurm --tasks 2"));
  INFO(job.out);
  REQUIRE(job.exit_code == 0);
  CHECK_THAT(job.out, Contains("8 points, 8 good, 0 failed; 8 there before"));
  CHECK(study.text("points.csv") == study.text("points.csv", "whole"));
}

}  // namespace
}  // namespace sluice::test
