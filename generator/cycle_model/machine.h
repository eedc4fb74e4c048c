// SPDX-License-Identifier: Apache-2.0
// The core and its memory, one cycle at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/cycle_model/alarms.h"
#include "generator/cycle_model/command_unit.h"
#include "generator/cycle_model/cycle_model.h"
#include "generator/cycle_model/lane.h"
#include "generator/cycle_model/load_engine.h"
#include "generator/cycle_model/memory_port.h"
#include "generator/cycle_model/read_arbiter.h"
#include "generator/cycle_model/store.h"
#include "generator/cycle_model/weight_fetch.h"

namespace sluice::cycles {

class Machine {
 public:
  Machine(const Plan& plan, const compiler::Program& program, const MemoryTiming& memory,
          const GateSource& gates, Stepping stepping);

  /// Runs to the end of the program. Throws PredictionError.
  Prediction run();

 private:
  void step();
  void step_lane(int lane, const LaneInputs& in);
  std::uint64_t quiet_until();
  std::uint64_t next_weight_request();
  Request weight_request(int lane);
  std::uint64_t next_addend_request() const;
  Request addend_request() const;
  int words_held(int lane) const { return weights_.words_held(lane, lanes_[lane].released()); }
  void pass_over(std::uint64_t end);
  void count_layer();
  Events events() const;
  UnitStatus status() const;
  Request grant(const Request& weights, const Request& addends) const;
  void step_lanes(int taken_lane, const Request& granted);
  void step_addends(const Request& wanted, bool granted);
  void start_command();
  void start_layer();
  void start_run();
  void load(const LoadCommand& command);
  void fetch(const FetchCommand& command);
  Accesses& accesses_of(int layer);
  void report_accesses(Prediction& result) const;
  void check_tables() const;
  void check_progress();

  const TimingParameters design_;
  const Image image_;
  const compiler::Program& program_;
  const MemoryTiming timing_;
  const GateSource& gates_;
  const bool every_cycle_;

  MemoryPort memory_;
  ReadArbiter arbiter_;
  CommandUnit command_;
  LoadEngine load_;
  WeightFetch weights_;
  Store store_;
  std::vector<Lane> lanes_;
  LayerRegisters layer_;
  AdditionCommand addition_;  // the last one
  int layers_ = 0;            // LAYER commands so far
  int runs_of_layer_ = 0;
  std::uint64_t layer_ready_ = 0;     // first cycle in which the layer is set up
  std::uint64_t unacknowledged_ = 0;  // writes
  bool buffer_write_ = false;         // register before the activation buffers
  Alarms alarms_;

  int busy_lanes_ = 0;  // with a RUN
  // Lanes, a bit each
  const std::uint64_t all_lanes_;
  std::uint64_t full_ = 0;    // with two RUNs
  std::uint64_t words_ = 0;   // with an output word
  std::uint64_t asking_ = 0;  // for addends
  int addend_lane_;           // that the requests for addends are at

  std::uint64_t now_ = 0;
  LaneCounters counters_;
  std::uint64_t busy_cycles_ = 0, active_cycles_ = 0;
  int weight_words_ = 0;  // most in a lane's buffer in this layer
  std::uint64_t read_words_ = 0, write_words_ = 0, buffer_words_ = 0;
  std::uint64_t last_activity_ = 0;
  std::vector<std::uint64_t> layer_cycles_;
  std::vector<Events> layer_events_;  // up to each LAYER command
  std::vector<std::uint64_t> layer_weight_words_;
  std::vector<LaneCounters> layer_counters_;  // up to the end of each layer
  std::vector<Accesses> brought_;             // for each layer by LOAD, FILL and FETCH
};

}  // namespace sluice::cycles
