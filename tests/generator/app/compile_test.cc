// SPDX-License-Identifier: Apache-2.0
// sluice compile: what it writes over, and what not.
#include <fmt/format.h>
#include <sys/mount.h>

#include <catch2/catch.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

constexpr const char* kNetwork = "verif/networks/fashion_block8.onnx";

RunResult compile(const fs::path& config, const fs::path& network, const fs::path& out,
                  const std::string& more = "") {
  return run_sluice(fmt::format("compile '{}' '{}' -o '{}' {}", config.string(), network.string(),
                                out.string(), more));
}

TEST_CASE("Compile.ReplacesWhatItWrote") {
  const TempDir temp;
  const fs::path out = temp.path() / "net.slim";
  REQUIRE(compile("configs/edge.yaml", kNetwork, out, "--ungated").exit_code == 0);
  const std::string first = read_file(out);
  CHECK(first.starts_with("SLIM"));
  REQUIRE(compile("configs/edge.yaml", kNetwork, out).exit_code == 0);
  CHECK(read_file(out) != first);
  CHECK(std::distance(fs::directory_iterator(temp.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("Compile.RefusesItsInputsAndFilesOfOthers") {
  const TempDir temp;
  const fs::path config = temp.path() / "c.yaml", network = temp.path() / "n.onnx";
  fs::copy_file(source_dir() / "configs/edge.yaml", config);
  fs::copy_file(source_dir() / kNetwork, network);
  write_file(temp.path() / "thesis.txt", "years of work");
  write_file(temp.path() / "nearly", "SLIM");
  const std::string before = folder_text(temp.path());
  for (const fs::path& out :
       {config, network, temp.path() / "thesis.txt", temp.path() / "nearly"}) {
    const RunResult result = compile(config, network, out);
    CHECK(result.exit_code == 1);
    CHECK_THAT(result.err, Contains(out.string() + ": this is there and no compiled network "
                                                   "of Sluice; nothing was written"));
    CHECK(folder_text(temp.path()) == before);
  }
}

TEST_CASE("Compile.FollowsNoLinkAndWritesToNoPipe") {
  const TempDir temp;
  const fs::path out = temp.path() / "net.slim", link = temp.path() / "link";
  REQUIRE(compile("configs/edge.yaml", kNetwork, out).exit_code == 0);
  fs::create_symlink("net.slim", link);
  const std::string before = read_file(out);
  const RunResult linked = compile("configs/edge.yaml", kNetwork, link, "--ungated");
  CHECK(linked.exit_code == 1);
  CHECK_THAT(linked.err, Contains("symbolic link"));
  CHECK(read_file(out) == before);
  CHECK(fs::is_symlink(link));
  const RunResult folder = compile("configs/edge.yaml", kNetwork, temp.path());
  CHECK(folder.exit_code == 1);
  CHECK_THAT(folder.err, Contains("a folder"));
}

TEST_CASE("Compile.FullDiskLeavesTheOldFile") {
  const TempDir temp;
  const fs::path disk = temp.path() / "disk", out = disk / "net.slim";
  REQUIRE(compile("configs/edge.yaml", kNetwork, temp.path() / "net.slim").exit_code == 0);
  const std::size_t kb = fs::file_size(temp.path() / "net.slim") / 1024;
  fs::create_directory(disk);
  // Room for one file and half
  const std::string size = fmt::format("size={}k", kb + kb / 2);
  if (::mount("none", disk.c_str(), "tmpfs", 0, size.c_str()) != 0) {
    WARN("skipped: mounting a file system is not allowed here");
    return;
  }
  fs::copy_file(temp.path() / "net.slim", out);
  const std::string before = folder_text(disk);
  const RunResult result = compile("configs/edge.yaml", kNetwork, out, "--ungated");
  const std::string after = folder_text(disk);
  ::umount(disk.c_str());
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains(out.string()) && Contains("No space left on device"));
  CHECK(after == before);
}

}  // namespace
}  // namespace sluice::test
