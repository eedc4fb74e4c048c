// SPDX-License-Identifier: Apache-2.0
#include "generator/diag/render.h"

#include <catch2/catch.hpp>

namespace sluice {
namespace {

TEST_CASE("Render.UnderlinesTheSpan") {
  Diagnostics diagnostics;
  const Source& source =
      diagnostics.add_source(Source::Kind::kFile, "a.yaml", "one: 1\n  bits: 16\n");
  diagnostics.error(Code::kOutOfRange, {&source, 2, 9, 2}, "too small").help = "write more";
  CHECK(render_text(diagnostics, "no files were written") ==
        "a.yaml:2:9: error: too small [out-of-range]\n"
        "   2 |   bits: 16\n"
        "     |         ^~\n"
        "  help: write more\n"
        "1 error; no files were written\n");
}

TEST_CASE("Render.CountsCharactersNotBytes") {
  Diagnostics diagnostics;
  const Source& source = diagnostics.add_source(Source::Kind::kFile, "a.yaml", "größe: x\n");
  diagnostics.error(Code::kUnknownKey, {&source, 1, 1, 7}, "no");
  CHECK(render_text(diagnostics, "") ==
        "a.yaml:1:1: error: no [unknown-key]\n"
        "   1 | größe: x\n"
        "     | ^~~~~\n"
        "1 error\n");
}

TEST_CASE("Render.ShowsThePartOfALongLineThatMatters") {
  Diagnostics diagnostics;
  const std::string line = std::string(100000, 'a') + "HERE" + std::string(100000, 'b');
  const Source& source = diagnostics.add_source(Source::Kind::kFile, "a.yaml", line);
  diagnostics.error(Code::kUnknownKey, {&source, 1, 100001, 4}, "no");
  const std::string text = render_text(diagnostics, "");
  CHECK(text.size() < 400);
  CHECK(text.find("aHEREb") != std::string::npos);
  CHECK(text.find("^~~~") != std::string::npos);
}

TEST_CASE("Render.PrintsAtMostFiftyErrorsAndCountsAll") {
  Diagnostics diagnostics;
  const Source& source = diagnostics.add_source(Source::Kind::kFile, "a.yaml", "x\n");
  for (int i = 0; i < 70; i++) diagnostics.error(Code::kUnknownKey, {&source, 1, 1, 1}, "no");
  const std::string text = render_text(diagnostics, "");
  CHECK(text.find("... and 20 more\n70 errors\n") != std::string::npos);
}

TEST_CASE("Diagnostics.SortBySourceThenPlace") {
  Diagnostics diagnostics;
  const Source& file = diagnostics.add_source(Source::Kind::kFile, "a.yaml", "x\ny\n");
  const Source& option = diagnostics.add_source(Source::Kind::kOverride, "--set", "a=b");
  diagnostics.error(Code::kUnknownKey, {&option, 1, 1, 1}, "fourth");
  diagnostics.error(Code::kUnknownKey, {&file, 2, 1, 1}, "third");
  diagnostics.error(Code::kUnknownKey, {&file, 1, 5, 1}, "second");
  diagnostics.error(Code::kMissingKey, {&file}, "first");
  std::string order;
  for (const Diagnostic& d : diagnostics.sorted()) order += d.message + " ";
  CHECK(order == "first second third fourth ");
}

}  // namespace
}  // namespace sluice
