// SPDX-License-Identifier: Apache-2.0
// Drives one Verilated core: clock, registers and a memory with set latency and bandwidth, or with
// random stalls. Compiled together with Verilator's output into a shared library (sim_api.h).
#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <random>

#include "Vcore.h"
#include "sim_accesses.h"
#include "sim_api.h"
#include "sim_registers.h"
#include "sim_waves.h"
#include "verilated.h"

namespace {

// Ports are integers up to 64 bits and arrays of 32-bit words above; both are treated as bytes,
// little endian.
template <typename Port>
void set_bytes(Port& port, const std::uint8_t* bytes, std::size_t count) {
  std::memcpy(reinterpret_cast<std::uint8_t*>(&port), bytes, count);
}

template <typename Port>
const std::uint8_t* get_bytes(const Port& port) {
  return reinterpret_cast<const std::uint8_t*>(&port);
}

struct Burst {
  std::uint64_t address;
  std::uint32_t left;
  std::uint64_t due;  // cycle of its first word
};

// The memory on the core's port. Called once a cycle: first `drive` sets the core's inputs of this
// cycle, then the core's outputs settle, then `sample` takes what is transferred.
class Memory {
 public:
  /// `bus`: what else to do and to count, or null.
  Memory(SluiceRun& run, Vcore& core, SluiceBus* bus)
      : run_(run), core_(core), bus_(bus), random_(run.timing.stall_seed) {}

  /// After a reset nothing is in flight.
  void forget() {
    bursts_.clear();
    acknowledgements_.clear();
    written_.clear();
    read_shown_ = write_shown_ = false;
  }

  void drive(std::uint64_t cycle) {
    core_.read_ready_i = !stalls() && bursts_.size() < kQueue;
    core_.write_ready_i = cycle >= write_free_ && !stalls();
    const bool data =
        !bursts_.empty() && bursts_.front().due <= cycle && cycle >= read_free_ && !stalls();
    core_.read_data_valid_i = data;
    core_.read_error_i = data ? read_response() : 0;
    if (data) {
      set_bytes(core_.read_data_i, at(bursts_.front().address, SLUICE_WORD_BYTES),
                SLUICE_WORD_BYTES);
    }
    const bool done = !acknowledgements_.empty() && acknowledgements_.front() <= cycle && !stalls();
    core_.write_done_i = done;
    core_.write_error_i = done ? write_response() : 0;
  }

  void sample(std::uint64_t cycle) {
    if (bus_ != nullptr) watch();
    if (core_.read_data_valid_i) {
      Burst& burst = bursts_.front();
      words_read_++;
      run_.read_bytes += SLUICE_WORD_BYTES;
      burst.address += SLUICE_WORD_BYTES;
      if (--burst.left == 0) bursts_.pop_front();
      read_free_ = cycle + run_.timing.read_interval;
    }
    if (core_.read_valid_o && core_.read_ready_i) {
      bursts_.push_back({static_cast<std::uint64_t>(core_.read_address_o), core_.read_length_o,
                         cycle + run_.timing.read_latency + extra()});
    }
    if (core_.write_done_i) {
      words_written_++;
      acknowledgements_.pop_front();
      written_.pop_front();
    }
    if (core_.write_valid_o && core_.write_ready_i) {
      write(cycle);
      acknowledgements_.push_back(cycle + run_.timing.write_latency + extra());
      written_.push_back(core_.write_address_o);
      write_free_ = cycle + run_.timing.write_interval;
    }
    if (bus_ != nullptr) report();
  }

 private:
  static constexpr std::size_t kQueue = 256;

  int read_response() {
    if (bus_ == nullptr || words_read_ + 1 != bus_->read_error_at) return 0;
    bus_->error_address = bursts_.front().address;
    return bus_->error_response;
  }

  int write_response() {
    if (bus_ == nullptr || words_written_ + 1 != bus_->write_error_at) return 0;
    bus_->error_address = written_.front();
    bus_->error_writes = written_.size();
    return bus_->error_response;
  }

  // A request that was shown and not taken must still be there, unchanged.
  void watch() {
    const bool read_kept = core_.read_valid_o && core_.read_address_o == read_address_ &&
                           core_.read_length_o == read_length_;
    const bool write_kept = core_.write_valid_o && core_.write_address_o == write_address_;
    bus_->run.broken_rules += (read_shown_ && !read_kept) + (write_shown_ && !write_kept);
    read_shown_ = core_.read_valid_o && !core_.read_ready_i;
    read_address_ = core_.read_address_o;
    read_length_ = core_.read_length_o;
    write_shown_ = core_.write_valid_o && !core_.write_ready_i;
    write_address_ = core_.write_address_o;
  }

  void report() {
    bus_->words_read = words_read_;
    bus_->words_written = words_written_;
    bus_->in_flight = bursts_.size() + acknowledgements_.size() + read_shown_ + write_shown_;
  }

  bool stalls() {
    return run_.timing.stall_seed != 0 && random_() % 100 < run_.timing.stall_percent;
  }

  std::uint64_t extra() { return run_.timing.stall_seed != 0 ? random_() % 32 : 0; }

  std::uint8_t* at(std::uint64_t address, std::size_t count) {
    if (address + count <= run_.memory_bytes) return run_.memory + address;
    if (run_.bad_address == 0) run_.bad_address = address;
    return outside_;
  }

