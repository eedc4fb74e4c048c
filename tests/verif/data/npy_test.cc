// SPDX-License-Identifier: Apache-2.0
#include "verif/data/npy.h"

#include <catch2/catch.hpp>

#include "generator/util/user_error.h"
#include "tests/support/files.h"
#include "tests/support/npy.h"

namespace sluice::test {
namespace {

using data::NpyArray;

NpyArray read(const std::string& bytes) {
  const TempDir temp;
  const std::string path = (temp.path() / "x.npy").string();
  write_file(path, bytes);
  return data::read_npy(path);
}

/// The message of reading `bytes`, without the file's name.
std::string error_of(const std::string& bytes) {
  try {
    read(bytes);
  } catch (const UserError& error) {
    const std::string text = error.what();
    return text.substr(text.find("x.npy: ") + 7);
  }
  return "accepted";
}

std::vector<double> reals(const NpyArray& array) {
  std::vector<double> values;
  for (std::size_t i = 0; i < array.size(); i++) values.push_back(array.real(i));
  return values;
}

std::vector<std::int64_t> integers(const NpyArray& array) {
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < array.size(); i++) values.push_back(array.integer(i));
  return values;
}

TEST_CASE("Npy.NumbersOfAllTypesAreRead") {
  const NpyArray floats = read(npy_bytes("<f4", "(2, 2)", bytes_of<float>({1.5F, -2, 0, 1e9F})));
  CHECK(floats.shape == std::vector<std::int64_t>{2, 2});
  CHECK(floats.type_name() == "float32");
  CHECK(reals(floats) == std::vector<double>{1.5, -2, 0, 1e9});
  CHECK(reals(read(npy_bytes("<f8", "(2,)", bytes_of<double>({0.1, -3})))) ==
        std::vector<double>{0.1, -3});
  using Numbers = std::vector<std::int64_t>;
  CHECK(integers(read(npy_bytes("|u1", "(3,)", "\x01\x80\xff"))) == Numbers{1, 128, 255});
  CHECK(integers(read(npy_bytes("|i1", "(2,)", "\x80\x7f"))) == Numbers{-128, 127});
  CHECK(integers(read(npy_bytes("<i2", "(1,)", bytes_of<std::int16_t>({-300})))) == Numbers{-300});
  CHECK(integers(read(npy_bytes("<u2", "(1,)", bytes_of<std::uint16_t>({65535})))) ==
        Numbers{65535});
  CHECK(integers(read(npy_bytes("<i4", "(1,)", bytes_of<std::int32_t>({-70000})))) ==
        Numbers{-70000});
  CHECK(integers(read(npy_bytes("<u4", "(1,)", bytes_of<std::uint32_t>({4000000000})))) ==
        Numbers{4000000000});
  CHECK(integers(read(npy_bytes("<i8", "(1,)", bytes_of<std::int64_t>({-1})))) == Numbers{-1});
  CHECK(integers(read(npy_bytes("<u8", "(1,)", bytes_of<std::uint64_t>({~0ULL})))) ==
        Numbers{INT64_MAX});
}

TEST_CASE("Npy.BothByteOrdersAndBothOrdersOfDimensionsAreRead") {
  CHECK(integers(read(npy_bytes(">i4", "(2,)", std::string("\0\0\1\2\xff\xff\xff\xfe", 8)))) ==
        std::vector<std::int64_t>{258, -2});
  // Columns first: the values of a[y][x] = 10 y + x
  const std::string header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }";
  CHECK(integers(read(npy_bytes(header, std::string("\0\x0a\1\x0b\2\x0c", 6)))) ==
        std::vector<std::int64_t>{0, 1, 2, 10, 11, 12});
}

TEST_CASE("Npy.HeadersOfAllVersionsAndOrdersOfKeysAreRead") {
  const std::string header = R"({"shape": ( 1 , 2 ) ,'fortran_order':False,"descr":"|u1"}  )";
  const std::string size = {static_cast<char>(header.size()), 0, 0, 0};
  for (const char version : {'\x02', '\x03'}) {
    const std::string start = std::string("\x93NUMPY") + version + '\0';
    CHECK(integers(read(start + size + header + "ab")) == std::vector<std::int64_t>{'a', 'b'});
  }
  CHECK(integers(read(npy_bytes("|u1", "()", "a"))) == std::vector<std::int64_t>{'a'});
}

