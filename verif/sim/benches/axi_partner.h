// SPDX-License-Identifier: Apache-2.0
// The other side of the AXI ports of a Verilated design: a memory with set latency and bandwidth,
// or with everything that AXI allows chosen at random. Included by the testbench (axi_main.cc).
#pragma once

#include <bitset>
#include <cstring>
#include <deque>
#include <random>
#include <vector>

#include "Vcore.h"
#include "sim_api.h"

namespace sluice_axi {

// Ports are integers up to 64 bits and arrays of 32-bit words above; both are treated as bytes,
// little endian.
template <typename Port>
void set_bytes(Port& port, const std::uint8_t* bytes, std::size_t count) {
  std::memcpy(reinterpret_cast<std::uint8_t*>(&port), bytes, count);
}

template <typename Port>
std::vector<std::uint8_t> get_bytes(const Port& port, std::size_t count) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&port);
  return {bytes, bytes + count};
}

/// When one side of a handshake is willing.
class Pattern {
 public:
  Pattern(std::mt19937_64& random, const SluiceMemory& timing)
      : random_(random), percent_(timing.stall_percent) {
    if (timing.stall_seed != 0) kind_ = static_cast<Kind>(random() % 5);
  }

  /// `asked`: the other side was seen to be valid and not taken in the cycle before.
  bool willing(bool asked) {
    switch (kind_) {
      case kAlways:
        return true;
      case kOften:
        return random_() % 100 >= percent_;
      case kRuns:
        if (left_ == 0) {
          on_ = !on_;
          left_ = 1 + random_() % (on_ ? 30 : 60);
        }
        left_--;
        return on_;
      case kWhenAsked:
        return asked && random_() % 3 == 0;
      default:
        on_ = !on_;
        return on_;
    }
  }

 private:
  enum Kind { kAlways, kOften, kRuns, kWhenAsked, kToggle };
  std::mt19937_64& random_;
  Kind kind_ = kAlways;
  unsigned percent_;
  unsigned left_ = 0;
  bool on_ = false;
};

/// The memory. Once a cycle: `drive` sets the design's inputs, its outputs settle, `sample` takes
/// what is transferred.
class Memory {
 public:
  Memory(SluiceRun& run, Vcore& top, SluiceBus* bus)
      : run_(run),
        top_(top),
        bus_(bus),
        random_(run.timing.stall_seed),
        ar_(random_, run.timing),
        r_(random_, run.timing),
        aw_(random_, run.timing),
        w_(random_, run.timing),
        b_(random_, run.timing) {}

  /// After a reset nothing is in flight.
  void forget() {
    reads_.clear();
    addresses_.clear();
    data_.clear();
    beats_.clear();
    answers_.clear();
    r_valid_ = b_valid_ = ar_shown_ = aw_shown_ = w_shown_ = false;
    // Beats that did not come are not counted, so that an error can be set on the next word read
    next_beat_ = beats_read_ = beats_read_ / kWordBeats * kWordBeats;
  }

  void drive(std::uint64_t cycle) {
    if (!r_valid_) top_.m_axi_rresp = top_.m_axi_rlast = random_() & 1;  // of no meaning
    if (!b_valid_) top_.m_axi_bresp = random_() & 3;
    top_.m_axi_arready = ar_.willing(ar_shown_) && reads_.size() < kQueue;
    top_.m_axi_awready = aw_.willing(aw_shown_);
    top_.m_axi_wready = w_.willing(w_shown_) && cycle >= write_free_;
    if (!r_valid_ && cycle >= read_free_ && r_.willing(true)) choose_beat(cycle);
    top_.m_axi_rvalid = r_valid_;
    if (!b_valid_ && !answers_.empty() && answers_.front().due <= cycle && b_.willing(true)) {
      b_valid_ = true;
      top_.m_axi_bid = answers_.front().id;
      top_.m_axi_bresp = write_response(answers_.front());
    }
    top_.m_axi_bvalid = b_valid_;
  }

