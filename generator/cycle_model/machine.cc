// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace sluice::cycles {
namespace {

// Cycles between reset and the one after the start: the writes of COMMAND_ADDRESS (two) and
// CONTROL. The fetches of weights and addends look at the next lane in each of them.
constexpr int kCyclesBeforeStart = 3;
constexpr int kWrittenTableWords = 16;  // of a TABLE command, written to each memory

// Nothing but waiting for so many cycles, beside the memory's own times, is a deadlock.
constexpr std::uint64_t kPatience = 1 << 20;

/// Reads of at most `burst` words that bring `words`.
std::uint64_t bursts_of(std::uint64_t words, int burst) {
  return (words + static_cast<std::uint64_t>(burst) - 1) / static_cast<std::uint64_t>(burst);
}

}  // namespace

Machine::Machine(const Plan& plan, const compiler::Program& program, const MemoryTiming& memory,
                 const GateSource& gates, Stepping stepping)
    : design_(plan),
      image_(program.image),
      program_(program),
      timing_(memory),
      gates_(gates),
      every_cycle_(stepping == Stepping::kEveryCycle),
      memory_(memory),
      arbiter_(design_.outstanding),
      command_(design_, image_, program.command_address),
      load_(design_.burst),
      weights_(design_, kCyclesBeforeStart % design_.lanes),
      all_lanes_(~std::uint64_t{0} >> (64 - design_.lanes)),
      addend_lane_(kCyclesBeforeStart % design_.lanes) {
  lanes_.reserve(design_.lanes);
  for (int l = 0; l < design_.lanes; ++l) {
    lanes_.emplace_back(design_, image_, program_, l, gates_, counters_);
  }
}

Prediction Machine::run() {
  const std::uint64_t patience = kPatience + timing_.read_latency + timing_.read_interval +
                                 timing_.write_latency + timing_.write_interval;
  std::uint64_t next_check = patience;
  while (!command_.done()) {
    step();
    ++now_;
    if (!every_cycle_ && !command_.done()) pass_over(std::min(quiet_until(), next_check));
    if (now_ < next_check) continue;
    next_check += patience;
    check_progress();
  }
  for (Lane& lane : lanes_) lane.catch_up(now_);
  count_layer();
  Prediction result;
  result.cycles = now_;
  result.counters = {now_,
                     counters_.issued,
                     counters_.listed,
                     counters_.skipped,
                     counters_.stall_weights,
                     counters_.stall_post,
                     counters_.stall_gate,
                     counters_.stall_short,
                     read_words_,
                     write_words_};
  result.layer_cycles = layer_cycles_;
  result.layer_events = layer_events_;
  result.layer_weight_words = layer_weight_words_;
  report_accesses(result);
  return result;
}

// One cycle: first everything that follows from registers alone, then the units move on.
inline void Machine::step() {
  const bool data = memory_.data(now_);
  const bool acknowledged = memory_.acknowledges(now_);
  const bool write_ready = memory_.write_ready(now_);
  const bool load_data = arbiter_.data().reader == Reader::kLoad;
  const bool command_data = arbiter_.data().reader == Reader::kCommand;

  const bool storing_local = store_.busy() && layer_.local;
  const bool written = store_.busy() && !layer_.local && write_ready;
  const bool fill_ready = !load_data && !storing_local;
  const bool buffer_write = load_data || storing_local || load_.fills();
  const UnitStatus unit_status = status();
  const Request wanted = weight_request(weights_.lane());
  const Request wanted_addends = addend_request();
  const Request granted = grant(wanted, wanted_addends);
  const bool weights_granted = granted.reader == Reader::kWeights;

  const int taken_lane = store_.step(words_, layer_.local ? !load_data : write_ready);
  if (weights_granted && granted.header && weights_.at_record()) {
    lanes_[granted.lane].expect_record(weights_.address());
  }
  if (weights_granted && !granted.header) {
    lanes_[granted.lane].catch_up(now_);
    weight_words_ = std::max(weight_words_, words_held(granted.lane) + granted.words);
  }
  weights_.step(wanted, weights_granted);
  step_addends(wanted_addends, granted.reader == Reader::kAddends);
  step_lanes(taken_lane, granted);
  if (load_.step(granted.reader == Reader::kLoad, load_data, fill_ready)) ++buffer_words_;
  if (command_.step(unit_status, granted.reader == Reader::kCommand, command_data)) start_command();

  // Memory
  if (data) {
    memory_.take_data(now_);
    ++read_words_;
  }
  if (arbiter_.request().reader != Reader::kNone) memory_.request(now_, arbiter_.request().words);
  if (acknowledged) memory_.take_acknowledgement();
  if (written) {
    memory_.write(now_);
    ++write_words_;
  }
  busy_cycles_ += busy_lanes_;
  active_cycles_ += busy_lanes_ != 0;
  unacknowledged_ += (written ? 1 : 0) - (acknowledged ? 1 : 0);
  arbiter_.step(granted, data);
  buffer_write_ = buffer_write;
}

