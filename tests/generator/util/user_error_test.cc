// SPDX-License-Identifier: Apache-2.0
#include "generator/util/user_error.h"

#include <catch2/catch.hpp>

namespace sluice {

TEST_CASE("UserError.TellsThePlaceAsFarAsItIsKnown") {
  CHECK(std::string(UserError("no").what()) == "no");
  CHECK(std::string(UserError({"a.csv"}, "is empty").what()) == "a.csv: is empty");
  CHECK(std::string(UserError({"a.lib", 3}, "ends").what()) == "a.lib:3: ends");
  CHECK(std::string(UserError({"a.csv", 3, 7}, "found 'x'").what()) == "a.csv:3:7: found 'x'");
}

TEST_CASE("UserError.HasTheReasonAndTheRemedyBehindTheMessage") {
  Problem problem{"cannot be written", {"out"}};
  problem.reason = "No space left on device";
  problem.help = "make room";
  CHECK(problem.text() == "out: cannot be written: No space left on device; make room");
  problem.subject = "node 'a'";
  CHECK(UserError(problem).what() ==
        std::string("out: node 'a': cannot be written: No space left on device; make room"));
}

TEST_CASE("UserError.KeepsAllProblems") {
  const UserError error("two things", {{"first", {}}, {"second", {"b", 2, 1}}});
  CHECK(std::string(error.what()) == "two things");
  REQUIRE(error.problems().size() == 2);
  CHECK(error.problem().message == "first");
  CHECK(error.problems()[1].place.line == 2);
}

}  // namespace sluice
