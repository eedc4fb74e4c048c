// SPDX-License-Identifier: Apache-2.0
#include "synth/memories/liberty_cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "generator/util/text.h"
#include "generator/util/user_error.h"
#include "synth/liberty/values.h"

namespace sluice::synth {
namespace {

constexpr int kMostAddress = 24, kMostBits = 1 << 16;  // as in CSV files

[[noreturn]] void fail(const std::string& path, const LibertyGroup& group,
                       const std::string& what) {
  throw UserError({path, group.line, group.column}, what);
}

/// A whole number of a group from 1, or nothing if it does not state it.
std::optional<int> count(const LibertyGroup& group, std::string_view name, int most,
                         const std::string& path) {
  if (!group.find(name)) return std::nullopt;
  const double value = liberty_number(group, name, 0, path);
  if (value < 1 || value > most || value != static_cast<int>(value)) {
    const LibertyAttribute& attribute = *group.find(name);
    throw UserError({path, attribute.line, attribute.column},
                    fmt::format("found {} as {} of {} ({}); allowed are 1 to {}", group.value(name),
                                name, group.name, group.argument(), most));
  }
  return static_cast<int>(value);
}

const LibertyGroup* group_of(const LibertyGroup& parent, std::string_view kind) {
  for (const LibertyGroup& inner : parent.groups) {
    if (inner.name == kind) return &inner;
  }
  return nullptr;
}

const LibertyGroup* type_of(const LibertyGroup& parent, const std::string& name) {
  for (const LibertyGroup& inner : parent.groups) {
    if (inner.name == "type" && inner.argument() == name) return &inner;
  }
  return nullptr;
}

/// The name of the pin in a text such as "!CLK".
std::string pin_name(std::string text) {
  std::erase_if(text,
                [](char c) { return std::string_view("!'() ").find(c) != std::string::npos; });
  return text;
}

/// A bus that reads or writes, and its address.
struct Access {
  const MemorySignal* data;
  const MemorySignal* address;
  const LibertyGroup* group;  ///< memory_read or memory_write; null: not stated
};

class CellReader {
 public:
  CellReader(const LibertyGroup& library, const LibertyGroup& cell, const std::string& path)
      : library_(library), path_(path), memory_(group_of(cell, "memory")) {
    result_.group = &cell;
  }

  std::optional<MemoryCell> read() {
    if (memory_ && memory_->value("type") != "ram") return std::nullopt;
    for (const LibertyGroup& inner : cell().groups) {
      if (inner.name == "bus" || inner.name == "pin") add_signals(inner);
    }
    std::vector<Access> reads = accesses("memory_read"), writes = accesses("memory_write");
    if (!memory_ && (reads.empty() || writes.empty())) return std::nullopt;
    read_sizes(reads, writes);
    if (reads.empty() && writes.empty()) find_only_port(reads, writes);
    if (reads.empty() || writes.empty()) {
      fail(path_, cell(),
           fmt::format("cell {} has no bus with {} (); a memory is read and written",
                       cell().argument(), reads.empty() ? "memory_read" : "memory_write"));
    }
    choose_ports(reads, writes);
    result_.shape.granule = granule();
    return std::move(result_);
  }

 private:
  const LibertyGroup& cell() const { return *result_.group; }

  void add_signals(const LibertyGroup& group) {
    MemorySignal signal;
    signal.group = &group;
    signal.bus = group.name == "bus";
    signal.width = signal.bus ? bus_width(group) : 1;
    std::string direction = group.value("direction");
    for (const LibertyGroup& inner : group.groups) {
      if (direction.empty() && inner.name == "pin") direction = inner.value("direction");
    }
    signal.input = direction == "input";
    signal.clock = group.value("clock") == "true";
    for (const std::string& name : group.arguments) {
      signal.name = name;
      result_.signals.push_back(signal);
    }
  }

