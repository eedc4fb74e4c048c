// SPDX-License-Identifier: Apache-2.0
#include "verif/run/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/compiler/compile.h"
#include "generator/registers/registers.h"
#include "verif/run/execute.h"

namespace sluice::run {
namespace {

constexpr std::uint64_t kMaxCycles = 3'000'000;

struct Setup {
  RandomCase random;
  compiler::Program program;
  std::vector<golden::LayerResult> golden;
};

const char* counter_name(int k) {
  static const char* names[] = {"CYCLES",        "STEPS_ISSUED", "LISTED",     "SKIPPED",
                                "STALL_WEIGHTS", "STALL_POST",   "STALL_GATE", "STALL_SHORT",
                                "READ_WORDS",    "WRITE_WORDS"};
  return names[k];
}

/// Whether a design has the counter; all others read as zero.
bool has_counter(const Plan& plan, int k) {
  for (const Register& reg : registers_of(plan)) {
    if (reg.name == counter_name(k)) return true;
  }
  return false;
}

std::string timing_text(const Plan& plan, const Execution& execution,
                        const cycles::Prediction& prediction) {
  if (execution.cycles != prediction.cycles) {
    return fmt::format("RTL took {} cycles, the cycle model says {}", execution.cycles,
                       prediction.cycles);
  }
  for (int k = 0; k < SLUICE_COUNTERS; k++) {
    const std::uint64_t expected = has_counter(plan, k) ? prediction.counters[k] : 0;
    if (execution.counters[k] == expected) continue;
    return fmt::format("counter {}: RTL {}, cycle model {}", counter_name(k), execution.counters[k],
                       expected);
  }
  return "";
}

/// Accesses of memories, kind by kind; of those that the cycle model knows. How many words a
/// request of addends has depends on when others are used: where the memory's times are not the
/// model's, with random stalls or through AXI, their number is not known.
std::string accesses_text(const cycles::Accesses& rtl, const cycles::Accesses& model,
                          bool requests_known) {
  std::string text;
  for (int k = 0; k < kMemoryKinds; k++) {
    const auto kind = static_cast<MemoryKind>(k);
    if (kind == MemoryKind::kReorder) continue;
    if (kind == MemoryKind::kReadAddress && !requests_known) continue;
    if (rtl.reads[k] == model.reads[k] && rtl.writes[k] == model.writes[k]) continue;
    text += fmt::format("{}{}: RTL {} reads and {} writes, cycle model {} and {}",
                        text.empty() ? "" : "; ", text_of(kind), rtl.reads[k], rtl.writes[k],
                        model.reads[k], model.writes[k]);
  }
  return text;
}

/// Decisions of a network's gates, by the tables of its program.
struct Decisions {
  std::uint64_t positions = 0;  ///< of records: each has all decisions of its blocks
  std::uint64_t columns = 0;    ///< of these
};

Decisions decisions_of(const Setup& setup, const Plan& plan) {
  Decisions decisions;
  for (const compiler::LayerProgram& layer : setup.program.layers) {
    if (!layer.gated) continue;
    const golden::Tensor& map = setup.golden[layer.layer].output;
    const std::uint64_t outputs = std::uint64_t{1} * map.height * map.width;
    decisions.positions += outputs * (layer.blocks.size() / layer.record_blocks);
    decisions.columns += outputs * layer.blocks.size() * plan.config.columns;
  }
  return decisions;
}

/// Arithmetic of the cycle model against what the RTL's accesses and counters say of it: each sum
/// is written to an accumulator, the decisions of a record's columns to a mask, and each step that
/// is issued takes all rows of all columns.
std::string work_text(const Setup& setup, const Plan& plan, const Execution& execution,
                      const cycles::Work& work) {
  const cycles::Accesses& rtl = execution.accesses->accesses;
  constexpr int kIssued = 1;
  const std::uint64_t bytes =
      work.products_of(8) + work.products_of(4) / 2 + work.products_of(2) / 4;
  const std::uint64_t issued = has_counter(plan, kIssued)
                                   ? execution.counters[kIssued]
                                   : bytes / plan.config.columns / plan.config.rows;
  const Decisions decisions = decisions_of(setup, plan);
  if (work.accumulations == rtl.writes_of(MemoryKind::kAccumulator) &&
      decisions.positions == rtl.writes_of(MemoryKind::kGateMask) &&
      work.gate_decisions == decisions.columns &&
      bytes == issued * plan.config.columns * plan.config.rows) {
    return "";
  }
  return fmt::format(
      "RTL {} sums, {} masks and {} steps, program {} masks of {} decisions, cycle model {} "
      "accumulations, {} decisions and products of {} bytes",
      rtl.writes_of(MemoryKind::kAccumulator), rtl.writes_of(MemoryKind::kGateMask), issued,
      decisions.positions, decisions.columns, work.accumulations, work.gate_decisions, bytes);
}

/// The design's counters of words against those of the memory.
std::string traffic_text(const Execution& execution, const Plan& plan) {
  constexpr int kReadWords = 8;
  if (!has_counter(plan, kReadWords)) return "";
  const std::uint64_t word = plan.config.memory.bytes;
  const std::uint64_t read = execution.traffic.read / word,
                      written = execution.traffic.written / word;
  if (read == execution.counters[8] && written == execution.counters[9]) return "";
  return fmt::format("memory gave {} and took {} words, the counters say {} and {}", read, written,
                     execution.counters[8], execution.counters[9]);
}

bool has_addends(const net::Network& network) {
  return std::any_of(network.layers.begin(), network.layers.end(),
                     [](const net::Layer& layer) { return layer.traits().two_inputs(); });
}

/// `timed`: whether the cycle model knows the memory.
void judge(CaseResult& result, const Setup& setup, const Plan& plan, const Execution& execution,
           bool timed) {
  result.verdict = Verdict::kFail;
  result.text = execution.problem;
  if (!result.text.empty()) return;
  if (const auto mismatch =
          compare(execution, setup.program, setup.random.network, setup.golden, plan)) {
    result.text = text_of(*mismatch);
    return;
  }
  result.text = traffic_text(execution, plan);
  result.timed = timed && setup.random.timing.stall_seed == 0 && result.text.empty();
  if (result.text.empty() && (result.timed || execution.accesses)) {
    const cycles::Prediction prediction =
        predict(plan, setup.program, setup.golden, setup.random.timing);
    if (result.timed) result.text = timing_text(plan, execution, prediction);
    // The memory's times change no access, but how addends are asked for
    if (result.text.empty() && execution.accesses) {
      result.text = accesses_text(execution.accesses->accesses, prediction.accesses,
                                  result.timed || !has_addends(setup.random.network));
      if (result.text.empty()) {
        result.text = work_text(setup, plan, execution, prediction.work);
      }
    }
  }
  if (result.text.empty()) result.verdict = Verdict::kPass;
}

}  // namespace

CaseResult verify_case(sim::Simulator& simulator, const Plan& plan, std::uint64_t seed,
                       const std::string& waves) {
  Setup setup;
  setup.random = random_case(plan, seed, simulator.port());
  const RandomCase& random = setup.random;
  CaseResult result;
  result.layers = static_cast<int>(random.network.layers.size());
  try {
    compiler::Options options;
    options.gated = random.gated;
    options.local = random.local;
    setup.program = compiler::compile(random.network, plan, options);
  } catch (const compiler::CompileError& error) {
    result.verdict = Verdict::kDoesNotFit;
    result.text = error.what();
    return result;
  }
  setup.golden = golden::evaluate(random.network, random.input, random.gated);
  const Execution execution =
      execute(simulator, plan, setup.program, random.input, random.timing, kMaxCycles, waves);
  result.cycles = execution.cycles;
  result.listed = execution.counters[2];
  result.skipped = execution.counters[3];
  result.stalled = random.timing.stall_seed != 0;
  judge(result, setup, plan, execution, simulator.port() == Port::kNative);
  return result;
}

}  // namespace sluice::run
