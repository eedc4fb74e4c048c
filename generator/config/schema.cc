// SPDX-License-Identifier: Apache-2.0
#include "generator/config/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/util/text.h"

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
       .most = 1024,
       .unit = "bytes",
       .meaning = "Bytes of reduction (input channels times taps) that a lane takes each cycle. A "
                  "multiple of 'atom' and of 'dot'."},
      {.path = "segments",
       .member = SLUICE_INT(segments),
       .required = false,
       .choices = {1, 2, 4, 8, 16, 32, 64},
       .unit = "segments",
       .meaning =
           "Parts that the rows of a lane fold into. Up to so many blocks of output channels are "
           "computed at once, each with its part of the rows; where gates are open, all rows work "
           "on one block. 1: rows do not fold; else 'rows' is a power of two, and a segment's rows "
           "are a multiple of 'atom' and of 'dot'."},
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
       .meaning =
           "Whether the hardware of channel gating is there: thresholds, open positions, second "
           "pass."},
      {.path = "precision_gating",
       .member = SLUICE_MEMBER(bool, precision_gating),
       .required = false,
       .unit = "",
       .meaning =
           "Whether gates can split the bits of the inputs in place of their channels: the base "
           "pass then takes the upper halves, the conditional pass the lower ones. Needs 'gating' "
           "and narrow 'precisions'.",
       .unnamed = true},
      {.path = "additions",
       .member = SLUICE_MEMBER(bool, additions),
       .required = false,
       .unit = "",
       .meaning = "Whether post-processing can add a second map to a layer's outputs, or multiply "
                  "by it, which "
                  "residual networks and squeeze-and-excite need."},
      {.path = "activation_table",
       .member = SLUICE_MEMBER(bool, activation_table),
       .required = false,
       .unit = "",
       .meaning =
           "Whether post-processing can look a layer's outputs up in a table of 256 bytes, which "
           "functions such as SiLU, hard-swish, sigmoid and tanh need."},
      {.path = "circulant",
       .member = SLUICE_MEMBER(bool, circulant),
       .required = false,
       .unit = "",
       .meaning =
           "Whether the weight buffer rotates columns: of weights in circulant blocks of k x k "
           "channels, k = 2, 4 and so on, then one column of k is stored and fetched. k "
           "divides 'columns', which must be even.",
       .unnamed = true},
      {.path = "hadamard",
       .member = SLUICE_INT(hadamard),
       .required = false,
       .choices = {0, 4, 8, 16, 32, 64},
       .unit = "channels",
       .meaning =
           "The longest Walsh-Hadamard transform that post-processing can make of a layer's exact "
           "sums, over so many neighbouring channels; shorter ones down to 4 go as well. Divides "
           "'columns' times 'segments'. 0: none.",
       .unnamed = true},
      {.path = "post",
       .member = SLUICE_INT(post),
       .required = false,
       .choices = {1, 2, 4, 8, 16, 32, 64},
       .unit = "channels",
       .meaning = "Channels that one lane requantises each cycle. Divides 'columns' times "
                  "'segments'; at most 'memory.bytes'."},
      {.path = "counters",
       .member = SLUICE_MEMBER(bool, counters),
       .required = false,
       .unit = "",
       .meaning = "Whether there are registers that count steps, stalls, gates and memory words. "
                  "Busy cycles are always counted."},
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
                  "taps at 8 bits. Of deeper layers the weights decide."},
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
      {.path = "bus.kind",
       .member = SLUICE_MEMBER(std::string, bus.kind),
       .required = false,
       .words = {"none", "axi4"},
       .unit = "",
       .meaning = "What is around the core: nothing, or an AXI4 master for the memory and an "
                  "AXI4-Lite slave for the registers. The other keys of the section count only "
                  "with axi4."},
      {.path = "bus.data_bits",
       .member = SLUICE_INT(bus.data_bits),
       .required = false,
       .least = 32,
       .most = 512,
       .power_of_two = true,
       .unit = "bits",
       .meaning = "Width of the bus. A word of 'memory.bytes' takes one beat or several."},
      {.path = "bus.address_bits",
       .member = SLUICE_INT(bus.address_bits),
       .required = false,
       .least = 32,
       .most = 64,
       .unit = "bits",
       .meaning = "Width of an address on the bus; bits above 'memory.address_bits' are zero."},
      {.path = "bus.id_bits",
       .member = SLUICE_INT(bus.id_bits),
       .required = false,
       .least = 0,
       .most = 8,
       .unit = "bits",
       .meaning = "Width of IDs on the bus. With 0 the ports have one bit, which is always zero."},
      {.path = "bus.burst_beats",
       .member = SLUICE_INT(bus.burst_beats),
       .required = false,
       .least = 1,
       .most = 256,
       .unit = "beats",
       .meaning = "Longest burst on the bus. Bursts end at boundaries of 4 KiB, too."},
      {.path = "bus.ordering",
       .member = SLUICE_MEMBER(std::string, bus.ordering),
       .required = false,
       .words = {"in_order", "by_id"},
       .unit = "",
       .meaning = "in_order: all reads have ID 0 and come back in order. by_id: each read in "
                  "flight has an ID of its own and may come back at any time; a buffer of 'reads' "
                  "bursts puts them in order."},
      {.path = "bus.reads",
       .member = SLUICE_INT(bus.reads),
       .required = false,
       .least = 1,
       .most = 64,
       .power_of_two = true,
       .unit = "bursts",
       .meaning = "Read bursts in flight on the bus."},
      {.path = "bus.writes",
       .member = SLUICE_INT(bus.writes),
       .required = false,
       .least = 1,
       .most = 256,
       .power_of_two = true,
       .unit = "bursts",
       .meaning = "Write bursts in flight on the bus; each writes one word of 'memory.bytes'. "
                  "Narrow words "
                  "and many outputs need up to one for each cycle of the memory's latency."},
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

std::vector<const Key*> named_keys(const Config& config) {
  std::vector<const Key*> named;
  for (const Key& key : schema()) {
    if (!key.unnamed || value_text(key, config) != value_text(key, Config{})) named.push_back(&key);
  }
  return named;
}

std::string allowed_text(const Key& key) {
  if (!key.words.empty()) return join_words(key.words, "or");
  if (!key.choices.empty()) return join_words(number_words(key.choices), "or");
  if (key.most == 0) return {};
  return fmt::format("{} to {}{}", key.least, key.most, key.power_of_two ? ", a power of two" : "");
}

std::string type_text(const Key& key) {
  static constexpr const char* kNames[] = {"text", "true or false", "number", "list of numbers"};
  return kNames[key.member.index()];
}

}  // namespace sluice
