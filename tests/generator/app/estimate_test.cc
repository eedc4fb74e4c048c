// SPDX-License-Identifier: Apache-2.0
// sluice estimate: tables, JSON, mistakes and exit codes.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using nlohmann::json;

json json_of(const std::string& arguments) {
  const RunResult result = run_sluice("estimate " + arguments + " --json");
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  return json::parse(result.out);
}

TEST_CASE("Estimate.JsonHasTotalsAndEveryLayer") {
  const json result = json_of("configs/fold1024.yaml resnet18 --density 0.2 --clock 500");
  CHECK(result["ok"] == true);
  CHECK(result["design"] == "sluice_fold1024");
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

/// Sums over 3 x 3 x 512 inputs, which 4096 bytes do not hold: with two additions of them 5 of 31
/// layers do not run.
const char* const kSmallBuffer = "configs/edge.yaml resnet18 --set buffers.activation=4096";

TEST_CASE("Estimate.ANetworkThatDoesNotRunWholeIsAnError") {
  const RunResult result = run_sluice(std::string("estimate ") + kSmallBuffer);
  CHECK(result.exit_code == 1);
  CHECK(result.out.starts_with("5 of 31 layers NOT RUN; the first: stage4.1.conv2: "));
  CHECK_THAT(result.err, Contains("'sluice_edge' does not run 'resnet18' whole: 5 of 31 "
                                  "layers NOT RUN") &&
                             Contains("--partial"));
  CHECK_THAT(result.out, Contains("the 26 layers that run on the accelerator: ") &&
                             !Contains("frames a second") && !Contains("all layers"));
}

TEST_CASE("Estimate.JsonOfAPartHasNoFiguresOfTheNetwork") {
  const RunResult result = run_sluice(std::string("estimate ") + kSmallBuffer + " --json");
  CHECK(result.exit_code == 1);
  const json part = json::parse(result.out);
  CHECK(part["ok"] == false);
  CHECK(part["runs_whole"] == false);
  CHECK(part["layer_count"] == 31);
  CHECK(part["layers_off_accelerator"] == 5);
  CHECK_THAT(part["errors"][0]["message"].get<std::string>(), Contains("5 of 31 layers NOT RUN"));
  CHECK(part["frames_per_second"].is_null());
  CHECK(part["cycles"].is_null());
  for (const char* name : {"utilisation", "macs", "read_bytes", "cycles_without_gates",
                           "gated_layers", "whole_network", "energy"}) {
    INFO(name);
    CHECK_FALSE(part.contains(name));
  }
  std::uint64_t cycles = 0;
  for (const json& layer : part["layers"]) cycles += layer["cycles"].get<std::uint64_t>();
  CHECK(cycles > 0);
  CHECK(part["layers_that_run"]["cycles"] == cycles);
  CHECK_FALSE(part["layers_that_run"].contains("whole_network"));
}

TEST_CASE("Estimate.APartIsAcceptedWhereItIsAskedFor") {
  const std::string command = std::string("estimate ") + kSmallBuffer + " --partial";
  const RunResult text = run_sluice(command);
  CHECK(text.exit_code == 0);
  CHECK(text.err == "");
  CHECK(text.out.starts_with("5 of 31 layers NOT RUN"));
  const RunResult result = run_sluice(command + " --json");
  CHECK(result.exit_code == 0);
  const json part = json::parse(result.out);
  CHECK(part["ok"] == true);
  CHECK(part["runs_whole"] == false);
  CHECK_THAT(part["not_run"].get<std::string>(), Contains("5 of 31 layers NOT RUN"));
  CHECK(part["frames_per_second"].is_null());
  const json whole = json_of("configs/fold1024.yaml resnet18 --gated-only --partial");
  CHECK(whole["runs_whole"] == true);
  CHECK(whole["frames_per_second"] > 0);
  CHECK_FALSE(whole.contains("not_run"));
}

TEST_CASE("Estimate.TheTableSaysWhatIsNotOnTheAccelerator") {
  const RunResult result = run_sluice(
      "estimate configs/edge.yaml vgg16 --set buffers.activation=16384 --gated-only --partial");
  CHECK(result.exit_code == 0);
  CHECK(
      result.out.starts_with("1 of 21 layers NOT RUN; the first: fc1: the input of one output "
                             "position takes 25088 bytes"));
  CHECK_THAT(result.out,
             Contains("fc1") && Contains("not on the accelerator") && !Contains("frames a second"));
}

TEST_CASE("Estimate.EvenGatesAreSaidToBeEven") {
  const std::string note =
      "open in every block, by construction (drawn at random with one chance for all of a layer); "
      "the gates of a trained network are uneven";
  const RunResult text =
      run_sluice("estimate configs/edge.yaml resnet20-cifar --density 0.25 --densities even");
  CHECK_THAT(text.out, Contains("gates: 2") && Contains(note.substr(8)));
  const json drawn = json_of("configs/edge.yaml resnet20-cifar --density 1 --densities even");
  CHECK(drawn["gates_drawn"] == true);
  CHECK(drawn["gates_even_by_construction"] == true);
  CHECK(drawn["gates_note"] == "gates: 100.0 % " + note);
  const json none = json_of("configs/edge.yaml resnet20-cifar --no-gates");
  CHECK(none["gates_drawn"] == false);
  CHECK(none["gates_even_by_construction"] == false);
  CHECK_FALSE(none.contains("gates_note"));
  // The gates of an image are measured; with --density they are drawn
  const std::string onnx = "configs/edge.yaml verif/networks/fashion_block8.onnx";
  CHECK(json_of(onnx)["gates_drawn"] == false);
  const json even = json_of(onnx + " --density 0.5 --densities even");
  CHECK(even["gates_even_by_construction"] == true);
}

TEST_CASE("Estimate.GatesAreDrawnUnevenUnlessAsked") {
  const std::string net = "configs/fold1024.yaml resnet18";
  const json uneven = json_of(net), even = json_of(net + " --densities even");
  CHECK(even["cycles"] == 831150);
  CHECK(even["cycles_without_gates"] == 1862762);
  CHECK(even["gates_even_by_construction"] == true);
  CHECK(uneven["gates_drawn"] == true);
  CHECK(uneven["gates_even_by_construction"] == false);
  CHECK(uneven["cycles_without_gates"] == 1862762);
  CHECK(uneven["cycles"] == 832982);  // one lane, so no lane waits for another
  CHECK_THAT(uneven["gates_note"].get<std::string>(),
             StartsWith("gates: 14.3 % open, drawn at random and uneven, about as in trained "
                        "networks (log-odds of blocks spread by 0.15, of a block over images by "
                        "0.23; neighbours are alike)"));
  CHECK(json_of(net + " --densities uneven") == uneven);
  CHECK(json_of(net + " --seed 2")["cycles"] != uneven["cycles"]);
  const std::string onnx = "configs/edge.yaml verif/networks/fashion_block8.onnx --density 0.5";
  CHECK(json_of(onnx)["gates_even_by_construction"] == false);
  CHECK(json_of(onnx)["cycles"] != json_of(onnx + " --densities even")["cycles"]);
}

TEST_CASE("Estimate.WordsAndFilesOfDensities") {
  const TempDir folder;
  const auto error = [&](const std::string& arguments) {
    const RunResult result = run_sluice("estimate configs/edge.yaml " + arguments);
    CHECK(result.exit_code == 1);
    return result.err;
  };
  CHECK_THAT(error("resnet20-cifar --densities evn"),
             Contains("evn: this is neither a way to draw gates nor such a file; allowed are even, "
                      "uneven, and the path of an existing CSV file"));
  const std::string onnx = "verif/networks/fashion_block8.onnx";
  CHECK_THAT(
      error(onnx + " --densities even"),
      Contains("'even' says how gates are drawn; of a network file they are those of an image, "
               "unless --density says how many are open"));
  write_file(folder.path() / "even", "layer,density\nstage1.1.conv1,1\n");
  const std::string file = (folder.path() / "even").string();
  CHECK_THAT(error(onnx + " --density 0.5 --densities " + file),
             Contains("densities of layers are for lists of layers"));
  // A file of that name
  const json open = json_of("configs/edge.yaml resnet20-cifar --densities " + file);
  CHECK(open["layers"][1]["name"] == "stage1.1.conv1");
  CHECK(open["layers"][1]["open_share"] == 1);
  CHECK(open["gates_even_by_construction"] == false);
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
                        "average_pool, add or multiply\n");
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

/// What `sluice power` prints, with easy numbers: a clock of 100 MHz.
std::string power_report(const std::string& hash) {
  const char* mode =
      R"({"gated": %G, "clock_mw": 60, "leakage_mw": 20, "data_mw": %D, "memories_mw": 8,
          "cycles": 1000, "products_8": 500})";
  const auto with = [&](const char* gated, const char* data) {
    std::string text = mode;
    text.replace(text.find("%G"), 2, gated);
    return text.replace(text.find("%D"), 2, data);
  };
  return R"({"hash": ")" + hash + R"(", "design": "sluice_edge", "network": "a.onnx",
"liberty": "osu018_stdcells", "supply_v": 1.8, "period_ps": 10000, "modes": [)" +
         with("true", "40") + "," + with("false", "50") + "]}";
}

