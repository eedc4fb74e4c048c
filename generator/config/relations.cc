// SPDX-License-Identifier: Apache-2.0
#include "generator/config/relations.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/config/remedies.h"
#include "generator/config/schema.h"
#include "generator/util/powers_of_two.h"
#include "generator/util/text.h"

namespace sluice {
namespace {

constexpr std::int64_t kLargestProduct = 128 * 128;

/// Collects the errors of relations. The first key of a relation that the user gave is the place
/// of the error; the others become notes.
class RelationCheck {
  using Way = Change::Way;

 public:
  /// Without diagnostics, conditions that are broken are only named in `broken`.
  RelationCheck(const ReadValues& values, Diagnostics* diagnostics, std::set<std::string>& broken)
      : values_(values), config_(values.config), diagnostics_(diagnostics), broken_(broken) {}

  void run() {
    precision_8();
    rows_multiple("atom", config_.atom, "a lane reads whole atoms");
    rows_multiple("dot", config_.dot, "an array is built of whole processing elements");
    rows_fold();
    segments_multiple("atom", config_.atom, "reads whole atoms");
    segments_multiple("dot", config_.dot, "is built of whole processing elements");
    post_divides_columns();
    post_fits_port();
    columns_fill_bytes();
    columns_rotate();
    hadamard_divides_columns();
    planes_have_gates();
    atom_fits_port();
    bus_fits_core();
    accumulator_width();
    activation_capacity();
    activation_reach();
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

  /// `more` is a remedy besides those of single keys; it must have been tried.
  void report(Code code, const std::vector<std::string>& keys, const std::string& message,
              const std::vector<Change>& changes, const std::string& more = "") {
    const std::string name = fmt::format("{} {}", code_text(code), fmt::join(keys, " "));
    broken_.insert(name);
    if (!diagnostics_) return;
    std::string help = RemedySearch(values_).changes_text(changes, name);
    if (!more.empty()) help += (help.empty() ? "" : ", or ") + more;
    if (help.empty()) help = "change several of these keys";
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
    Diagnostic& error = diagnostics_->error(code, span, message);
    error.notes = std::move(notes);
    error.help = help;
  }

  void precision_8() {
    const bool holds_8 = !config_.precisions.empty() && config_.precisions.front() == 8;
    if (!good({"precisions"}) || holds_8) return;
    std::vector<int> wanted = config_.precisions;
    wanted.insert(wanted.begin(), 8);
    report(Code::kPrecision8Missing, {"precisions"},
           fmt::format("{}, but must hold 8", is("precisions")), {},
           fmt::format("write [{}]", fmt::join(wanted, ", ")));
  }

  void rows_multiple(const std::string& key, int value, const std::string& reason) {
    if (!values_.good("rows") || !values_.good(key) || config_.rows % value == 0) return;
    report(Code::kRowsNotMultiple, {"rows", key},
           fmt::format("{}, but must be a multiple of '{}', which is {}: {}", is("rows"), key,
                       value, reason),
           {{"rows"}, {key, Way::kBoth}});
  }

  /// Segments are joined two by two, up to all rows.
  void rows_fold() {
    if (!good({"rows", "segments"}) || config_.segments == 1) return;
    if (config_.rows == next_power_of_two(config_.rows)) return;
    report(Code::kRowsNotFoldable, {"rows", "segments"},
           fmt::format("{}, but must be a power of two to fold into {} segments", is("rows"),
                       config_.segments),
           {{"rows"}, {"segments", Way::kLess}});
  }

  void segments_multiple(const std::string& key, int value, const std::string& reason) {
    if (!good({"rows", "segments"}) || !values_.good(key)) return;
    const bool folds = config_.rows % value == 0 && config_.rows == next_power_of_two(config_.rows);
    if (!folds || config_.rows % (config_.segments * value) == 0) return;
    report(Code::kSegmentsTooMany, {"segments", "rows", key},
           fmt::format("{}, but must be at most {}, which is 'rows' by '{}': each segment {}",
                       is("segments"), config_.rows / value, key, reason),
           {{"segments", Way::kLess}, {"rows", Way::kMore}, {key, Way::kLess}});
  }

  void post_divides_columns() {
    if (!good({"columns", "segments", "post"})) return;
    const int columns = config_.columns * config_.segments;
    if (columns % config_.post == 0) return;
    std::vector<std::string> keys = {"post", "columns"};
    std::string product = "'columns'";
    if (config_.segments > 1) {
      keys.push_back("segments");
      product += " times 'segments'";
    }
    report(Code::kPostNotDivisor, keys,
           fmt::format("{}, but must divide {}, which is {}", is("post"), product, columns),
           {{"post", Way::kLess}, {"columns"}, {"segments", Way::kMore}});
  }

  /// The outputs of a cycle fall into two memory words at most.
  void post_fits_port() {
    if (!good({"post", "memory.bytes"}) || config_.post <= config_.memory.bytes) return;
    report(Code::kPostWiderThanWord, {"post", "memory.bytes"},
           fmt::format("{}, but must be at most 'memory.bytes', which is {}", is("post"),
                       config_.memory.bytes),
           {{"post", Way::kLess}, {"memory.bytes", Way::kMore}});
  }

  /// Those of a lane's segments, where a byte has more fields than a block has columns.
  void columns_fill_bytes() {
    if (!good({"columns", "segments", "precisions"}) || config_.precisions.empty()) return;
    const int narrowest = config_.precisions.back();
    const int factor = 8 / narrowest, columns = config_.columns;
    const bool in_segments = factor % columns == 0 && columns * config_.segments % factor == 0;
    if (columns % factor == 0 || in_segments) return;
    report(Code::kColumnsNotPackable, {"columns", "precisions"},
           fmt::format("{}, but must be a multiple of {}, so that a lane's outputs of {} bits fill "
                       "whole bytes",
                       is("columns"), factor, narrowest),
           {{"columns"}, {"segments", Way::kMore}}, fewer_precisions());
  }

  /// The narrow widths without which the columns fill bytes; empty if there are none.
  std::string fewer_precisions() const {
    std::vector<int> left = config_.precisions;
    std::vector<std::string> removed;
    while (diagnostics_ && left.size() > 1) {
      removed.insert(removed.begin(), std::to_string(left.back()));
      left.pop_back();
      if (RemedySearch(values_).accepted("precisions",
                                         fmt::format("[{}]", fmt::join(left, ", ")))) {
        return fmt::format("remove {} from precisions", join_words(removed, "and"));
      }
    }
    return "";
  }

  /// A column of weights stands for a power of two of columns.
  void columns_rotate() {
    if (!good({"columns", "circulant"}) || !config_.circulant || config_.columns % 2 == 0) return;
    report(Code::kColumnsNotEven, {"columns", "circulant"},
           fmt::format("{}, but must be even, so that a stored column of weights can stand for "
                       "several",
                       is("columns")),
           {{"columns"}}, accepted("circulant", "false"));
  }

  /// The sums that are transformed are read at once.
  void hadamard_divides_columns() {
    if (!good({"columns", "segments", "hadamard"}) || config_.hadamard == 0) return;
    const int columns = config_.columns * config_.segments;
    if (columns % config_.hadamard == 0) return;
    report(Code::kHadamardNotDivisor, {"hadamard", "columns", "segments"},
           fmt::format("{}, but must divide 'columns' times 'segments', which is {}",
                       is("hadamard"), columns),
           {{"columns"}, {"segments", Way::kMore}}, accepted("hadamard", "0"));
  }

  void planes_have_gates() {
    if (!good({"precision_gating", "gating", "precisions"}) || !config_.precision_gating) return;
    const auto refuse = [&](const char* key, const char* value, const std::string& why) {
      std::string remedy = accepted(key, value);
      const std::string without = accepted("precision_gating", "false");
      if (!remedy.empty() && !without.empty()) remedy += ", or ";
      report(Code::kPlanesWithoutGates, {"precision_gating", key},
             fmt::format("{}, but {}: {}", is("precision_gating"), is(key), why), {},
             remedy + without);
    };
    if (!config_.gating)
      refuse("gating", "true", "planes are summed by the passes of gated layers");
    if (config_.precisions.size() == 1) refuse("precisions", "[8, 4]", "planes have 4 or 2 bits");
  }

  /// "set gating to true" if that mends all.
  std::string accepted(const char* key, const char* value) const {
    const bool mends = diagnostics_ && RemedySearch(values_).accepted(key, value);
    return mends ? fmt::format("set {} to {}", key, value) : "";
  }

  void atom_fits_port() {
    if (!good({"atom", "memory.bytes"}) || config_.memory.bytes >= config_.atom) return;
    report(Code::kPortNarrowerThanAtom, {"memory.bytes", "atom"},
           fmt::format("{}, but must be at least 'atom', which is {}", is("memory.bytes"),
                       config_.atom),
           {{"memory.bytes", Way::kMore}, {"atom", Way::kLess}});
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
             {{"bus.data_bits", Way::kLess}, {"memory.bytes", Way::kMore}});
      return;
    }
    const int beats = word / config_.bus.data_bits;
    if (!good({"bus.burst_beats"}) || config_.bus.burst_beats >= beats) return;
    report(Code::kBurstShorterThanWord, {"bus.burst_beats", "bus.data_bits", "memory.bytes"},
           fmt::format("{}, but must be at least {}, the beats of a memory word",
                       is("bus.burst_beats"), beats),
           {{"bus.burst_beats", Way::kMore},
            {"bus.data_bits", Way::kMore},
            {"memory.bytes", Way::kLess}});
  }

