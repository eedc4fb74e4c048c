// SPDX-License-Identifier: Apache-2.0
#include "generator/util/checked_json.h"

#include <catch2/catch.hpp>

#include "generator/util/user_error.h"

namespace sluice::json {
namespace {

std::string parse_error(const std::string& text, int line = 1, std::size_t most = SIZE_MAX) {
  try {
    Document document(text, {"f.json", "make it again", line}, most);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("CheckedJson.SyntaxErrorsHaveLineAndColumn") {
  CHECK(parse_error("{\n  \"a\": oops\n}").starts_with("f.json:2:8: this is not JSON: "));
  CHECK(parse_error("").starts_with("f.json:1:1: this is not JSON: "));
  CHECK(parse_error("[1,\n2,\n 1e999]") ==
        "f.json:3:6: this is not JSON: the number is out of range; make it again");
  CHECK(parse_error("[1, 2", 17).starts_with("f.json:17:"));
  CHECK(parse_error("[1]]").starts_with("f.json:1:4: "));
  CHECK_FALSE(parse_error("\"\xff\"").empty());
}

TEST_CASE("CheckedJson.NestingKeysAndValuesAreBounded") {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(parse_error(nested(kDeepest)).empty());
  CHECK(parse_error(nested(kDeepest + 1)) ==
        "f.json:1:33: values nest more than 32 levels deep here; make it again");
  CHECK(parse_error(std::string(5'000'000, '[')).starts_with("f.json:1:33: "));
  CHECK(parse_error("{\"a\": 1,\n \"a\": 2}") ==
        "f.json:2:4: 'a' is given a second time in one object; make it again");
  CHECK(parse_error("[1, 2, 3]", 1, 4).empty());
  CHECK(parse_error("[1, 2, 3, 4]", 1, 4).find("holds more than 4 values") != std::string::npos);
}

TEST_CASE("CheckedJson.KeepsValuesAndTheirOrder") {
  const std::string text =
      R"({"z": [1, -2, 2.5, true, null, "a\"]\u00e9"], "a": {"deep": {}}, "b": 18446744073709551615})";
  Document document(text, {"f.json", "", 1});
  CHECK(document.take() == Json::parse(text));
  // Two hundred thousand keys: appended, not searched for each time
  std::string many = "{";
  for (int k = 0; k < 200000; k++) many += "\"k" + std::to_string(k) + "\":0,";
  Document large(many + "\"last\":1}", {"f.json", "", 1});
  CHECK(large.root().at("last").count() == 1);
  CHECK(large.root().members().size() == 200001);
}

/// What a reader says of a document's value.
template <typename Read>
std::string problem(const std::string& text, Read read) {
  const Document document(text, {"f.json", "make it again"});
  try {
    read(document.root());
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("CheckedJson.WrongValuesHaveTheirPathAndPlace") {
  const std::string text =
      "{\"x\\\"]\": [[1], \"}\"],\n \"points\": [{}, {}, 7, {\"area\":\n   {\"total\": -1e0}}]}";
  const auto total = [](const Value& root) { return root.at("points").items()[3].at("area"); };
  CHECK(problem(text, [&](const Value& root) { total(root).at("total").number(0, 10); }) ==
        "f.json:3:14: 'points[3].area.total' is -1.0, but must be a number from 0 to 10; make it "
        "again");
  CHECK(problem(text, [&](const Value& root) { total(root).at("no").flag(); }) ==
        "f.json:3:4: 'points[3].area.no' is missing, but must be true or false; make it again");
  CHECK(problem(text, [&](const Value& root) { total(root).at("no").at("deeper").text(); }) ==
        "f.json:3:4: 'points[3].area.no' is missing, but must be an object; make it again");
  CHECK(problem(text, [&](const Value& root) { root.at("points").items()[2].at("area"); }) ==
        "f.json:2:21: 'points[2]' is 7, but must be an object; make it again");
  CHECK(problem(text, [&](const Value& root) { root.items(); }) ==
        "f.json:1:1: this is an object, but must be a list; make it again");
  CHECK(problem("\xef\xbb\xbf[\"a\"]", [&](const Value& root) { root.items()[0].count(); }) ==
        "f.json:1:5: '[0]' is the text 'a', but must be a whole number from 0 to "
        "1000000000000000000; make it again");
}

TEST_CASE("CheckedJson.NumbersAreWithinTheirRange") {
  const auto reads = [](const std::string& text, auto read) {
    return problem(text, [&](const Value& root) { read(root); }).empty();
  };
  const auto integer = [](const Value& v) {
    const std::int64_t value = v.integer(-5, 100);
    CHECK(value == v.json().get<double>());
  };
  for (const char* good : {"-5", "0", "100", "7.0", "1e2"}) CHECK(reads(good, integer));
  for (const char* bad : {"-6", "101", "1e300", "-1e300", "0.5", "18446744073709551615", "\"1\"",
                          "null", "true", "[]", "9223372036854775808"}) {
    INFO(bad);
    CHECK_FALSE(reads(bad, integer));
  }
  const auto positive = [](const Value& v) {
    const double value = v.positive();
    CHECK(value > 0);
  };
  for (const char* good : {"1e-12", "1", "1e18"}) CHECK(reads(good, positive));
  for (const char* bad : {"0", "-0.0", "-1", "1e-300", "4.9e-324", "1e19", "1e308", "null"}) {
    INFO(bad);
    CHECK_FALSE(reads(bad, positive));
  }
  CHECK_FALSE(reads("1", [](const Value& v) { v.flag(); }));
  CHECK_FALSE(reads("1", [](const Value& v) { v.text(); }));
}

}  // namespace
}  // namespace sluice::json
