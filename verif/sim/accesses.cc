// SPDX-License-Identifier: Apache-2.0
#include "verif/sim/accesses.h"

#include <stdexcept>
#include <utility>

namespace sluice::sim {
namespace {

/// Names of instances, as they stand in the paths of the memories of a kind only.
constexpr std::pair<const char*, MemoryKind> kInstances[] = {
    {".u_activations.", MemoryKind::kActivation},
    {".u_weights.", MemoryKind::kWeight},
    {".u_accumulator.", MemoryKind::kAccumulator},
    {".u_open_positions.u_positions.", MemoryKind::kOpenPositions},
    {".u_open_positions.u_masks.", MemoryKind::kGateMask},
    {".u_header.", MemoryKind::kHeader},
    {".u_parameters.", MemoryKind::kParameter},
    {".u_addend.u_words.", MemoryKind::kAddend},
    {".u_table.", MemoryKind::kTable},
    {".u_command.u_commands.", MemoryKind::kCommand},
    {".u_stop.u_reads.", MemoryKind::kReadAddress},
    {".u_stop.u_writes.", MemoryKind::kWriteAddress},
    {".u_reorder.", MemoryKind::kReorder},
};

}  // namespace

MemoryKind kind_of(const std::string& path) {
  for (const auto& [name, kind] : kInstances) {
    if (path.find(name) != std::string::npos) return kind;
  }
  throw std::runtime_error("no kind of memory is called " + path + ": see verif/sim/accesses.cc");
}

MemoryAccesses sum_of(const std::vector<SluiceRam>& memories) {
  MemoryAccesses sum;
  for (const SluiceRam& memory : memories) {
    const MemoryKind kind = kind_of(memory.path);
    sum.accesses.reads_of(kind) += memory.reads;
    sum.accesses.writes_of(kind) += memory.writes;
    ++sum.instances[static_cast<std::size_t>(kind)];
  }
  return sum;
}

}  // namespace sluice::sim
