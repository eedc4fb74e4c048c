// SPDX-License-Identifier: Apache-2.0
// What the program prints where it cannot print, and names that a terminal would act on.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

constexpr const char* kGood = "configs/edge.yaml";
constexpr const char* kBad = "configs/bad/unknown-key.yaml";

std::string word(const fs::path& path) { return "'" + path.string() + "'"; }

TEST_CASE("Streams.ErrorsThatCannotBeShownEndTheProgramAsTheyWould") {
  for (const char* where : {"2>&-", "2>/dev/full"}) {
    INFO(where);
    CHECK(run_shell(source_dir(), program() + " check " + kBad + " " + where).exit_code == 1);
    CHECK(run_shell(source_dir(), program() + " check " + where).exit_code == 2);
    const RunResult good =
        run_shell(source_dir(), "{ " + program() + " info " + kGood + " " + where + "; }");
    CHECK(good.exit_code == 0);
    CHECK(good.out == run_sluice(std::string("info ") + kGood).out);
  }
}

TEST_CASE("Streams.OutputThatCannotBeWrittenIsAnErrorWithItsReason") {
  const RunResult full = run_shell(source_dir(), program() + " info " + kGood + " 2>&1 >/dev/full");
  CHECK(full.exit_code == 1);
  CHECK(full.out == "sluice: the output cannot be written: No space left on device\n");
  const RunResult closed = run_shell(source_dir(), program() + " info " + kGood + " 2>&1 >&-");
  CHECK(closed.exit_code == 1);
  CHECK(closed.out == "sluice: the output cannot be written: Bad file descriptor\n");
}

TEST_CASE("Streams.FilesDoNotGetTheNumberOfAClosedStream") {
  const TempDir temp;
  const RunResult result = run_shell(
      source_dir(), program() + " generate " + kGood + " -o " + word(temp.path()) + " >&- 2>&-; " +
                        program() + " generate " + kGood + " -o " + word(temp.path()));
  CHECK_THAT(result.out, Contains("up to date"));
}

TEST_CASE("Streams.NamesThatAreNotUtf8GiveValidJson") {
  const TempDir temp;
  const fs::path config = temp.path() / "edge\xff.yaml";
  fs::copy_file(source_dir() / kGood, config);
  for (const std::string& arguments :
       {"check " + word(config), "info " + word(config),
        "check " + word(temp.path() / "none\xff.yaml"),
        std::string("estimate configs/edge.yaml ") + word(temp.path() / "none\xff.csv"),
        std::string("compile configs/edge.yaml verif/networks/fashion_block8.onnx -o ") +
            word(temp.path() / "out\xff.slim")}) {
    const RunResult result = run_sluice(arguments + " --json");
    INFO(arguments << "\n" << result.out << result.err);
    CHECK(result.exit_code <= 1);
    const auto json = nlohmann::json::parse(result.out, nullptr, false);
    REQUIRE(json.is_object());
    CHECK(json["ok"] == (result.exit_code == 0));
  }
  CHECK(fs::exists(temp.path() / "out\xff.slim"));
}

TEST_CASE("Streams.EscapesInNamesAreShownAndNotSent") {
  const TempDir temp;
  const std::string escape = "\x1b[31mred\x1b]0;title\x07", c1 = "\xc2\x9b"
                                                                 "2J";
  const fs::path config = temp.path() / (escape + c1 + ".yaml");
  write_file(config, "name: x\nno_such_key: 1\n");
  for (const std::string& arguments :
       {"check " + word(config), "check " + word(config.string() + "none"),
        "check " + word(config) + " " + word(escape),
        "estimate " + word(kGood) + " " + word(config),
        "compile " + word(kGood) + " " + word(config) + " -o x",
        "generate " + word(kGood) + " -o " + word(config)}) {
    const RunResult result = run_sluice(arguments);
    INFO(arguments);
    CHECK(result.exit_code != 0);
    const std::string all = result.out + result.err;
    CHECK(all.find_first_of("\x1b\x07") == std::string::npos);
    CHECK(all.find("\xc2\x9b") == std::string::npos);
    CHECK_THAT(all, Contains("\\u001b[31mred\\u001b]0;title\\u0007"));
  }
}

TEST_CASE("Streams.EscapesInLayerNamesAreShownInTables") {
  const TempDir temp;
  const fs::path list = temp.path() / "list.csv";
  const std::string layers =
      read_file(source_dir() / "tests/templates/simulated/small_residual.csv");
  write_file(list, replace_all(layers, "stem",
                               "\xc2\x9b"
                               "stem"));
  const RunResult result = run_sluice("estimate configs/tiny.yaml " + word(list));
  INFO(result.out << result.err);
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("\xc2\x9b") == std::string::npos);
  CHECK_THAT(result.out, Contains("\\u009bstem"));
  const RunResult json = run_sluice("estimate configs/tiny.yaml " + word(list) + " --json");
  CHECK(nlohmann::json::parse(json.out)["layers"][0]["name"] ==
        "\xc2\x9b"
        "stem");
}

TEST_CASE("Streams.ALineEndInANameDoesNotBeginALineOfItsOwn") {
  const TempDir temp;
  const fs::path config = temp.path() / "x\nerror: no such thing";
  const RunResult result = run_sluice("check " + word(config));
  CHECK(result.err.find("\nerror: no such thing") == std::string::npos);
  CHECK_THAT(result.err, Contains("x\\nerror: no such thing"));
}

TEST_CASE("Streams.WrongTemporaryFolderIsNamed") {
  const TempDir temp;
  const fs::path none = temp.path() / "none";
  const RunResult result =
      run_shell(source_dir(), "TMPDIR=" + word(none) + " " + program() + " area configs/tiny.yaml");
  if (result.out.find("yosys is not installed") != std::string::npos) {
    WARN("skipped: Yosys is missing");
    return;
  }
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.out, Contains(none.string()) && Contains("set TMPDIR"));
  CHECK_THAT(result.out, !Contains("the output cannot be written"));
}

}  // namespace
}  // namespace sluice::test