  void sample(std::uint64_t cycle) {
    if (r_valid_ && top_.m_axi_rready) end_beat(cycle);
    if (b_valid_ && top_.m_axi_bready) {
      answers_.pop_front();
      words_written_++;
      b_valid_ = false;
    }
    ar_shown_ = top_.m_axi_arvalid && !top_.m_axi_arready;
    aw_shown_ = top_.m_axi_awvalid && !top_.m_axi_awready;
    w_shown_ = top_.m_axi_wvalid && !top_.m_axi_wready;
    if (top_.m_axi_arvalid && top_.m_axi_arready) take_read(cycle);
    if (top_.m_axi_awvalid && top_.m_axi_awready) take_address();
    if (top_.m_axi_wvalid && top_.m_axi_wready) take_data(cycle);
    while (!addresses_.empty() && !data_.empty()) write(cycle);
    if (bus_ != nullptr) report();
  }

 private:
  static constexpr std::size_t kQueue = 128;
  static constexpr std::uint64_t kBus = SLUICE_BUS_BYTES;
  static constexpr std::uint64_t kWordBeats = SLUICE_WORD_BYTES / SLUICE_BUS_BYTES;

  struct Read {
    std::uint64_t address;
    std::uint32_t left;
    std::uint32_t id;
    std::uint64_t due;   // cycle of its first beat
    std::uint64_t beat;  // number of its next beat, counted from 0 over all reads
  };
  struct Write {
    std::uint64_t address;
    std::uint32_t id, beats;
  };
  struct Beat {
    std::vector<std::uint8_t> bytes, strobe;
  };
  struct Answer {
    std::uint64_t address;
    std::uint32_t id;
    std::uint64_t due;
    bool outside;
  };

  /// Random cycles on top of the set latency: mostly few, sometimes up to 500.
  std::uint64_t extra() {
    if (run_.timing.stall_seed == 0) return 0;
    return random_() % 8 == 0 ? random_() % 500 : random_() % 24;
  }

  bool inside(std::uint64_t address, std::size_t count) {
    if (address + count <= run_.memory_bytes) return true;
    if (run_.bad_address == 0) run_.bad_address = address;
    return false;
  }

  void broken() {
    if (bus_ != nullptr) bus_->run.broken_rules++;
  }

  void take_read(std::uint64_t cycle) {
    const std::uint64_t address = top_.m_axi_araddr;
    const std::uint32_t beats = top_.m_axi_arlen + 1u;
    if (address / 4096 != (address + beats * kBus - 1) / 4096 || address % kBus != 0 ||
        top_.m_axi_arburst != 1 || 1u << top_.m_axi_arsize != kBus) {
      broken();
    }
    reads_.push_back(
        {address, beats, top_.m_axi_arid, cycle + run_.timing.read_latency + extra(), next_beat_});
    next_beat_ += beats;
  }

  /// The oldest burst of an ID may answer; with random stalls any such burst, else the oldest.
  void choose_beat(std::uint64_t cycle) {
    if (reads_.empty() || (run_.timing.stall_seed == 0 && reads_.front().due > cycle)) return;
    std::size_t pick = 0;
    if (run_.timing.stall_seed != 0) {
      able_.clear();
      std::bitset<256> seen;
      for (std::size_t k = 0; k < reads_.size(); k++) {
        if (!seen[reads_[k].id] && reads_[k].due <= cycle) able_.push_back(k);
        seen[reads_[k].id] = true;
      }
      if (able_.empty()) return;
      pick = able_[random_() % able_.size()];
    }
    const Read& read = reads_[pick];
    shown_ = pick;
    r_valid_ = true;
    top_.m_axi_rid = read.id;
    top_.m_axi_rlast = read.left == 1;
    top_.m_axi_rresp = read_response(read);
    std::uint8_t bytes[kBus] = {};
    if (inside(read.address, kBus)) std::memcpy(bytes, run_.memory + read.address, kBus);
    set_bytes(top_.m_axi_rdata, bytes, kBus);
  }

  int read_response(const Read& read) {
    if (read.address + kBus > run_.memory_bytes) return 3;
    if (bus_ == nullptr || bus_->read_error_at == 0) return 0;
    // One beat of the word gets the error; which one depends on the word.
    const std::uint64_t beat = (bus_->read_error_at - 1) * kWordBeats;
    if (read.beat != beat + bus_->read_error_at % kWordBeats) return 0;
    bus_->error_address = read.address / SLUICE_WORD_BYTES * SLUICE_WORD_BYTES;
    return static_cast<int>(bus_->error_response);
  }

