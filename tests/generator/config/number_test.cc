// SPDX-License-Identifier: Apache-2.0
#include "generator/config/number.h"

#include <catch2/catch.hpp>

namespace sluice {
namespace {

TEST_CASE("Number.PlainDecimalsAreRead") {
  CHECK(parse_number("0").value == 0);
  CHECK(parse_number("4608").value == 4608);
  CHECK(parse_number("-3").value == -3);
  CHECK(parse_number("-3").form == NumberForm::kDecimal);
}

TEST_CASE("Number.HugeOnesAreDecimalsThatDoNotFit") {
  const ParsedNumber number = parse_number("123456789012345678901234567890");
  CHECK(number.form == NumberForm::kDecimal);
  CHECK_FALSE(number.fits);
}

TEST_CASE("Number.OddFormsNameWhatToWrite") {
  CHECK(parse_number("010").remedy == "write 10, or 8 if octal was meant");
  CHECK(parse_number("008").remedy == "write 8");
  CHECK(parse_number("00").remedy == "write 0");
  CHECK(parse_number("010").meant == std::vector<std::string>{"10", "8"});
  CHECK(parse_number("0x10").remedy == "write 16");
  CHECK(parse_number("0b101").remedy == "write 5");
  CHECK(parse_number("0o17").remedy == "write 15");
  CHECK(parse_number("4.0").remedy == "write 4");
  for (const char* text : {"1e3", "+4", ".5", "1_000", "4 KiB", "-0.5e+3"}) {
    INFO(text);
    CHECK(parse_number(text).form == NumberForm::kOdd);
  }
}

TEST_CASE("Number.TextsAreNone") {
  for (const char* text : {"", "four", "4x", "--4", "0xg", "true", "~", "1:30", "\xd9\xa4"}) {
    INFO(text);
    CHECK(parse_number(text).form == NumberForm::kNone);
  }
}

TEST_CASE("Number.VeryLongTextsAreNone") {
  CHECK(parse_number(std::string(900000, '1')).form == NumberForm::kNone);
}

}  // namespace
}  // namespace sluice
