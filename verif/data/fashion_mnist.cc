// SPDX-License-Identifier: Apache-2.0
#include "verif/data/fashion_mnist.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "generator/util/input_file.h"
#include "generator/util/user_error.h"

namespace sluice::data {
namespace {

constexpr std::uint64_t kMaxBytes = input::kImages.most;
constexpr std::uint64_t kMaxHeader = 1 << 16;  // of IDX and gzip
constexpr std::size_t kPart = std::size_t{1} << 24;
constexpr int kUnsignedByte = 8;
constexpr int kMaxDimensions = 4;

/// A file read through zlib, which passes plain files on as they are.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path), file_(nullptr, gzclose) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) fail("no such file");
    // zlib skips any number of empty parts, which of a device never end
    if (!std::filesystem::is_regular_file(path, ignored)) fail("is no plain file");
    if (std::filesystem::file_size(path, ignored) > kMaxBytes + kMaxHeader) {
      fail(fmt::format("is too large: at most {} bytes are read", kMaxBytes));
    }
    file_.reset(gzopen(path.c_str(), "rb"));
    if (!file_) fail("cannot be opened");
  }

  void read(std::uint8_t* to, std::uint64_t size) {
    while (size > 0) {
      const auto part = static_cast<unsigned>(std::min<std::uint64_t>(size, kPart));
      const int got = gzread(file_.get(), to, part);
      if (got < 0) fail_of_zlib();
      if (got == 0) fail("ends too early");
      to += got;
      size -= static_cast<unsigned>(got);
    }
  }

  void expect_end() {
    std::uint8_t byte = 0;
    const int got = gzread(file_.get(), &byte, 1);
    if (got < 0) fail_of_zlib();
    if (got > 0) fail("has more data than its header says");
  }

  [[noreturn]] void fail(const std::string& what) const { throw UserError(path_ + ": " + what); }

 private:
  [[noreturn]] void fail_of_zlib() const {
    int code = 0;
    fail(fmt::format("cannot be read: {}", gzerror(file_.get(), &code)));
  }

  std::string path_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

std::vector<int> read_dimensions(Reader& reader, int count) {
  std::vector<int> dimensions;
  std::uint64_t size = 1;
  for (int i = 0; i < count; ++i) {
    std::uint8_t bytes[4];
    reader.read(bytes, sizeof bytes);
    const std::uint32_t dimension = std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                                    std::uint32_t{bytes[2]} << 8 | bytes[3];
    if (dimension == 0) reader.fail("has a dimension of size 0");
    size *= dimension;
    if (dimension > kMaxBytes || size > kMaxBytes)
      reader.fail(fmt::format("is too large: at most {} bytes are read", kMaxBytes));
    dimensions.push_back(static_cast<int>(dimension));
  }
  return dimensions;
}

}  // namespace

IdxArray read_idx(const std::string& path) {
  Reader reader(path);
  std::uint8_t magic[4];
  reader.read(magic, sizeof magic);
  const int count = magic[3];
  if (magic[0] != 0 || magic[1] != 0 || count < 1)
    reader.fail("is neither an NPY file nor an IDX file, plain or gzipped");
  if (magic[2] != kUnsignedByte)
    reader.fail(
        fmt::format("has IDX type {:#04x}; only unsigned bytes, 0x08, are supported", magic[2]));
  if (count > kMaxDimensions)
    reader.fail(fmt::format("has {} dimensions; at most {} are supported", count, kMaxDimensions));
  IdxArray array;
  array.dimensions = read_dimensions(reader, count);
  std::size_t size = 1;
  for (const int dimension : array.dimensions) size *= dimension;
  // In parts, so that a header that promises more than there is costs nothing
  for (std::size_t at = 0; at < size; at = array.values.size()) {
    array.values.resize(std::min(size, at + kPart));
    reader.read(array.values.data() + at, array.values.size() - at);
  }
  reader.expect_end();
  return array;
}

ImageSet fashion_mnist(Split split, const std::string& folder) {
  const std::string prefix = folder + (split == Split::kTrain ? "/train" : "/t10k");
  const std::string images = prefix + "-images-idx3-ubyte.gz";
  const std::string labels = prefix + "-labels-idx1-ubyte.gz";
  for (const std::string& path : {images, labels}) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
      throw UserError(path +
                      ": no such file; install it with 'apt-get install dataset-fashion-mnist'");
  }
  return read_images(images, labels);
}

}  // namespace sluice::data
