// SPDX-License-Identifier: Apache-2.0
// Drives one Verilated design through its AXI ports: registers by AXI4-Lite, memory by AXI4. The
// same functions as verif/sim/benches/core_main.cc, which drives the core itself; see sim_api.h.
#include <memory>

#include "axi_partner.h"
#include "sim_accesses.h"
#include "sim_registers.h"
#include "sim_waves.h"
#include "verilated.h"

namespace {

std::uint32_t failed_assertions = 0;

}  // namespace

// A failed assertion is counted, and does not end the program. Verilator has told where it is.
void vl_stop(const char*, int, const char*) { failed_assertions++; }

namespace {

using sluice_axi::Memory;
using sluice_axi::Pattern;

class Sim {
 public:
  Sim() : top_(std::make_unique<Vcore>(&context_)), counters_(context_) { context_.assertOn(true); }
  ~Sim() { top_->final(); }

  void run(SluiceRun& run) {
    SluiceBus bus{};
    bus.run = run;
    waves_.open(run, context_, *top_);
    attach(bus);
    counters_.start();
    write(SLUICE_REG_INTERRUPT_ENABLE, 3, 15);
    write(SLUICE_REG_COMMAND_ADDRESS_LOW, static_cast<std::uint32_t>(run.command_address), 15);
    write(SLUICE_REG_COMMAND_ADDRESS_HIGH, static_cast<std::uint32_t>(run.command_address >> 32),
          15);
    write(SLUICE_REG_CONTROL, 1, 15);
    wait_for_interrupt(bus);
    counters_.stop();
    waves_.close();
    if (!bus.run.timed_out) collect(bus.run);
    run = bus.run;
    bus_ = nullptr;
  }

  void attach(SluiceBus& bus) {
    bus_ = &bus;
    bus.cycles = 0;
    bus.run.broken_rules = 0;
    memory_ = std::make_unique<Memory>(bus.run, *top_, &bus);
    random_.seed(bus.run.timing.stall_seed + 1);
    address_ = std::make_unique<Pattern>(random_, bus.run.timing);
    data_ = std::make_unique<Pattern>(random_, bus.run.timing);
    answer_ = std::make_unique<Pattern>(random_, bus.run.timing);
    reset();
  }

  void reset_bus() {
    memory_->forget();
    reset();
  }

  void step(std::uint64_t cycles) {
    for (; cycles > 0; cycles--) cycle([] {});
  }

  // Address and data of a write come in any order, the answer is taken at any time.
  int write(std::uint32_t address, std::uint32_t value, std::uint32_t strobe) {
    bool address_due = true, data_due = true;
    top_->s_axi_awaddr = address;
    top_->s_axi_wdata = value;
    top_->s_axi_wstrb = strobe;
    for (int tries = 0; tries < kPatience; tries++) {
      top_->s_axi_awvalid = address_due && (top_->s_axi_awvalid || address_->willing(true));
      top_->s_axi_wvalid = data_due && (top_->s_axi_wvalid || data_->willing(true));
      top_->s_axi_bready = answer_->willing(top_->s_axi_bvalid);
      int response = kNone;
      cycle([&] {
        address_due = address_due && !(top_->s_axi_awvalid && top_->s_axi_awready);
        data_due = data_due && !(top_->s_axi_wvalid && top_->s_axi_wready);
        if (top_->s_axi_bvalid && top_->s_axi_bready) response = top_->s_axi_bresp;
      });
      if (response != kNone) return finish(response);
    }
    return finish(kNone);
  }

  int read(std::uint32_t address, std::uint32_t& value) {
    bool due = true;
    top_->s_axi_araddr = address;
    for (int tries = 0; tries < kPatience; tries++) {
      top_->s_axi_arvalid = due && (top_->s_axi_arvalid || address_->willing(true));
      top_->s_axi_rready = answer_->willing(top_->s_axi_rvalid);
      int response = kNone;
      cycle([&] {
        due = due && !(top_->s_axi_arvalid && top_->s_axi_arready);
        if (top_->s_axi_rvalid && top_->s_axi_rready) response = top_->s_axi_rresp;
        value = top_->s_axi_rdata;
      });
      if (response != kNone) return finish(response);
    }
    return finish(kNone);
  }

