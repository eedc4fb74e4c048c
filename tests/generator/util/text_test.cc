// SPDX-License-Identifier: Apache-2.0
#include "generator/util/text.h"

#include <catch2/catch.hpp>

#include "generator/util/sha256.h"
#include "generator/util/utf8.h"

namespace sluice {
namespace {

TEST_CASE("JoinWords.ReadsLikeASentence") {
  CHECK(join_words({}, "or") == "");
  CHECK(join_words({"a"}, "or") == "a");
  CHECK(join_words({"a", "b"}, "or") == "a or b");
  CHECK(join_words({"a", "b", "c"}, "and") == "a, b and c");
}

TEST_CASE("NearestWord.FindsMisspellingsOnly") {
  const std::vector<std::string> words = {"lanes", "columns", "rows"};
  CHECK(nearest_word("lane", words) == "lanes");
  CHECK(nearest_word("colums", words) == "columns");
  CHECK(nearest_word("clock", words) == "");
  CHECK(nearest_word(std::string(100000, 'x'), words) == "");
}

TEST_CASE("FindNonText.AcceptsUtf8AndRefusesTheRest") {
  CHECK_FALSE(find_non_text("größe \xe2\x82\xac \xf0\x9f\x98\x80\t\r\n"));
  CHECK(find_non_text(std::string_view("ab\0c", 4)) == 2u);
  CHECK(find_non_text("a\xff") == 1u);
  CHECK(find_non_text("a\xc3") == 1u);
  CHECK(find_non_text("\x1b[31m") == 0u);
}

TEST_CASE("Sha256.MatchesTheStandard") {
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace sluice
