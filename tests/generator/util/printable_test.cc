// SPDX-License-Identifier: Apache-2.0
// Text on its way to a terminal.
#include "generator/util/printable.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "generator/util/utf8.h"

namespace sluice {
namespace {

TEST_CASE("Printable.LeavesTextAlone") {
  const std::string text =
      "a\tb\nGr\xc3\xbc\xc3\x9f"
      "e \xe2\x82\xac \xf0\x9f\x98\x80 \\ \"";
  CHECK(printable(text) == text);
}

TEST_CASE("Printable.ShowsWhatATerminalWouldActOn") {
  CHECK(printable("\x1b[31mred\x1b[0m") == "\\u001b[31mred\\u001b[0m");
  CHECK(printable("a\rb\bc\x7f") == "a\\u000db\\u0008c\\u007f");
  CHECK(printable(std::string("\0", 1)) == "\\u0000");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\u009b31m");  // CSI as one character
  CHECK(printable("\xe2\x80\xae"
                  "fdp.exe") == "\\u202efdp.exe");  // right to left
  CHECK(printable_line("a\nb\tc") == "a\\nb\\tc");
}

TEST_CASE("Printable.ShowsBytesThatAreNotUtf8") {
  CHECK(printable("\xff") == "\\xff");
  CHECK(printable("a\xc3") == "a\\xc3");
  CHECK(printable("\xc3(") == "\\xc3(");
  CHECK(printable("\x9b"
                  "31m") == "\\x9b31m");
  CHECK(printable("\xc0\x9b") == "\\xc0\\x9b");           // overlong
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
}

TEST_CASE("Printable.CutsMayFallAnywhere") {
  const std::string text = "\xe2\x82\xac\x1b\xc2\x9b\xf0\x9f\x98\x80\xe2\x82(\xff\xf0\x9f";
  for (std::size_t a = 0; a <= text.size(); a++) {
    for (std::size_t b = a; b <= text.size(); b++) {
      PrintableFilter filter;
      std::string shown = filter.add(text.substr(0, a));
      shown += filter.add(text.substr(a, b - a));
      shown += filter.add(text.substr(b));
      shown += filter.end();
      REQUIRE(shown == printable(text));
    }
  }
}

TEST_CASE("Printable.WhatIsShownIsValidInJsonStrings") {
  const nlohmann::json json = {{"name", "\x7f\xc2\x9b\xe2\x80\xae"}};
  CHECK(nlohmann::json::parse(printable(json.dump())) == json);
}

TEST_CASE("Utf8.TellsTextFromOtherBytes") {
  CHECK_FALSE(find_non_text("text \xe2\x82\xac\r\n\t"));
  CHECK(find_non_text("ab\x1b") == 2u);
  CHECK(find_non_text("ab\xed\xa0\x80") == 2u);
  CHECK(find_non_text("ab\xe2\x82") == 2u);
  CHECK(find_non_text("ab\xc0\xaf") == 2u);
}

}  // namespace
}  // namespace sluice
