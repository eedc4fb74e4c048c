// SPDX-License-Identifier: Apache-2.0
// Writes the streams of block records: headers and packed weights.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/compiler/mapping.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// Memory words of the weights of one record.
std::uint32_t record_weight_words(const Mapping& mapping, const Plan& plan);

/// Bytes of one lane's stream, the distance between streams.
std::uint64_t stream_bytes(const Mapping& mapping, const Plan& plan);

/// Writes the streams of all lanes, one after the other, to `streams`, which holds zeros; without
/// `values` only what timing depends on. Throws CompileError for a bias or shift that does not fit.
void write_streams(const Mapping& mapping, const net::Network& network, const Plan& plan,
                   bool values, std::uint8_t* streams);

}  // namespace sluice::compiler
