// SPDX-License-Identifier: Apache-2.0
// Test helper: evaluates small ONNX graphs node by node, as the operators' definitions say, in
// double precision (exact for the integers here). It knows nothing of the importer or the golden
// model.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/generator/network/onnx_functions.h"
#include "tests/generator/network/onnx_places.h"
#include "tests/generator/network/onnx_value.h"
#include "tests/generator/network/onnx_windows.h"

namespace sluice::test {

class OnnxReference {
 public:
  explicit OnnxReference(const OnnxModel& model) : graph_(model.proto.graph()) {
    for (const auto& tensor : graph_.initializer()) values_[tensor.name()] = decode(tensor);
  }

  Value run(const Value& input) {
    values_["input"] = input;
    for (const auto& node : graph_.node()) {
      std::vector<Value> moved = Resampled(node, values_).outputs();
      if (moved.empty()) moved = Moved(node, values_).outputs();
      for (std::size_t k = 0; k < moved.size(); ++k)
        values_[node.output(static_cast<int>(k))] = moved[k];
      if (moved.empty()) values_[node.output(0)] = evaluate(node);
    }
    return values_.at(graph_.output(0).name());
  }
  const Value& value(const std::string& name) const { return values_.at(name); }

 private:
  using Node = onnx::NodeProto;

  bool has(const Node& node, int i) const {
    return i < node.input_size() && !node.input(i).empty();
  }
  const Value& in(const Node& node, int i) const { return values_.at(node.input(i)); }
  double number(const Node& node, int i, double absent) const {
    return has(node, i) ? in(node, i).v.at(0) : absent;
  }
  static Dims ints(const Node& node, const std::string& name, const Dims& absent) {
    for (const auto& attribute : node.attribute())
      if (attribute.name() == name) return {attribute.ints().begin(), attribute.ints().end()};
    return absent;
  }
  static std::int64_t integer(const Node& node, const std::string& name, std::int64_t absent) {
    for (const auto& attribute : node.attribute())
      if (attribute.name() == name) return attribute.i();
    return absent;
  }

  static double saturate(double value, int type) {
    const double low = type == onnx::TensorProto::UINT8 ? 0 : -128;
    return std::clamp(value, low, low + 255);
  }
  static Value quantise(const Value& x, double scale, double zero, int type) {
    Value y = x;
    y.type = type;
    for (double& v : y.v) v = saturate(std::nearbyint(v / scale) + zero, type);
    return y;
  }

  /// Given, or such that the output has the input's size over the stride.
  static Dims pads_of(const Node& node, const Value& x, const Dims& kernel, const Dims& strides) {
    Dims pads = ints(node, "pads", {0, 0, 0, 0});
    for (const auto& attribute : node.attribute()) {
      if (attribute.name() != "auto_pad" || attribute.s().substr(0, 4) != "SAME") continue;
      for (const std::size_t axis : {0, 1}) {
        const std::int64_t size = x.dim(2 + axis);
        const std::int64_t count = (size + strides[axis] - 1) / strides[axis];
        const std::int64_t all =
            std::max<std::int64_t>((count - 1) * strides[axis] + kernel[axis] - size, 0);
        pads[axis] = attribute.s() == "SAME_UPPER" ? all / 2 : all - all / 2;
        pads[axis + 2] = all - pads[axis];
      }
    }
    return pads;
  }