TEST_CASE("Estimate.EnergyFromAReportOfPower") {
  const TempDir temp;
  const std::string file = (temp.path() / "power.json").string();
  const std::string command = "configs/edge.yaml resnet20-cifar --power " + file;
  const json plain = json_of("configs/edge.yaml resnet20-cifar --memories none");
  CHECK_FALSE(plain.contains("energy"));
  write_file(file, power_report(plain["hash"]));
  const json result = json_of(command);
  // 80 mW x 10 ns = 800 pJ a cycle; 400 pJ x 1000 cycles / 500 = 800 pJ a product; put into the
  // node of the memories by 65 nm / 180 nm and (1.2 V / 1.8 V) squared
  const double scale = 65.0 / 180 * (1.2 / 1.8) * (1.2 / 1.8);
  const double cycles = plain["cycles"], products = plain["work"]["products_8"];
  const json energy = result["energy"];
  CHECK(energy["parts"]["logic_clock"].get<double>() == Approx(scale * 800e-6 * cycles));
  CHECK(energy["parts"]["logic_data"].get<double>() == Approx(scale * 800e-6 * products));
  CHECK(energy["basis"]["logic"] == "a.onnx on sluice_edge");
  CHECK(energy["basis"]["logic_measured"] == true);
  CHECK(energy["basis"]["logic_scale"].get<double>() == Approx(scale));
  const json without = json_of(command + " --no-gates");
  CHECK(result["energy_without_gates"]["parts"]["logic_clock"].get<double>() ==
        Approx(scale * 800e-6 * plain["cycles_without_gates"].get<double>()));
  CHECK(result["energy_without_gates"]["parts"]["logic_data"].get<double>() ==
        Approx(scale * 1000e-6 * without["work"]["products_8"].get<double>()));
  CHECK_THAT(run_sluice("estimate " + command).out,
             Contains("  energy of a frame: ") &&
                 Contains("logic: a.onnx on sluice_edge with osu018_stdcells, measured on this "
                          "design"));
}

