// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/weight_fetch.h"

#include <algorithm>

namespace sluice::cycles {

WeightFetch::WeightFetch(const TimingParameters& design, int first_lane)
    : design_(design), streams_(design.lanes), lane_(first_lane) {}

Request WeightFetch::request(int lane, std::uint64_t released) const {
  const Stream& stream = streams_[lane];
  if (starting_ || stream.records == 0) return {};
  const bool header = stream.header != 0;
  const std::uint32_t left = header ? static_cast<std::uint32_t>(stream.header) : stream.words;
  const int words = static_cast<int>(std::min<std::uint32_t>(left, design_.burst));
  bool room;
  if (header) {
    room = !at_record(stream) || stream.slots != design_.header_slots;
  } else {
    room = design_.weight_words >= words_held(stream, released) + words;
  }
  if (!room) return {};
  return {Reader::kWeights, header, lane, words};
}

std::uint64_t WeightFetch::awaited_release(int lane) const {
  const Stream& stream = streams_[lane];
  if (starting_ || stream.records == 0 || stream.header != 0) return 0;
  const std::uint64_t words = std::min<std::uint64_t>(stream.words, design_.burst);
  const std::uint64_t most = design_.weight_words;
  return stream.asked + words > most ? (stream.asked + words - most) * design_.word_granules : 0;
}

void WeightFetch::step(const Request& request, bool granted) {
  if (granted) advance(streams_[lane_], request);
  if (request.reader == Reader::kNone || granted)
    lane_ = lane_ + 1 == design_.lanes ? 0 : lane_ + 1;
  if (starting_) start_lane();
}

void WeightFetch::advance(Stream& stream, const Request& request) {
  const std::uint64_t next = stream.address + std::uint64_t(request.words) * design_.word_bytes;
  if (request.header) {
    if (stream.header == design_.header_words) ++stream.slots;
    stream.header -= request.words;
    stream.address = next;
    return;
  }
  stream.asked += request.words;
  stream.words -= request.words;
  stream.address = next;
  if (stream.words == 0) end_record(stream, next);
}

void WeightFetch::end_record(Stream& stream, std::uint64_t next_address) {
  stream.header = design_.header_words;
  stream.words = command_.words;
  if (stream.repeats != 1) {
    --stream.repeats;
    stream.address = stream.record;
    return;
  }
  stream.repeats = command_.repeats;
  stream.record = next_address;
  if (--stream.records == 0) --active_;
}

void WeightFetch::start(const FetchCommand& command) {
  command_ = command;
  starting_ = true;
  start_lane_ = 0;
}

void WeightFetch::start_lane() {
  Stream& stream = streams_[start_lane_];
  stream.address = stream.record = command_.address & design_.address_mask;
  stream.records = static_cast<std::uint16_t>(command_.records + (command_.extra_lanes != 0));
  stream.repeats = command_.repeats;
  stream.header = design_.header_words;
  stream.words = command_.words;
  if (stream.records != 0) ++active_;
  command_.address += command_.pitch;
  if (command_.extra_lanes != 0) --command_.extra_lanes;
  if (++start_lane_ == design_.lanes) starting_ = false;
}

}  // namespace sluice::cycles
