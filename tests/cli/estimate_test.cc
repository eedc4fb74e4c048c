// sluice estimate: tables, JSON, mistakes and exit codes.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/files.h"

namespace sluice::test {
namespace {

using Catch::Matchers::Contains;
using nlohmann::json;

json json_of(const std::string& arguments) {
  const RunResult result = run_sluice("estimate " + arguments + " --json");
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  return json::parse(result.out);
}

TEST_CASE("Estimate.JsonHasTotalsAndEveryLayer") {
  const json result = json_of("configs/block16x4.yaml resnet18 --density 0.2 --clock 500");
  CHECK(result["ok"] == true);
  CHECK(result["design"] == "sluice_block16x4");
  CHECK(result["network"] == "resnet18");
  CHECK(result["macs"] == 1814073344);
  CHECK(result["layers"].size() == 31);
  CHECK(result["layers_off_accelerator"] == 0);
  CHECK(result["frames_per_second"].get<double>() ==
        Approx(500e6 / result["cycles"].get<double>()));
  double cycles = 0, read = result["command_bytes"], written = 0;
  for (const json& layer : result["layers"]) {
    cycles += layer["cycles"].get<double>();
    CHECK(layer["on_accelerator"] == true);
    read += layer["read_bytes"].get<double>();
    written += layer["write_bytes"].get<double>();
    if (layer["gated"] == true) {
      CHECK(layer["open_share"].get<double>() == Approx(0.2).margin(0.01));
      CHECK(layer["measured_over_theoretical"] > 0.8);
      CHECK(layer["measured_over_theoretical"] <= 1.0);
    }
  }
  CHECK(cycles == result["cycles"]);
  CHECK(read == result["read_bytes"]);
  CHECK(written == result["write_bytes"]);
}

TEST_CASE("Estimate.WithoutGatesNothingIsCompared") {
  const json result = json_of("configs/edge.yaml resnet20-cifar --no-gates");
  CHECK_FALSE(result.contains("gated_layers"));
  CHECK(result["macs"] == result["macs_done"]);
  const json gated = json_of("configs/edge.yaml resnet20-cifar");
  CHECK(gated["cycles_without_gates"] == result["cycles"]);
  const json only = json_of("configs/edge.yaml resnet20-cifar --gated-only");
  CHECK(only["cycles"] == gated["cycles"]);
  CHECK_FALSE(only.contains("gated_layers"));
}

TEST_CASE("Estimate.SlowerMemoryIsNotFaster") {
  const json near = json_of("configs/edge.yaml resnet20-cifar --gated-only --latency 1");
  const json far = json_of("configs/edge.yaml resnet20-cifar --gated-only --latency 200");
  CHECK(near["cycles"] < far["cycles"]);
}

TEST_CASE("Estimate.TheTableSaysWhatIsNotOnTheAccelerator") {
  const RunResult result = run_sluice("estimate configs/block16x4.yaml vgg16 --gated-only");
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("fc1") && Contains("not on the accelerator") &&
                             Contains("frames a second") && Contains("their time is not counted"));
}

TEST_CASE("Estimate.FilesOfLayersAndGates") {
  const TempDir folder;
  write_file(folder.path() / "net.csv",
             "name,kind,height,width,channels,outputs,kernel,padding,gate\n"
             "a,conv,16,16,16,16,3,1,lane\n"
             "b,conv,16,16,16,32,3,1,\n");
  write_file(folder.path() / "share.csv", "layer,density\na,0\n");
  write_file(folder.path() / "open.csv", "layer,gate,row,column\na,0,3,4\na,1,15,15\n");
  const std::string net = "configs/edge.yaml " + (folder.path() / "net.csv").string();
  const json closed = json_of(net + " --densities " + (folder.path() / "share.csv").string());
  CHECK(closed["layers"][0]["open_share"] == 0);
  const json two = json_of(net + " --open-gates " + (folder.path() / "open.csv").string());
  CHECK(two["layers"][0]["open_share"] == Approx(2.0 / (4 * 256)));
  CHECK(two["cycles"] >= closed["cycles"]);
}

TEST_CASE("Estimate.MistakesInFilesHaveTheirPlace") {
  const TempDir folder;
  const std::string file = (folder.path() / "net.csv").string();
  write_file(file, "name,kind,height,width,channels\na,cnv,8,8,4\n");
  const RunResult text = run_sluice("estimate configs/edge.yaml " + file);
  CHECK(text.exit_code == 1);
  CHECK(text.err == "error: " + file +
                        ":2:3: found 'cnv' as kind; allowed are conv, depthwise, dense, max_pool, "
                        "average_pool or add\n");
  const RunResult as_json = run_sluice("estimate configs/edge.yaml " + file + " --json");
  CHECK(as_json.exit_code == 1);
  const json error = json::parse(as_json.out)["errors"][0];
  CHECK(error["line"] == 2);
  CHECK(error["column"] == 3);
  CHECK(run_sluice("estimate configs/edge.yaml no_such_network").exit_code == 1);
  CHECK(run_sluice("estimate configs/edge.yaml verif/networks/fashion_block8.onnx --densities x")
            .exit_code == 1);
}

TEST_CASE("Estimate.UsageMistakesEndWithTwo") {
  CHECK(run_sluice("estimate configs/edge.yaml").exit_code == 2);
  CHECK(run_sluice("estimate configs/edge.yaml resnet18 --density 2").exit_code == 2);
  CHECK(run_sluice("estimate configs/edge.yaml resnet18 --latency 0").exit_code == 2);
  CHECK(run_sluice("estimate configs/edge.yaml resnet18 --no-gates --gated-only").exit_code == 2);
}

TEST_CASE("Estimate.NothingOnTheAcceleratorIsAnError") {
  const TempDir folder;
  const std::string file = (folder.path() / "net.csv").string();
  write_file(file, "name,kind,height,width,channels\na,add,8,8,4\n");
  const RunResult result = run_sluice("estimate configs/edge.yaml " + file);
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("no layer of 'net' is on the accelerator"));
}

}  // namespace
}  // namespace sluice::test
