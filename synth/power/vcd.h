// Counts how often signals change, from waveforms.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/workspace.h"

namespace sluice::synth {

/// One signal over all sampled cycles. Bit 0 is the last of the VCD's value.
struct SignalActivity {
  std::int64_t lowest = 0;             ///< index of bit 0, from a range such as [31:8]
  std::vector<std::uint32_t> changes;  ///< of each bit, between 0 and 1
  std::uint64_t high = 0;              ///< sum over cycles of the bits that are 1 before the edge
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
  friend class VcdReader;
  std::uint64_t cycles_ = 0;
  std::vector<SignalActivity> signals_;
  std::unordered_map<std::string, int> names_;
};

/// Rewrites an FST file, as Verilator writes it, as VCD with the reader that comes with Verilator.
/// Throws SynthError if that cannot be compiled.
std::filesystem::path fst_to_vcd(const Workspace& workspace, const std::string& fst);

}  // namespace sluice::synth
