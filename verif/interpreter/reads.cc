// SPDX-License-Identifier: Apache-2.0
#include "verif/interpreter/reads.h"

#include <algorithm>

#include "verif/interpreter/routing.h"

namespace sluice::compiler {

StepReads::StepReads(const TileContext& context, const LayerState& layer, const RunPlace& place)
    : plan_(context.plan),
      config_(context.plan.config),
      storage_(context.storage),
      accesses_(context.accesses),
      layer_(layer),
      place_(place) {
  for (int slot = 0; slot < plan_.slots; ++slot) sources_.push_back(sources_of(slot));
}

std::vector<int> StepReads::sources_of(int slot) const {
  const int segment_slots = plan_.slots / config_.segments;
  const int segment = slot / segment_slots, place = slot % segment_slots;
  const int first = segment * config_.columns / config_.atom;
  const bool joins = layer_.taps > 0;
  if (joins && layer_.take_max && place < plan_.block_atoms) {
    std::vector<int> sources;
    for (int tap = 0; tap < plan_.taps; ++tap) {
      sources.push_back(tap * plan_.tap_slots + first + place);
    }
    return sources;
  }
  if (joins && !layer_.take_max && place < plan_.taps * plan_.block_atoms) {
    const int tap = place / plan_.block_atoms;
    return {tap * plan_.tap_slots + first + place % plan_.block_atoms};
  }
  return {slot};
}

std::vector<Slot> StepReads::base_slots(std::int64_t address, std::int64_t atom, int group,
                                        int valid) const {
  if (layer_.taps > 0) return tap_slots(address, group, valid);
  std::vector<Slot> slots(plan_.slots);
  const int part_slots = plan_.slots / layer_.fold;
  for (int i = 0; i < part_slots; ++i) {
    for (int part = 0; part < layer_.fold; ++part) {
      const int window = layer_.window(part);
      slots[part * part_slots + i] = {address + window * layer_.window_step, group, window,
                                      i < valid};
    }
    ++address;
    if (++atom == layer_.run) {
      atom = 0;
      address += layer_.row_pitch - layer_.run;
    }
  }
  return slots;
}

/// Some taps have several places.
std::vector<Slot> StepReads::tap_slots(std::int64_t address, int group, int valid) const {
  std::vector<Slot> slots(plan_.slots);
  for (int slot = 0; slot < plan_.slots; ++slot) {
    const int tap = slot / plan_.tap_slots * layer_.taps / plan_.taps;
    const int atom = slot % plan_.tap_slots;
    slots[slot] = {address + tap * layer_.window_step + atom, group, tap, atom < valid};
  }
  return slots;
}

void StepReads::check_valid(const std::vector<Slot>& slots, const StepWeights& weights) const {
  for (int slot = 0; slot < plan_.slots; ++slot) {
    if (!weights.used_slots[slot]) continue;
    for (const int source : sources_[slot]) {
      if (slots[source].valid) continue;
      stop("layer {} has weights for slot {}, which a step does not read", place_.layer, slot);
    }
  }
}

void StepReads::check_routing(const std::vector<Slot>& slots, std::int64_t shift) const {
  std::vector<Request> requests;
  for (int slot = 0; slot < plan_.slots; ++slot) {
    if (slots[slot].valid) requests.push_back({slot, slots[slot].address + shift});
  }
  const auto both = collision(requests, plan_.banks);
  if (!both) return;
  const Request &one = requests[both->first], &other = requests[both->second];
  stop("bank conflict in layer {}: slot {} reads atom {}, slot {} atom {}, with {} banks",
       place_.layer, one.slot, one.address, other.slot, other.address, plan_.banks);
}

std::int64_t StepReads::byte_address(const Slot& slot, std::int64_t shift, int byte,
                                     bool used) const {
  const std::int64_t size = static_cast<std::int64_t>(storage_.activation_bytes());
  const std::int64_t address = (slot.address + shift) * config_.atom + byte;
  if (used && (address >= size || !storage_.is_written(address))) {
    stop("layer {} reads byte {} of the activation buffer, which nothing has written", place_.layer,
         address);
  }
  return address % size;
}

void StepReads::gather(const std::vector<Slot>& slots, std::int64_t shift,
                       const StepWeights& weights, std::vector<std::int8_t>& operands) const {
  const int fields = 8 / layer_.mode;
  for (int slot = 0; slot < plan_.slots; ++slot) {
    for (const int source : sources_[slot]) {
      const bool first = source == sources_[slot].front();
      const Slot& read = slots[source];
      const std::int64_t start = (read.address + shift) * config_.atom;
      if (weights.used_slots[slot]) {
        accesses_.read(read.group, read.window, start, start + config_.atom);
      }
      for (int b = 0; b < config_.atom; ++b) {
        const int row = slot * config_.atom + b;
        const std::int64_t at = byte_address(read, shift, b, weights.used_bytes[row]);
        for (int f = 0; f < fields; ++f) {
          std::int8_t& operand = operands[row * fields + f];
          const auto value =
              static_cast<std::int8_t>(field_of(storage_.activation(at), f, layer_.mode));
          operand = first ? value : std::max(operand, value);
        }
      }
    }
  }
}

}  // namespace sluice::compiler
