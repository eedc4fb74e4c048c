// SPDX-License-Identifier: Apache-2.0
// What `sluice generate` writes: complete, the same each time, all or nothing.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = "configs/bad/bad-override.yaml";  // good by itself; small

std::string generate(const fs::path& folder, const std::string& more = "") {
  const RunResult result =
      run_sluice(std::string("generate ") + kConfig + " -o " + folder.string() + " " + more);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return result.out;
}

TEST_CASE("Generate.SameConfigGivesTheSameBytesAnywhere") {
  const TempDir temp;
  generate(temp.path() / "one");
  generate(temp.path() / "deep/er/two");
  CHECK(folder_text(temp.path() / "one") == folder_text(temp.path() / "deep/er/two"));
}

TEST_CASE("Generate.SecondRunLeavesTheFilesAlone") {
  const TempDir temp;
  CHECK(generate(temp.path()).find("files written") != std::string::npos);
  const auto time = fs::last_write_time(temp.path() / "bad/README.md");
  CHECK(generate(temp.path()).find("up to date") != std::string::npos);
  CHECK(fs::last_write_time(temp.path() / "bad/README.md") == time);
}

TEST_CASE("Generate.OtherConfigReplacesTheWholeFolder") {
  const TempDir temp;
  generate(temp.path(), "--set gating=true");
  REQUIRE(fs::exists(temp.path() / "bad/rtl/control/bad_open_positions.sv"));
  generate(temp.path(), "--set gating=false");
  CHECK_FALSE(fs::exists(temp.path() / "bad/rtl/control/bad_open_positions.sv"));
}

TEST_CASE("Generate.LeavesNothingBesideTheDesign") {
  const TempDir temp;
  generate(temp.path());
  generate(temp.path(), "--set lanes=4");
  int entries = 0;
  for (const auto& entry : fs::directory_iterator(temp.path())) {
    CHECK(entry.path().filename() == "bad");
    entries++;
  }
  CHECK(entries == 1);
}

TEST_CASE("Generate.FilesAreOrdinaryOnes") {
  const TempDir temp;
  generate(temp.path());
  const auto readable = fs::perms::group_read | fs::perms::others_read;
  CHECK((fs::status(temp.path() / "bad").permissions() & readable) == readable);
  CHECK((fs::status(temp.path() / "bad/bad.f").permissions() & readable) == readable);
}

TEST_CASE("Generate.NoFileNamesTheMachine") {
  const TempDir temp;
  generate(temp.path());
  const std::string text = folder_text(temp.path());
  CHECK(text.find(temp.path().string()) == std::string::npos);
  CHECK(text.find(source_dir().string()) == std::string::npos);
}

TEST_CASE("Generate.HeaderNamesConfigTemplateAndCommand") {
  const TempDir temp;
  generate(temp.path(), "--set lanes=4");
  const std::string text = read_file(temp.path() / "bad/rtl/common/bad_fifo.sv");
  CHECK(
      text.starts_with("// GENERATED - do not edit. Change bad-override.yaml or "
                       "templates/common/fifo.sv.tpl, then run\n"
                       "//   sluice generate bad-override.yaml --set lanes=4 -o DIR\n"
                       "// sluice 0.1.0; config sha256 "));
}

TEST_CASE("Generate.ResolvedConfigMakesTheSameDesign") {
  const TempDir temp;
  generate(temp.path(), "--set lanes=4 --set precisions=[2,8,4]");
  const std::string resolved = (temp.path() / "bad/bad.resolved.yaml").string();
  const RunResult again = run_sluice("check " + resolved + " --json");
  REQUIRE(again.exit_code == 0);
  const std::string hash = nlohmann::json::parse(again.out)["hash"];
  CHECK(read_file(temp.path() / "bad/bad.h").find("config sha256 " + hash) != std::string::npos);
}

TEST_CASE("Generate.MarkerIsReadBySha256sum") {
  const TempDir temp;
  generate(temp.path());
  const std::string command =
      "cd " + (temp.path() / "bad").string() + " && sha256sum -c --quiet .sluice";
  CHECK(std::system(command.c_str()) == 0);
}

TEST_CASE("Info.GivesTheSameFiguresAsTextAndJson") {
  const RunResult json = run_sluice("info configs/edge.yaml --json");
  REQUIRE(json.exit_code == 0);
  const auto figures = nlohmann::json::parse(json.out)["figures"];
  CHECK(figures["macs_per_cycle_8"] == 128);
  CHECK(figures["macs_per_cycle_2"] == 512);
  CHECK(figures["pe_count"] == 32);
  CHECK(figures["accumulator_bytes"] == 2 * 128 * 28 / 8 * 16);
  const RunResult text = run_sluice("info configs/edge.yaml");
  CHECK(text.out.find("512 MACs/cycle") != std::string::npos);
}

TEST_CASE("Info.FoldingLanesHaveTheChannelsOfAllSegments") {
  const RunResult json = run_sluice("info configs/edge.yaml --set lanes=2 --set rows=64 --json");
  REQUIRE(json.exit_code == 0);
  const auto figures = nlohmann::json::parse(json.out)["figures"];
  CHECK(figures["output_channels"] == 2 * 4 * 4);
  CHECK(figures["unfolded_channels"] == 2 * 4);
  CHECK(figures["macs_per_cycle_8"] == 2 * 4 * 64);
  CHECK(figures["pe_count"] == 2 * 4 * 64 / 4);
  CHECK(figures["accumulator_bytes"] == 2 * 2 * 128 * 28 / 8 * 16);
  const RunResult text = run_sluice("info configs/edge.yaml --set lanes=2 --set rows=64");
  CHECK(text.out.find("64 rows in 4 segments, 4 bytes a PE") != std::string::npos);
}

TEST_CASE("Docs.ReferencePagesAreFresh") {
  const TempDir temp;
  REQUIRE(run_sluice("docs " + temp.path().string()).exit_code == 0);
  for (const char* page :
       {"config_reference.md", "diagnostics.md", "registers.md", "commands.md"}) {
    require_golden(source_dir() / "docs/02_use" / page, read_file(temp.path() / page));
  }
}

}  // namespace
}  // namespace sluice::test
