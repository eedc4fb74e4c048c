// SPDX-License-Identifier: Apache-2.0
// Kept models, with the real tools: what is damaged is built again, and what is not safe not used.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

RunResult verify(const fs::path& cache, const std::string& more = "") {
  return run_shell(source_dir(), "SLUICE_CACHE='" + cache.string() + "' '" + program() +
                                     "' verify configs/tiny.yaml --runs 1 --seed 1 --quick "
                                     "--port native " +
                                     more);
}

fs::path only_entry(const fs::path& folder) {
  REQUIRE(std::distance(fs::directory_iterator(folder), fs::directory_iterator()) == 1);
  return fs::directory_iterator(folder)->path();
}

TEST_CASE("KeptModels.DamagedOnesAreBuiltAgain") {
  const TempDir temp;
  const RunResult first = verify(temp.path() / "cache");
  INFO(first.out);
  REQUIRE(first.exit_code == 0);
  const fs::path model = only_entry(temp.path() / "cache");
  const std::uintmax_t size = fs::file_size(model);
  for (const std::uintmax_t left : {size / 3, std::uintmax_t{0}}) {
    fs::resize_file(model, left);
    const RunResult again = verify(temp.path() / "cache");
    CHECK(again.exit_code == 0);
    CHECK(again.out == first.out);
    CHECK(only_entry(temp.path() / "cache") == model);
    CHECK(fs::file_size(model) == size);
  }
}

TEST_CASE("KeptModels.AFolderOpenToOthersIsNotUsed") {
  const TempDir temp;
  REQUIRE(::chmod(temp.path().c_str(), 0777) == 0);
  const RunResult result = verify(temp.path());
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("others may write to it (mode 0777)") &&
                             Contains("Compiled models are not kept"));
  CHECK(fs::is_empty(temp.path()));
}

TEST_CASE("Waves.ReplaceFstFilesOnly") {
  const TempDir temp;
  const fs::path waves = temp.path() / "run.fst", notes = temp.path() / "notes.txt";
  const std::string to = "--waves '" + waves.string() + "'";
  const RunResult first = verify(temp.path() / "cache", to);
  INFO(first.out);
  REQUIRE(first.exit_code == 0);
  const std::uintmax_t size = fs::file_size(waves);
  CHECK(size > 1000);
  CHECK(verify(temp.path() / "cache", to).exit_code == 0);
  CHECK(fs::file_size(waves) > 1000);

  write_file(notes, "years of work");
  const RunResult refused = verify(temp.path() / "cache", "--waves '" + notes.string() + "'");
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.out, Contains("no FST file; nothing was written"));
  CHECK(read_file(notes) == "years of work");
  CHECK(std::distance(fs::directory_iterator(temp.path()), fs::directory_iterator()) == 3);
}

}  // namespace
}  // namespace sluice::test