  void write(std::uint64_t cycle) {
    const std::uint64_t address = core_.write_address_o;
    std::uint8_t* target = at(address, SLUICE_WORD_BYTES);
    const std::uint8_t* data = get_bytes(core_.write_data_o);
    const std::uint8_t* strobe = get_bytes(core_.write_strobe_o);
    run_.write_bytes += SLUICE_WORD_BYTES;
    for (int b = 0; b < SLUICE_WORD_BYTES; b++) {
      if (!(strobe[b / 8] >> (b % 8) & 1)) continue;
      target[b] = data[b];
      run_.stored_bytes++;
    }
    if (run_.write_cycles != nullptr && target != outside_) {
      run_.write_cycles[address / SLUICE_WORD_BYTES] = static_cast<std::uint32_t>(cycle);
    }
  }

  SluiceRun& run_;
  Vcore& core_;
  SluiceBus* bus_;
  std::mt19937_64 random_;
  std::deque<Burst> bursts_;
  std::deque<std::uint64_t> acknowledgements_, written_;  // due cycles, addresses
  std::uint64_t words_read_ = 0, words_written_ = 0;
  bool read_shown_ = false, write_shown_ = false;
  std::uint64_t read_address_ = 0, read_length_ = 0, write_address_ = 0;
  std::uint64_t read_free_ = 0, write_free_ = 0;
  std::uint8_t outside_[SLUICE_WORD_BYTES] = {};
};

class Sim {
 public:
  Sim() : core_(std::make_unique<Vcore>(&context_)), counters_(context_) {}
  ~Sim() { core_->final(); }

  void run(SluiceRun& run) {
    waves_.open(run, context_, *core_);
    reset();
    counters_.start();
    Memory memory(run, *core_, nullptr);
    write_register(SLUICE_REG_COMMAND_ADDRESS_LOW, static_cast<std::uint32_t>(run.command_address),
                   memory);
    write_register(SLUICE_REG_COMMAND_ADDRESS_HIGH,
                   static_cast<std::uint32_t>(run.command_address >> 32), memory);
    start(run, memory);
    counters_.stop();
    collect(run);
    waves_.close();
  }

  void attach(SluiceBus& bus) {
    bus_ = &bus;
    bus.cycles = 0;
    bus.run.broken_rules = 0;
    bus_memory_ = std::make_unique<Memory>(bus.run, *core_, &bus);
    reset();
  }

  void reset_bus() {
    bus_memory_->forget();
    reset();
  }

  void step(std::uint64_t cycles) {
    for (; cycles > 0; cycles--) cycle(bus_->cycles++, *bus_memory_);
  }

  int write(std::uint32_t address, std::uint32_t value, std::uint32_t strobe) {
    core_->reg_write_i = 1;
    core_->reg_strobe_i = strobe;
    core_->reg_address_i = address;
    core_->reg_write_data_i = value;
    core_->eval();
    const int error = core_->reg_error_o;
    step(1);
    core_->reg_write_i = 0;
    return error;
  }

  int read(std::uint32_t address, std::uint32_t& value) {
    value = read_register(address);
    const int error = core_->reg_error_o;
    step(1);
    return error;
  }

  int interrupt() {
    core_->eval();
    return core_->interrupt_o;
  }

  std::vector<SluiceRam> accesses() const { return counters_.counts(); }

 private:
  void reset() {
    core_->clk_i = 0;
    core_->rst_ni = 0;
    core_->reg_write_i = 0;
    core_->read_ready_i = core_->write_ready_i = 0;
    core_->read_data_valid_i = core_->write_done_i = 0;
    core_->read_error_i = core_->write_error_i = 0;
    core_->eval();
    tick();
    tick();
    core_->rst_ni = 1;
    core_->eval();
  }

  void tick() {
    core_->eval();
    waves_.dump();
    core_->clk_i = 1;
    core_->eval();
    waves_.dump();
    core_->clk_i = 0;
  }

  // One clock cycle with the memory
  void cycle(std::uint64_t number, Memory& memory) {
    memory.drive(number);
    core_->eval();
    memory.sample(number);
    tick();
  }

  void write_register(int address, std::uint32_t value, Memory& memory) {
    core_->reg_write_i = 1;
    core_->reg_strobe_i = 15;
    core_->reg_address_i = address;
    core_->reg_write_data_i = value;
    cycle(0, memory);
    core_->reg_write_i = 0;
  }

  std::uint32_t read_register(int address) {
    core_->reg_address_i = address;
    core_->eval();
    return core_->reg_read_data_o;
  }

  // Cycle 0 is the one after the start was written; done is seen in cycle `cycles`.
  void start(SluiceRun& run, Memory& memory) {
    write_register(SLUICE_REG_CONTROL, 1, memory);
    run.layers = 0;
    core_->reg_address_i = SLUICE_REG_STATUS;
    std::uint64_t now = 0;
    for (; now < run.max_cycles; now++) {
      memory.drive(now);
      core_->eval();
      const std::uint32_t status = core_->reg_read_data_o;
      const std::uint32_t layers = status >> 16;
      if (layers > run.layers && run.layers < SLUICE_MAX_LAYERS)
        run.layer_cycles[run.layers++] = now;
      if (status & 6) break;
      memory.sample(now);
      waves_.choose(run, now);
      tick();
    }
    run.cycles = now;
    run.timed_out = now == run.max_cycles;
  }

  void collect(SluiceRun& run) {
    run.status = read_register(SLUICE_REG_STATUS);
    for (int k = 0; k < SLUICE_COUNTERS; k++) {
      run.counters[k] = read_register(SLUICE_REG_CYCLES + 4 * k);
    }
  }

  VerilatedContext context_;
  std::unique_ptr<Vcore> core_;
  sluice_accesses::Counters counters_;
  sluice_waves::Waves waves_;
  SluiceBus* bus_ = nullptr;
  std::unique_ptr<Memory> bus_memory_;
};

}  // namespace

#include "sim_exports.h"
