// SPDX-License-Identifier: Apache-2.0
// sluice report: one page that holds everything and refers to nothing outside.
#include <catch2/catch.hpp>
#include <cctype>
#include <nlohmann/json.hpp>
#include <regex>
#include <vector>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using nlohmann::json;

/// What is wrong with the nesting of a page's elements; empty if nothing is.
std::string nesting_problem(const std::string& page) {
  std::vector<std::string> open;
  std::size_t at = page.find("<html");
  while ((at = page.find('<', at)) != std::string::npos) {
    const std::size_t end = page.find('>', at);
    if (end == std::string::npos) return "a tag is not closed";
    const std::string tag = page.substr(at + 1, end - at - 1);
    if (tag.find('<') != std::string::npos) return "'<' within a tag: " + tag.substr(0, 60);
    const std::string name =
        tag.substr(tag[0] == '/', tag.find_first_of(" \n/", 1) - (tag[0] == '/'));
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return "</" + name + "> closes nothing";
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(name);
    }
    at = end;
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

/// A reference to something outside the page; empty if there is none.
std::string outside_reference(const std::string& page) {
  static const std::regex pattern("https?:|//[a-z]|src=|href=|url\\(|@import|fetch\\(|XMLHttp",
                                  std::regex::icase);
  std::smatch match;
  return std::regex_search(page, match, pattern) ? match.str() : "";
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    count++;
  }
  return count;
}

/// A folder with a sweep, and the page drawn from it, with an estimate of an image.
class ReportDir {
 public:
  ReportDir() {
    const std::string folder = this->folder().string();
    const RunResult sweep = run_sluice("sweep configs/sweeps/small.yaml -o " + folder);
    INFO(sweep.err);
    REQUIRE(sweep.exit_code == 0);
  }
  fs::path folder() const { return temp_.path() / "out"; }
  fs::path page() const { return temp_.path() / "page.html"; }
  RunResult run(const std::string& options = "") const {
    return run_sluice("report " + folder().string() + " -o " + page().string() + " " + options);
  }

 private:
  TempDir temp_;
};

const char* const kImage =
    "--config configs/edge.yaml --network verif/networks/fashion_block8.onnx";

TEST_CASE("Report.HoldsEveryPointOfASweep") {
  const ReportDir report;
  REQUIRE(report.run().exit_code == 0);
  const std::string page = read_file(report.page());
  CHECK(nesting_problem(page) == "");
  CHECK(outside_reference(page) == "");
  CHECK(count_of(page, "<circle") == 12);
  for (const json& point : json::parse(read_file(report.folder() / "results.json"))["points"]) {
    std::string config;
    for (const char* key : {"lanes", "rows", "dot", "memory.bytes"}) {
      config += std::string(config.empty() ? "" : ", ") + key + " " + point["set"][key].dump();
    }
    INFO(config);
    CHECK((page.find(config + "\n") != std::string::npos) == (point["ok"] == true));
  }
  CHECK_THAT(page, Contains("18 points at 200 MHz") && Contains("6 failed"));
  CHECK_THAT(page, Contains("name=\"viewport\"") && Contains("@media print"));
}

