// SPDX-License-Identifier: Apache-2.0
// A design mapped to a cell library by Yosys and abc: the base of area, timing, power and
// gate-level checks.
//
// Every memory of a design is an instance of its module <name>_ram, which is kept as a black box:
// no memory becomes flip-flops, and memories are reported apart, by shape. The netlist can be
// simulated together with the design's own <name>_ram.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "generator/emit/bundle.h"
#include "generator/util/defaults.h"
#include "synth/liberty/liberty.h"

namespace sluice::synth {

/// What Yosys reads.
struct Rtl {
  std::vector<OutputFile> files;  ///< SystemVerilog, in reading order
  std::string top;                ///< module to map
  std::string ram;                ///< module kept as a black box; empty for none
  std::map<std::string, std::int64_t> parameters = {};  ///< of the top, in place of its defaults
};

/// A design's files; `top` is a module without the design's prefix, such as "core" or "array". Not
/// given: the top module, which the file list ends with; of a design with AXI that is around the
/// core.
Rtl rtl_of(const Bundle& bundle, const std::string& top = "");

enum class Recipe {
  kPlain,   ///< synth; dfflibmap; abc
  kAdders,  ///< before that, additions become full and half adder cells of the library
};

struct MapOptions {
  bool flat = false;  ///< one module; otherwise each distinct module is mapped once
  Recipe recipe = Recipe::kPlain;
  double clock_ps = 0;  ///< delay target for abc, which then buffers and sizes; 0: none
  double load_ff = 0;   ///< fF at each output, with a clock; 0: four inverter inputs
  double timeout_seconds = defaults::kMapSeconds;  ///< of the whole run; 0: no limit
};

/// Shape of a memory.
struct RamShape {
  std::int64_t depth = 0, width = 0, granule = 0;  ///< words, bits, bits of one write enable
  auto operator<=>(const RamShape&) const = default;
};

/// One distinct module after mapping: a module with one set of parameters.
struct MappedModule {
  std::string name;        ///< in the netlist, such as "$paramod$<hash>\edge_fifo"
  std::string source;      ///< in the RTL: "edge_fifo"
  std::int64_t count = 0;  ///< instances in the whole design
  double area = 0;         ///< of its own library cells, in library units; without inner modules
  std::int64_t flip_flops = 0;                    ///< of its own
  std::map<std::string, std::int64_t> cells;      ///< library cells by type
  std::map<std::string, std::int64_t> instances;  ///< inner modules by name in the netlist
  std::map<RamShape, std::int64_t> rams;
};

/// What mapping makes of a design, module by module.
struct MappedDesign {
  std::string top;                    ///< name in the netlist
  std::vector<MappedModule> modules;  ///< those below and with `top`, sorted by name
  std::vector<std::string> warnings;  ///< of Yosys, those that are no errors
  std::string yosys_version;          ///< "Yosys 0.23 (git sha1 7ce5011c24b)"
  std::string abc_version;
  double seconds = 0;  ///< wall clock of Yosys
  std::int64_t peak_kb = 0;

  /// Sums over all instances in the design.
  double area() const;
  std::int64_t flip_flops() const;
  std::int64_t cells(const std::string& type) const;
  std::map<RamShape, std::int64_t> rams() const;
};

struct MapResult : MappedDesign {
  std::string netlist;  ///< Verilog, without attributes
  std::string stat;     ///< what Yosys' `stat` printed
  std::string script;   ///< the commands that were run
};

/// Maps a whole design at once, for its netlist. Throws UserError, with Yosys' text, if a tool is
/// missing, Yosys fails or does not end in time, or the result has latches, undriven nets, nets
/// with several drivers, combinational loops or cells that the library does not have.
MapResult map_design(const Rtl& rtl, const Liberty& liberty, const MapOptions& options = {});

}  // namespace sluice::synth