inline UnitStatus Machine::status() const {
  UnitStatus status;
  if (!command_.listens()) return status;
  status.loads_busy = load_.busy();
  status.writes_busy = store_.busy() || unacknowledged_ != 0;
  status.runs_busy = busy_lanes_ != 0 || store_.busy() || buffer_write_;
  status.runs_full = full_ != 0;
  status.layer_busy = now_ < layer_ready_;
  status.load_ready = load_.ready();
  status.fetch_ready = weights_.ready();
  return status;
}

inline Request Machine::grant(const Request& weights, const Request& addends) const {
  const bool stream = weights.reader != Reader::kNone, adds = addends.reader != Reader::kNone;
  if (!command_.requests() && !load_.requests() && !stream && !adds) return {};
  switch (arbiter_.choose(command_.requests(), load_.requests(), stream, adds)) {
    case Reader::kCommand:
      return {Reader::kCommand, false, 0, command_.request_words()};
    case Reader::kLoad:
      return {Reader::kLoad, false, 0, load_.request_words()};
    case Reader::kWeights:
      return weights;
    case Reader::kAddends:
      return addends;
    case Reader::kNone:
      break;
  }
  return {};
}

// The lane in turn asks until it is served
inline Request Machine::addend_request() const {
  if ((asking_ >> addend_lane_ & 1) == 0) return {};
  return {Reader::kAddends, false, addend_lane_, lanes_[addend_lane_].request_words()};
}

inline void Machine::step_addends(const Request& wanted, bool granted) {
  if (granted) ++counters_.accesses.writes_of(MemoryKind::kReadAddress);
  if (wanted.reader != Reader::kNone && !granted) return;
  addend_lane_ = addend_lane_ + 1 == design_.lanes ? 0 : addend_lane_ + 1;
}

inline void Machine::step_lanes(int taken_lane, const Request& granted) {
  const Request& data = arbiter_.data();
  const int data_lane = data.reader == Reader::kWeights ? data.lane : -1;
  const int addend_lane = data.reader == Reader::kAddends ? data.lane : -1;
  const int granted_lane = granted.reader == Reader::kAddends ? granted.lane : -1;
  std::uint64_t lanes = all_lanes_;
  if (!every_cycle_) {
    lanes = alarms_.take(now_);
    for (const int l : {data_lane, addend_lane, granted_lane, taken_lane}) {
      if (l >= 0) lanes |= std::uint64_t{1} << l;
    }
  }
  for (; lanes != 0; lanes &= lanes - 1) {
    const int l = std::countr_zero(lanes);
    const bool stream = l == data_lane;
    step_lane(l, {stream && data.header, stream && !data.header, l == taken_lane, l == granted_lane,
                  l == addend_lane});
  }
}