  /// 0: not stated.
  int bus_width(const LibertyGroup& bus) const {
    const std::string name = bus.value("bus_type");
    const LibertyGroup* type = type_of(cell(), name);
    if (!type) type = type_of(library_, name);
    if (!type) return 0;
    const std::optional<int> width = count(*type, "bit_width", kMostBits, path_);
    if (!type->find("bit_from") || !type->find("bit_to")) return width.value_or(0);
    const double from = liberty_number(*type, "bit_from", 0, path_);
    const double to = liberty_number(*type, "bit_to", 0, path_);
    const double range = std::abs(from - to) + 1;
    if (range > kMostBits || range != static_cast<int>(range) || (width && *width != range)) {
      fail(path_, *type,
           fmt::format("type ({}) has bits {} to {}, but the bit_width {}", name, from, to,
                       type->value("bit_width")));
    }
    return static_cast<int>(range);
  }

  std::vector<Access> accesses(std::string_view kind) const {
    std::vector<Access> found;
    for (const MemorySignal& data : result_.signals) {
      for (const LibertyGroup* group : data.groups(kind)) {
        const std::string name = group->value("address");
        const MemorySignal* address = result_.find(name);
        if (!address) {
          fail(path_, *group,
               fmt::format("{} () of {} has the address '{}', which is no bus of cell {}", kind,
                           data.name, shortened(name, 40), cell().argument()));
        }
        found.push_back({&data, address, group});
      }
    }
    return found;
  }

  /// Words and bits, of memory () or else of the first buses, which all others have to agree with.
  void read_sizes(const std::vector<Access>& reads, const std::vector<Access>& writes) {
    if (memory_) {
      address_width_ = count(*memory_, "address_width", kMostAddress, path_).value_or(0);
      result_.shape.bits = count(*memory_, "word_width", kMostBits, path_).value_or(0);
    }
    for (const std::vector<Access>* some : {&reads, &writes}) {
      for (const Access& access : *some) {
        agree(*access.address, address_width_, "address_width");
        agree(*access.data, result_.shape.bits, "word_width");
      }
    }
    for (const auto& [width, what] : {std::pair(address_width_, "address_width"),
                                      std::pair(result_.shape.bits, "word_width")}) {
      if (width > 0) continue;
      fail(path_, *memory_, fmt::format("no {} in memory () of cell {}", what, cell().argument()));
    }
    if (address_width_ > kMostAddress) {
      fail(path_, cell(),
           fmt::format("cell {} has an address of {} bits; allowed are 1 to {}", cell().argument(),
                       address_width_, kMostAddress));
    }
    result_.shape.words = 1 << address_width_;
  }

  /// A signal has this width, or gives it if it is 0.
  void agree(const MemorySignal& signal, int& width, std::string_view what) const {
    if (signal.width == 0) {
      fail(path_, *signal.group,
           fmt::format("bus {} has the type '{}', which states no bit_width", signal.name,
                       signal.group->value("bus_type")));
    }
    if (width == 0) width = signal.width;
    if (signal.width == width) return;
    fail(path_, *signal.group,
         fmt::format("{} {} of cell {} has {} bits, but {} {}", signal.bus ? "bus" : "pin",
                     signal.name, cell().argument(), signal.width,
                     memory_ ? fmt::format("memory () the {}", what) : "others like it have",
                     width));
  }

  /// Without memory_read and memory_write: the port of the only bus that can be an address.
  void find_only_port(std::vector<Access>& reads, std::vector<Access>& writes) const {
    const auto buses = [this](bool input, int width) {
      std::vector<const MemorySignal*> found;
      for (const MemorySignal& signal : result_.signals) {
        if (signal.bus && signal.input == input && signal.width == width) found.push_back(&signal);
      }
      return found;
    };
    const auto addresses = buses(true, address_width_), data = buses(false, result_.shape.bits);
    if (addresses.size() != 1 || data.size() != 1) {
      fail(path_, cell(),
           fmt::format("cell {} does not say its ports: no bus has memory_read () or memory_write "
                       "(), and {} have the widths of an address and of read data",
                       cell().argument(), addresses.empty() || data.empty() ? "none" : "several"));
    }
    reads.push_back({data.front(), addresses.front(), nullptr});
    writes.push_back({data.front(), addresses.front(), nullptr});
  }

