// SPDX-License-Identifier: Apache-2.0
#include "generator/util/input_file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <thread>

#include "generator/util/user_error.h"
#include "tests/support/files.h"

namespace sluice {
namespace {

TEST_CASE("InputFile.IsReadUpToItsLimitAndNotBeyond") {
  const test::TempDir temp;
  const std::string path = (temp.path() / "file").string();
  for (const std::size_t size : {0, 1, 99, 100, 101, 300000}) {
    INFO(size);
    const std::string text(size, 'x');
    test::write_file(path, text);
    const InputText read = try_read(path, 100);
    CHECK(read.error == 0);
    CHECK(read.too_large == (size > 100));
    CHECK(read.text == (size > 100 ? "" : text));
    CHECK(try_read(path, 300000).text == text);
  }
}

TEST_CASE("InputFile.ALargeFileIsRefusedUnread") {
  const test::TempDir temp;
  const std::string path = (temp.path() / "hole").string();
  test::write_file(path, "");
  std::filesystem::resize_file(path, std::uintmax_t{1} << 36);  // takes no space, nor time to read
  CHECK(try_read(path, std::uint64_t{1} << 34).too_large);
}

TEST_CASE("InputFile.DevicesAndPipesAreReadWithinTheLimit") {
  CHECK(try_read("/dev/zero", 1 << 20).too_large);
  CHECK(try_read("/dev/null", 10).text.empty());
  const test::TempDir temp;
  const std::string path = (temp.path() / "fifo").string();
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  const std::string text(200000, 'p');
  std::thread writer([&] { test::write_file(path, text); });
  CHECK(try_read(path, 1 << 20).text == text);
  writer.join();
}

TEST_CASE("InputFile.SaysWhyItCannotBeRead") {
  const test::TempDir temp;
  CHECK(try_read((temp.path() / "none").string(), 10).error == ENOENT);
  CHECK(try_read(temp.path().string(), 10).error == EISDIR);
  const auto message = [](const std::string& path) {
    try {
      read_input(path, {"thing", 1 << 20, ""}, "give another");
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(message("/no/such") == "/no/such: cannot be read: No such file or directory; give another");
  CHECK(message("/dev/zero") ==
        "/dev/zero: is larger than 1 MiB, the most that is read of a thing; give another");
}

TEST_CASE("InputFile.EveryKindHasALimit") {
  for (const InputKind& kind : input_kinds()) {
    INFO(kind.name);
    CHECK(kind.most > 0);
    CHECK(kind.most <= std::uint64_t{1} << 31);
  }
}

}  // namespace
}  // namespace sluice
