// SPDX-License-Identifier: Apache-2.0
// Counts how often signals change, from waveforms.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <string>
#include <unordered_map>
#include <vector>

#include "synth/tools/workspace.h"

namespace sluice::synth {

/// Reads a VCD. Signals that share a code, because they are always equal, are one.
class VcdReader {
 public:
  /// `top` is the scope whose contents are wanted.
  VcdReader(std::istream& vcd, const std::string& top) : vcd_(vcd), top_(top) {}
  virtual ~VcdReader() = default;

  void read();

 protected:
  /// A name below the top of signal `number`; numbers start at 0. `lowest` is the index of its last
  /// bit, from a range such as [31:8].
  virtual void name(const std::string& name, int number, std::size_t bits, std::int64_t lowest) = 0;
  /// Changes of this time follow.
  virtual void time(std::uint64_t time) = 0;
  /// A new value with all bits, of '0', '1', 'x' and 'z'.
  virtual void change(int number, std::string value) = 0;

 private:
  void skip();
  std::string inside(const std::string& signal) const;
  void read_definition(const std::string& word);
  void read_variable();
  void read_change(const std::string& word);

  std::istream& vcd_;
  std::string top_;
  std::vector<std::string> scopes_;
  std::unordered_map<std::string, int> codes_;
  std::vector<std::size_t> bits_;
};

/// Splits "count_q[3]" into signal and index; false if there is no index.
bool split_bit(const std::string& bit, std::string& signal, std::int64_t& index);

/// One signal over all sampled cycles. Bit 0 is the last of the VCD's value.
struct SignalActivity {
  std::int64_t lowest = 0;             ///< index of bit 0, from a range such as [31:8]
  std::vector<std::uint32_t> changes;  ///< of each bit, between 0 and 1
  std::uint64_t high = 0;              ///< sum over cycles of the bits that are 1 before the edge
  std::uint64_t active = 0;            ///< cycles with any bit at 1 before the edge
};

/// Activity of a run. Waveforms have two times a cycle: 2c before the rising edge of cycle c, with
/// inputs settled, and 2c + 1 after it.
class Activity {
 public:
  /// Reads a VCD. With `window` cycles of a sampled run written together (0: one window), what
  /// changes between windows does not count. `top` is the scope whose contents are wanted.
  Activity(std::istream& vcd, const std::string& top, std::uint64_t window);

  std::uint64_t cycles() const { return cycles_; }

  /// A signal such as "u_load.u_queue.count_q"; null if the waveform has none of that name.
  const SignalActivity* find(const std::string& name) const;

  /// Changes per cycle of one bit such as "u_load.u_queue.count_q[3]"; negative if unknown.
  double rate(const std::string& bit) const;

 private:
  friend class ActivityReader;
  std::uint64_t cycles_ = 0;
  std::vector<SignalActivity> signals_;
  std::unordered_map<std::string, int> names_;
};

/// Rewrites an FST file, as Verilator writes it, as VCD with the reader that comes with Verilator.
/// Throws UserError if that cannot be compiled.
std::filesystem::path fst_to_vcd(const Workspace& workspace, const std::string& fst);

}  // namespace sluice::synth
