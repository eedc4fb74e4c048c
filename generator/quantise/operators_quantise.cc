// SPDX-License-Identifier: Apache-2.0
// QuantizeLinear and DequantizeLinear, as ONNX defines them: what a quantised file computes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generator/quantise/operators.h"

namespace sluice::quantise {
namespace {

/// Scale and zero point of each value: one for all, or one for each place along an axis.
class Steps {
 public:
  Steps(const Operation& op, const Tensor& x) : scale_(op.real(1)) {
    if (op.has(2)) zero_ = &op.whole(2);
    if (scale_.size() == 1) return;
    const std::size_t axis = op.axis(op.integer("axis", 1), x.dims.size());
    places_ = static_cast<std::size_t>(x.dims[axis]);
    for (std::size_t d = axis + 1; d < x.dims.size(); ++d)
      inner_ *= static_cast<std::size_t>(x.dims[d]);
    if (scale_.size() != places_ || (zero_ != nullptr && zero_->size() != places_))
      op.fail(fmt::format("it has {} scales for {} places", scale_.size(), places_));
  }

  float scale(std::size_t i) const { return scale_.reals[place(i)]; }
  std::int64_t zero(std::size_t i) const { return zero_ == nullptr ? 0 : zero_->ints[place(i)]; }
  int type() const { return zero_ == nullptr ? onnx::TensorProto::UINT8 : zero_->type; }

 private:
  std::size_t place(std::size_t i) const { return scale_.size() == 1 ? 0 : i / inner_ % places_; }

  const Tensor& scale_;
  const Tensor* zero_ = nullptr;
  std::size_t places_ = 1, inner_ = 1;
};

}  // namespace

Tensor quantize_linear(const Operation& op) {
  const Tensor& x = op.real(0);
  const Steps steps(op, x);
  Tensor result{x.dims, {}, {}, steps.type()};
  result.ints.reserve(x.size());
  const float lowest = steps.type() == onnx::TensorProto::INT8 ? -128 : 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float code =
        std::nearbyint(x.reals[i] / steps.scale(i)) + static_cast<float>(steps.zero(i));
    result.ints.push_back(static_cast<std::int64_t>(std::clamp(code, lowest, lowest + 255)));
  }
  return result;
}

Tensor dequantize_linear(const Operation& op) {
  const Tensor& x = op.whole(0);
  const Steps steps(op, x);
  Tensor result = real_tensor(x.dims);
  for (std::size_t i = 0; i < x.size(); ++i)
    result.reals[i] = static_cast<float>(x.ints[i] - steps.zero(i)) * steps.scale(i);
  return result;
}

}  // namespace sluice::quantise
