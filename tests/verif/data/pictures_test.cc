// SPDX-License-Identifier: Apache-2.0
#include "verif/data/pictures.h"

#include <png.h>

#include <catch2/catch.hpp>
#include <cstdio>
// Needs what <cstdio> declares
#include <jpeglib.h>

#include "generator/util/user_error.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

/// Pixels of `format`, a format of libpng, in rows of `width`.
void write_png(const fs::path& path, std::uint32_t format, int width, const Bytes& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.format = format;
  image.width = static_cast<std::uint32_t>(width);
  image.height =
      static_cast<std::uint32_t>(pixels.size() / PNG_IMAGE_PIXEL_CHANNELS(format) / width);
  fs::create_directories(path.parent_path());
  REQUIRE(png_image_write_to_file(&image, path.c_str(), 0, pixels.data(), 0, nullptr) != 0);
}

/// A picture of one colour, of 8 x 16 pixels (height, width).
void write_jpeg(const fs::path& path, const Bytes& colour) {
  jpeg_compress_struct state;
  jpeg_error_mgr errors;
  state.err = jpeg_std_error(&errors);
  jpeg_create_compress(&state);
  std::FILE* file = std::fopen(path.c_str(), "wb");
  REQUIRE(file != nullptr);
  jpeg_stdio_dest(&state, file);
  state.image_width = 16;
  state.image_height = 8;
  state.input_components = static_cast<int>(colour.size());
  state.in_color_space = colour.size() == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&state);
  jpeg_set_quality(&state, 100, TRUE);
  jpeg_start_compress(&state, TRUE);
  Bytes row;
  for (int x = 0; x < 16; ++x) row.insert(row.end(), colour.begin(), colour.end());
  JSAMPROW rows = row.data();
  for (int y = 0; y < 8; ++y) jpeg_write_scanlines(&state, &rows, 1);
  jpeg_finish_compress(&state);
  jpeg_destroy_compress(&state);
  std::fclose(file);
}

/// What reading a folder complains of, without the folder's name.
std::string error_of(const fs::path& folder) {
  try {
    data::read_pictures(folder.string());
  } catch (const UserError& error) {
    return replace_all(error.what(), folder.string(), "DIR");
  }
  return "accepted";
}

TEST_CASE("Pictures.GreyOnesHaveOneChannel") {
  const TempDir temp;
  write_png(temp.path() / "b.png", PNG_FORMAT_GRAY, 3, {4, 5, 6, 7, 8, 9});
  write_png(temp.path() / "a.PNG", PNG_FORMAT_GRAY, 3, {10, 20, 30, 40, 50, 255});
  write_file(temp.path() / "notes.txt", "no picture");
  const data::ImageSet set = data::read_images(temp.path().string(), "");
  CHECK(set.count == 2);
  CHECK(set.height == 2);
  CHECK(set.width == 3);
  CHECK(set.channels == 1);
  CHECK(set.kind == data::ImageKind::kBytes);
  CHECK(set.pixels == Bytes{10, 20, 30, 40, 50, 255, 4, 5, 6, 7, 8, 9});
  CHECK(set.labels.empty());
}

TEST_CASE("Pictures.OneWithColoursGivesAllThreeChannels") {
  const TempDir temp;
  write_png(temp.path() / "a.png", PNG_FORMAT_GRAY, 2, {10, 20});
  write_png(temp.path() / "b.png", PNG_FORMAT_RGB, 2, {1, 2, 3, 4, 5, 6});
  // Opaque, and wholly transparent
  write_png(temp.path() / "c.png", PNG_FORMAT_RGBA, 2, {7, 8, 9, 255, 70, 80, 90, 0});
  const data::ImageSet set = data::read_pictures(temp.path().string());
  CHECK(set.channels == 3);
  CHECK(set.pixels == Bytes{10, 10, 10, 20, 20, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0});
}

TEST_CASE("Pictures.JpegIsRead") {
  const TempDir temp;
  write_jpeg(temp.path() / "a.jpg", {200, 30, 90});
  const data::ImageSet colour = data::read_pictures(temp.path().string());
  CHECK(colour.height == 8);
  CHECK(colour.width == 16);
  REQUIRE(colour.channels == 3);
  for (std::size_t i = 0; i < colour.pixels.size(); ++i)
    CHECK(std::abs(colour.pixels[i] - Bytes{200, 30, 90}[i % 3]) <= 2);
  write_jpeg(temp.path() / "a.jpg", {77});
  const data::ImageSet grey = data::read_pictures(temp.path().string());
  CHECK(grey.channels == 1);
  CHECK(grey.pixels == Bytes(128, 77));
}

TEST_CASE("Pictures.FoldersAreClassesInTurn") {
  const TempDir temp;
  for (const char* name : {"cat/1.png", "cat/2.png", "dog/1.png"})
    write_png(temp.path() / name, PNG_FORMAT_GRAY, 1,
              {static_cast<std::uint8_t>(name[0] + name[4])});
  const data::ImageSet set = data::read_pictures(temp.path().string());
  CHECK(set.pixels == Bytes{'c' + '1', 'd' + '1', 'c' + '2'});
  CHECK(set.labels == std::vector<int>{0, 1, 0});
}

TEST_CASE("Pictures.MistakesNameTheFile") {
  const TempDir temp;
  CHECK(error_of(temp.path()) ==
        "DIR: has no pictures: give a folder of PNG or JPEG files, or one with a folder of these "
        "for each class");
  write_png(temp.path() / "a.png", PNG_FORMAT_GRAY, 3, {1, 2, 3});
  write_png(temp.path() / "b.png", PNG_FORMAT_GRAY, 2, {1, 2});
  CHECK(error_of(temp.path()) ==
        "DIR/b.png: has 1 x 2 pixels (height, width), but DIR/a.png has 1 x 3; pictures must have "
        "one size");
  write_file(temp.path() / "b.png", read_file(temp.path() / "a.png").substr(0, 40));
  CHECK(error_of(temp.path()).starts_with("DIR/b.png: cannot be read as PNG: "));
  fs::remove(temp.path() / "b.png");
  write_jpeg(temp.path() / "b.jpg", {1, 2, 3});
  const std::string whole = read_file(temp.path() / "b.jpg");
  write_file(temp.path() / "b.jpg", whole.substr(0, whole.size() - 40));
  CHECK(error_of(temp.path()).starts_with("DIR/b.jpg: cannot be read as JPEG: "));
  write_file(temp.path() / "b.jpg", "no picture");
  CHECK(error_of(temp.path()).starts_with("DIR/b.jpg: cannot be read as JPEG: Not a JPEG file"));
}

}  // namespace
}  // namespace sluice::test
