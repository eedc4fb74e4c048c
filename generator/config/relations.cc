#include "config/relations.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/schema.h"
#include "plan/plan.h"

namespace sluice {
namespace {

constexpr std::int64_t kLargestProduct = 128 * 128;

/// Collects the errors of relations. The first key of a relation that the user gave is the place
/// of the error; the others become notes.
class RelationCheck {
 public:
  RelationCheck(const ReadValues& values, Diagnostics& diagnostics)
      : values_(values), config_(values.config), diagnostics_(diagnostics) {}

  void run() {
    precision_8();
    rows_multiple("atom", config_.atom, "a lane reads whole atoms");
    rows_multiple("dot", config_.dot, "an array is built of whole processing elements");
    post_divides_columns();
    columns_fill_bytes();
    atom_fits_port();
    bus_fits_core();
    accumulator_width();
    activation_capacity();
    weight_capacity();
  }

 private:
  bool good(std::initializer_list<const char*> keys) const {
    return std::all_of(keys.begin(), keys.end(),
                       [&](const char* key) { return values_.good(key); });
  }

  /// "'rows' is 10"
  std::string is(const std::string& key) const {
    return fmt::format("'{}' is {}", key, value_text(*find_key(key), config_));
  }

  void report(Code code, std::initializer_list<std::string> keys, const std::string& message,
              const std::string& help) {
    Span span;
    std::vector<Note> notes;
    for (const std::string& key : keys) {
      const auto place = values_.places.find(key);
      if (place == values_.places.end()) {
        notes.push_back({{}, is(key) + " by default"});
      } else if (!span.source) {
        span = place->second;
      } else {
        notes.push_back({place->second, is(key) + " here"});
      }
    }
    Diagnostic& error = diagnostics_.error(code, span, message);
    error.notes = std::move(notes);
    error.help = help;
  }

  void precision_8() {
    const bool holds_8 = !config_.precisions.empty() && config_.precisions.front() == 8;
    if (!good({"precisions"}) || holds_8) return;
    std::vector<int> wanted = config_.precisions;
    wanted.insert(wanted.begin(), 8);
    report(Code::kPrecision8Missing, {"precisions"},
           fmt::format("{}, but must hold 8", is("precisions")),
           fmt::format("write [{}]", fmt::join(wanted, ", ")));
  }

  void rows_multiple(const std::string& key, int value, const std::string& reason) {
    if (!values_.good("rows") || !values_.good(key) || config_.rows % value == 0) return;
    const int below = config_.rows / value * value;
    const int above = below + value;
    std::string help = fmt::format("set rows to {}", below >= 4 ? below : above);
    if (below >= 4 && above <= 256) help += fmt::format(" or {}", above);
    if (key == "dot") help += fmt::format(", or dot to {}", largest_divisor(config_.rows, value));
    report(Code::kRowsNotMultiple, {"rows", key},
           fmt::format("{}, but must be a multiple of '{}', which is {}: {}", is("rows"), key,
                       value, reason),
           help);
  }

  static int largest_divisor(int number, int limit) {
    int divisor = std::min(number, limit);
    while (number % divisor != 0) divisor--;
    return divisor;
  }

  void post_divides_columns() {
    if (!good({"columns", "post"}) || config_.columns % config_.post == 0) return;
    const int fitting = config_.post == 4 && config_.columns % 2 == 0 ? 2 : 1;
    report(Code::kPostNotDivisor, {"post", "columns"},
           fmt::format("{}, but must divide 'columns', which is {}", is("post"), config_.columns),
           fmt::format("set post to {}", fitting));
  }

  void columns_fill_bytes() {
    if (!good({"columns", "precisions"}) || config_.precisions.empty()) return;
    const int narrowest = config_.precisions.back();
    const int factor = 8 / narrowest;
    if (config_.columns % factor == 0) return;
    const int above = (config_.columns / factor + 1) * factor;
    report(Code::kColumnsNotPackable, {"columns", "precisions"},
           fmt::format("{}, but must be a multiple of {}, so that a lane's outputs of {} bits fill "
                       "whole bytes",
                       is("columns"), factor, narrowest),
           fmt::format("set columns to {}, or remove {} from precisions", above, narrowest));
  }

  void atom_fits_port() {
    if (!good({"atom", "memory.bytes"}) || config_.memory.bytes >= config_.atom) return;
    report(
        Code::kPortNarrowerThanAtom, {"memory.bytes", "atom"},
        fmt::format("{}, but must be at least 'atom', which is {}", is("memory.bytes"),
                    config_.atom),
        fmt::format("set memory.bytes to {}, or atom to {}", config_.atom, config_.memory.bytes));
  }

  void bus_fits_core() {
    if (!good({"bus.kind"}) || !config_.bus.axi()) return;
    if (good({"bus.data_bits", "memory.bytes"})) bus_width();
    if (good({"bus.address_bits", "memory.address_bits"})) bus_addresses();
    if (good({"bus.ordering", "bus.id_bits", "bus.reads"})) bus_ids();
  }

