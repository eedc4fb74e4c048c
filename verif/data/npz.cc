// SPDX-License-Identifier: Apache-2.0
#include "verif/data/npz.h"

#include <fmt/format.h>
#include <zip.h>

#include <memory>

#include "generator/util/user_error.h"
#include "generator/util/write_file.h"

namespace sluice::data {
namespace {

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct Free {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Archive = std::unique_ptr<zip_t, Discard>;
using Source = std::unique_ptr<zip_source_t, Free>;

[[noreturn]] void fail(const char* why) {
  throw UserError(fmt::format("the arrays cannot be packed: {}", why));
}

/// A file of write_npz() that begins with the array `first`: the name stands in the archive's first
/// local header (APPNOTE 4.3.7).
OwnFile own_file(const std::string& first) {
  const std::string entry = first + ".npy";
  return {"file of outputs", [entry](std::string_view head) {
            constexpr std::size_t kName = 30;
            return head.starts_with("PK\x03\x04") && head.size() > kName &&
                   head.substr(kName).starts_with(entry);
          }};
}

void add(zip_t* archive, const std::string& name, const std::string& file) {
  zip_source_t* source = zip_source_buffer(archive, file.data(), file.size(), 0);
  const zip_int64_t index =
      source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    fail(zip_strerror(archive));
  }
  const auto entry = static_cast<zip_uint64_t>(index);
  // A fixed date, the first that the format has: the same arrays give the same bytes
  constexpr zip_uint16_t kFirstDay = 1 << 5 | 1;
  if (zip_set_file_compression(archive, entry, ZIP_CM_STORE, 0) != 0 ||
      zip_file_set_dostime(archive, entry, 0, kFirstDay, 0) != 0) {
    fail(zip_strerror(archive));
  }
}

std::string bytes_of(zip_source_t* packed) {
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_source_stat(packed, &about) != 0 || zip_source_open(packed) != 0) {
    fail(zip_error_strerror(zip_source_error(packed)));
  }
  std::string bytes(about.size, '\0');
  const zip_int64_t count = zip_source_read(packed, bytes.data(), bytes.size());
  zip_source_close(packed);
  if (count != static_cast<zip_int64_t>(bytes.size())) fail("the archive is cut");
  return bytes;
}

std::string archive_of(const NamedArrays& arrays) {
  zip_error_t error;
  zip_error_init(&error);
  const Source packed(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (!packed) fail(zip_error_strerror(&error));
  Archive archive(zip_open_from_source(packed.get(), ZIP_TRUNCATE, &error));
  if (!archive) fail(zip_error_strerror(&error));
  zip_source_keep(packed.get());   // the archive gives its own share back
  std::vector<std::string> files;  // they are read when the archive is closed
  files.reserve(arrays.size());
  for (const auto& [name, array] : arrays) {
    files.push_back(npy_file(array));
    add(archive.get(), name + ".npy", files.back());
  }
  if (zip_close(archive.get()) != 0) fail(zip_strerror(archive.get()));
  archive.release();
  return bytes_of(packed.get());
}

}  // namespace

void check_npz_target(const std::string& path, const std::string& first) {
  require_replaceable(path, own_file(first));
}

void write_npz(const std::string& path, const NamedArrays& arrays) {
  write_output(path, archive_of(arrays), own_file(arrays.front().first));
}

}  // namespace sluice::data