inline void Machine::step_lane(int l, const LaneInputs& in) {
  Lane& lane = lanes_[l];
  const int runs = lane.unfinished_runs();
  if (lane.step(layer_, now_, in)) weights_.retire_header(l);
  if (!every_cycle_) alarms_.set(l, now_, lane.next_event(layer_, now_));
  const std::uint64_t bit = std::uint64_t{1} << l;
  if (runs != lane.unfinished_runs()) {
    full_ &= ~bit;
    if (lane.unfinished_runs() == 0) --busy_lanes_;
  }
  words_ = lane.has_words() ? words_ | bit : words_ & ~bit;
  asking_ = lane.asks() ? asking_ | bit : asking_ & ~bit;
}

// The first cycle from now on in which anything may change
std::uint64_t Machine::quiet_until() {
  if (!arbiter_.quiet() || buffer_write_ || !load_.quiet()) return now_;
  std::uint64_t next = std::min(alarms_.next(now_), memory_.next_event(now_));
  if (store_.busy()) {
    if (layer_.local || memory_.write_ready(now_)) return now_;
    next = std::min(next, memory_.write_free());
  } else if (words_ != 0) {
    return now_;
  }
  if (now_ < layer_ready_) next = std::min(next, layer_ready_);
  const std::uint64_t command = command_.quiet_cycles(status());
  if (command < next - now_) next = now_ + command;
  next = std::min(next, next_addend_request());
  return next <= now_ ? now_ : std::min(next, next_weight_request());
}

// What `l` asks for in its turn. A lane that is behind may have given back more than it shows; if
// that matters, it is brought to this cycle and told what is waited for.
inline Request Machine::weight_request(int l) {
  if (weights_.finished()) return {};
  Lane& lane = lanes_[l];
  const Request request = weights_.request(l, lane.released());
  if (every_cycle_ || request.reader != Reader::kNone) return request;
  const std::uint64_t awaited = weights_.awaited_release(l);
  if (awaited == 0 || awaited == lane.awaited_release()) return request;
  lane.catch_up(now_);
  alarms_.set(l, now_, lane.await_release(awaited, now_));
  return weights_.request(l, lane.released());
}

// The cycle in which the weight fetch comes to a lane that has something to ask for
std::uint64_t Machine::next_weight_request() {
  if (weights_.finished()) return kNever;
  if (weights_.starting()) return now_;
  std::uint64_t request = kNever;
  for (int turn = 0; turn < design_.lanes && request == kNever; ++turn) {
    const int l = (weights_.lane() + turn) % design_.lanes;
    if (weight_request(l).reader != Reader::kNone) request = now_ + turn;
  }
  // Asking may have set alarms
  return std::min(request, alarms_.next(now_));
}

// The cycle in which it is the turn of a lane that asks for addends
std::uint64_t Machine::next_addend_request() const {
  if (asking_ == 0) return kNever;
  const std::uint64_t before = (std::uint64_t{1} << addend_lane_) - 1;
  if ((asking_ & ~before) != 0) return now_ + std::countr_zero(asking_ & ~before) - addend_lane_;
  return now_ + design_.lanes - addend_lane_ + std::countr_zero(asking_);
}

void Machine::pass_over(std::uint64_t end) {
  if (end <= now_) return;
  const std::uint64_t cycles = end - now_;
  busy_cycles_ += cycles * busy_lanes_;
  active_cycles_ += busy_lanes_ != 0 ? cycles : 0;
  weights_.advance(cycles);
  addend_lane_ = static_cast<int>((addend_lane_ + cycles) % design_.lanes);
  command_.advance(cycles);
  now_ = end;
}

void Machine::start_command() {
  switch (command_.opcode()) {
    case Opcode::kLoad:
    case Opcode::kFill:
      return load(decode_load(image_, command_.command()));
    case Opcode::kLayer:
      return start_layer();
    case Opcode::kFetch:
      return fetch(decode_fetch(design_, image_, command_.command()));
    case Opcode::kRun:
      return start_run();
    case Opcode::kTable:
      accesses_of(layers_).writes_of(MemoryKind::kTable) +=
          std::uint64_t{kWrittenTableWords} * design_.lanes * design_.post;
      return;
    case Opcode::kAddition:
      addition_ = decode_addition(image_, command_.command());
      return;
    case Opcode::kEnd:
      return;
  }
}

