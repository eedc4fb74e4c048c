// SPDX-License-Identifier: Apache-2.0
#include "verif/data/images.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "generator/util/user_error.h"
#include "tests/support/files.h"
#include "tests/support/npy.h"

namespace sluice::test {
namespace {

using data::ImageKind;
using data::ImageSet;

/// Images and labels from the bytes of two files; no labels if those are empty.
ImageSet read(const std::string& images, const std::string& labels = "") {
  const TempDir temp;
  const std::string x = (temp.path() / "x").string(), l = (temp.path() / "l").string();
  write_file(x, images);
  if (!labels.empty()) write_file(l, labels);
  return data::read_images(x, labels.empty() ? "" : l);
}

std::string error_of(const std::string& images, const std::string& labels = "") {
  try {
    read(images, labels);
  } catch (const UserError& error) {
    const std::string text = error.what();
    return text.substr(text.find(": ") + 2);
  }
  return "accepted";
}

TEST_CASE("ReadImages.NpyHasItsChannelsBeforeItsRows") {
  // Two images of 2 channels, 1 row, 3 columns
  const ImageSet set = read(npy_bytes("|u1", "(2, 2, 1, 3)", "abcdefABCDEF"));
  CHECK(set.count == 2);
  CHECK(set.channels == 2);
  CHECK(set.height == 1);
  CHECK(set.width == 3);
  CHECK(set.kind == ImageKind::kBytes);
  CHECK(std::string(set.pixels.begin(), set.pixels.end()) == "adbecfADBECF");
  const ImageSet reals = read(npy_bytes("<f4", "(1, 2, 1, 2)", bytes_of<float>({1, 2, -3, 0.5F})));
  CHECK(reals.kind == ImageKind::kReals);
  CHECK(reals.reals == std::vector<float>{1, -3, 2, 0.5F});
  CHECK(reals.pixels.empty());
}

TEST_CASE("ReadImages.NpyOfThreeDimensionsIsGreyAndOfTwoIsValues") {
  const ImageSet grey = read(npy_bytes("|u1", "(2, 1, 3)", "abcdef"));
  CHECK(grey.count == 2);
  CHECK(grey.height == 1);
  CHECK(grey.width == 3);
  CHECK(grey.channels == 1);
  const ImageSet values = read(npy_bytes("<f8", "(1, 3)", bytes_of<double>({1, 2, 3})));
  CHECK(values.channels == 3);
  CHECK(values.image_size() == 3);
  CHECK(values.reals == std::vector<float>{1, 2, 3});
  CHECK(read(npy_bytes("|i1", "(1, 2)", "\xff\x01")).kind == ImageKind::kSigned);
}

TEST_CASE("ReadImages.LabelsAreIdxOrNpyOfAnyWidth") {
  const std::string images = npy_bytes("|u1", "(2, 1, 1)", "ab");
  const std::string idx("\0\0\x08\x01\0\0\0\x02\x07\xff", 10);
  CHECK(read(images, idx).labels == std::vector<int>{7, 255});
  CHECK(read(images, npy_bytes("<i8", "(2,)", bytes_of<std::int64_t>({999, 0}))).labels ==
        std::vector<int>{999, 0});
  CHECK(error_of(images, npy_bytes("<i4", "(2,)", bytes_of<std::int32_t>({3, -1}))) ==
        "label -1 of image 1; labels count outputs, from 0");
  CHECK(error_of(images, npy_bytes("<f4", "(2,)", bytes_of<float>({3, 1}))) ==
        "has values of type float32; labels are integers");
  CHECK_THAT(error_of(images, npy_bytes("|u1", "(3,)", "abc")),
             Catch::Matchers::StartsWith("must have one dimension of 2 labels"));
}

TEST_CASE("ReadImages.NpyThatIsNoImagesIsRefused") {
  CHECK(error_of(npy_bytes("|u1", "(3,)", "abc")) ==
        "has shape (3); images need 4 dimensions (image, channel, y, x), 3 (image, y, x) or 2 "
        "(image, value)");
  CHECK(error_of(npy_bytes("<i4", "(1, 1)", "abcd")) ==
        "has values of type int32; images are uint8 (bytes), float32 (real numbers) or int8 "
        "(codes): convert them with .astype");
  CHECK(error_of(npy_bytes("<f4", "(2, 1)", bytes_of<float>({1, NAN}))) ==
        "image 1 has a value that is not a number (NaN)");
}

}  // namespace
TEST_CASE("Images.ThreeDimensionsMayBeLinesOfOneRow") {
  const TempDir temp;
  const std::string path = (temp.path() / "lines.npy").string();
  write_file(path, npy_bytes("|u1", "(1, 2, 3)", std::string{1, 2, 3, 4, 5, 6}));
  const data::ImageSet first = data::read_images(path, "", {false, true});
  CHECK(first.height == 1);
  CHECK(first.width == 3);
  CHECK(first.channels == 2);
  CHECK(first.pixels == std::vector<std::uint8_t>{1, 4, 2, 5, 3, 6});
  const data::ImageSet last = data::read_images(path, "", {true, true});
  CHECK(last.width == 2);
  CHECK(last.channels == 3);
  CHECK(last.pixels == std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6});
  CHECK(data::read_images(path, "").height == 2);
}

}  // namespace sluice::test