TEST_CASE("Estimate.EnergyBySumsOfItsLayersLevelsTensorsAndParts") {
  const json result = json_of("configs/edge.yaml resnet20-cifar --dram 10");
  const json energy = result["energy"];
  const auto sum = [](const json& object) {
    double all = 0;
    for (const json& one : object) all += one.get<double>();
    return all;
  };
  const double total = energy["total_uj"];
  CHECK(sum(energy["by_level"]) == Approx(total));
  CHECK(sum(energy["by_tensor"]) == Approx(total));
  CHECK(sum(energy["parts"]) == Approx(total));
  // Commands belong to no layer
  const json parts = energy["parts"];
  const double bytes = result["read_bytes"].get<double>() + result["write_bytes"].get<double>();
  CHECK(energy["by_level"]["dram"].get<double>() == Approx(bytes * 80e-6));
  CHECK(parts["dram_weights"].get<double>() ==
        Approx(result["weight_read_bytes"].get<double>() * 80e-6));
  CHECK(parts["dram_maps_read"].get<double>() ==
        Approx(result["map_read_bytes"].get<double>() * 80e-6));
  double dram = parts["dram_commands"], logic = 0;
  std::uint64_t weight_reads = 0, decisions = 0;
  for (const json& layer : result["layers"]) {
    if (layer.contains("computed_with")) continue;
    weight_reads += layer["accesses"]["weight_buffer"]["reads"].get<std::uint64_t>();
    decisions += layer["work"]["gate_decisions"].get<std::uint64_t>();
    dram += layer["energy_uj"]["dram"].get<double>();
    logic += layer["energy_uj"]["logic"].get<double>();
  }
  CHECK(dram == Approx(energy["by_level"]["dram"].get<double>()));
  CHECK(logic == Approx(energy["by_level"]["logic"].get<double>()));
  CHECK(result["accesses"]["weight_buffer"]["reads"] == weight_reads);
  CHECK(result["work"]["gate_decisions"] == decisions);
  CHECK(decisions > 0);
  CHECK(energy["fj_per_mac"].get<double>() ==
        Approx(1e9 * total / result["macs_done"].get<double>()));
}

