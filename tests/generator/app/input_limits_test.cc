// SPDX-License-Identifier: Apache-2.0
// Inputs of any size and depth: refused with a message, within bounds of memory and work.
#include <catch2/catch.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

/// Runs the program with 3 GB of address space and so many seconds of CPU.
RunResult run_bounded(const std::string& arguments, int seconds = 60) {
  return run_shell(source_dir(), "ulimit -v 3000000; ulimit -t " + std::to_string(seconds) + "; '" +
                                     program() + "' " + arguments);
}

TEST_CASE("InputLimits.DevicesAreRefusedByEveryReader") {
  const TempDir temp;
  const std::string page = " -o " + (temp.path() / "page.html").string();
  for (const std::string& arguments : {
           std::string("check /dev/zero"),
           "sweep /dev/zero -o " + (temp.path() / "out").string(),
           std::string("estimate configs/edge.yaml /dev/zero"),
           std::string(
               "estimate configs/edge.yaml resnet20-cifar --gated-only --densities /dev/zero"),
           std::string(
               "estimate configs/edge.yaml resnet20-cifar --gated-only --open-gates /dev/zero"),
           std::string("estimate configs/edge.yaml resnet20-cifar --gated-only --power /dev/zero"),
           std::string("estimate configs/edge.yaml verif/networks/fashion_block8.onnx --images "
                       "/dev/zero"),
           std::string("area configs/tiny.yaml --liberty /dev/zero"),
           "report --estimate /dev/zero" + page,
           "report --area /dev/zero" + page,
       }) {
    const RunResult result = run_bounded(arguments);
    INFO(arguments << "\n" << result.out);
    CHECK(result.exit_code == 1);
    CHECK_THAT(result.out, Contains("/dev/zero") && Contains("error"));
  }
  CHECK_FALSE(fs::exists(temp.path() / "page.html"));
}

TEST_CASE("InputLimits.LargeFilesAreRefusedUnread") {
  const TempDir temp;
  for (const char* name : {"a.csv", "a.json", "a.lib", "a.yaml", "a.onnx", "a.idx"}) {
    write_file(temp.path() / name, "x");
    fs::resize_file(temp.path() / name, std::uintmax_t{3} << 30);  // a hole, takes no space
  }
  const auto error = [&](const std::string& arguments) {
    const RunResult result = run_bounded(replace_all(arguments, "@", temp.path().string() + "/a."));
    CHECK(result.exit_code == 1);
    return result.out;
  };
  CHECK_THAT(error("estimate configs/edge.yaml @csv"), Contains("is larger than 64 MiB"));
  CHECK_THAT(error("estimate configs/edge.yaml resnet20-cifar --power @json"),
             Contains("is larger than 16 MiB"));
  CHECK_THAT(error("area configs/tiny.yaml --liberty @lib"), Contains("is larger than 128 MiB"));
  CHECK_THAT(error("check @yaml"), Contains("is larger than 1 MiB"));
  CHECK_THAT(error("estimate configs/edge.yaml @onnx"), Contains("has more than 1 GiB"));
  CHECK_THAT(error("estimate configs/edge.yaml verif/networks/fashion_block8.onnx --images @idx"),
             Contains("is too large"));
}

TEST_CASE("InputLimits.AMebibyteOfAnythingIsReadInSeconds") {
  const TempDir temp;
  const fs::path yaml = temp.path() / "a.yaml";
  const auto repeated = [](const std::string& text) {
    std::string all;
    while (all.size() + text.size() < 1000000) all += text;
    return all;
  };
  for (const std::string& text : {
           "a: [" + repeated(","),
           "a: [" + repeated("a,"),
           "a: [" + repeated("\"a\","),
           "a: {" + repeated("a: b, "),
           "a: {" + repeated(","),
           repeated("["),
           repeated("- "),
           repeated("? "),
           repeated("a: [b]\n"),
           "a: [" + repeated("[b],") + "]",
           "precisions: [" + repeated("8,") + "8]",
           "rows: " + repeated("9"),
           repeated("x"),
       }) {
    write_file(yaml, text);
    const RunResult result =
        run_shell(source_dir(), "ulimit -v 3000000; ulimit -t 5; '" + program() + "' check " +
                                    yaml.string() + " | head -c 1000; exit ${PIPESTATUS[0]}");
    INFO(text.substr(0, 20) << " ..");
    CHECK_THAT(result.out, Contains("error: "));
  }
  // An axis of 140,000 different values: compared with a set, not with each other
  std::string values;
  for (int k = 100000; k < 240000; k++) values += std::to_string(k) + ",";
  write_file(yaml, "base: " + (source_dir() / "configs/edge.yaml").string() +
                       "\nnetworks: [resnet20-cifar]\ngrid:\n  memory.burst: [" + values + "]\n");
  CHECK_THAT(run_bounded("sweep " + yaml.string() + " -o " + (temp.path() / "out").string() +
                         " 2>&1 | tail -c 1000")
                 .out,
             Contains("errors"));
}

TEST_CASE("InputLimits.OpenGatesNameLayersInMillionsOfRows") {
  const TempDir temp;
  const fs::path layers = temp.path() / "layers.csv", gates = temp.path() / "gates.csv";
  std::string list = "name,kind,height,width,channels,outputs,gate\n";
  for (int k = 0; k < 4000; k++) {
    list += "l" + std::to_string(k) + ",conv,1,1,8,8,1\n";
  }
  write_file(layers, list);
  std::string rows = "layer,gate,row,column\n";
  for (int k = 0; k < 500000; k++) rows += "l3999,0,0,0\n";
  write_file(gates, rows + "l3999,9,0,0\n");
  CHECK_THAT(run_bounded("estimate configs/edge.yaml " + layers.string() + " --open-gates " +
                         gates.string())
                 .out,
             Contains("gates.csv:500002:7: found '9' as gate; allowed are whole numbers from 0"));
}

}  // namespace
}  // namespace sluice::test