TEST_CASE("Report.HasLayersRooflineGatesAndArea") {
  const ReportDir report;
  const fs::path area = report.folder() / "area.json";
  write_file(
      area,
      R"({"design":"a<b","blocks":{"PE array":{"nand2":30,"percent":75,"flip_flops":4},)"
      R"("other":{"nand2":10,"percent":25,"flip_flops":1}},"total":{"nand2":40},)"
      R"("logic_nand2_per_mac":1.25,"memory_bits":64,"memory_nand2":12,"total_nand2":52,)"
      R"("total_mm2":0.25,"nand2_per_mac":1.625,"memories":[{"kind":"commands","words":16,"width":4,)"
      R"("granule":4,"count":1,"bits":64,"area_um2":7.5,"nand2":12,"cut":{"columns":2,"rows":1,)"
      R"("words":16,"bits":2,"granule":2},"from":"line","lines":[9]}],"memory_table":"t",)"
      R"("memory_node":"9 nm","library":"osu018","recipe":"plain"})");
  const RunResult result = report.run(kImage);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const std::string page = read_file(report.page());
  CHECK(nesting_problem(page) == "");
  CHECK(outside_reference(page) == "");
  CHECK_THAT(page, Contains("a&lt;b") && Contains("<h2>Cycles by layer</h2>") &&
                       Contains("<h2>Roofline</h2>") &&
                       Contains("<h2>Area: logic by block, memories by kind</h2>"));
  CHECK_THAT(page, Contains("52 NAND2, 40 of logic and 12 of memories (64 bits)") &&
                       Contains(">commands</text>"));
  // The sweep's gates are drawn, the image's are not
  CHECK(count_of(page, "drawn at random and uneven") == 1);
  // The four gated layers; the array of edge.yaml has 128 multipliers
  CHECK(count_of(page, "<figcaption>gated") == 4);
  CHECK_THAT(page, Contains("Roofs: 128 multiply-accumulates a cycle"));
  const json estimate = json::parse(
      run_sluice("estimate configs/edge.yaml verif/networks/fashion_block8.onnx --json").out);
  CHECK_THAT(page, Contains(std::to_string(estimate["cycles"].get<int>()) + " cycles in all"));
  for (const json& layer : estimate["layers"]) {
    CHECK_THAT(page, Contains(">" + layer["name"].get<std::string>() + "</text>"));
  }
}

TEST_CASE("Report.TakesTheJsonOfEstimate") {
  const TempDir temp;
  const std::string estimate =
      run_sluice("estimate configs/fold1024.yaml resnet18 --gated-only --json").out;
  write_file(temp.path() / "estimate.json", estimate);
  const std::string cycles = std::to_string(json::parse(estimate)["cycles"].get<int>());
  const fs::path page = temp.path() / "page.html";
  REQUIRE(run_sluice("report " + temp.path().string() + " -o " + page.string()).exit_code == 0);
  CHECK(nesting_problem(read_file(page)) == "");
  CHECK_THAT(read_file(page), Contains(cycles + " cycles in all") && Contains("stage4.2.conv2"));
  CHECK_THAT(read_file(page), Contains("14.3 % open, drawn at random and uneven, about as in"));
}

TEST_CASE("Report.DrawsGatesAsAsked") {
  const TempDir temp;
  const fs::path page = temp.path() / "page.html";
  const std::string report = "report -o " + page.string() +
                             " --config configs/edge.yaml --network resnet20-cifar --densities ";
  REQUIRE(run_sluice(report + "even").exit_code == 0);
  CHECK(count_of(read_file(page), "by construction (drawn at random") == 1);
  REQUIRE(run_sluice(report + "uneven").exit_code == 0);
  CHECK(count_of(read_file(page), "by construction") == 0);
  CHECK(count_of(read_file(page), "drawn at random and uneven") == 1);
  const RunResult word = run_sluice(report + "evn");
  CHECK(word.exit_code == 1);
  CHECK_THAT(word.err, Contains("allowed are even, uneven, and the path of an existing CSV file"));
}

TEST_CASE("Report.WhatDoesNotRunWholeHasNoSpeed") {
  const TempDir temp;
  const fs::path page = temp.path() / "page.html";
  const RunResult result = run_sluice("report -o " + page.string() +
                                      " --config configs/edge.yaml --set buffers.activation=4096 "
                                      "--network resnet18");
  CHECK(result.exit_code == 0);
  CHECK(result.out.starts_with("5 of 31 layers NOT RUN"));
  const std::string text = read_file(page);
  CHECK(nesting_problem(text) == "");
  // Above both figures, before what they show
  CHECK(count_of(text, "<p class=\"warning\">5 of 31 layers NOT RUN") == 2);
  CHECK(text.find("5 of 31 layers NOT RUN") < text.find("<svg"));
  CHECK_THAT(text, Contains("cycles for the layers that run") && !Contains("frames a second"));
}

