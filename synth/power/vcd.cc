// SPDX-License-Identifier: Apache-2.0
#include "synth/power/vcd.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "generator/util/process.h"
#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

const char* const kConverter = R"(#include "fstapi.h"
int main(int argc, char** argv) {
  void* in = argc == 3 ? fstReaderOpen(argv[1]) : 0;
  FILE* out = in ? fopen(argv[2], "wb") : 0;
  if (!out) return 1;
  if (!fstReaderProcessHier(in, out)) return 1;
  fstReaderSetFacProcessMaskAll(in);
  fstReaderIterBlocks(in, 0, 0, out);
  fstReaderClose(in);
  return fclose(out);
}
)";

/// A name without the backslash of escaped identifiers.
std::string plain(const std::string& name) {
  return name.starts_with("\\") ? name.substr(1) : name;
}

/// What is known of a signal while its changes are read.
struct State {
  std::string value;
  std::uint64_t since = 0;  ///< cycle from which the value counts
  std::uint64_t ones = 0;
};

/// Values may be written short: the rest is 0, or x or z as the first bit.
void spread(std::string& value, std::size_t width) {
  if (value.size() >= width) return;
  const char fill = value.empty() || value[0] == '1' ? '0' : value[0];
  value.insert(0, width - value.size(), fill);
}

bool is_change(char from, char to) {
  return (from == '0' && to == '1') || (from == '1' && to == '0');
}

/// Splits "count[3:0]"; the range is the last pair of brackets, if it has a colon.
std::int64_t lowest_index(std::string& name, std::string range) {
  const std::size_t open = name.rfind('[');
  if (range.empty() && open != std::string::npos && name.find(':', open) != std::string::npos) {
    range = name.substr(open);
    name.resize(open);
  }
  const std::size_t colon = range.rfind(':');
  return colon == std::string::npos ? 0 : std::atoll(range.c_str() + colon + 1);
}

}  // namespace

void VcdReader::read() {
  for (std::string word; vcd_ >> word && word != "$enddefinitions";) read_definition(word);
  for (std::string word; vcd_ >> word;) read_change(word);
}

void VcdReader::skip() {
  for (std::string word; vcd_ >> word && word != "$end";) {
  }
}

/// Name below the top; empty outside of it.
std::string VcdReader::inside(const std::string& signal) const {
  const auto top = std::find(scopes_.begin(), scopes_.end(), top_);
  if (top == scopes_.end()) return "";
  std::string name;
  for (auto scope = top + 1; scope != scopes_.end(); ++scope) name += *scope + ".";
  return name + plain(signal);
}

void VcdReader::read_definition(const std::string& word) {
  if (word == "$scope") {
    std::string kind, name;
    vcd_ >> kind >> name;
    scopes_.push_back(plain(name));
    skip();
  } else if (word == "$upscope") {
    if (!scopes_.empty()) scopes_.pop_back();
    skip();
  } else if (word == "$var") {
    read_variable();
  } else if (word.starts_with("$")) {
    skip();
  }
}

void VcdReader::read_variable() {
  std::string kind, width, code, signal, range;
  vcd_ >> kind >> width >> code >> signal;
  for (std::string word; vcd_ >> word && word != "$end";) range += word;
  const std::int64_t lowest = lowest_index(signal, range);
  signal = inside(signal);
  if (signal.empty()) return;
  const auto [entry, added] = codes_.insert({code, static_cast<int>(bits_.size())});
  if (added) bits_.push_back(std::strtoull(width.c_str(), nullptr, 10));
  name(signal, entry->second, bits_[entry->second], lowest);
}

void VcdReader::read_change(const std::string& word) {
  std::string code, value;
  if (word[0] == '#') {
    time(std::strtoull(word.c_str() + 1, nullptr, 10));
    return;
  }
  if (word[0] == 'b' || word[0] == 'B') {
    vcd_ >> code;
    value = word.substr(1);
  } else if (word[0] == '0' || word[0] == '1' || word[0] == 'x' || word[0] == 'z') {
    code = word.substr(1);
    value = word.substr(0, 1);
  }
  const auto found = codes_.find(code);
  if (found == codes_.end()) return;
  spread(value, bits_[found->second]);
  change(found->second, std::move(value));
}