  /// Convolution of (x - x_zero) with (w - w_zero).
  Value conv(const Node& node, const Value& x, double x_zero, const Value& w, double w_zero) const {
    const Dims strides = ints(node, "strides", {1, 1}), apart = ints(node, "dilations", {1, 1});
    const std::int64_t group = integer(node, "group", 1);
    const std::int64_t outs = w.dim(0), ins = w.dim(1), kh = w.dim(2), kw = w.dim(3);
    const std::int64_t h = x.dim(2), wd = x.dim(3);
    const Dims spans = {(kh - 1) * apart[0] + 1, (kw - 1) * apart[1] + 1};
    const Dims pads = pads_of(node, x, spans, strides);
    const std::int64_t oh = (h + pads[0] + pads[2] - spans[0]) / strides[0] + 1;
    const std::int64_t ow = (wd + pads[1] + pads[3] - spans[1]) / strides[1] + 1;
    Value y{{1, outs, oh, ow}, {}, onnx::TensorProto::INT32};
    for (std::int64_t o = 0; o < outs; ++o)
      for (std::int64_t oy = 0; oy < oh; ++oy)
        for (std::int64_t ox = 0; ox < ow; ++ox) {
          double sum = 0;
          for (std::int64_t i = 0; i < ins; ++i)
            for (std::int64_t ky = 0; ky < kh; ++ky)
              for (std::int64_t kx = 0; kx < kw; ++kx) {
                const std::int64_t iy = oy * strides[0] - pads[0] + ky * apart[0],
                                   ix = ox * strides[1] - pads[1] + kx * apart[1];
                if (iy < 0 || iy >= h || ix < 0 || ix >= wd) continue;
                const std::int64_t c = o / (outs / group) * ins + i;
                sum += (x.v.at((c * h + iy) * wd + ix) - x_zero) *
                       (w.v.at(((o * ins + i) * kh + ky) * kw + kx) - w_zero);
              }
          y.v.push_back(sum);
        }
    return y;
  }

  Value matmul(const Value& a, double a_zero, const Value& b, double b_zero) const {
    Value y{{1, b.dim(1)}, {}, onnx::TensorProto::INT32};
    for (std::int64_t n = 0; n < b.dim(1); ++n) {
      double sum = 0;
      for (std::int64_t k = 0; k < b.dim(0); ++k)
        sum += (a.v.at(k) - a_zero) * (b.v.at(k * b.dim(1) + n) - b_zero);
      y.v.push_back(sum);
    }
    return y;
  }

  /// QLinearConv and QLinearMatMul: inputs 0 to 7 mean the same.
  Value qlinear(const Node& node, const Value& sums, double step_bias) const {
    Value y = sums;
    const Value& scales = in(node, 4);
    const std::size_t plane = sums.dims.size() == 4 ? sums.dim(2) * sums.dim(3) : 1;
    for (std::size_t i = 0; i < y.v.size(); ++i) {
      const std::size_t c = i / plane;
      const double bias = step_bias != 0 && has(node, 8) ? in(node, 8).v.at(c) : 0;
      y.v[i] = (y.v[i] + bias) * number(node, 1, 1) * scales.v.at(scales.v.size() == 1 ? 0 : c);
    }
    return quantise(y, number(node, 6, 1), number(node, 7, 0), in(node, 7).type);
  }

  /// How many positions the divisor of an average counts, of the window that begins at `at`: those
  /// within the map or, if padding is counted, within that; all of QLinearAveragePool.
  static double counted_of(const Node& node, const Value& x, const Dims& kernel, const Dims& pads,
                           const std::array<std::int64_t, 2>& at) {
    const bool padding = integer(node, "count_include_pad", 0) != 0;
    double counted = 1;
    for (const std::size_t axis : {0, 1}) {
      const std::int64_t size = x.dim(2 + axis), end = at[axis] + kernel[axis];
      const std::int64_t within = padding
                                      ? std::min(end, size + pads[axis + 2]) - at[axis]
                                      : std::min(end, size) - std::max<std::int64_t>(at[axis], 0);
      const bool all = padding && node.op_type() == "QLinearAveragePool";
      counted *= static_cast<double>(all ? kernel[axis] : within);
    }
    return counted;
  }