  int interrupt() {
    top_->eval();
    return top_->irq;
  }

  std::vector<SluiceRam> accesses() const { return counters_.counts(); }

 private:
  static constexpr int kPatience = 100000;
  static constexpr int kNone = -1;  // no answer yet

  /// One clock cycle; `sample` looks at the ports when they have settled.
  template <typename Sample>
  void cycle(Sample&& sample) {
    if (runs_) waves_.choose(bus_->run, bus_->cycles);
    memory_->drive(bus_->cycles);
    top_->eval();
    if (top_->irq && interrupted_ == 0) interrupted_ = bus_->cycles;
    sample();
    memory_->sample(bus_->cycles++);
    edge();
  }

  /// Looks at STATUS now and then, as software might: the registers answer while the core works.
  void wait_for_interrupt(SluiceBus& bus) {
    const std::uint64_t start = bus.cycles;
    interrupted_ = 0;
    bus.run.layers = 0;
    runs_ = true;
    for (;;) {
      for (int k = 0; k < 16 && !top_->irq; k++) step(1);
      std::uint32_t status = 0;
      read(SLUICE_REG_STATUS, status);
      for (const std::uint32_t layers = status >> 16;
           bus.run.layers < layers && bus.run.layers < SLUICE_MAX_LAYERS;) {
        bus.run.layer_cycles[bus.run.layers++] = bus.cycles - start;
      }
      if (interrupted_ != 0 || bus.cycles - start >= bus.run.max_cycles) break;
    }
    runs_ = false;
    bus.run.timed_out = interrupted_ == 0;
    bus.run.cycles = (bus.run.timed_out ? bus.cycles : interrupted_) - start;
  }

  /// 1 if the slave answered with an error or not at all.
  int finish(int response) {
    top_->s_axi_awvalid = top_->s_axi_wvalid = top_->s_axi_bready = 0;
    top_->s_axi_arvalid = top_->s_axi_rready = 0;
    if (response < 0) bus_->run.broken_rules++;
    return response != 0;
  }

  void reset() {
    top_->aclk = 0;
    top_->aresetn = 0;
    top_->s_axi_awvalid = top_->s_axi_wvalid = top_->s_axi_arvalid = 0;
    top_->s_axi_bready = top_->s_axi_rready = 0;
    top_->m_axi_awready = top_->m_axi_wready = top_->m_axi_arready = 0;
    top_->m_axi_bvalid = top_->m_axi_rvalid = 0;
    top_->eval();
    tick();
    tick();
    top_->aresetn = 1;
    tick();  // valid comes after an edge without reset, at the earliest
    memory_->forget();
  }

  void tick() {
    top_->eval();
    edge();
  }

  /// The rising edge, with inputs that have settled.
  void edge() {
    const std::uint32_t before = failed_assertions;
    waves_.dump();
    top_->aclk = 1;
    top_->eval();
    waves_.dump();
    top_->aclk = 0;
    bus_->run.broken_rules += failed_assertions - before;
  }

  void collect(SluiceRun& run) {
    read(SLUICE_REG_STATUS, run.status);
    for (int k = 0; k < SLUICE_COUNTERS; k++) read(SLUICE_REG_CYCLES + 4 * k, run.counters[k]);
  }

  VerilatedContext context_;
  std::unique_ptr<Vcore> top_;
  sluice_accesses::Counters counters_;
  sluice_waves::Waves waves_;
  bool runs_ = false;  // from the start to the interrupt
  SluiceBus* bus_ = nullptr;
  std::uint64_t interrupted_ = 0;  // first cycle of the interrupt
  std::mt19937_64 random_;
  std::unique_ptr<Memory> memory_;
  std::unique_ptr<Pattern> address_, data_, answer_;  // of the registers' channels
};

}  // namespace

#include "sim_exports.h"
