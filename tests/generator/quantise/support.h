// SPDX-License-Identifier: Apache-2.0
// Test helper: small float networks.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "generator/quantise/evaluate.h"
#include "generator/quantise/float_network.h"
#include "generator/util/user_error.h"
#include "tests/generator/network/onnx_model.h"
#include "tests/support/normal.h"

namespace sluice::quantise::test {

using sluice::test::normal;
using sluice::test::OnnxModel;
using sluice::test::TemporaryFile;

inline constexpr int kFloat = onnx::TensorProto::FLOAT;

/// Reads a model. Its messages name a file that is gone.
inline FloatNetwork network_of(const OnnxModel& model) {
  const TemporaryFile file;
  file.write(model.bytes());
  return read_float_network(file.path());
}

/// What reading a model, or more, complains of, without the file's name; "accepted" if it does not.
template <typename Work>
std::string error_of(const OnnxModel& model, Work work) {
  const TemporaryFile file;
  file.write(model.bytes());
  try {
    work(read_float_network(file.path()));
  } catch (const UserError& error) {
    return std::string(error.what()).substr(file.path().size() + 2);
  }
  return "accepted";
}

inline Tensor drawn(const Dims& dims, unsigned seed) {
  return {dims, normal(count_of(dims), seed), {}, kFloat};
}

/// Largest difference of two results.
inline double difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.reals.size() == b.reals.size());
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    most = std::max<double>(most, std::abs(a.reals[i] - b.reals[i]));
  return most;
}

}  // namespace sluice::quantise::test
