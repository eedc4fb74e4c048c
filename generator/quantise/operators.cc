// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/operators.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::quantise {
namespace {

/// Padding of SAME_UPPER and SAME_LOWER: the output has a value for each stride begun.
void pad_same(Window& window, bool upper) {
  window.out = (window.in + window.stride - 1) / window.stride;
  const std::int64_t reach = (window.kernel - 1) * window.dilation + 1;
  const std::int64_t all =
      std::max<std::int64_t>(0, (window.out - 1) * window.stride + reach - window.in);
  window.before = upper ? all / 2 : all - all / 2;
  window.after = all - window.before;
}

void count_outputs(Window& window, bool up) {
  const std::int64_t reach = (window.kernel - 1) * window.dilation + 1;
  const std::int64_t room = window.in + window.before + window.after - reach;
  window.out = room < 0 ? 0 : (room + (up ? window.stride - 1 : 0)) / window.stride + 1;
  // Rounded up, a window must not begin behind the map and the padding before it.
  if (up && (window.out - 1) * window.stride >= window.in + window.before) --window.out;
}

}  // namespace

const Tensor& Operation::any(std::size_t index) const {
  if (!has(index)) fail(fmt::format("its input {} is missing", index));
  return *inputs[index];
}

const Tensor& Operation::real(std::size_t index) const {
  const Tensor& tensor = any(index);
  if (!tensor.is_real())
    fail(fmt::format("its input {} is of type {}; FLOAT is supported", index,
                     net::type_name(tensor.type)));
  return tensor;
}

const Tensor& Operation::whole(std::size_t index) const {
  const Tensor& tensor = any(index);
  if (tensor.is_real())
    fail(fmt::format("its input {} is of type FLOAT; integers are needed there", index));
  return tensor;
}

const Tensor& Operation::of_rank(std::size_t index, std::size_t rank) const {
  const Tensor& tensor = real(index);
  if (tensor.dims.size() != rank)
    fail(fmt::format("its input {} has shape {}; supported are {} dimensions", index,
                     net::text(tensor.dims), rank));
  return tensor;
}

float Operation::number(std::size_t index, float otherwise) const {
  if (!has(index)) return otherwise;
  if (real(index).size() != 1)
    fail(fmt::format("its input {} has {} values; needed is one", index, real(index).size()));
  return real(index).reals[0];
}

Dims Operation::ints(std::size_t index, const char* attribute, const Dims& otherwise) const {
  if (has(index)) return whole(index).ints;
  return graph.integers(node, attribute, otherwise);
}

std::size_t Operation::axis(std::int64_t given, std::size_t rank) const {
  const std::int64_t axis = given + (given < 0 ? static_cast<std::int64_t>(rank) : 0);
  if (axis < 0 || axis >= static_cast<std::int64_t>(rank))
    fail(fmt::format("its axis is {} of {} dimensions", given, rank));
  return static_cast<std::size_t>(axis);
}

std::vector<Window> windows_of(const Operation& op, const Dims& dims, const Dims& kernel) {
  const Dims strides = op.attribute("strides", {1, 1});
  const Dims dilations = op.attribute("dilations", {1, 1});
  const Dims pads = op.attribute("pads", {0, 0, 0, 0});
  if (kernel.size() != 2 || strides.size() != 2 || dilations.size() != 2 || pads.size() != 4)
    op.fail("its kernel, strides, dilations or pads are of other than two dimensions");
  const std::string automatic = op.graph.word(op.node, "auto_pad", "NOTSET");
  std::vector<Window> windows;
  for (std::size_t i = 0; i < 2; ++i) {
    Window window{dims[i + 2], 0, kernel[i], strides[i], dilations[i], pads[i], pads[i + 2]};
    for (const std::int64_t size : {window.kernel, window.stride, window.dilation})
      if (size < 1 || size > kLargestDimension)
        op.fail("its kernel, strides and dilations must be positive, and at most 65536");
    for (const std::int64_t size : {window.before, window.after})
      if (size < 0 || size > kLargestDimension) op.fail("its pads must be 0 to 65536");
    if (automatic == "VALID") window.before = window.after = 0;
    if (automatic.starts_with("SAME"))
      pad_same(window, automatic == "SAME_UPPER");
    else
      count_outputs(window, op.integer("ceil_mode", 0) != 0);
    if (window.out < 1) op.fail("its kernel is larger than the padded map");
    windows.push_back(window);
  }
  return windows;
}

}  // namespace sluice::quantise
