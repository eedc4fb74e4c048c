// SPDX-License-Identifier: Apache-2.0
// The configuration of one design: what a user writes in YAML, typed. Built once by the reader,
// checked once, then const.
#pragma once

#include <string>
#include <vector>

#include "generator/config/port.h"

namespace sluice {

/// All sizes are bytes unless the name says otherwise. Ranges are those of the schema
/// (config/schema.cc), which is also the source of the reference page.
struct Config {
  std::string name;  ///< prefix of every module; a SystemVerilog identifier
  int lanes = 0;     ///< 1 to 64
  int columns = 0;   ///< output channels of one lane, 1 to 64
  int rows =
      0;  ///< bytes of reduction a lane takes each cycle, 4 to 1024, multiple of atom and dot
  int segments = 1;   ///< parts that a lane's rows fold into, a power of two; 1: they do not
  int dot = 0;        ///< bytes one PE multiplies and sums, divides rows
  int atom = 4;       ///< smallest addressable piece of the activation buffer: 4, 8 or 16
  int pe_stages = 1;  ///< registers from a PE's operands to its sum: 1 to 3
  std::vector<int> precisions;    ///< subset of {8, 4, 2} that holds 8, descending
  bool dsp = false;               ///< products with the operator, for DSP blocks
  bool counters = true;           ///< registers that count events
  bool gating = true;             ///< channel gating hardware present
  bool precision_gating = false;  ///< gates split bits, too: shifted sums, outputs in planes
  bool additions = true;          ///< post-processing adds a second map
  bool activation_table = true;   ///< post-processing looks outputs up in a table
  bool circulant = false;         ///< the weight buffer rotates columns of circulant weights
  int hadamard = 0;  ///< channels of the longest Hadamard transform in post-processing; 0: none
  int post =
      1;  ///< channels one lane post-processes a cycle, a power of two, divides a lane's columns
  struct {
    int bits = 28;  ///< width of one accumulator, 16 to 40
    int positions =
        256;  ///< positions in each of a lane's two accumulator banks, power of two, 8 to 4096
    int max_reduction = 4608;  ///< deepest reduction (bytes per output) the accumulators must hold
  } accumulator;
  struct {
    int activation = 0;  ///< bytes of each lane's activation buffer, power of two
    int weight = 0;      ///< bytes of each lane's weight buffer, power of two
  } buffers;
  struct {
    int bytes = 16;         ///< width of the memory port, power of two, 8 to 256, >= atom
    int address_bits = 32;  ///< 16 to 40
    int burst = 16;         ///< longest read burst in beats, power of two, 1 to 64
    int outstanding = 8;    ///< read bursts in flight, power of two, 2 to 64
  } memory;
  struct {
    std::string kind = "none";          ///< none: only the core; axi4: the core with AXI4 around it
    int data_bits = 64;                 ///< 32 to 512, power of two, at most a memory word
    int address_bits = 32;              ///< 32 to 64, at least memory.address_bits
    int id_bits = 4;                    ///< 0 to 8
    int burst_beats = 16;               ///< longest burst, 1 to 256, at least a memory word
    std::string ordering = "in_order";  ///< in_order: one ID; by_id: an ID for each read in flight
    int reads = 16;                     ///< read bursts in flight, power of two, 1 to 64
    int writes = 64;                    ///< write bursts in flight, power of two, 1 to 256

    bool axi() const { return kind == "axi4"; }
    /// The outermost ports of the design.
    Port port() const { return axi() ? Port::kAxi : Port::kNative; }
    bool by_id() const { return ordering == "by_id"; }
  } bus;
};

}  // namespace sluice