  /// Pooling; `average` or maximum, without padding values.
  Value pool(const Node& node, const Value& x, bool average) const {
    const bool global =
        node.op_type().ends_with("GlobalAveragePool") || node.op_type() == "ReduceMean";
    const Dims kernel = global ? Dims{x.dim(2), x.dim(3)} : ints(node, "kernel_shape", {});
    const Dims strides = ints(node, "strides", {1, 1});
    const Dims pads = pads_of(node, x, kernel, strides);
    const auto outputs = [&](int axis) {
      const std::int64_t padded = x.dim(2 + axis) + pads[axis] + pads[axis + 2];
      const std::int64_t rest = padded - kernel[axis];
      std::int64_t count = rest / strides[axis] + 1;
      // Rounded up, the last window begins in the map or in front of it
      if (integer(node, "ceil_mode", 0) != 0 && rest % strides[axis] != 0 &&
          count * strides[axis] < x.dim(2 + axis) + pads[axis])
        ++count;
      return count;
    };
    const std::int64_t oh = outputs(0), ow = outputs(1);
    Value y{{1, x.dim(1), oh, ow}, {}, x.type};
    for (std::int64_t c = 0; c < x.dim(1); ++c)
      for (std::int64_t oy = 0; oy < oh; ++oy)
        for (std::int64_t ox = 0; ox < ow; ++ox) {
          double sum = 0, largest = -std::numeric_limits<double>::infinity();
          for (std::int64_t ky = 0; ky < kernel[0]; ++ky)
            for (std::int64_t kx = 0; kx < kernel[1]; ++kx) {
              const std::int64_t iy = oy * strides[0] - pads[0] + ky,
                                 ix = ox * strides[1] - pads[1] + kx;
              if (iy < 0 || iy >= x.dim(2) || ix < 0 || ix >= x.dim(3)) continue;
              const double v = x.v.at((c * x.dim(2) + iy) * x.dim(3) + ix);
              sum += v;
              largest = std::max(largest, v);
            }
          const std::array<std::int64_t, 2> at = {oy * strides[0] - pads[0],
                                                  ox * strides[1] - pads[1]};
          const double counted = counted_of(node, x, kernel, pads, at);
          y.v.push_back(average ? sum / counted : largest);
        }
    return y;
  }

  /// Scales and zero points are one, or one for each place along the axis.
  Value dequantise(const Node& node, const Value& x) const {
    const std::vector<double>& scales = in(node, 1).v;
    const auto axis = static_cast<std::size_t>(integer(node, "axis", 1));
    std::int64_t stride = 1;
    for (std::size_t i = axis + 1; i < x.dims.size(); ++i) stride *= x.dim(i);
    Value y{x.dims, {}, onnx::TensorProto::FLOAT};
    for (std::size_t i = 0; i < x.v.size(); ++i) {
      const std::size_t k = scales.size() == 1 ? 0 : std::int64_t(i) / stride % x.dim(axis);
      const std::vector<double> zeros = has(node, 2) ? in(node, 2).v : std::vector<double>{0};
      y.v.push_back((x.v[i] - zeros.at(zeros.size() == 1 ? 0 : k)) * scales.at(k));
    }
    return y;
  }

  /// Averages of real numbers, or of codes with scales and zero points behind.
  Value average(const Node& node, const Value& x) const {
    if (!node.op_type().starts_with("QLinear")) {
      Value y = pool(node, x, true);
      if (node.op_type() == "ReduceMean" && integer(node, "keepdims", 1) == 0)
        y.dims = {1, x.dim(1)};
      return y;
    }
    Value real = x;
    for (double& v : real.v) v = (v - number(node, 2, 0)) * number(node, 1, 1);
    return quantise(pool(node, real, true), number(node, 3, 1), number(node, 4, 0),
                    in(node, 4).type);
  }

  Value real_conv(const Node& node, const Value& x) const {
    Value y = conv(node, x, 0, in(node, 1), 0);
    const std::size_t plane = y.v.size() / static_cast<std::size_t>(y.dim(1));
    for (std::size_t i = 0; has(node, 2) && i < y.v.size(); ++i) y.v[i] += in(node, 2).v[i / plane];
    return y;
  }

