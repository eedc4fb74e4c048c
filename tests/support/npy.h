// SPDX-License-Identifier: Apache-2.0
// Test helper: NPY and NPZ files, written and read without the code under test.
#pragma once

#include <zip.h>

#include <catch2/catch.hpp>
#include <map>
#include <string>

namespace sluice::test {

/// An NPY file, version 1, with this header and these values.
inline std::string npy_bytes(const std::string& header, const std::string& values) {
  const std::string size = {static_cast<char>(header.size() & 0xff),
                            static_cast<char>(header.size() >> 8)};
  return std::string("\x93NUMPY\x01\x00", 8) + size + header + values;
}

/// Such a file of `type`, "<f4", and `shape`, "(2, 3)".
inline std::string npy_bytes(const std::string& type, const std::string& shape,
                             const std::string& values) {
  return npy_bytes("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n",
                   values);
}

/// Numbers as bytes, as they are in memory.
template <typename T>
std::string bytes_of(const std::vector<T>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)};
}

/// Entries of a ZIP file.
inline std::map<std::string, std::string> zip_entries(const std::string& path) {
  std::map<std::string, std::string> entries;
  zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, nullptr);
  REQUIRE(archive != nullptr);
  for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); i++) {
    zip_stat_t about;
    REQUIRE(zip_stat_index(archive, i, 0, &about) == 0);
    std::string text(about.size, '\0');
    zip_file_t* file = zip_fopen_index(archive, i, 0);
    REQUIRE(zip_fread(file, text.data(), text.size()) == static_cast<zip_int64_t>(text.size()));
    zip_fclose(file);
    entries[about.name] = text;
  }
  zip_discard(archive);
  return entries;
}

/// The values of an NPY file: all behind its header.
inline std::string npy_values(const std::string& file) { return file.substr(file.find('\n') + 1); }

}  // namespace sluice::test