  void bus_addresses() {
    if (config_.bus.address_bits >= config_.memory.address_bits) return;
    report(Code::kBusAddressTooNarrow, {"bus.address_bits", "memory.address_bits"},
           fmt::format("{}, but must be at least 'memory.address_bits', which is {}",
                       is("bus.address_bits"), config_.memory.address_bits),
           {{"bus.address_bits", Way::kMore}, {"memory.address_bits", Way::kLess}});
  }

  void bus_ids() {
    const int ids = 1 << config_.bus.id_bits;
    if (!config_.bus.by_id() || config_.bus.reads <= ids) return;
    report(Code::kIdsTooFew, {"bus.id_bits", "bus.reads", "bus.ordering"},
           fmt::format("{}, which gives {} IDs, but each of {} reads in flight needs one",
                       is("bus.id_bits"), ids, config_.bus.reads),
           {{"bus.id_bits", Way::kMore}, {"bus.reads", Way::kLess}});
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
        {{"accumulator.bits", Way::kMore}, {"accumulator.max_reduction", Way::kLess}});
  }

  void activation_capacity() {
    if (!good({"buffers.activation", "rows", "memory.bytes", "atom"})) return;
    const bool by_rows = config_.rows >= config_.memory.bytes;
    const int piece = by_rows ? config_.rows : config_.memory.bytes;
    if (config_.buffers.activation < 2 * piece) {
      report(Code::kActivationBufferTooSmall,
             {"buffers.activation", by_rows ? "rows" : "memory.bytes"},
             fmt::format("{}, but must hold at least two {} of {} bytes", is("buffers.activation"),
                         by_rows ? "positions" : "memory words", piece),
             {{"buffers.activation", Way::kMore}, {by_rows ? "rows" : "memory.bytes", Way::kLess}});
    } else if (config_.buffers.activation < 4 * config_.atom) {  // two banks of two atoms
      report(Code::kActivationBufferTooSmall, {"buffers.activation", "atom"},
             fmt::format("{}, but must hold at least four atoms of {} bytes",
                         is("buffers.activation"), config_.atom),
             {{"buffers.activation", Way::kMore}, {"atom", Way::kLess}});
    }
  }

