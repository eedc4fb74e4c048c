// SPDX-License-Identifier: Apache-2.0
// Read arbiter: which unit's request goes to memory, and whose the arriving words are.
#pragma once

#include <cstdint>
#include <deque>

namespace sluice::cycles {

enum class Reader : std::uint8_t { kNone, kCommand, kLoad, kWeights, kAddends };

/// One granted request.
struct Request {
  Reader reader = Reader::kNone;
  bool header = false;  ///< of weights: a record's header
  int lane = 0;         ///< of weights and addends
  int words = 0;
};

class ReadArbiter {
 public:
  explicit ReadArbiter(int outstanding) : outstanding_(outstanding) {}

  /// Who is served in this cycle, given who asks: commands first; loads, weights and addends in
  /// turn, whoever was served last among them comes last.
  Reader choose(bool command, bool load, bool weights, bool addends) const {
    if (static_cast<int>(owners_.size()) == outstanding_) return Reader::kNone;
    if (command) return Reader::kCommand;
    Reader reader = last_;
    for (int turn = 0; turn < 3; ++turn) {
      reader = next(reader);
      if ((reader == Reader::kLoad && load) || (reader == Reader::kWeights && weights) ||
          (reader == Reader::kAddends && addends)) {
        return reader;
      }
    }
    return Reader::kNone;
  }

  /// Nothing is in the registers.
  bool quiet() const { return request_.reader == Reader::kNone && data_.reader == Reader::kNone; }
  /// The request register: what memory sees in this cycle.
  const Request& request() const { return request_; }
  /// The data register: the word handed on in this cycle, and to whom (`words` means nothing).
  const Request& data() const { return data_; }

  /// End of a cycle: `granted` goes into the request register, a word from memory into the other.
  void step(const Request& granted, bool data) {
    data_.reader = Reader::kNone;
    if (data) hand_on();
    request_.reader = Reader::kNone;
    if (granted.reader == Reader::kNone) return;
    request_ = granted;
    owners_.push_back(granted);
    if (granted.reader != Reader::kCommand) last_ = granted.reader;
  }

 private:
  static Reader next(Reader reader) {
    if (reader == Reader::kLoad) return Reader::kWeights;
    return reader == Reader::kWeights ? Reader::kAddends : Reader::kLoad;
  }
  void hand_on() {
    data_ = owners_.front();
    if (--owners_.front().words == 0) owners_.pop_front();
  }

  int outstanding_;
  Reader last_ = Reader::kAddends;  // served, commands not counted
  Request request_, data_;
  std::deque<Request> owners_;
};

}  // namespace sluice::cycles