Accesses& Machine::accesses_of(int layer) {
  const auto index = static_cast<std::size_t>(std::max(layer, 0));
  if (brought_.size() <= index) brought_.resize(index + 1);
  return brought_[index];
}

void Machine::load(const LoadCommand& command) {
  Accesses& accesses = accesses_of(layers_ - 1);
  // All lanes take it
  accesses.writes_of(MemoryKind::kActivation) +=
      std::uint64_t{command.count} * design_.word_atoms * design_.lanes;
  if (!command.fill) {
    accesses.writes_of(MemoryKind::kReadAddress) += bursts_of(command.count, design_.burst);
  }
  load_.push(command);
}

void Machine::fetch(const FetchCommand& command) {
  // The first of a layer comes right before its LAYER command, or what is set up before that
  const std::uint32_t next = image_.word(command_.command() + design_.command_bytes) & 15;
  const bool ahead = next == static_cast<std::uint32_t>(Opcode::kLayer) ||
                     next == static_cast<std::uint32_t>(Opcode::kTable) ||
                     next == static_cast<std::uint32_t>(Opcode::kAddition);
  const std::uint64_t records = (std::uint64_t{command.records} * design_.lanes +
                                 std::min<std::uint64_t>(command.extra_lanes, design_.lanes)) *
                                command.repeats;
  Accesses& accesses = accesses_of(ahead ? layers_ : layers_ - 1);
  accesses.writes_of(MemoryKind::kWeight) += records * command.words;
  accesses.writes_of(MemoryKind::kHeader) += records * design_.sequencer_words;
  accesses.writes_of(MemoryKind::kParameter) +=
      records * design_.parameter_words * design_.parameter_writes;
  accesses.writes_of(MemoryKind::kReadAddress) +=
      records *
      (bursts_of(design_.header_words, design_.burst) + bursts_of(command.words, design_.burst));
  weights_.start(command);
}

void Machine::start_layer() {
  count_layer();
  layer_ = decode_layer(design_, image_, command_.command(), layers_++);
  layer_.vector = layer_.add && addition_.vector;
  layer_.same_units = layer_.vector && addition_.same_units;
  layer_.group_reads = group_reads(image_, command_.command(), layer_);
  if (layer_.gated) check_tables();
  runs_of_layer_ = 0;
  layer_ready_ = now_ + design_.slots + 1;
  layer_cycles_.push_back(now_ + 1);
}

// The gates of a layer are asked for by its blocks
void Machine::check_tables() const {
  const std::size_t layer = layer_.number;
  const std::uint64_t blocks = layer_.all_records(design_.lanes) * layer_.record_blocks;
  if (layer < program_.layers.size() && blocks <= program_.layers[layer].blocks.size()) return;
  throw PredictionError("a LAYER command with blocks that the program's tables do not know");
}

void Machine::start_run() {
  RunCommand run = decode_run(design_, image_, command_.command());
  if (layer_.gated) {
    const auto& layers = program_.layers;
    const std::size_t layer = layer_.number, index = runs_of_layer_;
    if (index >= layers[layer].runs.size()) {
      throw PredictionError("a RUN command that the program's tables do not know");
    }
    run.first_row = layers[layer].runs[index].first_row;
    run.first_column = layers[layer].runs[index].first_column;
  }
  ++runs_of_layer_;
  for (int l = 0; l < design_.lanes; ++l) {
    if (!every_cycle_) {
      lanes_[l].catch_up(now_ + 1);
      alarms_.set(l, now_, now_ + 1);
    }
    lanes_[l].push_run(run);
    if (lanes_[l].unfinished_runs() == 2) full_ |= std::uint64_t{1} << l;
  }
  busy_lanes_ = design_.lanes;
}

void Machine::check_progress() {
  const std::uint64_t activity = counters_.issued + read_words_ + write_words_ + buffer_words_;
  if (activity == last_activity_) {
    throw PredictionError(
        fmt::format("nothing moves any more at cycle {}, in layer {}", now_, layer_.number));
  }
  last_activity_ = activity;
}

}  // namespace sluice::cycles
