// SPDX-License-Identifier: Apache-2.0
// Weight fetch: looks at one lane a cycle and requests the next burst of its stream if there is
// room.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/cycle_model/commands.h"
#include "generator/cycle_model/read_arbiter.h"

namespace sluice::cycles {

class WeightFetch {
 public:
  /// `first_lane`: the lane looked at in cycle 0.
  WeightFetch(const TimingParameters& design, int first_lane);

  bool ready() const { return finished(); }
  int lane() const { return lane_; }
  /// The request that `lane` makes in its turn, having released `released` granules so far.
  /// `reader` is kNone if there is none.
  Request request(int lane, std::uint64_t released) const;
  /// Granules that `lane` has to release before there is room for its next burst of weights; 0 if
  /// something else, or nothing, is in the way.
  std::uint64_t awaited_release(int lane) const;
  /// No lane makes a request before the next FETCH.
  bool finished() const { return !starting_ && active_ == 0; }
  /// FETCH is being started.
  bool starting() const { return starting_; }
  /// So many cycles without a request.
  void advance(std::uint64_t cycles) {
    lane_ = static_cast<int>((lane_ + cycles) % streams_.size());
  }
  /// Address of the burst in turn; of a header's first burst it is the record's.
  std::uint64_t address() const { return streams_[lane_].address; }
  /// Words of weights that `lane` has asked for and not given back.
  int words_held(int lane, std::uint64_t released) const {
    return words_held(streams_[lane], released);
  }
  /// The burst in turn is the first of a record.
  bool at_record() const { return at_record(streams_[lane_]); }

  /// End of a cycle: `request` is that of this cycle; `granted`: it was taken.
  void step(const Request& request, bool granted);
  /// A FETCH command, in the same cycle, after step().
  void start(const FetchCommand& command);
  /// A lane's header is not needed any more, in the same cycle, after step().
  void retire_header(int lane) { --streams_[lane].slots; }

 private:
  struct Stream {
    std::uint64_t address = 0;  // of the next burst
    std::uint64_t record = 0;   // of the record
    std::uint16_t records = 0;  // left, this one included
    std::uint16_t repeats = 0;  // left of this record
    int header = 0;             // words left of the header
    std::uint32_t words = 0;    // words left of the weights
    std::uint64_t asked = 0;    // words of weights, from the beginning
    int slots = 0;              // headers asked for and not retired
  };

  bool at_record(const Stream& stream) const { return stream.header == design_.header_words; }
  int words_held(const Stream& stream, std::uint64_t released) const {
    return static_cast<int>(stream.asked - released / design_.word_granules);
  }
  void start_lane();
  void advance(Stream& stream, const Request& request);
  void end_record(Stream& stream, std::uint64_t next_address);

  const TimingParameters& design_;
  std::vector<Stream> streams_;
  FetchCommand command_;  // its address and extra lanes move on with each lane started
  bool starting_ = false;
  int start_lane_ = 0;
  int active_ = 0;  // lanes with records left
  int lane_;
};

}  // namespace sluice::cycles