  Value gemm(const Node& node, const Value& x) const {
    const bool codes = node.op_type() == "QGemm";
    const Value& b = in(node, codes ? 3 : 1);
    const Value weights = integer(node, "transB", 0) != 0 ? transposed(b) : b;
    Value y = matmul(x, codes ? number(node, 2, 0) : 0, weights, 0);
    const int bias = codes ? 6 : 2;
    for (std::size_t i = 0; i < y.v.size(); ++i) {
      y.v[i] *= real_attribute(node, "alpha", 1);
      if (has(node, bias)) y.v[i] += in(node, bias).v[i] * real_attribute(node, "beta", 1);
      if (codes) y.v[i] *= number(node, 1, 1) * in(node, 4).v[in(node, 4).v.size() == 1 ? 0 : i];
    }
    return codes ? quantise(y, number(node, 7, 1), number(node, 8, 0), in(node, 8).type) : y;
  }

  Value batch_norm(const Node& node, const Value& x) const {
    Value y = x;
    const std::size_t plane = x.v.size() / static_cast<std::size_t>(x.dim(1));
    for (std::size_t i = 0; i < y.v.size(); ++i) {
      const std::size_t c = i / plane;
      y.v[i] =
          (x.v[i] - in(node, 3).v[c]) / std::sqrt(in(node, 4).v[c] + 1e-5F) * in(node, 1).v[c] +
          in(node, 2).v[c];
    }
    return y;
  }

  Value qlinear_pair(const Node& node) const {
    const auto real = [&](int i) {
      Value y = in(node, i);
      for (double& v : y.v) v = (v - number(node, i + 2, 0)) * number(node, i + 1, 1);
      return y;
    };
    const bool sum = node.op_type() == "QLinearAdd";
    const Value y = map2(real(0), real(3), [&](double a, double b) { return sum ? a + b : a * b; });
    return quantise(y, number(node, 6, 1), number(node, 7, 0), in(node, 7).type);
  }

  Value reduce_max(const Node& node, const Value& x) const {
    const Dims axes = ints(node, "axes", {});
    if (axes != Dims{2} || x.dims.size() != 5)
      throw std::runtime_error("ReduceMax: axis 2 of 5 only");
    Value y{{1, x.dim(1), 1, x.dim(3), x.dim(4)}, {}, x.type};
    const std::int64_t plane = x.dim(3) * x.dim(4);
    for (std::int64_t a = 0; a < x.dim(1); ++a)
      for (std::int64_t p = 0; p < plane; ++p) {
        double largest = -std::numeric_limits<double>::infinity();
        for (std::int64_t b = 0; b < x.dim(2); ++b)
          largest = std::max(largest, x.v.at((a * x.dim(2) + b) * plane + p));
        y.v.push_back(largest);
      }
    return y;
  }

  template <typename Function>
  Value map2(const Value& a, const Value& b, Function function) const {
    const Broadcast cast({a.dims, b.dims});
    Value y{cast.out, {}, a.type};
    for (std::int64_t i = 0; i < count(cast.out); ++i)
      y.v.push_back(function(cast.at(a, i), cast.at(b, i)));
    return y;
  }

  /// Of UINT8, beyond whose 8 bits nothing is kept.
  Value bits(const Node& node, const Value& x) const {
    const auto by = static_cast<unsigned>(number(node, 1, 0));
    const bool left = node.op_type() == "BitShift" && node.attribute(0).s() == "LEFT";
    Value y = x;
    for (double& value : y.v) {
      const auto code = static_cast<unsigned>(value);
      value = node.op_type() == "BitwiseAnd" ? code & by : left ? code << by & 255 : code >> by;
    }
    return y;
  }

