// SPDX-License-Identifier: Apache-2.0
// Convolutions and products of matrices.
#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>

#include "generator/quantise/operators.h"

namespace sluice::quantise {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Stride = Eigen::OuterStride<>;
using View = Eigen::Map<const Matrix, 0, Stride>;
using Target = Eigen::Map<Matrix, 0, Stride>;

/// So many values of unfolded windows at a time: they stay in the cache.
constexpr std::int64_t kUnfolded = 1 << 18;

/// What all groups of a convolution share.
struct Shape {
  Window y, x;
  std::int64_t channels, filters, groups;  ///< of input, of output

  std::int64_t group_channels() const { return channels / groups; }
  std::int64_t group_filters() const { return filters / groups; }
  std::int64_t taps() const { return y.kernel * x.kernel; }
  std::int64_t row() const { return group_channels() * taps(); }
};

/// One row of a window's tap at output row `oy`: values of the input, zeros in the padding.
void unfold_row(const Shape& shape, const float* channel, std::int64_t oy, std::int64_t ky,
                std::int64_t kx, float* out) {
  const Window &wy = shape.y, &wx = shape.x;
  const std::int64_t iy = oy * wy.stride + ky * wy.dilation - wy.before;
  if (iy < 0 || iy >= wy.in) return std::fill_n(out, wx.out, 0.0F), void();
  const float* row = channel + iy * wx.in;
  for (std::int64_t ox = 0; ox < wx.out; ++ox) {
    const std::int64_t ix = ox * wx.stride + kx * wx.dilation - wx.before;
    out[ox] = ix < 0 || ix >= wx.in ? 0.0F : row[ix];
  }
}

/// Windows of the output rows [begin, end) as columns of a matrix: im2col.
void unfold(const Shape& shape, const float* in, std::int64_t begin, std::int64_t end,
            std::vector<float>& columns) {
  columns.resize(shape.row() * (end - begin) * shape.x.out);
  float* out = columns.data();
  for (std::int64_t c = 0; c < shape.group_channels(); ++c)
    for (std::int64_t ky = 0; ky < shape.y.kernel; ++ky)
      for (std::int64_t kx = 0; kx < shape.x.kernel; ++kx)
        for (std::int64_t oy = begin; oy < end; ++oy, out += shape.x.out)
          unfold_row(shape, in + c * shape.y.in * shape.x.in, oy, ky, kx, out);
}

bool is_pointwise(const Shape& shape) {
  const auto single = [](const Window& window) {
    return window.kernel == 1 && window.stride == 1 && window.before == 0 && window.after == 0;
  };
  return single(shape.y) && single(shape.x);
}

void convolve_group(const Shape& shape, const float* in, const float* weights, float* out) {
  const std::int64_t area = shape.y.out * shape.x.out;
  const View filter(weights, shape.group_filters(), shape.row(), Stride(shape.row()));
  if (is_pointwise(shape)) {
    Target(out, shape.group_filters(), area, Stride(area)).noalias() =
        filter * View(in, shape.row(), area, Stride(area));
    return;
  }
  std::vector<float> columns;
  const std::int64_t rows = std::max<std::int64_t>(1, kUnfolded / (shape.row() * shape.x.out));
  for (std::int64_t begin = 0; begin < shape.y.out; begin += rows) {
    const std::int64_t end = std::min(begin + rows, shape.y.out);
    const std::int64_t width = (end - begin) * shape.x.out;
    unfold(shape, in, begin, end, columns);
    Target(out + begin * shape.x.out, shape.group_filters(), width, Stride(area)).noalias() =
        filter * View(columns.data(), shape.row(), width, Stride(width));
  }
}

/// One filter on one channel: too small for products of matrices.
void convolve_channel(const Shape& shape, const float* in, const float* weights, float* out) {
  std::vector<float> row(shape.x.out);
  for (std::int64_t ky = 0; ky < shape.y.kernel; ++ky)
    for (std::int64_t kx = 0; kx < shape.x.kernel; ++kx) {
      const float weight = weights[ky * shape.x.kernel + kx];
      for (std::int64_t oy = 0; oy < shape.y.out; ++oy) {
        unfold_row(shape, in, oy, ky, kx, row.data());
        float* target = out + oy * shape.x.out;
        for (std::int64_t ox = 0; ox < shape.x.out; ++ox) target[ox] += weight * row[ox];
      }
    }
}

void add_bias(const Operation& op, std::size_t index, std::int64_t channels, Tensor& result) {
  if (!op.has(index)) return;
  const Tensor& bias = op.real(index);
  if (static_cast<std::int64_t>(bias.size()) != channels)
    op.fail(fmt::format("its bias has {} values; needed are {}", bias.size(), channels));
  const std::size_t area = result.size() / channels;
  for (std::size_t i = 0; i < result.size(); ++i) result.reals[i] += bias.reals[i / area];
}

Shape shape_of(const Operation& op, const Tensor& x, const Tensor& w) {
  const auto windows = windows_of(op, x.dims, {w.dims[2], w.dims[3]});
  Shape shape{windows[0], windows[1], x.dims[1], w.dims[0], op.integer("group", 1)};
  if (shape.groups < 1 || shape.channels % shape.groups != 0 || shape.filters % shape.groups != 0 ||
      shape.group_channels() != w.dims[1])
    op.fail(fmt::format("its weight of shape {} does not fit {} channels in {} groups",
                        net::text(w.dims), shape.channels, shape.groups));
  return shape;
}

}  // namespace

