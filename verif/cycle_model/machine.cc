#include "cycle_model/machine.h"

#include <fmt/format.h>

namespace sluice::cycles {
namespace {

// Cycles between reset and the one after the start: the writes of COMMAND_ADDRESS (two) and
// CONTROL. The weight fetch looks at the next lane in each of them.
constexpr int kCyclesBeforeStart = 3;

// Nothing but waiting for so many cycles, beside the memory's own times, is a deadlock.
constexpr std::uint64_t kPatience = 1 << 20;

}  // namespace

Machine::Machine(const Plan& plan, const compiler::Program& program, const MemoryTiming& memory,
                 const GateSource& gates)
    : design_(plan),
      image_(program.image),
      program_(program),
      timing_(memory),
      gates_(gates),
      memory_(memory),
      arbiter_(design_.outstanding),
      command_(design_, image_, program.command_address),
      load_(design_.burst),
      weights_(design_, kCyclesBeforeStart % design_.lanes) {
  lanes_.reserve(design_.lanes);
  for (int l = 0; l < design_.lanes; ++l) {
    lanes_.emplace_back(design_, image_, l, gates_, counters_);
  }
}

Prediction Machine::run() {
  const std::uint64_t patience = kPatience + timing_.read_latency + timing_.read_interval +
                                 timing_.write_latency + timing_.write_interval;
  std::uint64_t next_check = patience;
  for (; !command_.done(); ++now_) {
    step();
    if (now_ < next_check) continue;
    next_check += patience;
    check_progress();
  }
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
  return result;
}

// One cycle: first everything that follows from registers alone, then the units move on.
void Machine::step() {
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
  const Request weight_request = weights_.request(lanes_[weights_.lane()].released());
  const Request granted = grant(weight_request);
  const bool weights_granted = granted.reader == Reader::kWeights;

  const int taken_lane = store_.step(words_, layer_.local ? !load_data : write_ready);
  if (weights_granted && granted.header && weights_.at_record()) {
    lanes_[granted.lane].expect_record(weights_.address());
  }
  weights_.step(weight_request, weights_granted);
  step_lanes(taken_lane);
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
  unacknowledged_ += (written ? 1 : 0) - (acknowledged ? 1 : 0);
  arbiter_.step(granted, data);
  buffer_write_ = buffer_write;
}

UnitStatus Machine::status() const {
  UnitStatus status;
  status.loads_busy = load_.busy();
  status.writes_busy = store_.busy() || unacknowledged_ != 0;
  status.runs_busy = lanes_busy_ || store_.busy() || buffer_write_;
  status.runs_full = lanes_full_;
  status.layer_busy = now_ < layer_ready_;
  status.load_ready = load_.ready();
  status.fetch_ready = weights_.ready();
  return status;
}

Request Machine::grant(const Request& weights) const {
  switch (arbiter_.choose(command_.requests(), load_.requests(), weights.reader != Reader::kNone)) {
    case Reader::kCommand:
      return {Reader::kCommand, false, 0, command_.request_words()};
    case Reader::kLoad:
      return {Reader::kLoad, false, 0, load_.request_words()};
    case Reader::kWeights:
      return weights;
    case Reader::kNone:
      break;
  }
  return {};
}

void Machine::step_lanes(int taken_lane) {
  const Request& data = arbiter_.data();
  const int data_lane = data.reader == Reader::kWeights ? data.lane : -1;
  lanes_busy_ = lanes_full_ = false;
  words_ = 0;
  for (int l = 0; l < design_.lanes; ++l) {
    const bool stream = l == data_lane;
    const LaneInputs in{stream && data.header, stream && !data.header, l == taken_lane};
    Lane& lane = lanes_[l];
    if (lane.step(layer_, now_, in)) weights_.retire_header(l);
    lanes_busy_ |= lane.unfinished_runs() != 0;
    lanes_full_ |= lane.unfinished_runs() == 2;
    words_ |= std::uint64_t{lane.has_words()} << l;
  }
}

void Machine::start_command() {
  switch (command_.opcode()) {
    case Opcode::kLoad:
    case Opcode::kFill:
      return load_.push(decode_load(image_, command_.command()));
    case Opcode::kLayer:
      return start_layer();
    case Opcode::kFetch:
      return weights_.start(decode_fetch(design_, image_, command_.command()));
    case Opcode::kRun:
      return start_run();
    case Opcode::kEnd:
      return;
  }
}

void Machine::start_layer() {
  layer_ = decode_layer(design_, image_, command_.command());
  layer_.number = layers_++;
  if (layer_.gated && layer_.conditional_groups == 0) {
    throw PredictionError(
        fmt::format("layer {} is gated, but no group is conditional", layer_.number));
  }
  runs_of_layer_ = 0;
  layer_ready_ = now_ + design_.slots + 1;
  layer_cycles_.push_back(now_ + 1);
}

void Machine::start_run() {
  RunCommand run = decode_run(design_, image_, command_.command());
  if (layer_.gated) {
    const auto& layers = program_.layers;
    const std::size_t layer = layer_.number, index = runs_of_layer_;
    if (layer >= layers.size() || index >= layers[layer].runs.size()) {
      throw PredictionError("a RUN command that the program's tables do not know");
    }
    run.first_row = layers[layer].runs[index].first_row;
  }
  ++runs_of_layer_;
  for (Lane& lane : lanes_) lane.push_run(run);
  lanes_busy_ = true;
  for (const Lane& lane : lanes_) lanes_full_ |= lane.unfinished_runs() == 2;
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
