// SPDX-License-Identifier: Apache-2.0
#include "verif/data/npz.h"

#include <catch2/catch.hpp>

#include "generator/util/file_problem.h"
#include "generator/util/user_error.h"
#include "tests/support/files.h"
#include "tests/support/npy.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::StartsWith;

data::NamedArrays two_arrays(std::uint8_t value) {
  data::NpyArray array;
  array.shape = {1, 2};
  array.bytes = {value, 7};
  return {{"output", array}, {"codes", array}};
}

std::string error_of(const std::function<void()>& function) {
  try {
    function();
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

std::size_t entries_of(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

TEST_CASE("Npz.HoldsTheArraysAndIsTheSameEachTime") {
  const TempDir temp;
  const std::string first = (temp.path() / "a.npz").string();
  const std::string second = (temp.path() / "b.npz").string();
  data::write_npz(first, two_arrays(3));
  data::write_npz(second, two_arrays(3));
  const auto entries = zip_entries(first);
  REQUIRE(entries.size() == 2);
  CHECK(npy_values(entries.at("output.npy")) == "\x03\x07");
  CHECK(entries.at("codes.npy") == data::npy_file(two_arrays(3)[1].second));
  CHECK(read_file(first) == read_file(second));
  CHECK(entries_of(temp.path()) == 2);
}

TEST_CASE("Npz.ReplacesItsOwnFilesAndNoOthers") {
  const TempDir temp;
  const fs::path own = temp.path() / "own.npz";
  data::write_npz(own.string(), two_arrays(3));
  data::write_npz(own.string(), two_arrays(4));
  CHECK(npy_values(zip_entries(own.string()).at("output.npy")) == "\x04\x07");

  const fs::path text = temp.path() / "text", zip = temp.path() / "zip",
                 link = temp.path() / "link", folder = temp.path() / "folder";
  write_file(text, "mine");
  const data::NpyArray array = two_arrays(1)[0].second;
  data::write_npz(zip.string(), {{"other", array}, {"output", array}});
  fs::create_symlink(own, link);
  fs::create_directory(folder);
  const std::string before = folder_text(temp.path());
  const std::string no_outputs = "this is there and no file of outputs; nothing was written";
  const std::vector<std::pair<fs::path, std::string>> others = {
      {text, no_outputs},
      {zip, no_outputs},
      {link, "this is a symbolic link, which is not followed; nothing was written"},
      {folder, "this is a folder; nothing was written"}};
  for (const auto& [path, reason] : others) {
    const std::string refused = path.string() + ": " + reason;
    CHECK_THAT(error_of([&] { data::check_npz_target(path.string(), "output"); }),
               StartsWith(refused));
    CHECK_THAT(error_of([&] { data::write_npz(path.string(), two_arrays(5)); }),
               StartsWith(refused));
  }
  const fs::path nowhere = temp.path() / "none" / "x";
  CHECK(error_of([&] { data::check_npz_target(nowhere.string(), "output"); }) ==
        nowhere.parent_path().string() +
            ": no file can be written there: No such file or directory; give another folder");
  CHECK(folder_text(temp.path()) == before);
}

}  // namespace
}  // namespace sluice::test
