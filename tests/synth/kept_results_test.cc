// SPDX-License-Identifier: Apache-2.0
// Results that are made once.
#include "synth/tools/kept_results.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <vector>

#include "generator/util/user_error.h"
#include "tests/support/files.h"

namespace sluice::synth {
namespace {

using Json = KeptResults::Json;

Json never() {
  FAIL("made again");
  throw 0;
}

TEST_CASE("KeptResults.AResultIsMadeOnceAlsoForThoseThatComeLaterToItsFolder") {
  const test::TempDir temp;
  const std::filesystem::path folder = temp.path() / "a" / "b";
  const Json made = {{"area", 0.1}, {"cells", {{"\\x$1", 3}}}};
  {
    KeptResults kept(folder);
    CHECK(kept.get("k", [&] { return made; }) == made);
    CHECK(kept.get("k", never) == made);
  }
  CHECK(test::read_file(folder / "k.json") == made.dump(2) + "\n");
  KeptResults later(folder);
  CHECK(later.get("k", never) == made);
  CHECK(later.get("other", [] { return Json{{"n", 2}}; }) == Json{{"n", 2}});
  KeptResults memory;
  CHECK(memory.get("k", [] { return Json{{"n", 3}}; }) == Json{{"n", 3}});
  CHECK(memory.get("k", never) == Json{{"n", 3}});
}

TEST_CASE("KeptResults.HalfAFileCountsAsNotThere") {
  const test::TempDir temp;
  for (const char* text : {"", "{\"n\": 1", "[1]\n", "\0\0\0"}) {
    test::write_file(temp.path() / "k.json", text);
    KeptResults kept(temp.path());
    CHECK(kept.get("k", [] { return Json{{"n", 2}}; }) == Json{{"n", 2}});
    CHECK(test::read_file(temp.path() / "k.json") == "{\n  \"n\": 2\n}\n");
  }
}

TEST_CASE("KeptResults.ADamagedFileIsToldAndMadeAgain") {
  const test::TempDir temp;
  const std::filesystem::path file = temp.path() / "k.json";
  const auto check = [](const json::Value& found) { found.at("n").integer(0, 10); };
  for (const char* text :
       {"{}", "{\"n\": \"2\"}", "{\"n\": 1e300}", "{\"n\": 1e999}", "[1]", "{\"n\""}) {
    INFO(text);
    test::write_file(file, text);
    std::vector<std::string> told;
    KeptResults kept(temp.path(), [&told](const std::string& line) { told.push_back(line); });
    CHECK(kept.get(
              "k",
              [] {
                return Json{{"n", 2}};
              },
              check) == Json{{"n", 2}});
    REQUIRE(told.size() == 1);
    CHECK(told[0].starts_with(file.string() + ":1:"));
    CHECK(told[0].ends_with("; it is made again"));
    CHECK(KeptResults(temp.path()).get("k", never, check) == Json{{"n", 2}});
  }
}

TEST_CASE("KeptResults.AFailureIsPassedOnAndNotKept") {
  const test::TempDir temp;
  KeptResults kept(temp.path());
  CHECK_THROWS_WITH(kept.get("k", []() -> Json { throw UserError("broken"); }), "broken");
  CHECK(std::filesystem::is_empty(temp.path()));
  CHECK(kept.get("k", [] { return Json{{"n", 1}}; }) == Json{{"n", 1}});

  test::write_file(temp.path() / "file", "");
  CHECK_THROWS_AS(KeptResults(temp.path() / "file"), UserError);
}

TEST_CASE("KeptResults.ThreadsThatAskForOneResultWaitForTheFirstOfThem") {
  KeptResults kept;
  std::atomic<int> made = 0, good = 0;
  std::vector<std::thread> threads;
  for (int k = 0; k < 8; k++) {
    threads.emplace_back([&] {
      const Json result = kept.get("k", [&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return Json{{"n", ++made}};
      });
      good += result == Json{{"n", 1}};
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(made == 1);
  CHECK(good == 8);
}

}  // namespace
}  // namespace sluice::synth