Tensor convolution(const Operation& op) {
  const Tensor &x = op.of_rank(0, 4), &w = op.of_rank(1, 4);
  const Shape shape = shape_of(op, x, w);
  Tensor result = real_tensor({1, shape.filters, shape.y.out, shape.x.out});
  const std::int64_t in = shape.group_channels() * shape.y.in * shape.x.in;
  const std::int64_t out = shape.group_filters() * shape.y.out * shape.x.out;
  const bool single = shape.group_channels() == 1 && shape.group_filters() == 1;
  const auto convolve = single ? convolve_channel : convolve_group;
  for (std::int64_t g = 0; g < shape.groups; ++g)
    convolve(shape, x.reals.data() + g * in,
             w.reals.data() + g * shape.group_filters() * shape.row(),
             result.reals.data() + g * out);
  add_bias(op, 2, shape.filters, result);
  return result;
}

namespace {

/// The windows that a transposed convolution undoes: those of its output over its input.
std::vector<Window> transposed_windows(const Operation& op, const Tensor& x, const Tensor& w) {
  const Dims strides = op.attribute("strides", {1, 1}),
             dilations = op.attribute("dilations", {1, 1});
  const Dims pads = op.attribute("pads", {0, 0, 0, 0}),
             more = op.attribute("output_padding", {0, 0});
  if (op.graph.word(op.node, "auto_pad", "NOTSET") != "NOTSET" ||
      op.graph.has_attribute(op.node, "output_shape"))
    op.fail("has auto_pad or output_shape; supported are pads and output_padding");
  for (const Dims* given : {&strides, &dilations, &more})
    if (given->size() != 2 || pads.size() != 4)
      op.fail("its strides, dilations or pads are of other than two dimensions");
  std::vector<Window> windows;
  for (int i = 0; i < 2; ++i) {
    Window window{0, x.dims[i + 2], w.dims[i + 2], strides[i], dilations[i], pads[i], pads[i + 2]};
    window.in = (window.out - 1) * window.stride + (window.kernel - 1) * window.dilation + 1 +
                more[i] - window.before - window.after;
    for (const std::int64_t size : {window.stride, window.dilation, window.in})
      if (size < 1 || size > kLargestDimension)
        op.fail("has strides, dilations or sizes beyond 1 to 65536");
    windows.push_back(window);
  }
  return windows;
}

/// Adds what one value of the input gives.
void spread(const std::vector<Window>& windows, const float* weights, float value, std::int64_t y,
            std::int64_t x, float* out) {
  const Window &wy = windows[0], &wx = windows[1];
  for (std::int64_t ky = 0; ky < wy.kernel; ++ky) {
    const std::int64_t oy = y * wy.stride + ky * wy.dilation - wy.before;
    if (oy < 0 || oy >= wy.in) continue;
    for (std::int64_t kx = 0; kx < wx.kernel; ++kx) {
      const std::int64_t ox = x * wx.stride + kx * wx.dilation - wx.before;
      if (ox >= 0 && ox < wx.in) out[oy * wx.in + ox] += value * weights[ky * wx.kernel + kx];
    }
  }
}

}  // namespace