TEST_CASE("Npy.DamagedFilesAreRefusedWithTheReason") {
  const std::string end = ", 'shape': (1,)}";
  CHECK(error_of("") == "ends too early");
  CHECK(error_of("\x93NUMPX\x01\x00ab") == "is not an NPY file");
  CHECK(error_of(std::string("\x93NUMPY\x04\x00\x01\x00 ", 11)) ==
        "has version 4 of NPY; 1 to 3 are supported");
  CHECK(error_of(std::string("\x93NUMPY\x02\x00\xff\xff\xff\x7f", 12)) ==
        "has a header of 2147483647 bytes; at most 65536 are read");
  CHECK(error_of(npy_bytes("{'descr': '|u1'}", "")) == "has no 'fortran_order' in its header");
  CHECK(error_of(npy_bytes("{'descr': '|u1', 'descr': '|u1'}", "")) ==
        "has 'descr' twice in its header");
  CHECK(error_of(npy_bytes("{'order': 1}", "")) ==
        "has 'order' in its header, which NPY does not know");
  CHECK(error_of(npy_bytes("{'descr' '|u1'}", "")) ==
        "has a damaged header: at its character 9 there should be ':'");
  CHECK(error_of(npy_bytes("{'descr': '|u1', 'fortran_order': 1" + end, "")) ==
        "has a damaged header: at its character 34 there should be True or False");
  CHECK(error_of(npy_bytes("{'descr': [('a', '<f4')]", "")) ==
        "has records of several fields; save one array of numbers");
  CHECK(error_of(npy_bytes("|u1", "(-1,)", "")).ends_with("there should be a size"));
  CHECK(error_of(npy_bytes("|u1", "(99999999999999999999,)", "")).ends_with("should be a size"));
  for (const char* type : {"<c8", "|b1", "<U4", "<f2", "|O", "", "f4", "<f16", "<i3"}) {
    CHECK(error_of(npy_bytes(type, "(1,)", "")) ==
          std::string("has values of numpy's type '") + type +
              "'; supported are integers, float32 and float64; convert them with "
              ".astype('float32')");
  }
}

TEST_CASE("Npy.SizesAreCheckedAgainstTheFileBeforeMemoryIsTaken") {
  CHECK(error_of(npy_bytes("<f4", "(2, 1)", "1234567")) ==
        "ends too early: shape (2, 1) of float32 needs 8 bytes behind the header, it has 7");
  CHECK(error_of(npy_bytes("|u1", "(2,)", "123")) == "has more data than its header says");
  CHECK(error_of(npy_bytes("|u1", "(2, 0)", "")) == "has a dimension of size 0");
  CHECK(error_of(npy_bytes("|u1", "(4000000000,)", "1")).starts_with("ends too early: shape"));
  for (const char* shape :
       {"(4294967296, 4294967296)", "(9223372036854775807, 3)", "(65536, 65536, 65536, 65536)"}) {
    CHECK(error_of(npy_bytes("<f8", shape, "")) ==
          "is too large: at most 4294967296 bytes are read");
  }
}

TEST_CASE("Npy.EveryCutFileIsRefused") {
  const std::string whole = npy_bytes("<f4", "(2, 3)", std::string(24, 'x'));
  REQUIRE(error_of(whole) == "accepted");
  for (std::size_t size = 0; size < whole.size(); size++) {
    INFO("cut to " << size << " bytes");
    CHECK(error_of(whole.substr(0, size)) != "accepted");
  }
}

TEST_CASE("Npy.EveryChangedByteIsReadOrRefused") {
  const std::string whole = npy_bytes("<f4", "(2, 3)", std::string(24, 'x'));
  for (std::size_t at = 0; at < whole.size(); at++) {
    for (const int bit : {0, 3, 7}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
      CHECK(!error_of(changed).empty());
    }
  }
}

TEST_CASE("Npy.WrittenFilesAreWhatNumpyWrites") {
  NpyArray array;
  array.shape = {2};
  array.bytes = {'a', 'b'};
  const std::string file = data::npy_file(array);
  CHECK(file.substr(0, 10) == std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  CHECK(file.substr(10).starts_with("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), } "));
  CHECK(file.size() == 128 + 2);
  CHECK(file.substr(127) == "\nab");
  array.kind = 'f';
  array.item_bytes = 4;
  array.shape = {1, 1};
  array.bytes.resize(4);
  const NpyArray again = read(data::npy_file(array));
  CHECK(again.type_name() == "float32");
  CHECK(again.shape == array.shape);
  CHECK(again.bytes == array.bytes);
}

}  // namespace
}  // namespace sluice::test
