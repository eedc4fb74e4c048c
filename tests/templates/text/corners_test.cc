// SPDX-License-Identifier: Apache-2.0
// Designs drawn at the ends of the keys' ranges: Verilator's linter and Icarus Verilog read each
// without a word, too. Nearly every end of a range, choice and word is in one of them.
// SLUICE_SEED=N draws others.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <set>

#include "generator/config/canonical.h"
#include "generator/config/reader.h"
#include "generator/config/schema.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"
#include "tests/support/repeat.h"

namespace sluice::test {
namespace {

constexpr int kDesigns = 30;
constexpr int kChanges = 200;  // from one design to the next
constexpr int kTries = 500;
// What tools read quickly: processing elements and their products, bytes that lanes put on the
// memory port, and flip-flops of open positions
constexpr int kElements = 64, kProducts = 1024, kPortBytes = 512, kOpenBits = 4096;

/// A key and a value of it, as text.
using Setting = std::pair<std::string, std::string>;

std::string list_text(const std::vector<int>& choices, unsigned chosen) {
  std::string text;
  for (std::size_t k = 0; k < choices.size(); k++) {
    if (chosen >> k & 1) text += (text.empty() ? "" : ", ") + std::to_string(choices[k]);
  }
  return "[" + text + "]";
}

/// The values of a key that must be drawn; of a list of numbers those with its first, which it
/// needs.
std::vector<std::string> corners_of(const Key& key) {
  if (!key.words.empty()) return key.words;
  switch (key.member.index()) {
    case 1:
      return {"false", "true"};
    case 2: {
      if (key.choices.empty()) return {std::to_string(key.least), std::to_string(key.most)};
      std::vector<std::string> values;
      for (const int choice : key.choices) values.push_back(std::to_string(choice));
      return values;
    }
    case 3: {
      std::vector<std::string> values;
      for (unsigned set = 1; set < 1u << key.choices.size(); set += 2) {
        values.push_back(list_text(key.choices, set));
      }
      return values;
    }
    default:
      return {};
  }
}

class Draw {
 public:
  explicit Draw(unsigned seed) : config_(design("t_small").config), dice_(seed) {
    config_.name = "t_drawn";
    for (const Key& key : schema()) {
      for (const std::string& value : corners_of(key)) missing_.insert({key.path, value});
    }
  }

  /// The next design; it has a corner that was missing, if changes of other keys lead there.
  const Config& next() {
    for (int k = 0; k < kChanges; k++) change();
    if (!missing_.empty()) {
      auto wanted = missing_.begin();
      std::advance(wanted, dice_() % missing_.size());
      const Setting setting = *wanted;
      for (int tries = 0; tries < kTries && !try_to_set(setting); tries++) change();
    }
    for (const Key& key : schema()) missing_.erase({key.path, value_text(key, config_)});
    return config_;
  }

  std::size_t missing() const { return missing_.size(); }

 private:
  /// Gives a key another value, if the design is then still one.
  bool try_to_set(const Setting& setting) {
    Diagnostics diagnostics;
    const auto config = parse_config("drawn.yaml", canonical_yaml(config_),
                                     {setting.first + "=" + setting.second}, diagnostics);
    if (!config || too_large(*config)) return false;
    config_ = *config;
    return true;
  }

  void change() {
    const Key& key = schema()[dice_() % schema().size()];
    if (key.path != "name") try_to_set({key.path, value_of(key)});
  }

  static bool too_large(const Config& config) {
    return config.lanes * config.columns * (config.rows / config.dot) > kElements ||
           config.lanes * config.columns * config.rows > kProducts ||
           config.lanes * config.post * 16 > kProducts ||
           config.lanes * config.memory.bytes > kPortBytes ||
           config.lanes * config.segments * config.accumulator.positions > kOpenBits;
  }

  std::string value_of(const Key& key) {
    const std::vector<std::string> corners = corners_of(key);
    const bool range = key.member.index() == 2 && key.choices.empty();
    if (!range || dice_() % 2 == 0) return corners[dice_() % corners.size()];
    // Between the ends small numbers are as likely as large ones
    const double low = std::log2(std::max(key.least, 1)), high = std::log2(key.most);
    const double exponent = std::uniform_real_distribution<>(low, high)(dice_);
    // Rows that fold are a power of two
    const bool power = key.power_of_two || (key.path == "rows" && dice_() % 2 == 0);
    const double shown = power ? std::round(exponent) : exponent;
    return std::to_string(static_cast<int>(std::lround(std::exp2(shown))));
  }

  Config config_;
  std::mt19937 dice_;
  std::set<Setting> missing_;
};

/// Draws designs and runs commands in the folder of each; they must be silent. NAME and TOP stand
/// for the design's name and its top module.
void require_silence(const std::vector<std::string>& commands) {
  const auto seed = static_cast<unsigned>(number_from("SLUICE_SEED", std::random_device()()));
  fmt::print("to repeat: SLUICE_SEED={} build/rtl \"Corners.*\"\n", seed);
  Draw draw(seed);
  for (int k = 0; k < kDesigns; k++) {
    const Config& config = draw.next();
    const TempDir temp;
    const Bundle bundle = bundle_of(config);
    const auto folder = write_files(bundle, temp.path());
    INFO(text_of(bundle, "t_drawn.resolved.yaml"));
    for (const std::string& command : commands) {
      const std::string line =
          replace_all(replace_all(command, "NAME", bundle.name), "TOP", top_of(bundle));
      const RunResult result = run_shell(folder, line);
      INFO("SLUICE_SEED=" << seed << ": " << line);
      CHECK(result.out == "");
      CHECK(result.exit_code == 0);
    }
  }
  fmt::print("{} designs; values of keys in none of them: {}\n", kDesigns, draw.missing());
  CHECK(draw.missing() < 15);
}

}  // namespace

TEST_CASE("Corners.LintersReadDesignsAtTheEndsOfAllRangesWithoutAWord") {
  require_silence({"verilator --lint-only -Wall --top-module TOP -F NAME.f",
                   "iverilog -g2012 -Wall -s TOP -o NAME.vvp -f NAME.f"});
}

}  // namespace sluice::test
