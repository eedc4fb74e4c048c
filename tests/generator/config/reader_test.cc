// SPDX-License-Identifier: Apache-2.0
#include "generator/config/reader.h"

#include <catch2/catch.hpp>

#include "generator/config/canonical.h"

namespace sluice {
namespace {

constexpr const char* kSmall =
    "name: tiny\nlanes: 2\ncolumns: 4\nrows: 8\ndot: 4\nprecisions: [8]\n"
    "buffers: {activation: 4096, weight: 8192}\n";

std::optional<Config> parse(const std::string& text, const std::vector<std::string>& sets = {}) {
  Diagnostics diagnostics;
  return parse_config("test.yaml", text, sets, diagnostics);
}

std::vector<std::string> codes(const std::string& text, const std::vector<std::string>& sets = {}) {
  Diagnostics diagnostics;
  CHECK_FALSE(parse_config("test.yaml", text, sets, diagnostics));
  std::vector<std::string> list;
  for (const Diagnostic& d : diagnostics.sorted()) list.emplace_back(code_text(d.code));
  return list;
}

using Codes = std::vector<std::string>;

TEST_CASE("Reader.FillsDefaults") {
  const auto config = parse(kSmall);
  REQUIRE(config);
  CHECK(config->name == "tiny");
  CHECK(config->buffers.weight == 8192);
  CHECK(config->gating);
  CHECK(config->memory.burst == 16);
}

TEST_CASE("Reader.SortsPrecisions") {
  const auto config = parse(kSmall, {"precisions=[2, 8, 4]"});
  REQUIRE(config);
  CHECK(config->precisions == std::vector<int>{8, 4, 2});
}

TEST_CASE("Reader.AcceptsWindowsLineEnds") {
  std::string text = kSmall;
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2)) {
    text.insert(at, "\r");
  }
  CHECK(parse(text));
}

TEST_CASE("Reader.AcceptsDocumentStart") { CHECK(parse(std::string("---\n") + kSmall)); }

TEST_CASE("Reader.OverrideReplacesValueAndItsMistakes") {
  const auto config = parse(std::string(kSmall) + "post: many\n", {"post=2"});
  REQUIRE(config);
  CHECK(config->post == 2);
}

TEST_CASE("Reader.OverrideAddsASection") {
  const auto config = parse(kSmall, {"memory.bytes=32", "accumulator.bits=32"});
  REQUIRE(config);
  CHECK(config->memory.bytes == 32);
  CHECK(config->accumulator.bits == 32);
}

TEST_CASE("Reader.LastOverrideWins") {
  const auto config = parse(kSmall, {"lanes=3", "lanes=5"});
  REQUIRE(config);
  CHECK(config->lanes == 5);
}

TEST_CASE("Reader.OverrideValueWithEqualsSignIsABadValue") {
  CHECK(codes(kSmall, {"lanes=4=4"}) == Codes{"wrong-type"});
}

TEST_CASE("Reader.OverrideWithALineEndIsRefused") {
  CHECK(codes(kSmall, {"lanes=4\nrows: 4"}) == Codes{"bad-override"});
}

TEST_CASE("Reader.OverrideOfAMisusedSectionLeavesTheErrorToTheFile") {
  CHECK(codes(std::string(kSmall) + "memory: 16\n", {"memory.bytes=32"}) == Codes{"wrong-type"});
}

TEST_CASE("Reader.MisspeltKeyIsOneError") {
  std::string text = kSmall;
  text.replace(text.find("lanes"), 5, "lane");
  CHECK(codes(text) == Codes{"unknown-key"});
}

TEST_CASE("Reader.MisspeltSectionIsOneError") {
  std::string text = kSmall;
  text.replace(text.find("buffers"), 7, "bufers");
  CHECK(codes(text) == Codes{"unknown-key"});
}

TEST_CASE("Reader.BadValueIsNotUsedInRelations") {
  CHECK(codes(kSmall, {"rows=x"}) == Codes{"wrong-type"});
}

TEST_CASE("Reader.ErrorsComeInFileOrder") {
  const std::string text =
      "lanes: 0\nname: 4x\ncolumns: 3\nrows: 10\ndot: 4\nprecisions: [8, 4]\n"
      "buffers: {activation: 4096, weight: 8192}\nfoo: 1\n";
  CHECK(codes(text) == Codes{"out-of-range", "bad-name", "columns-not-packable",
                             "rows-not-multiple", "rows-not-multiple", "unknown-key"});
}

TEST_CASE("Reader.SurvivesHostileTexts") {
  CHECK(codes(std::string(500000, '[')) == Codes{"yaml-too-deep"});
  CHECK(codes(std::string(500000, '{')) == Codes{"yaml-too-deep"});
  std::string dashes;
  for (int i = 0; i < 100000; i++) dashes += "- ";
  CHECK(codes(dashes) == Codes{"yaml-too-deep"});
  CHECK(codes("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n").size() == 6);
  CHECK_FALSE(parse(std::string(900000, 'x')));
  CHECK_FALSE(parse(std::string(1000, '"')));
  CHECK_FALSE(parse("? ? ? : : :"));
  CHECK_FALSE(parse("%YAML 9.9\n---\nlanes: 4\n"));
  CHECK_FALSE(parse("a: *nowhere\n"));
  CHECK_FALSE(parse(": :\n"));
}

TEST_CASE("Reader.ManyUnknownKeysEndInTime") {
  std::string text = kSmall;
  for (int i = 0; i < 50000; i++) text += "k" + std::to_string(i) + ": 1\n";
  CHECK(codes(text).size() == 50000);
}

TEST_CASE("Canonical.ReadsBackToTheSameText") {
  const auto config = parse(kSmall, {"gating=false", "precisions=[4, 8]"});
  REQUIRE(config);
  const std::string text = canonical_yaml(*config);
  const auto again = parse(text);
  REQUIRE(again);
  CHECK(canonical_yaml(*again) == text);
}

}  // namespace
}  // namespace sluice
