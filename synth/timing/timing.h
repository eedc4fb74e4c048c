// SPDX-License-Identifier: Apache-2.0
// How fast a design can be clocked, by static timing analysis of the mapped netlist: cells and
// their loads, but no wires, and an ideal clock and asynchronous reset.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synth/liberty/liberty.h"
#include "synth/memories/table.h"
#include "synth/timing/memory_access.h"
#include "synth/timing/ram_liberty.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

struct TimingOptions {
  double period_ps = 5000;              ///< what mapping aims for and slack refers to
  int paths = 5;                        ///< worst paths to tell apart; 0: none
  RamTiming ram;                        ///< assumed of memories that `memories` does not tell
  std::optional<MemoryTable> memories;  ///< not given: all are assumed
  AccessTimes access_times = AccessTimes::kOwnNode;
  std::string sdc;               ///< constraints with a line "set period ..", or empty
  double timeout_seconds = 900;  ///< of each tool's run
};

/// The slowest path to one of a group of end points.
struct TimingPath {
  std::string start, end;  ///< in the RTL's names: "u_load/u_queue/count_q[2]"
  std::string block;       ///< module that holds the end, without the design's prefix
  double period_ps = 0;    ///< least clock period: from clock edge to end, with its setup time
  int levels = 0;          ///< cells between start and end
};

struct TimingResult {
  MapResult map;
  double period_ps = 0;      ///< as asked for
  double min_period_ps = 0;  ///< of paths between registers and memories
  std::int64_t end_points = 0;
  std::vector<TimingPath> worst;   ///< registers told apart by name without indices
  std::vector<TimingPath> blocks;  ///< one for each module with end points, slowest first
  bool has_ports = false;
  double port_slack_ps =
      0;  ///< worst of all paths from inputs or to outputs, under the constraints
  std::vector<MemoryAccess> memories;  ///< by shape; empty without a table
  std::string sta_version;

  double fmax_mhz() const { return 1e6 / min_period_ps; }
};

/// Maps `rtl` hierarchically for the period and times it; its clock is the port clk_i. Throws
/// UserError as map_design does, and if OpenSTA is missing or fails, or no register is there.
TimingResult time_design(const Rtl& rtl, const Liberty& liberty, const TimingOptions& options);

/// The constraints `sdc` with another period, in the library's unit of time; without any, a clock
/// and nothing else. Throws UserError if there is no line "set period ..".
std::string clock_constraints(const std::string& sdc, double period);

/// The constraints of a design's bundle (flow/<name>.sdc).
std::string sdc_of(const Bundle& bundle);

}  // namespace sluice::synth