  Value evaluate(const Node& node) const {
    const std::string& op = node.op_type();
    const Value& x = in(node, 0);
    if (op == "QLinearConv")
      return qlinear(node, conv(node, x, number(node, 2, 0), in(node, 3), number(node, 5, 0)), 1);
    if (op == "QLinearMatMul")
      return qlinear(node, matmul(x, number(node, 2, 0), in(node, 3), number(node, 5, 0)), 0);
    if (op == "ConvInteger")
      return conv(node, x, number(node, 2, 0), in(node, 1), number(node, 3, 0));
    if (op == "MatMulInteger")
      return matmul(x, number(node, 2, 0), in(node, 1), number(node, 3, 0));
    if (op == "MaxPool") return pool(node, x, false);
    if (op.ends_with("AveragePool") || op == "ReduceMean") return average(node, x);
    if (op == "Conv") return real_conv(node, x);
    if (op == "Gemm" || op == "QGemm") return gemm(node, x);
    if (op == "MatMul") return matmul(x, 0, in(node, 1), 0);
    if (op == "BatchNormalization") return batch_norm(node, x);
    if (op == "Transpose") return transposed(x);
    if (op == "QLinearMul" || op == "QLinearAdd") return qlinear_pair(node);
    if (op == "QuantizeLinear")
      return quantise(x, number(node, 1, 1), number(node, 2, 0),
                      has(node, 2) ? in(node, 2).type : int{onnx::TensorProto::UINT8});
    if (op == "DequantizeLinear") return dequantise(node, x);
    if (op == "Greater")
      return map2(x, in(node, 1), [](double a, double b) { return a > b ? 1.0 : 0.0; });
    if (op == "Add") return map2(x, in(node, 1), [](double a, double b) { return a + b; });
    if (op == "Mul") return map2(x, in(node, 1), [](double a, double b) { return a * b; });
    if (op == "Sub") return map2(x, in(node, 1), [](double a, double b) { return a - b; });
    if (op == "Div") return map2(x, in(node, 1), [](double a, double b) { return a / b; });
    if (op == "BitShift" || op == "BitwiseAnd") return bits(node, x);
    if (op == "Where") return where(x, in(node, 1), in(node, 2));
    if (op == "Identity" || op == "Cast" || op == "Dropout") return x;
    if (op == "Expand")
      return map2(x, Value{in_dims(node, 1), std::vector<double>(count(in_dims(node, 1)))},
                  [](double a, double) { return a; });
    if (op == "Squeeze") return Value{{1, x.dim(1)}, x.v, x.type};
    if (op == "Flatten") return Value{{1, count(x.dims)}, x.v, x.type};
    if (op == "Reshape") return reshape(x, in_dims(node, 1));
    if (op == "ReduceMax") return reduce_max(node, x);
    if (op == "Slice") return first_channels(x, static_cast<std::int64_t>(in(node, 2).v.at(0)));
    if (op == "Relu")
      return map2(x, Value{{1}, {0}}, [](double a, double b) { return std::max(a, b); });
    if (op == "Clip") return clip(node, x);
    if (op == "PRelu")
      return map2(x, in(node, 1), [](double a, double b) { return a < 0 ? a * b : a; });
    if (const auto function = unary_function(node)) {
      Value y = x;
      std::transform(y.v.begin(), y.v.end(), y.v.begin(), function);
      return y;
    }
    throw std::runtime_error("reference: no operator " + op);
  }

  Dims in_dims(const Node& node, int i) const {
    const Value& shape = in(node, i);
    return {shape.v.begin(), shape.v.end()};
  }
  static Value reshape(const Value& x, Dims dims) {
    std::int64_t known = 1;
    for (std::size_t i = 0; i < dims.size(); ++i) {
      if (dims[i] == 0) dims[i] = x.dim(i);
      if (dims[i] > 0) known *= dims[i];
    }
    for (std::int64_t& dim : dims)
      if (dim == -1) dim = count(x.dims) / known;
    return {dims, x.v, x.type};
  }
  static Value first_channels(const Value& x, std::int64_t channels) {
    Value y{{1, channels, x.dim(2), x.dim(3)}, x.v, x.type};
    y.v.resize(count(y.dims));
    return y;
  }
  Value clip(const Node& node, const Value& x) const {
    Value y = x;
    const double infinity = std::numeric_limits<double>::infinity();
    for (double& v : y.v)
      v = std::min(std::max(v, number(node, 1, -infinity)), number(node, 2, infinity));
    return y;
  }

  const onnx::GraphProto& graph_;
  std::map<std::string, Value> values_;
};

}  // namespace sluice::test
