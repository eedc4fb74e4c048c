// SPDX-License-Identifier: Apache-2.0
// Temporary files and folders: they go with their owner, and what a kill left goes with the next.
#include "generator/util/scratch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>

#include "generator/util/file_problem.h"
#include "tests/support/files.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

TEST_CASE("Scratch.FolderIsPrivateAndGoesWithItsOwner") {
  fs::path path;
  {
    const Scratch scratch = Scratch::folder();
    path = scratch.path();
    CHECK(fs::status(path).permissions() == fs::perms::owner_all);
    CHECK(is_scratch_name(path.filename().string()));
    test::write_file(path / "inside", "text");
  }
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("Scratch.PathsAreAbsoluteAndAWrongFolderIsNamed") {
  const char* before = std::getenv("TMPDIR");
  const std::string old = before != nullptr ? before : "";
  const test::TempDir temp;
  ::setenv("TMPDIR", fs::relative(temp.path()).c_str(), 1);
  CHECK(Scratch::folder().path().is_absolute());
  ::setenv("TMPDIR", (temp.path() / "none").c_str(), 1);
  CHECK_THROWS_WITH(Scratch::folder(),
                    Contains((temp.path() / "none").string()) && Contains("set TMPDIR"));
  before != nullptr ? ::setenv("TMPDIR", old.c_str(), 1) : ::unsetenv("TMPDIR");
}

TEST_CASE("Scratch.NamesAreToldFromOthers") {
  for (const char* name : {"sluice-1-a1B2c3", ".x.sluice-123-abcdef", ".a.b.sluice-9-ABCDEF"}) {
    INFO(name);
    CHECK(is_scratch_name(name));
  }
  for (const char* name :
       {"sluice-backup", "sluice-1-", "sluice-1-abcdefg", "sluice--abcdef", "x.sluice-1-abcdef",
        ".sluice-1-abcdef", "..sluice-1-abcdef", ".x.sluice-1-abc/ef", "sluice-1x-abcdef", ""}) {
    INFO(name);
    CHECK_FALSE(is_scratch_name(name));
  }
}

TEST_CASE("Scratch.LongNamesFit") {
  const test::TempDir temp;
  const Scratch scratch = Scratch::file_beside(temp.path() / std::string(255, 'n'));
  CHECK(fs::exists(scratch.path()));
}

TEST_CASE("Leftovers.OfAKilledProcessGoAndOfALivingOneStay") {
  const test::TempDir temp;
  const fs::path target = temp.path() / "out";
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Scratch folder = Scratch::folder_beside(target), file = Scratch::file_beside(target);
    [[maybe_unused]] const auto told = ::write(ready[1], "x", 1);
    for (;;) ::pause();
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  ::close(ready[0]);
  ::close(ready[1]);
  const auto entries = [&] {
    return std::distance(fs::directory_iterator(temp.path()), fs::directory_iterator());
  };
  remove_leftovers(temp.path());
  CHECK(entries() == 2);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  remove_leftovers(temp.path());
  CHECK(entries() == 0);
}

TEST_CASE("Leftovers.FilesOfOthersStay") {
  const test::TempDir temp;
  // A folder that others may enter, a link, and a name that is nearly one
  fs::create_directory(temp.path() / "sluice-1-abcdef");
  ::chmod((temp.path() / "sluice-1-abcdef").c_str(), 0755);
  test::write_file(temp.path() / "thesis.txt", "years of work");
  fs::create_symlink(temp.path() / "thesis.txt", temp.path() / "sluice-2-abcdef");
  test::write_file(temp.path() / "sluice-backup", "text");
  if (::geteuid() == 0) {
    test::write_file(temp.path() / "sluice-3-abcdef", "another user's");
    REQUIRE(::chown((temp.path() / "sluice-3-abcdef").c_str(), 12345, 12345) == 0);
  }
  const std::string before = test::folder_text(temp.path());
  remove_leftovers(temp.path());
  CHECK(test::folder_text(temp.path()) == before);
}

TEST_CASE("Leftovers.AFileThatTookItsPlaceIsNone") {
  const test::TempDir temp;
  Scratch scratch = Scratch::file_beside(temp.path() / "out");
  REQUIRE(scratch.take_place_of(temp.path() / "out", true));
  CHECK(test::folder_text(temp.path()) == "out\n\n");
  Scratch second = Scratch::file_beside(temp.path() / "out");
  CHECK_FALSE(second.take_place_of(temp.path() / "out", true));
}

}  // namespace
}  // namespace sluice
