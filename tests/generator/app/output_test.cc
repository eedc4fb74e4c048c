// SPDX-License-Identifier: Apache-2.0
// Diagnostics that need a large file or an output folder: places taken, files of others, full and
// read-only disks. The texts are in configs/bad/.
#include <sys/mount.h>

#include <catch2/catch.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = "configs/bad/bad-override.yaml";  // good by itself; small

RunResult generate(const fs::path& folder, const std::string& more = "") {
  return run_sluice(std::string("generate ") + kConfig + " -o " + folder.string() + " " + more);
}

/// Runs generate, which must fail with the text of configs/bad/<name>.txt and change nothing.
void require_refusal(const TempDir& temp, const std::string& name, const fs::path& folder) {
  const std::string before = folder_text(temp.path());
  const RunResult result = generate(folder, "--set lanes=1");
  INFO(result.err);
  REQUIRE(result.exit_code == 1);
  REQUIRE(folder_text(temp.path()) == before);
  const std::string shown = replace_all(
      std::string("$ sluice generate ") + kConfig + " -o " + folder.string() + "\n" + result.err,
      temp.path().string(), "OUT");
  require_golden(source_dir() / "configs/bad" / (name + ".txt"), shown);
}

TEST_CASE("FileTooLarge.IsRefusedUnread") {
  const TempDir temp;
  write_file(temp.path() / "large.yaml", std::string(10 << 20, '#'));
  const RunResult result = run_sluice("check " + (temp.path() / "large.yaml").string());
  CHECK(result.exit_code == 1);
  require_golden(
      source_dir() / "configs/bad/file-too-large.txt",
      "$ sluice check OUT/large.yaml\n" + replace_all(result.err, temp.path().string(), "OUT"));
}

TEST_CASE("OutputNotOurs.FolderWithoutMarkerStays") {
  const TempDir temp;
  fs::create_directory(temp.path() / "bad");
  write_file(temp.path() / "bad/thesis.txt", "years of work");
  require_refusal(temp, "output-not-ours", temp.path());
}

TEST_CASE("OutputNotOurs.FileInThePlaceStays") {
  const TempDir temp;
  write_file(temp.path() / "bad", "not a folder");
  require_refusal(temp, "output-not-ours.file", temp.path());
}

TEST_CASE("OutputNotOurs.LinkIsNotFollowed") {
  const TempDir temp;
  REQUIRE(generate(temp.path() / "real").exit_code == 0);
  fs::create_directory_symlink(temp.path() / "real/bad", temp.path() / "bad");
  require_refusal(temp, "output-not-ours.link", temp.path());
}

TEST_CASE("OutputNotOurs.EmptyFolderIsTaken") {
  const TempDir temp;
  fs::create_directory(temp.path() / "bad");
  CHECK(generate(temp.path()).exit_code == 0);
}

TEST_CASE("OutputForeign.NamesTheFilesAndStays") {
  const TempDir temp;
  REQUIRE(generate(temp.path()).exit_code == 0);
  write_file(temp.path() / "bad/notes.txt", "mine");
  write_file(temp.path() / "bad/rtl/common/bad_extra.sv", "module bad_extra; endmodule");
  fs::create_directory(temp.path() / "bad/sim");
  require_refusal(temp, "output-foreign", temp.path());
}

TEST_CASE("OutputForeign.LinkInPlaceOfAFileIsForeign") {
  const TempDir temp;
  REQUIRE(generate(temp.path()).exit_code == 0);
  fs::rename(temp.path() / "bad/bad.f", temp.path() / "elsewhere.f");
  fs::create_symlink(temp.path() / "elsewhere.f", temp.path() / "bad/bad.f");
  require_refusal(temp, "output-foreign.link", temp.path());
}

TEST_CASE("OutputEdited.NamesTheFilesAndStays") {
  const TempDir temp;
  REQUIRE(generate(temp.path()).exit_code == 0);
  write_file(temp.path() / "bad/rtl/common/bad_fifo.sv", "// repaired by hand\n");
  require_refusal(temp, "output-edited", temp.path());
}

TEST_CASE("OutputEdited.DeletedFilesComeBack") {
  const TempDir temp;
  REQUIRE(generate(temp.path()).exit_code == 0);
  const std::string before = folder_text(temp.path());
  fs::remove(temp.path() / "bad/bad.f");
  REQUIRE(generate(temp.path()).exit_code == 0);
  CHECK(folder_text(temp.path()) == before);
}

TEST_CASE("OutputUnwritable.PathBelowAFile") {
  const TempDir temp;
  write_file(temp.path() / "file", "");
  require_refusal(temp, "output-unwritable", temp.path() / "file/below");
}

TEST_CASE("OutputUnwritable.KernelRefusesFolders") {
  const RunResult result = generate("/proc/sluice/out");
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("[output-unwritable]") != std::string::npos);
}

/// A tiny file system in memory; only root may mount one.
class SmallDisk {
 public:
  explicit SmallDisk(const fs::path& place) : place_(place) {
    fs::create_directory(place);
    mounted_ = ::mount("none", place.c_str(), "tmpfs", 0, "size=64k") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount(place_.c_str());
  }
  bool mounted() const { return mounted_; }
  bool make_read_only() {
    return ::mount("none", place_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }

 private:
  fs::path place_;
  bool mounted_ = false;
};

TEST_CASE("OutputUnwritable.FullDiskLeavesNothingHalfWritten") {
  const TempDir temp;
  const SmallDisk disk(temp.path() / "disk");
  if (!disk.mounted()) {
    WARN("skipped: mounting a file system is not allowed here");
    return;
  }
  require_refusal(temp, "output-unwritable.full", temp.path() / "disk/a/b");
}

TEST_CASE("OutputUnwritable.ReadOnlyFolder") {
  const TempDir temp;
  SmallDisk disk(temp.path() / "disk");
  if (!disk.mounted() || !disk.make_read_only()) {
    WARN("skipped: mounting a file system is not allowed here");
    return;
  }
  require_refusal(temp, "output-unwritable.read-only", temp.path() / "disk");
}

}  // namespace
}  // namespace sluice::test
