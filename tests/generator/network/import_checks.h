// SPDX-License-Identifier: Apache-2.0
// Test helper: imports a model and compares the golden model's results with the ONNX operators'.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "generator/network/import_network.h"
#include "generator/util/user_error.h"
#include "tests/generator/network/onnx_model.h"
#include "tests/generator/network/onnx_reference.h"
#include "verif/golden/golden.h"

namespace sluice::test {

inline constexpr int kUint8 = onnx::TensorProto::UINT8;
inline constexpr int kInt8 = onnx::TensorProto::INT8;

/// A model read by net::import_network, or net::import_chain.
template <typename Read>
auto import_by(Read read, const OnnxModel& model) {
  TemporaryFile file;
  file.write(model.bytes());
  try {
    return read(file.path());
  } catch (const UserError& error) {
    FAIL(error.what());
    throw;
  }
}

inline net::Network import_model(const OnnxModel& model) {
  return import_by(net::import_network, model);
}

/// What an error says, without the file's name in front and the remedy behind.
inline std::string complaint(const UserError& error, const std::string& path) {
  const std::string text = std::string(error.what()).substr(path.size() + 2);
  return text.substr(0, text.find("\n  help: "));
}

/// What reading a model complains of; "accepted" if it does not.
template <typename Read>
std::string error_by(Read read, const OnnxModel& model) {
  TemporaryFile file;
  file.write(model.bytes());
  try {
    read(file.path());
  } catch (const UserError& error) {
    return complaint(error, file.path());
  }
  return "accepted";
}

inline std::string import_error(const OnnxModel& model) {
  return error_by(net::import_network, model);
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int number(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }
  template <typename T>
  std::vector<T> numbers(std::int64_t count, int low, int high) {
    std::vector<T> result(static_cast<std::size_t>(count));
    for (T& value : result) value = static_cast<T>(number(low, high));
    return result;
  }

 private:
  std::mt19937 engine_;
};

/// A random input for the reference and the same for the golden model.
struct Input {
  Value value;
  golden::Tensor tensor;
};

inline Input random_input(const OnnxModel& model, Random& random) {
  const auto& type = model.proto.graph().input(0).type().tensor_type();
  const bool is_unsigned = type.elem_type() == kUint8;
  Input input;
  for (const auto& dim : type.shape().dim()) input.value.dims.push_back(dim.dim_value());
  input.value.type = type.elem_type();
  Dims dims = input.value.dims;
  if (dims.size() == 2) dims.insert(dims.end(), {1, 1});
  input.tensor = {int(dims[2]), int(dims[3]), int(dims[1]), {}};
  const std::int64_t total = count(dims);
  input.value.v.resize(total);
  input.tensor.values.resize(total);
  for (std::int64_t c = 0; c < dims[1]; ++c)
    for (std::int64_t p = 0; p < dims[2] * dims[3]; ++p) {
      const int stored = random.number(-128, 127);
      input.tensor.values[p * dims[1] + c] = static_cast<std::int8_t>(stored);
      input.value.v[c * dims[2] * dims[3] + p] = stored + (is_unsigned ? 128 : 0);
    }
  return input;
}

/// Evaluates both ways. Every output must be equal after adding `offset` to the stored values, up
/// to `tolerance`.
inline std::vector<golden::LayerResult> compare(const OnnxModel& model, int offset,
                                                double tolerance = 0) {
  const net::Network network = import_model(model);
  Random random(7);
  std::vector<golden::LayerResult> results;
  for (int run = 0; run < 3; ++run) {
    const Input input = random_input(model, random);
    const Value wanted = OnnxReference(model).run(input.value);
    results = golden::evaluate(network, input.tensor, true);
    const golden::Tensor& got = results.back().output;
    REQUIRE(std::int64_t(got.values.size()) == count(wanted.dims));
    for (int c = 0; c < got.channels; ++c)
      for (int y = 0; y < got.height; ++y)
        for (int x = 0; x < got.width; ++x) {
          INFO("run " << run << " channel " << c << " y " << y << " x " << x);
          const double value = wanted.v.at((std::size_t(c) * got.height + y) * got.width + x);
          REQUIRE(std::abs(got.at(y, x, c) + offset - value) <= tolerance);
        }
  }
  return results;
}

inline std::string zero_point(OnnxModel& model, int type, int value) {
  if (type == kUint8) return model.scalar(static_cast<std::uint8_t>(value));
  return model.scalar(static_cast<std::int8_t>(value));
}

}  // namespace sluice::test
