// SPDX-License-Identifier: Apache-2.0
// The script ./sluice, in small trees of its own: CMake, Ninja and the packages are stand-ins that
// write down how they were called.
#include <fmt/format.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

constexpr fs::perms kProgram = fs::perms::owner_all | fs::perms::group_read |
                               fs::perms::group_exec | fs::perms::others_read |
                               fs::perms::others_exec;

void write_program(const fs::path& file, const std::string& text) {
  write_file(file, text);
  fs::permissions(file, kProgram);
}

/// A folder with stand-ins, and trees that hold the script.
class Trees {
 public:
  Trees() {
    fs::permissions(path(), kProgram);
    fs::create_directory(bin());
    // Keeps the folder that it was configured for, as CMake does.
    write_program(bin() / "cmake", R"(#!/bin/sh
echo "cmake $*" >>"$CALLS"
while [ $# -gt 0 ]; do
  case $1 in -S) home=$2; shift ;; -B) build=$2; shift ;; esac
  shift
done
mkdir -p "$build/CMakeFiles"
echo "CMAKE_HOME_DIRECTORY:INTERNAL=$home" >"$build/CMakeCache.txt"
: >"$build/build.ninja"
)");
    // Builds a program that says where it is, how it was called, and whether the tree is locked.
    write_program(bin() / "ninja", R"(#!/bin/sh
echo "ninja $*" >>"$CALLS"
sleep "${NINJA_SECONDS:-0}"
cat >"$2/sluice" <<'END'
#!/bin/sh
flock -n "$(dirname "$0")/.lock" sleep 0 2>&- && lock=free || lock=taken
echo "$0 ($lock) $*"
END
chmod 755 "$2/sluice"
echo "ninja ends" >>"$CALLS"
)");
    write_program(bin() / "c++", "#!/bin/sh\n");
    // All packages that are asked for are there, but for one that a test may name.
    write_program(bin() / "dpkg-query", R"(#!/bin/sh
for package; do [ "$package" = "${MISSING-}" ] || echo "installed $package"; done
)");
  }

  fs::path path() const { return temp_.path(); }
  fs::path bin() const { return path() / "bin"; }

  fs::path add(const std::string& name) const {
    const fs::path tree = path() / name;
    fs::create_directory(tree);
    fs::copy_file(source_dir() / "sluice", tree / "sluice");
    write_file(tree / "CMakeLists.txt", "");
    return tree;
  }

  /// Runs a shell command with the stand-ins; clears what was called before.
  RunResult run(const std::string& command) const {
    fs::remove(path() / "calls");
    write_file(path() / "calls", "");
    fs::permissions(path() / "calls", fs::perms::all);
    return run_shell(path(), fmt::format("export CALLS={0}/calls PATH={0}/bin:$PATH\n{1}",
                                         path().string(), command));
  }

  std::string calls() const { return read_file(path() / "calls"); }

 private:
  TempDir temp_;
};

std::string configured(const fs::path& tree) {
  return fmt::format("cmake -G Ninja -S {0} -B {0}/build -DCMAKE_BUILD_TYPE=Release\n",
                     tree.string());
}

std::string built(const fs::path& tree, const std::string& targets) {
  return fmt::format("ninja -C {}/build {}\nninja ends\n", tree.string(), targets);
}

/// Words in front of a command that make it run as a user who may write nothing here; root may
/// write everything.
std::string as_stranger() {
  return geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
}

TEST_CASE("Launcher.BuildsThenRunsTheProgramWithoutLock") {
  const Trees trees;
  const fs::path tree = trees.add("tree");
  const RunResult result = trees.run("tree/sluice check 'a b'");
  CHECK(result.out == tree.string() + "/build/sluice (free) check a b\n");
  CHECK(trees.calls() == configured(tree) + built(tree, "sluice"));
  trees.run("tree/sluice check");
  CHECK(trees.calls() == built(tree, "sluice"));
}

TEST_CASE("Launcher.BuildTakesTargetsOrBuildsAll") {
  const Trees trees;
  const fs::path tree = trees.add("tree");
  trees.run("tree/sluice build");
  CHECK(trees.calls() == configured(tree) + built(tree, "all"));
  CHECK(trees.run("tree/sluice build unit cli").out == "");
  CHECK(trees.calls() == built(tree, "unit cli"));
}

TEST_CASE("Launcher.HelpNamesItsOwnCommands") {
  const Trees trees;
  trees.add("tree");
  const RunResult result = trees.run("tree/sluice --help");
  CHECK(result.exit_code == 0);
  CHECK(result.out.ends_with(
      "\nThe script adds: build [TARGET...] (into build/; all if none is named), test\n"));
}

TEST_CASE("Launcher.ThroughALinkBuildsTheTreeItIsIn") {
  const Trees trees;
  const fs::path tree = trees.add("tree");
  fs::create_directory(trees.path() / "elsewhere");
  fs::create_symlink("../tree/sluice", trees.path() / "elsewhere/first");
  fs::create_symlink("first", trees.path() / "elsewhere/second");
  CHECK(trees.run("elsewhere/second info").out == tree.string() + "/build/sluice (free) info\n");
  CHECK(trees.calls() == configured(tree) + built(tree, "sluice"));
  CHECK(!fs::exists(trees.path() / "elsewhere/build"));
}