  void bus_width() {
    const int word = 8 * config_.memory.bytes;
    if (config_.bus.data_bits > word) {
      report(Code::kBusWiderThanWord, {"bus.data_bits", "memory.bytes"},
             fmt::format("{}, but must be at most the {} bits of a memory word",
                         is("bus.data_bits"), word),
             fmt::format("set bus.data_bits to {}, or memory.bytes to {}", std::min(word, 512),
                         config_.bus.data_bits / 8));
      return;
    }
    const int beats = word / config_.bus.data_bits;
    if (!good({"bus.burst_beats"}) || config_.bus.burst_beats >= beats) return;
    report(Code::kBurstShorterThanWord, {"bus.burst_beats", "bus.data_bits", "memory.bytes"},
           fmt::format("{}, but must be at least {}, the beats of a memory word",
                       is("bus.burst_beats"), beats),
           fmt::format("set bus.burst_beats to {} or more", beats));
  }

  void bus_addresses() {
    if (config_.bus.address_bits >= config_.memory.address_bits) return;
    report(Code::kBusAddressTooNarrow, {"bus.address_bits", "memory.address_bits"},
           fmt::format("{}, but must be at least 'memory.address_bits', which is {}",
                       is("bus.address_bits"), config_.memory.address_bits),
           fmt::format("set bus.address_bits to {} or more, or memory.address_bits to {}",
                       config_.memory.address_bits, config_.bus.address_bits));
  }

  void bus_ids() {
    const int ids = 1 << config_.bus.id_bits;
    if (!config_.bus.by_id() || config_.bus.reads <= ids) return;
    report(Code::kIdsTooFew, {"bus.id_bits", "bus.reads", "bus.ordering"},
           fmt::format("{}, which gives {} IDs, but each of {} reads in flight needs one",
                       is("bus.id_bits"), ids, config_.bus.reads),
           fmt::format("set bus.id_bits to {}, or bus.reads to {}",
                       config_.bus.reads == 1 ? 0 : index_bits(config_.bus.reads), ids));
  }

  void accumulator_width() {
    if (!good({"accumulator.bits", "accumulator.max_reduction"})) return;
    const int products = config_.accumulator.max_reduction;
    const int needed = accumulator_bits_needed(products);
    if (config_.accumulator.bits >= needed) return;
    report(
        Code::kAccumulatorTooNarrow, {"accumulator.bits", "accumulator.max_reduction"},
        fmt::format("{}, but {} bits are needed to add {} products of 8 x 8 bits without overflow",
                    is("accumulator.bits"), needed, products),
        fmt::format("set accumulator.bits to {} or more, or accumulator.max_reduction to {} or "
                    "less",
                    needed, most_products(config_.accumulator.bits)));
  }

  void activation_capacity() {
    if (!good({"buffers.activation", "rows", "memory.bytes"})) return;
    const bool by_rows = config_.rows >= config_.memory.bytes;
    const int piece = by_rows ? config_.rows : config_.memory.bytes;
    if (config_.buffers.activation >= 2 * piece) return;
    report(Code::kActivationBufferTooSmall,
           {"buffers.activation", by_rows ? "rows" : "memory.bytes"},
           fmt::format("{}, but must hold at least two {} of {} bytes", is("buffers.activation"),
                       by_rows ? "positions" : "memory words", piece),
           fmt::format("set buffers.activation to {} or more", next_power_of_two(2 * piece)));
  }

  void weight_capacity() {
    if (!good({"buffers.weight", "rows", "columns"})) return;
    const int tile = config_.columns * static_cast<int>(next_power_of_two(config_.rows));
    if (config_.buffers.weight < 2 * tile) {
      report(Code::kWeightBufferTooSmall, {"buffers.weight", "columns", "rows"},
             fmt::format("{}, but must hold at least two weight tiles of {} columns x {} bytes",
                         is("buffers.weight"), config_.columns, tile / config_.columns),
             fmt::format("set buffers.weight to {} or more", next_power_of_two(2 * tile)));
      return;
    }
    if (!good({"memory.burst", "memory.bytes"})) return;
    const int burst = config_.memory.burst * config_.memory.bytes;
    if (config_.buffers.weight >= 2 * burst) return;
    report(Code::kWeightBufferTooSmall, {"buffers.weight", "memory.burst", "memory.bytes"},
           fmt::format("{}, but must hold at least two bursts of {} bytes", is("buffers.weight"),
                       burst),
           fmt::format("set buffers.weight to {} or more, or shorten memory.burst", 2 * burst));
  }

  const ReadValues& values_;
  const Config& config_;
  Diagnostics& diagnostics_;
};

}  // namespace

int accumulator_bits_needed(int products) {
  int bits = 1;
  while (((std::int64_t{1} << (bits - 1)) - 1) / kLargestProduct < products) bits++;
  return bits;
}

int most_products(int bits) {
  return static_cast<int>(((std::int64_t{1} << (bits - 1)) - 1) / kLargestProduct);
}

void check_relations(const ReadValues& values, Diagnostics& diagnostics) {
  RelationCheck(values, diagnostics).run();
}

}  // namespace sluice
