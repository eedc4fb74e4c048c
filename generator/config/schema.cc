#include "config/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "util/text.h"

namespace sluice {
namespace {

// The largest reduction keeps the bits it needs (config/relations.cc) within the widest
// accumulator, so that every "too narrow" message has a remedy.
constexpr int kMostReduction = 1 << 24;
constexpr int kMostBuffer = 1 << 24;

// A function that returns a member of the config. A macro, because a pointer to a member of an
// unnamed nested struct cannot be written in one expression.
#define SLUICE_MEMBER(type, name) +[](Config& config) -> type& { return config.name; }
#define SLUICE_INT(name) SLUICE_MEMBER(int, name)

std::vector<Key> make_schema() {
  return {
      {.path = "name",
       .member = SLUICE_MEMBER(std::string, name),
       .required = true,
       .unit = "",
       .meaning = "Prefix of every module, file and C macro: a letter, then letters, digits and "
                  "underscores; at most 40 characters; no keyword of SystemVerilog or C."},
      {.path = "lanes",
       .member = SLUICE_INT(lanes),
       .required = true,
       .least = 1,
       .most = 64,
       .unit = "lanes",
       .meaning = "Groups of columns that work on their own, each with its buffers, its array and "
                  "its list of open positions."},
      {.path = "columns",
       .member = SLUICE_INT(columns),
       .required = true,
       .least = 1,
       .most = 64,
       .unit = "output channels",
       .meaning = "Output channels of one lane. A lane skips a position only if the gates of all "
                  "its columns are closed, so few columns skip more."},
      {.path = "rows",
       .member = SLUICE_INT(rows),
       .required = true,
       .least = 4,
       .most = 256,
       .unit = "bytes",
       .meaning = "Bytes of reduction (input channels times taps) that a lane takes each cycle. A "
                  "multiple of 'atom' and of 'dot'."},
      {.path = "dot",
       .member = SLUICE_INT(dot),
       .required = true,
       .least = 1,
       .most = 256,
       .unit = "bytes",
       .meaning =
           "Bytes that one processing element multiplies and sums. 1 is the classic systolic "
           "array; more costs fewer registers for each multiplier, and a longer path."},
      {.path = "atom",
       .member = SLUICE_INT(atom),
       .required = false,
       .choices = {4, 8, 16},
       .unit = "bytes",
       .meaning = "Smallest addressable piece of the activation buffer. Smaller atoms pack the "
                  "array fuller; larger ones need fewer memory banks."},
      {.path = "pe_stages",
       .member = SLUICE_INT(pe_stages),
       .required = false,
       .least = 1,
       .most = 3,
       .unit = "cycles",
       .meaning = "Registers from the operands of a processing element to its sum."},
      {.path = "dsp",
       .member = SLUICE_MEMBER(bool, dsp),
       .required = false,
       .unit = "",
       .meaning = "Whether products are written with the operator, for the DSP blocks of FPGAs, "
                  "and not as rows of partial products, which are smaller in gates."},
      {.path = "precisions",
       .member = SLUICE_MEMBER(std::vector<int>, precisions),
       .required = true,
       .choices = {8, 4, 2},
       .unit = "bits",
       .meaning = "Operand widths the array computes with. 8 is always there; 4 doubles and 2 "
                  "quadruples the products of a cycle."},
      {.path = "gating",
       .member = SLUICE_MEMBER(bool, gating),
       .required = false,
       .unit = "",
       .meaning = "Whether the hardware of channel gating is there: thresholds, open list, second "
                  "pass."},
      {.path = "post",
       .member = SLUICE_INT(post),
       .required = false,
       .choices = {1, 2, 4},
       .unit = "channels",
       .meaning = "Channels that one lane requantises each cycle. Divides 'columns'."},
      {.path = "accumulator.bits",
       .member = SLUICE_INT(accumulator.bits),
       .required = false,
       .least = 16,
       .most = 40,
       .unit = "bits",
       .meaning = "Width of one accumulator. Must hold 'accumulator.max_reduction' products of 8 x "
                  "8 bits."},
      {.path = "accumulator.positions",
       .member = SLUICE_INT(accumulator.positions),
       .required = false,
       .least = 8,
       .most = 4096,
       .power_of_two = true,
       .unit = "positions",
       .meaning = "Output pixels in each of a lane's two accumulator banks: the largest tile."},
      {.path = "accumulator.max_reduction",
       .member = SLUICE_INT(accumulator.max_reduction),
       .required = false,
       .least = 1,
       .most = kMostReduction,
       .unit = "products",
       .meaning = "Deepest reduction the accumulators hold without overflow: input channels times "
                  "taps of the largest layer at 8 bits."},
      {.path = "buffers.activation",
       .member = SLUICE_INT(buffers.activation),
       .required = true,
       .least = 16,
       .most = kMostBuffer,
       .power_of_two = true,
       .unit = "bytes",
       .meaning = "Activation buffer of each lane."},
      {.path = "buffers.weight",
       .member = SLUICE_INT(buffers.weight),
       .required = true,
       .least = 16,
       .most = kMostBuffer,
       .power_of_two = true,
       .unit = "bytes",
       .meaning = "Weight buffer of each lane. Holds at least two weight tiles and two bursts."},
      {.path = "memory.bytes",
       .member = SLUICE_INT(memory.bytes),
       .required = false,
       .least = 8,
       .most = 256,
       .power_of_two = true,
       .unit = "bytes",
       .meaning = "Width of the memory port: the most that is read or written in a cycle."},
      {.path = "memory.address_bits",
       .member = SLUICE_INT(memory.address_bits),
       .required = false,
       .least = 16,
       .most = 40,
       .unit = "bits",
       .meaning = "Width of a byte address of the memory."},
      {.path = "memory.burst",
       .member = SLUICE_INT(memory.burst),
       .required = false,
       .least = 1,
       .most = 64,
       .power_of_two = true,
       .unit = "beats",
       .meaning = "Longest read burst."},
      {.path = "memory.outstanding",
       .member = SLUICE_INT(memory.outstanding),
       .required = false,
       .least = 2,
       .most = 64,
       .power_of_two = true,
       .unit = "bursts",
       .meaning = "Read bursts in flight; hides the latency of the memory."},
  };
}

#undef SLUICE_INT
#undef SLUICE_MEMBER

std::vector<std::string> number_words(const std::vector<int>& numbers) {
  std::vector<std::string> words;
  for (const int number : numbers) words.push_back(std::to_string(number));
  return words;
}

}  // namespace

const std::vector<Key>& schema() {
  static const std::vector<Key> keys = make_schema();
  return keys;
}

const Key* find_key(std::string_view path) {
  const auto& keys = schema();
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.path == path; });
  return found == keys.end() ? nullptr : &*found;
}

const std::vector<std::string>& schema_sections() {
  static const std::vector<std::string> sections = [] {
    std::vector<std::string> names;
    for (const Key& key : schema()) {
      const std::size_t dot = key.path.find('.');
      if (dot == std::string::npos) continue;
      const std::string section = key.path.substr(0, dot);
      if (names.empty() || names.back() != section) names.push_back(section);
    }
    return names;
  }();
  return sections;
}

std::string value_text(const Key& key, const Config& config) {
  Config copy = config;
  struct Printer {
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(int number) const { return std::to_string(number); }
    std::string operator()(const std::vector<int>& list) const {
      return fmt::format("[{}]", fmt::join(list, ", "));
    }
  };
  return std::visit([&](auto member) { return Printer()(member(copy)); }, key.member);
}

std::string allowed_text(const Key& key) {
  if (!key.choices.empty()) return join_words(number_words(key.choices), "or");
  if (key.most == 0) return {};
  return fmt::format("{} to {}{}", key.least, key.most, key.power_of_two ? ", a power of two" : "");
}

std::string type_text(const Key& key) {
  static constexpr const char* kNames[] = {"text", "true or false", "number", "list of numbers"};
  return kNames[key.member.index()];
}

}  // namespace sluice
