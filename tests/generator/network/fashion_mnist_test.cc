// SPDX-License-Identifier: Apache-2.0
#include "verif/data/fashion_mnist.h"

#include <zlib.h>

#include <catch2/catch.hpp>

#include "generator/util/user_error.h"
#include "tests/generator/network/onnx_model.h"

namespace sluice::test {
namespace {

template <typename Function>
std::string error_of(Function function) {
  try {
    function();
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

/// The message of reading `bytes` as an IDX file, without its name.
std::string idx_error(const std::string& bytes) {
  TemporaryFile file("idx");
  file.write(bytes);
  const std::string message = error_of([&] { data::read_idx(file.path()); });
  return message == "accepted" ? message : message.substr(file.path().size() + 2);
}

std::string idx(std::initializer_list<int> dimensions, const std::string& values) {
  std::string bytes{0, 0, 8, static_cast<char>(dimensions.size())};
  for (const int dimension : dimensions)
    bytes += std::string{0, 0, static_cast<char>(dimension >> 8), static_cast<char>(dimension)};
  return bytes + values;
}

void write_gzip(const std::string& path, const std::string& bytes) {
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
}

}  // namespace

TEST_CASE("ReadIdx.PlainAndGzippedFilesGiveTheSameArray") {
  TemporaryFile plain("idx"), zipped("idx.gz");
  const std::string bytes = idx({2, 3}, "abcdef");
  plain.write(bytes);
  write_gzip(zipped.path(), bytes);
  for (const std::string& path : {plain.path(), zipped.path()}) {
    const data::IdxArray array = data::read_idx(path);
    CHECK(array.dimensions == std::vector<int>{2, 3});
    CHECK(array.values == std::vector<std::uint8_t>{'a', 'b', 'c', 'd', 'e', 'f'});
  }
}

TEST_CASE("ReadIdx.BrokenFilesGiveClearErrors") {
  CHECK(idx_error("") == "ends too early");
  CHECK(idx_error("\x89PNG....") == "is neither an NPY file nor an IDX file, plain or gzipped");
  CHECK(idx_error(std::string{0, 0, 0x0d, 1, 0, 0, 0, 1}) ==
        "has IDX type 0x0d; only unsigned bytes, 0x08, are supported");
  CHECK(idx_error(idx({1, 1, 1, 1, 1}, "a")) == "has 5 dimensions; at most 4 are supported");
  CHECK(idx_error(idx({2, 3}, "abcde")) == "ends too early");
  CHECK(idx_error(idx({2, 3}, "abcdefg")) == "has more data than its header says");
  CHECK(idx_error(idx({2, 0}, "")) == "has a dimension of size 0");
  CHECK(idx_error(std::string{0, 0, 8, 1, '\x7f', '\x7f', '\x7f', '\x7f'}) ==
        "is too large: at most 1073741824 bytes are read");
  CHECK(error_of([] { data::read_idx("/nowhere/x"); }) == "/nowhere/x: no such file");
}

TEST_CASE("ReadIdx.TruncatedAndDamagedGzipFilesAreErrors") {
  TemporaryFile file("idx.gz");
  write_gzip(file.path(), idx({1000}, std::string(1000, 'a')));
  const auto size = std::filesystem::file_size(file.path());
  std::fstream stream(file.path(), std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(size - 8));  // the checksum
  stream.write("0000", 4);
  stream.close();
  CHECK(error_of([&] {
          data::read_idx(file.path());
        }).starts_with(file.path() + ": cannot be read: "));
  std::filesystem::resize_file(file.path(), size - 12);
  CHECK(error_of([&] { data::read_idx(file.path()); }) == file.path() + ": ends too early");
}

TEST_CASE("ReadImages.ImagesAndLabelsMustFit") {
  TemporaryFile images("images"), labels("labels");
  images.write(idx({2, 1, 3}, "abcdef"));
  labels.write(idx({2}, "\x01\x02"));
  const data::ImageSet set = data::read_images(images.path(), labels.path());
  CHECK(set.count == 2);
  CHECK(set.height == 1);
  CHECK(set.width == 3);
  CHECK(set.channels == 1);
  CHECK(set.image(1)[0] == 'd');
  CHECK(set.labels == std::vector<int>{1, 2});
  CHECK(data::read_images(images.path(), "").labels.empty());
  labels.write(idx({3}, "abc"));
  CHECK(error_of([&] { data::read_images(images.path(), labels.path()); }) ==
        labels.path() + ": must have one dimension of 2 labels, one for each image of " +
            images.path());
  CHECK(error_of([&] { data::read_images(labels.path(), ""); }) ==
        labels.path() + ": has 1 dimension(s); images need 3 (image, y, x) or 4 (and channel)");
}

TEST_CASE("FashionMnist.AMissingPackageIsNamed") {
  CHECK(error_of([] { data::fashion_mnist(data::Split::kTest, "/nowhere"); }) ==
        "/nowhere/t10k-images-idx3-ubyte.gz: no such file; install it with 'apt-get install "
        "dataset-fashion-mnist'");
}

TEST_CASE("FashionMnist.ThePackageHas10000TestImages") {
  if (!std::filesystem::exists(data::kFashionMnistFolder)) {
    WARN("skipped: package dataset-fashion-mnist is not installed");
    return;
  }
  const data::ImageSet set = data::fashion_mnist(data::Split::kTest);
  CHECK(set.count == 10000);
  CHECK(set.image_size() == 784);
  CHECK(set.labels[0] == 9);
}

}  // namespace sluice::test
