// SPDX-License-Identifier: Apache-2.0
// Errors as JSON have one form, whatever is wrong and whichever command says so.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

using nlohmann::json;

/// The errors that a command prints with --json; it must fail, and print nothing else.
json errors_of(const std::string& command) {
  INFO(command);
  const RunResult run = run_sluice(command + " --json");
  CHECK(run.exit_code == 1);
  CHECK(run.err.empty());
  const json out = json::parse(run.out);
  CHECK(out.at("ok") == false);
  CHECK_FALSE(out.contains("error"));
  REQUIRE(!out.at("errors").empty());
  for (const json& error : out["errors"]) CHECK(!error.at("message").get<std::string>().empty());
  return out["errors"];
}

/// A file with this text, as "--option FILE" takes it.
std::string file_of(const TempDir& temp, const std::string& name, const std::string& text) {
  write_file(temp.path() / name, text);
  return (temp.path() / name).string();
}

TEST_CASE("ErrorForm.IsOneListForAllCommands") {
  const TempDir temp;
  const std::string none = " " + (temp.path() / "none.yaml").string(), tiny = " configs/tiny.yaml",
                    out = (temp.path() / "out").string();
  for (const std::string& command :
       {"check" + none, "info" + none, "generate" + none + " -o " + out, "verify" + none,
        "prove" + none, "area" + none, "timing" + none, "fpga" + none + " --target ecp5",
        "power" + none + " x.onnx", "estimate" + none + " resnet18", "run" + none + " x.onnx",
        "compile" + none + " x.onnx -o " + out}) {
    CHECK(errors_of(command)[0].at("file") == none.substr(1));
  }
  CHECK(errors_of("sweep" + none + " -o " + temp.path().string()).size() == 1);
  CHECK(errors_of("report -o " + (temp.path() / "r.html").string()).size() == 1);
  CHECK(errors_of("accuracy /no/such.onnx")[0].at("file") == "/no/such.onnx");
  CHECK(errors_of("estimate" + tiny + " /no/such.csv").size() == 1);
}

TEST_CASE("ErrorForm.HasThePlaceInFilesOfAllKinds") {
  const TempDir temp;
  const std::string csv =
      file_of(temp, "net.csv", "name,kind,height,width,channels\na,conv,x,1,1\n");
  const json table = errors_of("estimate configs/tiny.yaml " + csv);
  CHECK(table[0].at("file") == csv);
  CHECK(table[0].at("line") == 2);
  CHECK(table[0].at("column") == 8);

  const std::string area = file_of(temp, "area.json", "{\"design\": \"d\",\n \"blocks\": 3}");
  const json results =
      errors_of("report --area " + area + " -o " + (temp.path() / "r.html").string());
  CHECK(results[0].at("file") == area);
  CHECK(results[0].at("line") == 2);
  CHECK(results[0].at("column") == 12);

  const std::string spec = file_of(temp, "sweep.yaml", "base: 3\nnetwork: resnet18\n");
  const json sweep = errors_of("sweep " + spec + " -o " + (temp.path() / "s").string());
  CHECK(sweep[0].at("file") == spec);
  CHECK(sweep.back().at("line") == 2);

  const std::string lib = file_of(temp, "cells.lib", "library (x) {\n  cell (a) {\n");
  const json cells = errors_of("area configs/tiny.yaml --liberty " + lib);
  CHECK(cells[0].at("file") == lib);
  CHECK(cells[0].at("line").get<int>() >= 2);
}

}  // namespace
}  // namespace sluice::test