TEST_CASE("Report.PointsOfASweepThatDoNotRunWholeAreNotDrawn") {
  const TempDir temp;
  const std::string good =
      R"("network":"n","set":{},"ok":true,"macs_per_cycle_8":64,"utilisation":0.5)";
  // The second as results were before: with the speed of the layers that run
  write_file(temp.path() / "results.json",
             R"({"keys":[],"clock_mhz":200,"points":[{)" + good +
                 R"(,"frames_per_second":10,"layers_off_accelerator":0},{)" + good +
                 R"(,"frames_per_second":4589,"layers_off_accelerator":27},)" +
                 R"({"network":"n","set":{},"ok":false,"error":"1 of 2 layers NOT RUN",)" +
                 R"("layers_off_accelerator":1,"macs_per_cycle_8":32}]})");
  const fs::path page = temp.path() / "page.html";
  REQUIRE(run_sluice("report " + temp.path().string() + " -o " + page.string()).exit_code == 0);
  const std::string text = read_file(page);
  CHECK(count_of(text, "<circle") == 1);
  CHECK_THAT(text, Contains("2 of 3 points do NOT RUN the network whole") &&
                       Contains("3 points at 200 MHz, 1 of them not beaten") &&
                       Contains("0 failed") && !Contains("4589"));
}

TEST_CASE("Report.MistakesWriteNothing") {
  const TempDir temp;
  const fs::path page = temp.path() / "page.html", other = temp.path() / "notes.txt";
  const std::string to = " -o " + page.string();
  const RunResult nothing = run_sluice("report " + temp.path().string() + to);
  CHECK(nothing.exit_code == 1);
  CHECK_THAT(nothing.err, Contains("there is nothing to show"));
  write_file(temp.path() / "results.json", "{\"points\": [");
  CHECK_THAT(run_sluice("report " + temp.path().string() + to).err,
             Contains("results.json:1:13: this is not JSON: "));
  write_file(temp.path() / "results.json", "{\"points\": []}");
  CHECK_THAT(
      run_sluice("report " + temp.path().string() + to).err,
      Contains(
          "results.json:1:1: 'keys' is missing, but must be a list; make it with sluice sweep"));
  CHECK_THAT(run_sluice("report --estimate none.json" + to).err,
             Contains("none.json: cannot be read"));
  CHECK_FALSE(fs::exists(page));
  write_file(other, "mine");
  const RunResult kept = run_sluice("report " + std::string(kImage) + " -o " + other.string());
  CHECK(kept.exit_code == 1);
  CHECK_THAT(kept.err, Contains("no report of Sluice; nothing was written"));
  CHECK(read_file(other) == "mine");
  CHECK(run_sluice("report --config configs/edge.yaml" + to).exit_code == 2);
}

/// Has Chromium draw a page in a window of this size; its files go to `folder`.
RunResult screenshot(const fs::path& folder, const std::string& page, const std::string& size,
                     const fs::path& picture) {
  return run_shell(folder,
                   "timeout 120 chromium --headless --no-sandbox --disable-gpu "
                   "--disable-dev-shm-usage --hide-scrollbars --user-data-dir=profile "
                   "--window-size=" +
                       size + " --screenshot=" + picture.string() + " " + page);
}

TEST_CASE("Report.ABrowserShowsThePage") {
  if (run_shell(source_dir(), "command -v chromium").exit_code != 0) {
    WARN("skipped: chromium is not installed (apt-get install chromium)");
    return;
  }
  const ReportDir report;
  const fs::path folder = report.folder().parent_path(), picture = folder / "page.png";
  const RunResult blank = screenshot(folder, "about:blank", "200,200", picture);
  if (!fs::exists(picture)) {
    WARN("skipped: chromium does not run on this machine: " << blank.out << blank.err);
    return;
  }
  REQUIRE(report.run(kImage).exit_code == 0);
  for (const char* size : {"1280,1400", "390,2400"}) {
    fs::remove(picture);
    const RunResult result = screenshot(folder, "file://" + report.page().string(), size, picture);
    INFO(result.out);
    REQUIRE(fs::exists(picture));
    // A blank page of this size is compressed to a few kilobytes
    CHECK(fs::file_size(picture) > 30000);
  }
}

}  // namespace
}  // namespace sluice::test
