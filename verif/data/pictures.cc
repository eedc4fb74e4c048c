// SPDX-License-Identifier: Apache-2.0
#include "verif/data/pictures.h"

#include <fmt/format.h>
#include <png.h>

#include <cctype>
#include <csetjmp>
#include <cstdio>
#include <filesystem>
// Needs what <cstdio> declares
#include <jpeglib.h>

#include <algorithm>

#include "generator/util/input_file.h"
#include "generator/util/user_error.h"

namespace sluice::data {
namespace {

namespace fs = std::filesystem;

struct Picture {
  int height = 0, width = 0, channels = 0;
  std::vector<std::uint8_t> pixels;
};

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw UserError(fmt::format("{}: {}", path.string(), what));
}

std::uint64_t bytes_of(std::uint64_t height, std::uint64_t width, std::uint64_t channels) {
  return height * width * channels;
}

void check_bytes(const fs::path& path, std::uint64_t bytes) {
  if (bytes > input::kImages.most)
    fail(path, fmt::format("has, with the pictures before it, more than {}, the most that is read "
                           "of images",
                           size_text(input::kImages.most)));
}

Picture read_png(const fs::path& path, const std::string& file) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0)
    fail(path, fmt::format("cannot be read as PNG: {}", image.message));
  const bool colour = (image.format & PNG_FORMAT_FLAG_COLOR) != 0;
  image.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  Picture picture{int(image.height), int(image.width), colour ? 3 : 1, {}};
  const std::uint64_t bytes = bytes_of(image.height, image.width, colour ? 3 : 1);
  if (bytes > input::kImages.most) png_image_free(&image);
  check_bytes(path, bytes);
  picture.pixels.resize(bytes);
  const png_color black{0, 0, 0};
  if (png_image_finish_read(&image, &black, picture.pixels.data(), 0, nullptr) == 0)
    fail(path, fmt::format("cannot be read as PNG: {}", image.message));
  return picture;
}

/// libjpeg's way out of an error.
struct JpegErrors {
  jpeg_error_mgr manager;
  std::jmp_buf out;
  char message[JMSG_LENGTH_MAX];
};

void leave(j_common_ptr state) {
  auto* errors = reinterpret_cast<JpegErrors*>(state->err);
  (*state->err->format_message)(state, errors->message);
  std::longjmp(errors->out, 1);
}

/// Decodes; false, with a message in `errors`, if the file is damaged. Warnings count as damage.
/// Nothing here has a destructor that a jump would skip.
bool decode_jpeg(const std::string& file, JpegErrors& errors, Picture& picture) {
  jpeg_decompress_struct state;
  state.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = leave;
  errors.manager.emit_message = [](j_common_ptr common, int level) {
    if (level < 0) leave(common);
  };
  if (setjmp(errors.out) != 0) {
    jpeg_destroy_decompress(&state);
    return false;
  }
  jpeg_create_decompress(&state);
  jpeg_mem_src(&state, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_read_header(&state, TRUE);
  const bool colour = state.jpeg_color_space != JCS_GRAYSCALE;
  state.out_color_space = colour ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_start_decompress(&state);
  picture.height = int(state.output_height);
  picture.width = int(state.output_width);
  picture.channels = colour ? 3 : 1;
  if (bytes_of(state.output_height, state.output_width, 3) > input::kImages.most) {
    jpeg_destroy_decompress(&state);
    std::snprintf(errors.message, sizeof errors.message, "it has too many pixels");
    return false;
  }
  picture.pixels.resize(bytes_of(state.output_height, state.output_width, colour ? 3 : 1));
  while (state.output_scanline < state.output_height) {
    JSAMPROW row = picture.pixels.data() +
                   bytes_of(state.output_scanline, state.output_width, picture.channels);
    jpeg_read_scanlines(&state, &row, 1);
  }
  jpeg_finish_decompress(&state);
  jpeg_destroy_decompress(&state);
  return true;
}

Picture read_jpeg(const fs::path& path, const std::string& file) {
  JpegErrors errors{};
  Picture picture;
  if (!decode_jpeg(file, errors, picture))
    fail(path, fmt::format("cannot be read as JPEG: {}", errors.message));
  return picture;
}

std::string ending_of(const fs::path& path) {
  std::string ending = path.extension().string();
  for (char& letter : ending) letter = static_cast<char>(std::tolower(letter));
  return ending;
}

/// What a folder has of one kind, in the order of names.
template <typename Is>
std::vector<fs::path> entries_of(const fs::path& folder, Is is) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder))
    if (is(entry)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::vector<fs::path> pictures_in(const fs::path& folder) {
  return entries_of(folder, [](const fs::directory_entry& entry) {
    const std::string ending = ending_of(entry.path());
    return entry.is_regular_file() && (ending == ".png" || ending == ".jpg" || ending == ".jpeg");
  });
}

Picture read_picture(const fs::path& path) {
  const std::string file = read_input(path.string(), input::kImages, "give PNG or JPEG files");
  return ending_of(path) == ".png" ? read_png(path, file) : read_jpeg(path, file);
}

/// Appends a picture, with as many channels as the set has.
void append(const Picture& picture, ImageSet& set) {
  if (picture.channels == set.channels) {
    set.pixels.insert(set.pixels.end(), picture.pixels.begin(), picture.pixels.end());
    return;
  }
  for (const std::uint8_t grey : picture.pixels)
    set.pixels.insert(set.pixels.end(), static_cast<std::size_t>(set.channels), grey);
}

ImageSet set_of(const std::vector<fs::path>& paths) {
  std::vector<Picture> pictures;
  std::uint64_t bytes = 0;
  ImageSet set;
  for (const fs::path& path : paths) {
    pictures.push_back(read_picture(path));
    const Picture &picture = pictures.back(), &first = pictures.front();
    if (picture.height != first.height || picture.width != first.width)
      fail(path, fmt::format("has {} x {} pixels (height, width), but {} has {} x {}; pictures "
                             "must have one size",
                             picture.height, picture.width, paths[0].string(), first.height,
                             first.width));
    set.channels = std::max(set.channels, picture.channels);
    check_bytes(path, bytes += bytes_of(picture.height, picture.width, 3));
  }
  set.count = static_cast<int>(pictures.size());
  set.height = pictures.front().height;
  set.width = pictures.front().width;
  for (const Picture& picture : pictures) append(picture, set);
  return set;
}

}  // namespace

ImageSet read_pictures(const std::string& folder) {
  std::vector<fs::path> paths = pictures_in(folder);
  std::vector<int> labels;
  if (paths.empty()) {
    std::vector<std::vector<fs::path>> classes;
    std::size_t most = 0;
    for (const fs::path& one : entries_of(
             folder, [](const fs::directory_entry& entry) { return entry.is_directory(); })) {
      classes.push_back(pictures_in(one));
      most = std::max(most, classes.back().size());
    }
    for (std::size_t i = 0; i < most; ++i)
      for (std::size_t k = 0; k < classes.size(); ++k) {
        if (i >= classes[k].size()) continue;
        paths.push_back(classes[k][i]);
        labels.push_back(static_cast<int>(k));
      }
  }
  if (paths.empty())
    fail(folder,
         "has no pictures: give a folder of PNG or JPEG files, or one with a folder of "
         "these for each class");
  ImageSet set = set_of(paths);
  set.labels = std::move(labels);
  return set;
}

}  // namespace sluice::data
