// SPDX-License-Identifier: Apache-2.0
// Compiled models are executed: who may have written them, and whether they are whole.
#include "verif/sim/model_cache.h"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <optional>

#include "generator/util/process.h"
#include "tests/support/files.h"

namespace sluice::sim {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

constexpr uid_t kOther = 65534;  // nobody, who has no home

/// Sets or (with no value) unsets an environment variable for a while.
class Setting {
 public:
  Setting(const char* name, const std::optional<std::string>& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    set(value);
  }
  ~Setting() { set(before_); }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  void set(const std::optional<std::string>& value) {
    value ? ::setenv(name_, value->c_str(), 1) : ::unsetenv(name_);
  }
  const char* name_;
  std::optional<std::string> before_;
};

mode_t mode_of(const fs::path& path) {
  struct stat about {};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  return about.st_mode & 07777;
}

/// A library with a function that returns 42.
fs::path answer_library(const fs::path& folder) {
  test::write_file(folder / "answer.c", "int answer(void) { return 42; }\n");
  REQUIRE(
      run_process({"gcc", "-shared", "-fPIC", "-o", "answer.so", "answer.c"}, folder).exit_code ==
      0);
  return folder / "answer.so";
}

int answer_of(void* library) {
  REQUIRE(library != nullptr);
  const auto answer = reinterpret_cast<int (*)()>(dlsym(library, "answer"));
  REQUIRE(answer != nullptr);
  const int value = answer();
  dlclose(library);
  return value;
}

TEST_CASE("ModelCache.MakesItsFolderForTheUserAlone") {
  const test::TempDir temp;
  const Setting cache("SLUICE_CACHE", (temp.path() / "a/b").string());
  CHECK(ModelCache::open().folder() == temp.path() / "a/b");
  CHECK(mode_of(temp.path() / "a") == 0700);
  CHECK(mode_of(temp.path() / "a/b") == 0700);
}

TEST_CASE("ModelCache.EmptyAndRelativeSettingsDoNotCount") {
  const test::TempDir temp;
  const Setting cache("SLUICE_CACHE", ""), home("HOME", temp.path().string());
  for (const char* value : {"", "relative"}) {
    const Setting xdg("XDG_CACHE_HOME", value);
    CHECK(ModelCache::open().folder() == temp.path() / ".cache/sluice");
  }
  const Setting xdg("XDG_CACHE_HOME", (temp.path() / "xdg").string());
  CHECK(ModelCache::open().folder() == temp.path() / "xdg/sluice");
}

TEST_CASE("ModelCache.FolderThatOthersMayWriteToIsRefused") {
  const test::TempDir temp;
  const Setting cache("SLUICE_CACHE", temp.path().string());
  for (const mode_t mode : {0777, 0770, 0702, 01777}) {
    REQUIRE(::chmod(temp.path().c_str(), mode) == 0);
    const ModelCache opened = ModelCache::open();
    CHECK(opened.folder().empty());
    CHECK_THAT(opened.problem(), Contains(temp.path().string()) &&
                                     Contains("others may write to it") &&
                                     Contains("set SLUICE_CACHE"));
  }
  REQUIRE(::chmod(temp.path().c_str(), 0755) == 0);
  CHECK(ModelCache::open().problem() == "");
}

TEST_CASE("ModelCache.FolderOfAnotherUserIsRefused") {
  if (::geteuid() != 0) {
    WARN("skipped: only root may give a folder away");
    return;
  }
  const test::TempDir temp;
  const Setting cache("SLUICE_CACHE", temp.path().string());
  REQUIRE(::chown(temp.path().c_str(), kOther, kOther) == 0);
  const ModelCache opened = ModelCache::open();
  CHECK(opened.folder().empty());
  CHECK_THAT(opened.problem(), Contains("it belongs to user 65534"));
  CHECK(opened.load("answer.so") == nullptr);
}

TEST_CASE("ModelCache.WithoutAHomeItIsAPrivateFolderAmongTheTemporaryOnes") {
  if (::geteuid() != 0) {
    WARN("skipped: only root may act as a user without a home");
    return;
  }
  const test::TempDir temp;
  REQUIRE(::chmod(temp.path().c_str(), 01777) == 0);
  const Setting cache("SLUICE_CACHE", {}), xdg("XDG_CACHE_HOME", {}), home("HOME", {});
  const Setting temporary("TMPDIR", temp.path().string());
  const fs::path folder = temp.path() / "sluice-cache-65534";
  const auto open_as_other = [] {
    REQUIRE(::seteuid(kOther) == 0);
    ModelCache opened = ModelCache::open();
    REQUIRE(::seteuid(0) == 0);
    return opened;
  };
  CHECK(open_as_other().folder() == folder);
  CHECK(mode_of(folder) == 0700);

  // Planted by somebody else, as a folder or as a link to one
  fs::remove_all(folder);
  fs::create_directory(folder);
  CHECK_THAT(open_as_other().problem(), Contains("it belongs to user 0"));
  fs::remove_all(folder);
  fs::create_directory_symlink(temp.path(), folder);
  CHECK(open_as_other().folder().empty());
}

TEST_CASE("ModelCache.LoadsWhatItKept") {
  const test::TempDir temp;
  const Setting cache("SLUICE_CACHE", (temp.path() / "cache").string());
  const ModelCache opened = ModelCache::open();
  CHECK(opened.load("a.so") == nullptr);
  opened.keep("a.so", answer_library(temp.path()));
  CHECK(answer_of(opened.load("a.so")) == 42);
  CHECK(mode_of(temp.path() / "cache/a.so") == 0600);
  CHECK(std::distance(fs::directory_iterator(temp.path() / "cache"), fs::directory_iterator()) ==
        1);
}

TEST_CASE("ModelCache.DamagedLibrariesAreNotLoaded") {
  const test::TempDir temp;
  const Setting cache("SLUICE_CACHE", (temp.path() / "cache").string());
  const ModelCache opened = ModelCache::open();
  const fs::path library = answer_library(temp.path()), kept = temp.path() / "cache/a.so";
  opened.keep("a.so", library);
  const std::string good = test::read_file(kept);
  std::string changed = good;
  changed[good.size() / 2] ^= 1;
  for (const std::string& bytes :
       {std::string(), good.substr(0, good.size() / 2), good.substr(0, good.size() - 1), changed,
        good + "\n", test::read_file(library)}) {
    test::write_file(kept, bytes);
    INFO(bytes.size() << " of " << good.size() << " bytes");
    CHECK(opened.load("a.so") == nullptr);
  }
  opened.keep("a.so", library);
  CHECK(answer_of(opened.load("a.so")) == 42);
}

TEST_CASE("ModelCache.LibrariesThatOthersCouldHaveWrittenAreNotLoaded") {
  const test::TempDir temp;
  const Setting cache("SLUICE_CACHE", (temp.path() / "cache").string());
  const ModelCache opened = ModelCache::open();
  const fs::path kept = temp.path() / "cache/a.so";
  opened.keep("a.so", answer_library(temp.path()));
  REQUIRE(::chmod(kept.c_str(), 0620) == 0);
  CHECK(opened.load("a.so") == nullptr);
  REQUIRE(::chmod(kept.c_str(), 0600) == 0);
  fs::create_symlink("a.so", temp.path() / "cache/link.so");
  CHECK(opened.load("link.so") == nullptr);
  fs::create_directory(temp.path() / "cache/folder.so");
  CHECK(opened.load("folder.so") == nullptr);
  if (::geteuid() == 0) {
    REQUIRE(::chown(kept.c_str(), kOther, kOther) == 0);
    CHECK(opened.load("a.so") == nullptr);
    REQUIRE(::chown(kept.c_str(), 0, 0) == 0);
  }
  CHECK(answer_of(opened.load("a.so")) == 42);
}

}  // namespace
}  // namespace sluice::sim
