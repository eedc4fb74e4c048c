// SPDX-License-Identifier: Apache-2.0
// Waveforms of a Verilated design, whole or in windows. Included by the testbenches; without
// SLUICE_WAVES there are none, and the calls cost nothing.
#pragma once

#include <cstdint>
#include <memory>

#include "Vcore.h"
#include "sim_api.h"
#include "verilated.h"
#if SLUICE_WAVES
#include "verilated_fst_c.h"
#endif

namespace sluice_waves {

#if SLUICE_WAVES

class Waves {
 public:
  void open(const SluiceRun& run, VerilatedContext& context, Vcore& top) {
    if (run.waves == nullptr) return;
    context.traceEverOn(true);
    trace_ = std::make_unique<VerilatedFstC>();
    top.trace(trace_.get(), 99);
    trace_->open(run.waves);
    time_ = 0;
    dumps_ = run.waves_window == 0;
  }

  /// Whether what happens in cycle `now` is written.
  void choose(const SluiceRun& run, std::uint64_t now) {
    if (run.waves_window != 0) dumps_ = now / run.waves_window % run.waves_stride == 0;
  }

  /// Twice a cycle: before the rising edge, with inputs settled, and after it.
  void dump() {
    if (trace_ && dumps_) trace_->dump(time_++);
  }

  void close() {
    if (trace_) trace_->close();
    trace_.reset();
  }

 private:
  std::unique_ptr<VerilatedFstC> trace_;
  std::uint64_t time_ = 0;  // counts what was written, so that windows follow each other
  bool dumps_ = true;
};

#else

class Waves {
 public:
  void open(const SluiceRun&, VerilatedContext&, Vcore&) {}
  void choose(const SluiceRun&, std::uint64_t) {}
  void dump() {}
  void close() {}
};

#endif

}  // namespace sluice_waves