Tensor transposed_convolution(const Operation& op) {
  const Tensor &x = op.of_rank(0, 4), &w = op.of_rank(1, 4);
  const std::int64_t groups = op.integer("group", 1), channels = x.dims[1];
  if (groups < 1 || channels % groups != 0 || w.dims[0] != channels)
    op.fail(fmt::format("its weight of shape {} does not fit {} channels in {} groups",
                        net::text(w.dims), channels, groups));
  const auto windows = transposed_windows(op, x, w);
  const std::int64_t filters = w.dims[1], in = windows[0].out * windows[1].out;
  const std::int64_t out = windows[0].in * windows[1].in, taps = w.dims[2] * w.dims[3];
  Tensor result = real_tensor({1, filters * groups, windows[0].in, windows[1].in});
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t f = 0; f < filters; ++f) {
      const std::int64_t filter = c / (channels / groups) * filters + f;
      for (std::int64_t i = 0; i < in; ++i)
        spread(windows, w.reals.data() + (c * filters + f) * taps, x.reals[c * in + i],
               i / windows[1].out, i % windows[1].out, result.reals.data() + filter * out);
    }
  add_bias(op, 2, filters * groups, result);
  return result;
}

namespace {

/// A times B, both as they lie, or turned.
Tensor product(const Operation& op, const Tensor& a, bool turn_a, const Tensor& b, bool turn_b) {
  const View left(a.reals.data(), a.dims[0], a.dims[1], Stride(a.dims[1]));
  const View right(b.reals.data(), b.dims[0], b.dims[1], Stride(b.dims[1]));
  const std::int64_t rows = a.dims[turn_a ? 1 : 0], columns = b.dims[turn_b ? 0 : 1];
  if (a.dims[turn_a ? 0 : 1] != b.dims[turn_b ? 1 : 0])
    op.fail(fmt::format("its operands have shapes {} and {}, which do not fit", net::text(a.dims),
                        net::text(b.dims)));
  Tensor result = real_tensor({rows, columns});
  Target target(result.reals.data(), rows, columns, Stride(columns));
  if (turn_a && turn_b) target.noalias() = left.transpose() * right.transpose();
  if (turn_a && !turn_b) target.noalias() = left.transpose() * right;
  if (!turn_a && turn_b) target.noalias() = left * right.transpose();
  if (!turn_a && !turn_b) target.noalias() = left * right;
  return result;
}

}  // namespace

Tensor gemm(const Operation& op) {
  Tensor result = product(op, op.of_rank(0, 2), op.integer("transA", 0) != 0, op.of_rank(1, 2),
                          op.integer("transB", 0) != 0);
  const float alpha = op.number("alpha", 1), beta = op.number("beta", 1);
  for (float& value : result.reals) value *= alpha;
  if (!op.has(2)) return result;
  const Tensor& c = op.real(2);
  const auto columns = static_cast<std::size_t>(result.dims[1]);
  if (c.size() != 1 && c.size() != columns && c.size() != result.size())
    op.fail(fmt::format("its third operand has {} values; needed are {}", c.size(), columns));
  for (std::size_t i = 0; i < result.size(); ++i) result.reals[i] += beta * c.reals[i % c.size()];
  return result;
}

Tensor matrix_product(const Operation& op) {
  const Tensor &a = op.real(0), &b = op.real(1);
  if (a.dims.size() < 2 || b.dims.size() != 2)
    op.fail(fmt::format("its operands have shapes {} and {}; supported is a matrix on the right",
                        net::text(a.dims), net::text(b.dims)));
  Tensor rows = a;
  rows.dims = {static_cast<std::int64_t>(a.size()) / a.dims.back(), a.dims.back()};
  Tensor result = product(op, rows, false, b, false);
  result.dims = a.dims;
  result.dims.back() = b.dims[1];
  return result;
}

}  // namespace sluice::quantise
