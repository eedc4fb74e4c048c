// SPDX-License-Identifier: Apache-2.0
// Files that are written whole or not at all, and what is never written over.
#include "generator/util/write_file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "generator/util/file_problem.h"
#include "generator/util/user_error.h"
#include "tests/support/files.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

const OwnFile kOwn = {"note of this test",
                      [](std::string_view head) { return head.starts_with("note"); }};

/// write_output() must refuse and leave the folder as it is.
void require_refusal(const fs::path& folder, const fs::path& file, const std::string& why) {
  const std::string before = test::folder_text(folder);
  CHECK_THROWS_WITH(write_output(file, "note 2", kOwn),
                    Contains(file.string()) && Contains(why) && Contains("nothing was written"));
  CHECK_THROWS_AS(require_replaceable(file, kOwn), UserError);
  CHECK(test::folder_text(folder) == before);
}

TEST_CASE("WriteFile.ReplacesTheWholeFileAndLeavesNothingBeside") {
  const test::TempDir temp;
  const fs::path file = temp.path() / "a.txt";
  write_file(file, "a long first text");
  write_file(file, "short");
  CHECK(test::folder_text(temp.path()) == "a.txt\nshort\n");
}

TEST_CASE("WriteFile.MissingFolderIsNamed") {
  const test::TempDir temp;
  CHECK_THROWS_WITH(write_file(temp.path() / "none/a.txt", "text"),
                    Contains((temp.path() / "none").string()) && Contains("No such file"));
}

TEST_CASE("WriteOutput.ReplacesItsOwnAndEmptyFiles") {
  const test::TempDir temp;
  for (const char* before : {"", "note 1"}) {
    const fs::path file = temp.path() / "a.txt";
    test::write_file(file, before);
    write_output(file, "note 2", kOwn);
    CHECK(test::folder_text(temp.path()) == "a.txt\nnote 2\n");
  }
}

TEST_CASE("WriteOutput.KeepsTheModeOfTheFileItReplaces") {
  const test::TempDir temp;
  const fs::path file = temp.path() / "a.txt";
  test::write_file(file, "note 1");
  REQUIRE(::chmod(file.c_str(), 0640) == 0);
  write_output(file, "note 2", kOwn);
  struct stat about {};
  REQUIRE(::stat(file.c_str(), &about) == 0);
  CHECK((about.st_mode & 07777) == 0640);
}

TEST_CASE("WriteOutput.NewFilesHaveTheModeThatTheMaskGives") {
  const test::TempDir temp;
  const mode_t before = ::umask(027);
  write_output(temp.path() / "a.txt", "note", kOwn);
  ::umask(before);
  struct stat about {};
  REQUIRE(::stat((temp.path() / "a.txt").c_str(), &about) == 0);
  CHECK((about.st_mode & 07777) == 0640);
}

TEST_CASE("WriteOutput.RefusesFilesOfOthers") {
  const test::TempDir temp;
  test::write_file(temp.path() / "thesis.txt", "years of work");
  require_refusal(temp.path(), temp.path() / "thesis.txt", "no note of this test");
}

TEST_CASE("WriteOutput.FollowsNoLink") {
  const test::TempDir temp;
  test::write_file(temp.path() / "real", "note 1");
  fs::create_symlink(temp.path() / "real", temp.path() / "link");
  fs::create_symlink(temp.path() / "nowhere", temp.path() / "dangling");
  require_refusal(temp.path(), temp.path() / "link", "symbolic link");
  require_refusal(temp.path(), temp.path() / "dangling", "symbolic link");
}

TEST_CASE("WriteOutput.RefusesWhatIsNoFile") {
  const test::TempDir temp;
  fs::create_directory(temp.path() / "folder");
  REQUIRE(::mkfifo((temp.path() / "pipe").c_str(), 0600) == 0);
  require_refusal(temp.path(), temp.path() / "folder", "a folder");
  require_refusal(temp.path(), temp.path() / "folder/", "a folder");
  require_refusal(temp.path(), temp.path() / "pipe", "no ordinary file");
}

}  // namespace
}  // namespace sluice
