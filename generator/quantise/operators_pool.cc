// SPDX-License-Identifier: Apache-2.0
// Poolings, means and Softmax.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "generator/quantise/operators.h"

namespace sluice::quantise {
namespace {

/// The part [begin, end) of a window that lies on the map, and on the map and its padding.
struct Part {
  std::int64_t begin, end, with_padding;
};

Part part_of(const Window& window, std::int64_t out) {
  const std::int64_t first = out * window.stride - window.before;
  const std::int64_t last = std::min(first + window.kernel, window.in + window.after);
  return {std::max<std::int64_t>(first, 0), std::min(last, window.in), last - first};
}

/// Calls `pool(channel, y, x)` with the parts of each window; gives what it returns.
template <typename Pool>
Tensor pooled(const Tensor& x, const std::vector<Window>& windows, Pool pool) {
  const std::int64_t channels = x.dims[1];
  Tensor result = real_tensor({1, channels, windows[0].out, windows[1].out});
  float* out = result.reals.data();
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t oy = 0; oy < windows[0].out; ++oy)
      for (std::int64_t ox = 0; ox < windows[1].out; ++ox)
        *out++ = pool(x.reals.data() + c * windows[0].in * windows[1].in, part_of(windows[0], oy),
                      part_of(windows[1], ox));
  return result;
}

}  // namespace

Tensor max_pool(const Operation& op) {
  const Tensor& x = op.of_rank(0, 4);
  const auto windows = windows_of(op, x.dims, op.attribute("kernel_shape", {}));
  if (windows[0].dilation != 1 || windows[1].dilation != 1) op.fail("has dilations");
  const std::int64_t width = x.dims[3];
  return pooled(x, windows, [width](const float* channel, const Part& y, const Part& x_part) {
    float most = -std::numeric_limits<float>::infinity();
    for (std::int64_t iy = y.begin; iy < y.end; ++iy)
      for (std::int64_t ix = x_part.begin; ix < x_part.end; ++ix)
        most = std::max(most, channel[iy * width + ix]);
    return most;
  });
}

Tensor average_pool(const Operation& op) {
  const Tensor& x = op.of_rank(0, 4);
  const auto windows = windows_of(op, x.dims, op.attribute("kernel_shape", {}));
  const bool padding = op.integer("count_include_pad", 0) != 0;
  const std::int64_t width = x.dims[3];
  return pooled(x, windows, [=](const float* channel, const Part& y, const Part& x_part) {
    double sum = 0;
    for (std::int64_t iy = y.begin; iy < y.end; ++iy)
      for (std::int64_t ix = x_part.begin; ix < x_part.end; ++ix) sum += channel[iy * width + ix];
    const std::int64_t inside = (y.end - y.begin) * (x_part.end - x_part.begin);
    return static_cast<float>(
        sum / static_cast<double>(padding ? y.with_padding * x_part.with_padding : inside));
  });
}

namespace {

/// One number for each run of `length` values.
template <typename Reduce>
Tensor reduced(const Tensor& x, const Dims& dims, std::size_t length, Reduce reduce) {
  Tensor result = real_tensor(dims);
  for (std::size_t i = 0; i < result.size(); ++i)
    result.reals[i] = reduce(x.reals.data() + i * length, x.reals.data() + (i + 1) * length);
  return result;
}

float mean_of(const float* begin, const float* end) {
  double sum = 0;
  for (const float* value = begin; value != end; ++value) sum += *value;
  return static_cast<float>(sum / static_cast<double>(end - begin));
}

}  // namespace

Tensor global_average(const Operation& op) {
  const Tensor& x = op.of_rank(0, 4);
  return reduced(x, {1, x.dims[1], 1, 1}, count_of({x.dims[2], x.dims[3]}), mean_of);
}

Tensor global_maximum(const Operation& op) {
  const Tensor& x = op.of_rank(0, 4);
  return reduced(
      x, {1, x.dims[1], 1, 1}, count_of({x.dims[2], x.dims[3]}),
      [](const float* begin, const float* end) { return *std::max_element(begin, end); });
}

/// Over the last dimensions, which is what networks do with maps.
Tensor reduce_mean(const Operation& op) {
  const Tensor& x = op.real(0);
  std::vector<bool> gone(x.dims.size(), false);
  for (const std::int64_t axis : op.ints(1, "axes", {})) gone[op.axis(axis, x.dims.size())] = true;
  if (std::find(gone.begin(), gone.end(), true) == gone.end()) gone.assign(gone.size(), true);
  if (!std::is_sorted(gone.begin(), gone.end()))
    op.fail("is a mean over other axes than the last ones");
  Dims dims;
  std::size_t length = 1;
  for (std::size_t i = 0; i < x.dims.size(); ++i) {
    if (gone[i]) length *= static_cast<std::size_t>(x.dims[i]);
    if (!gone[i] || op.integer("keepdims", 1) != 0) dims.push_back(gone[i] ? 1 : x.dims[i]);
  }
  return reduced(x, dims, length, mean_of);
}

Tensor softmax(const Operation& op) {
  Tensor result = op.real(0);
  const std::size_t axis = op.axis(op.integer("axis", op.opset < 13 ? 1 : -1), result.dims.size());
  std::size_t inner = 1, size = static_cast<std::size_t>(result.dims[axis]);
  for (std::size_t i = axis + 1; i < result.dims.size(); ++i)
    (op.opset < 13 ? size : inner) *= static_cast<std::size_t>(result.dims[i]);
  const bool logarithm = op.node.op_type() == "LogSoftmax";
  for (std::size_t run = 0; run < result.size() / size; ++run) {
    float* first = result.reals.data() + run / inner * inner * size + run % inner;
    float most = *first;
    for (std::size_t i = 0; i < size; ++i) most = std::max(most, first[i * inner]);
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum += std::exp(double(first[i * inner]) - most);
    for (std::size_t i = 0; i < size; ++i) {
      const double value = double(first[i * inner]) - most - std::log(sum);
      first[i * inner] = static_cast<float>(logarithm ? value : std::exp(value));
    }
  }
  return result;
}

}  // namespace sluice::quantise