  /// Output words that stay on chip take the way of those to memory, with addresses of that width.
  void activation_reach() {
    if (!good({"buffers.activation", "memory.address_bits"})) return;
    const std::int64_t memory = std::int64_t{1} << config_.memory.address_bits;
    if (config_.buffers.activation <= memory) return;
    report(Code::kActivationBufferTooLarge, {"buffers.activation", "memory.address_bits"},
           fmt::format("{}, but must be at most the {} bytes that addresses of {} bits reach",
                       is("buffers.activation"), memory, config_.memory.address_bits),
           {{"buffers.activation", Way::kLess}, {"memory.address_bits", Way::kMore}});
  }

  void weight_capacity() {
    if (!good({"buffers.weight", "rows", "columns"})) return;
    const int tile = config_.columns * static_cast<int>(next_power_of_two(config_.rows));
    if (config_.buffers.weight < 2 * tile) {
      report(Code::kWeightBufferTooSmall, {"buffers.weight", "columns", "rows"},
             fmt::format("{}, but must hold at least two weight tiles of {} columns x {} bytes",
                         is("buffers.weight"), config_.columns, tile / config_.columns),
             {{"buffers.weight", Way::kMore}, {"columns", Way::kLess}, {"rows", Way::kLess}});
      return;
    }
    if (!good({"memory.burst", "memory.bytes"})) return;
    const int burst = config_.memory.burst * config_.memory.bytes;
    if (config_.buffers.weight >= 2 * burst) return;
    report(Code::kWeightBufferTooSmall, {"buffers.weight", "memory.burst", "memory.bytes"},
           fmt::format("{}, but must hold at least two bursts of {} bytes", is("buffers.weight"),
                       burst),
           {{"buffers.weight", Way::kMore},
            {"memory.burst", Way::kLess},
            {"memory.bytes", Way::kLess}});
  }

  const ReadValues& values_;
  const Config& config_;
  Diagnostics* diagnostics_;
  std::set<std::string>& broken_;
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
  std::set<std::string> ignored;
  RelationCheck(values, &diagnostics, ignored).run();
}

std::set<std::string> broken_relations(const ReadValues& values) {
  std::set<std::string> broken;
  RelationCheck(values, nullptr, broken).run();
  return broken;
}

}  // namespace sluice