TEST_CASE("Launcher.ConfiguresACopyAnewAndLeavesTheOriginal") {
  const Trees trees;
  const fs::path original = trees.add("original"), copy = trees.path() / "copy";
  trees.run("original/sluice info");
  const std::string before = folder_text(original);
  REQUIRE(trees.run("cp -a original copy").exit_code == 0);
  const RunResult result = trees.run("copy/sluice info");
  CHECK(result.out == fmt::format("sluice: {1}/build was made for {0}; configuring it anew for "
                                  "{1}\n{1}/build/sluice (free) info\n",
                                  original.string(), copy.string()));
  CHECK(trees.calls() == configured(copy) + built(copy, "sluice"));
  CHECK((folder_text(original) == before));
  CHECK(trees.run("copy/sluice info").out == copy.string() + "/build/sluice (free) info\n");
  CHECK(trees.calls() == built(copy, "sluice"));
}

TEST_CASE("Launcher.AMovedTreeIsConfiguredAnew") {
  const Trees trees;
  trees.add("before");
  trees.run("before/sluice info");
  fs::rename(trees.path() / "before", trees.path() / "after");
  CHECK(trees.run("after/sluice info").exit_code == 0);
  CHECK(trees.calls() ==
        configured(trees.path() / "after") + built(trees.path() / "after", "sluice"));
}

TEST_CASE("Launcher.NeverTouchesABuildFolderOfAnotherTreeBehindALink") {
  const Trees trees;
  const fs::path original = trees.add("original"), copy = trees.add("copy");
  trees.run("original/sluice info");
  const std::string before = folder_text(original);
  fs::create_symlink("../original/build", copy / "build");
  const RunResult result = trees.run("copy/sluice info");
  CHECK(result.exit_code == 3);
  CHECK(result.out == fmt::format("sluice: {1}/build is a link to {0}/build, which builds {0}: "
                                  "remove the link\n",
                                  original.string(), copy.string()));
  CHECK(trees.calls() == "");
  CHECK((folder_text(original) == before));
}

TEST_CASE("Launcher.TwoAtOnceBuildOneAfterTheOther") {
  const Trees trees;
  const fs::path tree = trees.add("tree");
  const RunResult result = trees.run(
      "export NINJA_SECONDS=0.3\n"
      "tree/sluice one >one & tree/sluice two >two & wait\n"
      "cat one two | sed 's/.*) //'");
  CHECK(result.out == "one\ntwo\n");
  CHECK(trees.calls() == configured(tree) + built(tree, "sluice") + built(tree, "sluice"));
}

TEST_CASE("Launcher.SaysOnATerminalThatItWaits") {
  const Trees trees;
  const fs::path tree = trees.add("tree");
  if (trees.run("command -v script").exit_code != 0) {
    WARN("skipped: needs script, of the package bsdutils");
    return;
  }
  fs::create_directory(tree / "build");
  const RunResult result = trees.run(
      "flock tree/build/.lock sleep 1 & sleep 0.3\n"
      "script -qec 'tree/sluice info' typescript </dev/null; wait");
  CHECK(result.out.find("sluice: waiting for another ./sluice that builds in " + tree.string()) !=
        std::string::npos);
}

TEST_CASE("Launcher.RunsATreeOfAnotherUserAsItWasBuilt") {
  const Trees trees;
  const fs::path tree = trees.add("tree");
  trees.run("tree/sluice info");
  REQUIRE(trees.run("chmod -R a-w tree").exit_code == 0);
  const std::string before = folder_text(tree);
  const RunResult result =
      trees.run("export MISSING=yosys\n" + as_stranger() + "tree/sluice info --json");
  CHECK(result.exit_code == 0);
  CHECK(result.out.ends_with("/build/sluice (free) info --json\n"));
  CHECK(trees.calls() == "");
  for (const std::string command : {"test", "build"}) {
    const RunResult refused = trees.run(as_stranger() + "tree/sluice " + command);
    CHECK(refused.exit_code == 3);
    CHECK(refused.out == fmt::format("sluice: {} cannot be written by this user: copy it, and run "
                                     "'./sluice {}' in the copy\n",
                                     tree.string(), command));
  }
  CHECK((folder_text(tree) == before));
  trees.run("chmod -R u+w tree");
}

TEST_CASE("Launcher.ATreeThatIsNeitherBuiltNorWritableIsAnError") {
  const Trees trees;
  const fs::path tree = trees.add("tree");
  trees.run("chmod -R a-w tree");
  const RunResult result = trees.run(as_stranger() + "tree/sluice info");
  CHECK(result.exit_code == 3);
  CHECK(result.out == fmt::format("sluice: {} is not built and cannot be written by this user: "
                                  "copy it, and run ./sluice in the copy\n",
                                  tree.string()));
  CHECK(trees.calls() == "");
  trees.run("chmod -R u+w tree");
}

TEST_CASE("Launcher.GoesOnWithoutPackagesIfTheToolsToBuildAreThere") {
  const Trees trees;
  const fs::path tree = trees.add("tree");
  // A user without root's rights, on a machine without sudo: nothing but what the script needs
  write_program(trees.bin() / "id", "#!/bin/sh\necho 1000\n");
  std::string tools = "cd bin; for tool in bash cat chmod dirname env flock grep mkdir mktemp ";
  tools += "readlink rm sed sh sleep tail; do ln -s \"$(command -v $tool)\" $tool; done";
  REQUIRE(trees.run(tools).exit_code == 0);
  const std::string alone =
      fmt::format("export MISSING=opensta PATH={}\ntree/sluice info", trees.bin().string());
  CHECK(trees.run(alone).out == tree.string() + "/build/sluice (free) info\n");
  CHECK(trees.calls() == configured(tree) + built(tree, "sluice"));

  fs::remove(trees.bin() / "c++");
  const RunResult result = trees.run(alone);
  CHECK(result.exit_code == 3);
  CHECK(result.out ==
        "sluice: packages are missing and there is no sudo; as root, run: apt-get install "
        "opensta\n");
  CHECK(trees.calls() == "");
}

}  // namespace
}  // namespace sluice::test
