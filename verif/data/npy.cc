// SPDX-License-Identifier: Apache-2.0
#include "verif/data/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include "generator/util/user_error.h"
#include "verif/data/npy_header.h"

namespace sluice::data {
namespace {

static_assert(std::endian::native == std::endian::little,
              "numbers are copied as they are in files");

constexpr char kMagic[] = "\x93NUMPY";
constexpr std::size_t kMagicBytes = 6;
constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 30;
constexpr std::uint64_t kMaxHeader = 65536;

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw UserError(path + ": " + what);
}

/// A file whose length is known, so that nothing is believed that cannot be there.
class File {
 public:
  explicit File(const std::string& path) : path_(path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) fail(path, "no such file");
    left_ = std::filesystem::file_size(path, error);
    stream_.open(path, std::ios::binary);
    if (error || !stream_) fail(path, "cannot be opened");
  }

  std::uint64_t left() const { return left_; }

  void read(void* to, std::uint64_t size) {
    if (size > left_) fail(path_, "ends too early");
    left_ -= size;
    if (!stream_.read(static_cast<char*>(to), static_cast<std::streamsize>(size))) {
      fail(path_, "cannot be read");
    }
  }

 private:
  std::string path_;
  std::ifstream stream_;
  std::uint64_t left_ = 0;
};

std::string read_header(const std::string& path, File& file) {
  unsigned char start[kMagicBytes + 2];
  file.read(start, sizeof start);
  if (std::memcmp(start, kMagic, kMagicBytes) != 0) fail(path, "is not an NPY file");
  const int version = start[kMagicBytes];
  if (version < 1 || version > 3) {
    fail(path, fmt::format("has version {} of NPY; 1 to 3 are supported", version));
  }
  unsigned char size_bytes[4] = {};
  file.read(size_bytes, version == 1 ? 2 : 4);
  const std::uint64_t size = size_bytes[0] | std::uint64_t{size_bytes[1]} << 8 |
                             std::uint64_t{size_bytes[2]} << 16 |
                             std::uint64_t{size_bytes[3]} << 24;
  if (size > kMaxHeader) {
    fail(path, fmt::format("has a header of {} bytes; at most {} are read", size, kMaxHeader));
  }
  std::string header(size, '\0');
  file.read(header.data(), size);
  return header;
}

/// Sets the type; true if the bytes of a number are in the other order.
bool set_type(const std::string& path, const std::string& type, NpyArray& array) {
  const std::string known = "<>|=";
  const bool number = type.size() == 3 && known.find(type[0]) != std::string::npos;
  const std::string sizes = number && type[1] == 'f'                       ? "48"
                            : number && (type[1] == 'i' || type[1] == 'u') ? "1248"
                                                                           : "";
  if (!number || sizes.find(type[2]) == std::string::npos) {
    fail(path, fmt::format("has values of numpy's type '{}'; supported are integers, float32 and "
                           "float64; convert them with .astype('float32')",
                           type));
  }
  array.kind = type[1];
  array.item_bytes = type[2] - '0';
  return type[0] == '>' && array.item_bytes > 1;
}

/// Bytes of all values, which must be those that the file still has.
std::uint64_t checked_size(const std::string& path, const NpyArray& array, std::uint64_t left) {
  std::uint64_t size = array.item_bytes;
  for (const std::int64_t dimension : array.shape) {
    if (dimension == 0) fail(path, "has a dimension of size 0");
    if (static_cast<std::uint64_t>(dimension) > kMaxBytes / size) {
      fail(path, fmt::format("is too large: at most {} bytes are read", kMaxBytes));
    }
    size *= static_cast<std::uint64_t>(dimension);
  }
  if (size > left) {
    fail(path, fmt::format("ends too early: shape ({}) of {} needs {} bytes behind the header, it "
                           "has {}",
                           fmt::join(array.shape, ", "), array.type_name(), size, left));
  }
  if (size < left) fail(path, "has more data than its header says");
  return size;
}

