// SPDX-License-Identifier: Apache-2.0
// Remedies that messages name: each is tried.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>
#include <regex>

#include "generator/config/canonical.h"
#include "generator/config/reader.h"
#include "generator/config/schema.h"

namespace sluice {
namespace {

using Settings = std::map<std::string, std::string>;

std::vector<Diagnostic> errors_of(const Settings& settings) {
  std::vector<std::string> overrides;
  for (const auto& [key, value] : settings) overrides.push_back(key + "=" + value);
  static Diagnostics diagnostics;  // keeps the sources that errors point to
  diagnostics = {};
  parse_config("test.yaml", "name: drawn\n", overrides, diagnostics);
  return diagnostics.sorted();
}

class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}
  int number(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  std::string one_of(const std::vector<std::string>& texts) {
    return texts[number(0, static_cast<int>(texts.size()) - 1)];
  }

  /// A value that the key takes by itself.
  std::string good(const Key& key) {
    if (key.member.index() == 0) return one_of(key.words);
    if (key.member.index() == 1) return one_of({"true", "false"});
    if (key.member.index() == 3) return one_of({"[8]", "[8, 4]", "[8, 2]", "[8, 4, 2]"});
    if (!key.choices.empty()) {
      return std::to_string(key.choices[number(0, static_cast<int>(key.choices.size()) - 1)]);
    }
    if (!key.power_of_two) return std::to_string(number(key.least, std::min(key.most, 20000)));
    int value = 1 << number(0, 24);
    while (value > key.most) value /= 2;
    while (value < key.least) value *= 2;
    return std::to_string(value);
  }

  /// Any value: good, out of range, no power of two, in another notation, no number.
  std::string any(const Key& key) {
    const int kind = number(0, 9);
    if (key.member.index() == 3) {
      return one_of({"[4]", "[2, 4]", "[8, 3]", "[8, 4, 7]", "[16]", "[8, 4, 2]", "[8, 2]"});
    }
    if (key.member.index() != 2 || kind < 5) return good(key);
    const int value = number(0, kind < 8 ? 300 : 1 << 25);
    if (kind == 5) return fmt::format("0{:o}", value);
    if (kind == 6) return fmt::format("0x{:x}", value);
    if (kind == 7) return fmt::format("{}.0", value);
    return std::to_string(value);
  }

  /// A config that passes all checks.
  Settings config() {
    for (;;) {
      Settings settings;
      for (const Key& key : schema()) {
        const bool often = key.path.starts_with("buffers");
        if (key.path != "name" && (key.required || number(0, 3) == 0)) {
          settings[key.path] = often ? std::to_string(1 << number(8, 20)) : good(key);
        }
      }
      settings["rows"] = std::to_string(4 * number(1, 24));
      settings["dot"] = one_of({"1", "2", "4"});
      if (errors_of(settings).empty()) return settings;
    }
  }

 private:
  std::mt19937 random_;
};

/// "8, 12 or 16 or more" as single values.
std::vector<std::string> values_in(std::string text) {
  text = std::regex_replace(text, std::regex(" or (more|less)$"), "");
  text = std::regex_replace(text, std::regex(" if octal was meant"), "");
  std::vector<std::string> values;
  static const std::regex value("\\[[^\\]]*\\]|[\\w.]+");
  for (std::sregex_iterator at(text.begin(), text.end(), value), end; at != end; ++at) {
    if (at->str() != "or") values.push_back(at->str());
  }
  return values;
}

/// The settings with what a help text says, one for each value it names; `key`: of "write 8".
std::vector<Settings> applied(const std::string& help, const std::string& key,
                              const Settings& settings) {
  std::vector<Settings> all;
  const auto add = [&](const std::string& name, const std::string& values) {
    for (const std::string& value : values_in(values)) {
      all.push_back(settings);
      const std::string now = settings.contains(name) ? settings.at(name) : "";
      static const std::regex bad("\\b(3|7|16)\\b");
      const bool item = now.starts_with("[") && !value.starts_with("[");
      all.back()[name] = item ? std::regex_replace(now, bad, value) : value;
    }
  };
  static const std::regex written(
      "write (\\[[0-9, ]+\\]|[0-9a-z_]+(, [0-9a-z_]+)*( or [0-9a-z_]+)*"
      "( or more| or less)?|[0-9]+, or [0-9]+ if octal was meant)");
  static const std::regex change("([a-z_.]+) to ([0-9]+( or ([0-9]+|more|less))*)");
  std::smatch match;
  if (std::regex_match(help, match, written)) add(key, match[1]);
  if (help.starts_with("set ")) {
    for (std::sregex_iterator at(help.begin(), help.end(), change), end; at != end; ++at) {
      add((*at)[1], (*at)[2]);
    }
  }
  return all;
}

std::string name_of(const Diagnostic& error) {
  return std::string(code_text(error.code)) + error.message.substr(0, error.message.find(" is "));
}

TEST_CASE("Remedies.EveryNamedValueIsAccepted") {
  const unsigned seed = GENERATE(range(1u, 7u));
  INFO("repeat with: unit 'Remedies.EveryNamedValueIsAccepted', seed " << seed);
  Draw draw(seed);
  int tried = 0;
  for (int round = 0; round < 250; round++) {
    const Settings base = draw.config();
    Settings settings = base;
    const Key& key = schema()[draw.number(1, static_cast<int>(schema().size()) - 1)];
    settings[key.path] = draw.any(key);
    const std::vector<Diagnostic> errors = errors_of(settings);
    for (const Diagnostic& error : errors) {
      std::string text;
      for (const auto& [name, value] : settings) text += fmt::format("--set '{}={}' ", name, value);
      INFO(text << "\n" << error.message << "\n" << error.help);
      CHECK_FALSE(error.help.empty());
      CHECK(error.help != "change several of these keys");
      for (const Settings& mended : applied(error.help, key.path, settings)) {
        tried++;
        const std::vector<Diagnostic> left = errors_of(mended);
        INFO("after the remedy: " << (left.empty() ? "" : left.front().message));
        // Where more is wrong than one thing, a remedy mends its own
        CHECK(left.size() < errors.size());
        for (const Diagnostic& other : left) CHECK(name_of(other) != name_of(error));
      }
    }
  }
  CHECK(tried > 50);
}

std::string help_of(Settings settings) {
  const std::vector<Diagnostic> errors = errors_of(settings);
  REQUIRE(errors.size() == 1);
  return errors.front().help;
}

TEST_CASE("Remedies.SuitTheOtherKeys") {
  const Settings good = {{"lanes", "2"},
                         {"columns", "4"},
                         {"rows", "16"},
                         {"dot", "4"},
                         {"precisions", "[8]"},
                         {"buffers.activation", "4096"},
                         {"buffers.weight", "8192"}};
  REQUIRE(errors_of(good).empty());
  const auto with = [&](const std::string& key, const std::string& value) {
    Settings settings = good;
    settings[key] = value;
    return help_of(settings);
  };
  // Rows that are a multiple of 5, but also of the atom's 4
  CHECK(with("dot", "5") == "set rows to 20, or dot to 4 or 8");
  CHECK(with("atom", "9") == "write 4, 8 or 16");
  CHECK(with("rows", "1999") == "write 1024 or less");
  Settings small = good;
  small["buffers.weight"] = "256";
  small["memory.bytes"] = "8";
  small["memory.burst"] = "1";
  small["rows"] = "1999";
  CHECK(help_of(small) == "write 32");
  small["rows"] = "010";
  CHECK(help_of(small) == "write 8");
}

TEST_CASE("Remedies.ASectionIsNoKey") {
  Diagnostics diagnostics;
  parse_config("test.yaml", "name: x\n", {"buffers=7"}, diagnostics);
  const std::vector<Diagnostic> errors = diagnostics.sorted();
  const auto found = std::find_if(errors.begin(), errors.end(), [](const Diagnostic& error) {
    return error.code == Code::kUnknownKey;
  });
  REQUIRE(found != errors.end());
  CHECK(found->message == "'buffers' is a section and has no value of its own");
  CHECK(found->help == "give one of its keys: buffers.activation or buffers.weight");
}

}  // namespace
}  // namespace sluice