TEST_CASE("Estimate.EnergyTakesTheMemoriesAndTheDramThatAreAskedFor") {
  const std::string command = "configs/edge.yaml resnet20-cifar --gated-only ";
  const json at65 = json_of(command)["energy"],
             at22 = json_of(command + "--memories cacti22")["energy"];
  CHECK(at65["basis"]["memories"] == "cacti65 (65 nm)");
  CHECK(at22["basis"]["memories"] == "cacti22 (22 nm)");
  CHECK(at22["parts"]["weight_buffer"] < at65["parts"]["weight_buffer"]);
  CHECK(at22["by_level"]["logic"] < at65["by_level"]["logic"]);
  CHECK(json_of(command + "--dram ddr3")["energy"]["by_level"]["dram"].get<double>() ==
        Approx(at65["by_level"]["dram"].get<double>() * 70 / 14));
  const auto error = [&](const std::string& more) {
    const RunResult result = run_sluice("estimate " + command + more);
    CHECK(result.exit_code == 1);
    return result.err;
  };
  CHECK_THAT(error("--dram ddr9"), Contains("--dram ddr9: not a memory; give lpddr4, ddr3, or pJ"));
  CHECK_THAT(error("--memories gf180"), Contains("gf180") && Contains("1r1w"));
  CHECK_THAT(error("--memories none2"), Contains("none2"));
  CHECK_THAT(run_sluice("estimate " + command + "--energy").out,
             Contains("  energy, uJ ") && Contains("fJ / MAC"));
}

TEST_CASE("Estimate.EnergyOfAPartIsNotTheNetworks") {
  const TempDir temp;
  const std::string file = (temp.path() / "power.json").string();
  write_file(temp.path() / "net.csv",
             "name,kind,height,width,channels,outputs,kernel,padding,input\n"
             "a,conv,8,8,16,16,3,1,\n"
             "b,add,8,8,16,,,,\n");
  const std::string command =
      "configs/edge.yaml " + (temp.path() / "net.csv").string() + " --partial";
  write_file(file, power_report(json_of(command)["hash"]));
  const json part = json_of(command + " --power " + file);
  CHECK_FALSE(part.contains("energy"));
  CHECK(part["layers_that_run"]["energy"]["total_uj"] > 0);
  CHECK_THAT(run_sluice("estimate " + command + " --power " + file).out,
             Contains("energy of the 1 layer that runs: "));
}

TEST_CASE("Estimate.ReportsOfPowerThatDoNotFit") {
  const TempDir temp;
  const std::string file = (temp.path() / "power.json").string();
  const auto error = [&](const std::string& text) {
    write_file(file, text);
    const RunResult result =
        run_sluice("estimate configs/edge.yaml resnet20-cifar --gated-only --power " + file);
    CHECK(result.exit_code == 1);
    return result.err;
  };
  CHECK_THAT(error(power_report("00000000")),
             Contains("is of design 'sluice_edge' with config 00000000, this is 'sluice_edge'"));
  CHECK_THAT(error("{\n  \"hash\": oops\n}"), Contains("power.json:2:11: this is not JSON: ") &&
                                                  Contains("; give what `sluice power"));
  CHECK_THAT(error("{}"), Contains("power.json:1:1: 'hash' is missing, but must be a text; give"));
  fs::remove(file);
  const RunResult missing =
      run_sluice("estimate configs/edge.yaml resnet20-cifar --gated-only --power " + file);
  CHECK(missing.exit_code == 1);
  CHECK_THAT(missing.err, Contains("power.json") && Contains("cannot be read"));
}

}  // namespace
}  // namespace sluice::test