void swap_bytes(NpyArray& array) {
  for (auto at = array.bytes.begin(); at != array.bytes.end(); at += array.item_bytes) {
    std::reverse(at, at + array.item_bytes);
  }
}

/// From the first dimension varying fastest to the last.
void transpose(NpyArray& array) {
  const std::size_t dimensions = array.shape.size();
  std::vector<std::size_t> step(dimensions, array.item_bytes);  // in the new order
  for (std::size_t d = dimensions; d-- > 1;) step[d - 1] = step[d] * array.shape[d];
  std::vector<std::uint8_t> result(array.bytes.size());
  std::vector<std::int64_t> index(dimensions);
  std::size_t to = 0;
  for (std::size_t from = 0; from < array.bytes.size(); from += array.item_bytes) {
    std::memcpy(result.data() + to, array.bytes.data() + from, array.item_bytes);
    for (std::size_t d = 0; d < dimensions; d++) {
      to += step[d];
      if (++index[d] < array.shape[d]) break;
      to -= step[d] * array.shape[d];
      index[d] = 0;
    }
  }
  array.bytes = std::move(result);
}

template <typename T>
T number_at(const NpyArray& array, std::size_t i) {
  T value;
  std::memcpy(&value, array.bytes.data() + i * sizeof value, sizeof value);
  return value;
}

/// An integer of any width as the widest.
template <typename Int8, typename Int16, typename Int32, typename Int64>
Int64 wide(const NpyArray& array, std::size_t i) {
  switch (array.item_bytes) {
    case 1:
      return number_at<Int8>(array, i);
    case 2:
      return number_at<Int16>(array, i);
    case 4:
      return number_at<Int32>(array, i);
    default:
      return number_at<Int64>(array, i);
  }
}

}  // namespace

std::string NpyArray::type_name() const {
  return fmt::format("{}{}", kind == 'f' ? "float" : kind == 'i' ? "int" : "uint", 8 * item_bytes);
}

double NpyArray::real(std::size_t i) const {
  return item_bytes == 4 ? number_at<float>(*this, i) : number_at<double>(*this, i);
}

std::int64_t NpyArray::integer(std::size_t i) const {
  if (kind == 'i') return wide<std::int8_t, std::int16_t, std::int32_t, std::int64_t>(*this, i);
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  const std::uint64_t value =
      wide<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>(*this, i);
  return static_cast<std::int64_t>(std::min(value, kMost));
}

bool is_npy(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  char start[kMagicBytes] = {};
  std::ifstream(path, std::ios::binary).read(start, kMagicBytes);
  return std::memcmp(start, kMagic, kMagicBytes) == 0;
}

NpyArray read_npy(const std::string& path) {
  File file(path);
  const std::string text = read_header(path, file);
  NpyHeader header;
  try {
    header = parse_npy_header(text);
  } catch (const UserError& error) {
    fail(path, error.what());
  }
  NpyArray array;
  const bool other_order = set_type(path, header.type, array);
  array.shape = header.shape;
  array.bytes.resize(checked_size(path, array, file.left()));
  file.read(array.bytes.data(), array.bytes.size());
  if (other_order) swap_bytes(array);
  if (header.fortran_order) transpose(array);
  return array;
}

std::string npy_file(const NpyArray& array) {
  std::string header =
      fmt::format("{{'descr': '{}{}{}', 'fortran_order': False, 'shape': ({}{}), }}",
                  array.item_bytes == 1 ? '|' : '<', array.kind, array.item_bytes,
                  fmt::join(array.shape, ", "), array.shape.size() == 1 ? "," : "");
  // The values begin at a multiple of 64
  const std::size_t before = kMagicBytes + 4;
  header.append(63 - (before + header.size()) % 64, ' ');
  header += '\n';
  std::string file(kMagic, kMagicBytes);
  file += {'\x01', '\x00', static_cast<char>(header.size() & 0xff),
           static_cast<char>(header.size() >> 8)};
  file += header;
  file.append(reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size());
  return file;
}

}  // namespace sluice::data