  /// A read and a write of different addresses, if there are such; the first of each.
  void choose_ports(const std::vector<Access>& reads, const std::vector<Access>& writes) {
    const Access *read = &reads.front(), *write = &writes.front();
    for (const Access& w : writes) {
      for (const Access& r : reads) {
        if (r.address == w.address || read->address != write->address) continue;
        read = &r;
        write = &w;
      }
    }
    result_.shape.ports =
        read->address == write->address ? Ports::kReadWrite : Ports::kReadAndWrite;
    result_.read_data = read->data->name;
    result_.read_clock = related_clock(*read->data);
    if (write->group) result_.write_clock = pin_name(write->group->value("clocked_on"));
    if (result_.write_clock.empty()) result_.write_clock = related_clock(*write->data);
  }

  /// The clock that a signal has timing arcs with, or the cell's only one.
  std::string related_clock(const MemorySignal& of) const {
    for (const LibertyGroup* arc : of.groups("timing")) {
      const MemorySignal* related = result_.find(arc->value("related_pin"));
      if (related && related->clock) return related->name;
    }
    std::vector<std::string> clocks;
    for (const MemorySignal& signal : result_.signals) {
      if (signal.clock) clocks.push_back(signal.name);
    }
    return clocks.size() == 1 ? clocks.front() : "";
  }

  bool carries_words(const MemorySignal& signal) const {
    if (!signal.groups("memory_read").empty() || !signal.groups("memory_write").empty())
      return true;
    for (const char* kind : {"memory_read", "memory_write"}) {
      for (const Access& access : accesses(kind)) {
        if (access.address->name == signal.name) return true;
      }
    }
    return false;
  }

  /// Liberty has no mark for write masks, so names have to do.
  int granule() const {
    const MemorySignal* mask = nullptr;
    for (const char* part : {"mask", "we", "bw"}) {
      for (const MemorySignal& signal : result_.signals) {
        const bool named = lower_case(signal.name).find(part) != std::string::npos;
        if (mask || !signal.bus || !signal.input || !named || carries_words(signal)) continue;
        mask = &signal;
      }
    }
    const int bits = result_.shape.bits;
    if (!mask || mask->width == 0) return bits;
    if (bits % mask->width != 0) {
      fail(path_, *mask->group,
           fmt::format("bus {} of cell {} has {} bits, which do not divide words of {} bits",
                       mask->name, cell().argument(), mask->width, bits));
    }
    return bits / mask->width;
  }

  const LibertyGroup& library_;
  const std::string& path_;
  const LibertyGroup* memory_;
  MemoryCell result_;
  int address_width_ = 0;
};

}  // namespace

std::vector<const LibertyGroup*> MemorySignal::groups(std::string_view kind) const {
  std::vector<const LibertyGroup*> found;
  for (const LibertyGroup& inner : group->groups) {
    if (inner.name == kind) found.push_back(&inner);
    if (inner.name != "pin") continue;
    for (const LibertyGroup& deeper : inner.groups) {
      if (deeper.name == kind) found.push_back(&deeper);
    }
  }
  return found;
}

const MemorySignal* MemoryCell::find(std::string_view signal) const {
  for (const MemorySignal& candidate : signals) {
    if (candidate.name == signal) return &candidate;
  }
  return nullptr;
}

std::optional<MemoryCell> read_memory_cell(const LibertyGroup& library, const LibertyGroup& cell,
                                           const std::string& path) {
  return CellReader(library, cell, path).read();
}

}  // namespace sluice::synth