  void end_beat(std::uint64_t cycle) {
    r_valid_ = false;
    beats_read_++;
    run_.read_bytes += kBus;
    read_free_ = cycle + run_.timing.read_interval;
    Read& read = reads_[shown_];
    read.address += kBus;
    read.beat++;
    if (--read.left == 0) reads_.erase(reads_.begin() + static_cast<std::ptrdiff_t>(shown_));
  }

  void take_address() {
    const std::uint64_t address = top_.m_axi_awaddr;
    const std::uint32_t beats = top_.m_axi_awlen + 1u;
    if (address / 4096 != (address + beats * kBus - 1) / 4096 || address % kBus != 0 ||
        top_.m_axi_awburst != 1 || 1u << top_.m_axi_awsize != kBus) {
      broken();
    }
    addresses_.push_back({address, top_.m_axi_awid, beats});
  }

  void take_data(std::uint64_t cycle) {
    beats_.push_back(
        {get_bytes(top_.m_axi_wdata, kBus), get_bytes(top_.m_axi_wstrb, (kBus + 7) / 8)});
    run_.write_bytes += kBus;
    write_free_ = cycle + run_.timing.write_interval;
    if (!top_.m_axi_wlast) return;
    data_.push_back(std::move(beats_));
    beats_.clear();
  }

  /// Address and data of a burst are here.
  void write(std::uint64_t cycle) {
    const Write burst = addresses_.front();
    const std::vector<Beat> beats = std::move(data_.front());
    addresses_.pop_front();
    data_.pop_front();
    if (beats.size() != burst.beats) broken();
    const bool good = inside(burst.address, beats.size() * kBus);
    for (std::size_t k = 0; good && k < beats.size(); k++) {
      for (std::size_t b = 0; b < kBus; b++) {
        if (!(beats[k].strobe[b / 8] >> (b % 8) & 1)) {
          if (beats[k].bytes[b] != 0) broken();  // this design's own rule
          continue;
        }
        run_.memory[burst.address + k * kBus + b] = beats[k].bytes[b];
        run_.stored_bytes++;
      }
    }
    if (good && run_.write_cycles != nullptr) {
      run_.write_cycles[burst.address / SLUICE_WORD_BYTES] = static_cast<std::uint32_t>(cycle);
    }
    answers_.push_back(
        {burst.address, burst.id, cycle + run_.timing.write_latency + extra(), !good});
  }

  int write_response(const Answer& answer) {
    if (answer.outside) return 3;
    if (bus_ == nullptr || words_written_ + 1 != bus_->write_error_at) return 0;
    bus_->error_address = answer.address;
    bus_->error_writes = answers_.size() + addresses_.size();
    return static_cast<int>(bus_->error_response);
  }

  void report() {
    bus_->words_read = beats_read_ / kWordBeats;
    bus_->words_written = words_written_;
    bus_->in_flight =
        reads_.size() + addresses_.size() + data_.size() + !beats_.empty() + answers_.size();
  }

  SluiceRun& run_;
  Vcore& top_;
  SluiceBus* bus_;
  std::mt19937_64 random_;
  Pattern ar_, r_, aw_, w_, b_;
  std::deque<Read> reads_;
  std::vector<std::size_t> able_;  // reads that may answer, while one is chosen
  std::deque<Write> addresses_;
  std::vector<Beat> beats_;             // of a burst whose last is still to come
  std::deque<std::vector<Beat>> data_;  // complete bursts
  std::deque<Answer> answers_;
  std::size_t shown_ = 0;  // read whose beat is on the bus
  bool r_valid_ = false, b_valid_ = false;
  bool ar_shown_ = false, aw_shown_ = false, w_shown_ = false;
  std::uint64_t next_beat_ = 0, beats_read_ = 0, words_written_ = 0;
  std::uint64_t read_free_ = 0, write_free_ = 0;
};

}  // namespace sluice_axi