/// Reads a VCD into an Activity.
class ActivityReader : public VcdReader {
 public:
  ActivityReader(std::istream& vcd, const std::string& top, std::uint64_t window,
                 Activity& activity)
      : VcdReader(vcd, top), window_(window), activity_(activity) {}

  void finish() {
    activity_.cycles_ = (time_ + 2) / 2;
    for (std::size_t k = 0; k < states_.size(); k++) {
      close_value(activity_.signals_[k], states_[k], activity_.cycles_);
    }
  }

 private:
  void name(const std::string& name, int number, std::size_t bits, std::int64_t lowest) override {
    if (number == static_cast<int>(states_.size())) {
      activity_.signals_.push_back({lowest, std::vector<std::uint32_t>(bits), 0});
      states_.push_back({std::string(bits, 'x'), 0, 0});
    }
    activity_.names_.insert({name, number});
  }

  void time(std::uint64_t time) override {
    time_ = time;
    counts_ = window_ == 0 ? time_ > 0 : time_ % (2 * window_) != 0;
  }

  static void close_value(SignalActivity& signal, State& state, std::uint64_t cycle) {
    const std::uint64_t cycles = cycle - std::min(cycle, state.since);
    signal.high += state.ones * cycles;
    if (state.ones > 0) signal.active += cycles;
    state.since = cycle;
  }

  void change(int number, std::string value) override {
    SignalActivity& signal = activity_.signals_[number];
    State& state = states_[number];
    const std::size_t size = signal.changes.size();
    // A value after the edge of a cycle counts from the next cycle on
    close_value(signal, state, (time_ + 1) / 2);
    state.ones = static_cast<std::uint64_t>(std::count(value.begin(), value.end(), '1'));
    for (std::size_t k = 0; counts_ && k < size; k++) {
      signal.changes[size - 1 - k] += is_change(state.value[k], value[k]);
    }
    state.value = std::move(value);
  }

  std::uint64_t window_;
  Activity& activity_;
  std::vector<State> states_;
  std::uint64_t time_ = 0;
  bool counts_ = false;
};

bool split_bit(const std::string& bit, std::string& signal, std::int64_t& index) {
  const std::size_t open = bit.rfind('[');
  if (open == std::string::npos || bit.back() != ']') return false;
  signal = bit.substr(0, open);
  index = std::atoll(bit.c_str() + open + 1);
  return true;
}

Activity::Activity(std::istream& vcd, const std::string& top, std::uint64_t window) {
  ActivityReader reader(vcd, top, window, *this);
  reader.read();
  reader.finish();
}

const SignalActivity* Activity::find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &signals_[found->second];
}

double Activity::rate(const std::string& bit) const {
  if (cycles_ == 0) return -1;
  if (const SignalActivity* whole = find(bit)) {
    return whole->changes.size() == 1 ? 1.0 * whole->changes[0] / cycles_ : -1;
  }
  std::string name;
  std::int64_t index = 0;
  if (!split_bit(bit, name, index)) return -1;
  const SignalActivity* signal = find(name);
  if (signal == nullptr) return -1;
  index -= signal->lowest;
  if (index < 0 || index >= static_cast<std::int64_t>(signal->changes.size())) return -1;
  return 1.0 * signal->changes[index] / cycles_;
}

std::filesystem::path fst_to_vcd(const Workspace& workspace, const std::string& fst) {
  require_tool("gcc", "gcc");
  const char* root = std::getenv("VERILATOR_ROOT");
  const std::string include =
      fmt::format("{}/include/gtkwave", root != nullptr ? root : "/usr/share/verilator");
  workspace.write("convert.c", kConverter);
  const ProcessResult build = run_process(
      {"gcc", "-O2", "-w", "-I" + include, "-DFST_CONFIG_INCLUDE=\"fst_config.h\"", "convert.c",
       include + "/fstapi.c", include + "/lz4.c", include + "/fastlz.c", "-lz", "-o", "convert"},
      workspace.folder(), 120);
  if (build.exit_code != 0) {
    throw UserError("cannot compile the reader of FST waveforms that comes with Verilator: " +
                    build.output.substr(0, 1000));
  }
  const ProcessResult run = run_process(
      {(workspace.folder() / "convert").string(), fst, "waves.vcd"}, workspace.folder(), 600);
  if (run.exit_code != 0) throw UserError("cannot read waveforms from " + fst);
  return workspace.folder() / "waves.vcd";
}

}  // namespace sluice::synth
