// SPDX-License-Identifier: Apache-2.0
// Test helper: operators that move values, and the transposed convolution, as their definitions
// say.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "tests/generator/network/onnx_value.h"

namespace sluice::test {

/// Calls `visit(place)` for each element of a tensor, in order.
template <typename Visit>
void for_each_place(const Dims& dims, Visit visit) {
  Dims place(dims.size());
  for (std::int64_t i = 0; i < count(dims); ++i) {
    std::int64_t rest = i;
    for (std::size_t axis = dims.size(); axis-- > 0; rest /= dims[axis]) {
      place[axis] = rest % dims[axis];
    }
    visit(place);
  }
}

inline double element(const Value& x, const Dims& place) {
  std::int64_t index = 0;
  for (std::size_t axis = 0; axis < place.size(); ++axis) index = index * x.dim(axis) + place[axis];
  return x.v.at(static_cast<std::size_t>(index));
}

inline Value concatenated(const std::vector<Value>& all, std::size_t axis) {
  Value y{all.front().dims, {}, all.front().type};
  y.dims[axis] = 0;
  for (const Value& x : all) y.dims[axis] += x.dim(axis);
  for_each_place(y.dims, [&](Dims place) {
    std::size_t k = 0;
    while (place[axis] >= all[k].dim(axis)) place[axis] -= all[k++].dim(axis);
    y.v.push_back(element(all[k], place));
  });
  return y;
}

/// Elements from `first` on, `step` apart.
inline Value sliced(const Value& x, const Dims& first, const Dims& step, const Dims& dims) {
  Value y{dims, {}, x.type};
  for_each_place(dims, [&](Dims place) {
    for (std::size_t axis = 0; axis < place.size(); ++axis)
      place[axis] = first[axis] + place[axis] * step[axis];
    y.v.push_back(element(x, place));
  });
  return y;
}

inline Value permuted(const Value& x, const Dims& order) {
  Value y{{}, {}, x.type};
  for (const std::int64_t axis : order) y.dims.push_back(x.dim(axis));
  for_each_place(y.dims, [&](const Dims& place) {
    Dims from(place.size());
    for (std::size_t axis = 0; axis < place.size(); ++axis) from[order[axis]] = place[axis];
    y.v.push_back(element(x, from));
  });
  return y;
}

/// Each row and column `factor` times.
inline Value repeated(const Value& x, std::int64_t factor) {
  Value y{{1, x.dim(1), x.dim(2) * factor, x.dim(3) * factor}, {}, x.type};
  for_each_place(y.dims, [&](Dims place) {
    place[2] /= factor;
    place[3] /= factor;
    y.v.push_back(element(x, place));
  });
  return y;
}

inline Value padded(const Value& x, const Dims& pads, double value) {
  Value y{x.dims, {}, x.type};
  for (std::size_t axis = 0; axis < 4; ++axis) y.dims[axis] += pads[axis] + pads[axis + 4];
  for_each_place(y.dims, [&](Dims place) {
    bool inside = true;
    for (std::size_t axis = 0; axis < 4; ++axis) {
      place[axis] -= pads[axis];
      inside = inside && place[axis] >= 0 && place[axis] < x.dim(axis);
    }
    y.v.push_back(inside ? element(x, place) : value);
  });
  return y;
}

/// Each input value times the kernel, added where they overlap; weights are [input channel][output
/// channel / groups][y][x].
inline Value transposed_conv(const Value& x, const Value& w, std::int64_t groups,
                             const Dims& strides, const Dims& pads, const Dims& more) {
  const std::int64_t outs = w.dim(1), ins = x.dim(1) / groups;
  Value y{{1, outs * groups, (x.dim(2) - 1) * strides[0] + w.dim(2) - pads[0] - pads[2] + more[0],
           (x.dim(3) - 1) * strides[1] + w.dim(3) - pads[1] - pads[3] + more[1]},
          {},
          x.type};
  y.v.resize(static_cast<std::size_t>(count(y.dims)));
  for_each_place(x.dims, [&](const Dims& from) {
    for_each_place({outs, w.dim(2), w.dim(3)}, [&](const Dims& tap) {
      const std::int64_t c = from[1] / ins * outs + tap[0];
      const std::int64_t row = from[2] * strides[0] + tap[1] - pads[0];
      const std::int64_t column = from[3] * strides[1] + tap[2] - pads[1];
      if (row < 0 || row >= y.dim(2) || column < 0 || column >= y.dim(3)) return;
      y.v[static_cast<std::size_t>((c * y.dim(2) + row) * y.dim(3) + column)] +=
          element(x, from) * element(w, {from[1], tap[0], tap[1], tap[2]});
    });
  });
  return y;
}

/// The outputs of an operator that moves values, or of a transposed convolution; none of others.
class Moved {
 public:
  using Node = onnx::NodeProto;
  using Values = std::map<std::string, Value>;

  Moved(const Node& node, const Values& values) : node_(node), values_(values) {}

  std::vector<Value> outputs() const {
    const std::string& op = node_.op_type();
    if (op == "Split") return split();
    if (op == "Concat") return {concatenated(inputs(0, 1), axis())};
    if (op == "QLinearConcat") return {joined()};
    if (op == "Resize") return {repeated(in(0), static_cast<std::int64_t>(in(2).v.at(2)))};
    if (op == "Pad") return {padded(in(0), dims(1), node_.input_size() > 2 ? in(2).v.at(0) : 0)};
    if (op == "Transpose" && in(0).dims.size() > 2) return {permuted(in(0), ints("perm"))};
    if (op == "Slice" && node_.input_size() > 4) return {slice()};
    if (op == "ConvTranspose") return {transposed()};
    return {};
  }

 private:
  const Value& in(int i) const { return values_.at(node_.input(i)); }
  Dims dims(int i) const { return {in(i).v.begin(), in(i).v.end()}; }
  Dims ints(const std::string& name, const Dims& absent = {}) const {
    for (const auto& attribute : node_.attribute())
      if (attribute.name() == name) return {attribute.ints().begin(), attribute.ints().end()};
    return absent;
  }
  std::int64_t integer(const std::string& name, std::int64_t absent) const {
    for (const auto& attribute : node_.attribute())
      if (attribute.name() == name) return attribute.i();
    return absent;
  }
  std::size_t axis() const {
    const std::int64_t axis = integer("axis", 1);
    return static_cast<std::size_t>(axis < 0 ? axis + 4 : axis);
  }

  std::vector<Value> inputs(int first, int step) const {
    std::vector<Value> all;
    for (int i = first; i < node_.input_size(); i += step) all.push_back(in(i));
    return all;
  }

  std::vector<Value> split() const {
    std::vector<Value> all;
    Dims first(in(0).dims.size());
    for (const std::int64_t size : dims(1)) {
      Dims shape = in(0).dims;
      shape[axis()] = size;
      all.push_back(sliced(in(0), first, Dims(first.size(), 1), shape));
      first[axis()] += size;
    }
    return all;
  }

  Value slice() const {
    Dims first(4), steps(4, 1), shape = in(0).dims;
    for (std::size_t i = 0; i < dims(1).size(); ++i) {
      const auto on = static_cast<std::size_t>(dims(3)[i]);
      first[on] = dims(1)[i];
      steps[on] = dims(4)[i];
      shape[on] = (dims(2)[i] - first[on] + steps[on] - 1) / steps[on];
    }
    return sliced(in(0), first, steps, shape);
  }

  Value joined() const {
    std::vector<Value> all = inputs(2, 3);
    for (std::size_t k = 0; k < all.size(); ++k)
      for (double& v : all[k].v) {
        const int scale = 3 + 3 * static_cast<int>(k);
        const double real = (v - in(scale + 1).v.at(0)) * in(scale).v.at(0);
        const double low = all[k].type == onnx::TensorProto::UINT8 ? 0 : -128;
        v = std::clamp(std::nearbyint(real / in(0).v.at(0)) + in(1).v.at(0), low, low + 255);
      }
    return concatenated(all, axis());
  }

  Value transposed() const {
    Value y = transposed_conv(in(0), in(1), integer("group", 1), ints("strides", {1, 1}),
                              ints("pads", {0, 0, 0, 0}), ints("output_padding", {0, 0}));
    const std::size_t plane = y.v.size() / static_cast<std::size_t>(y.dim(1));
    for (std::size_t i = 0; node_.input_size() > 2 && i < y.v.size(); ++i)
      y.v[i] += in(2).v[i / plane];
    return y;
  }

  const Node& node_;
  const Values& values_;
};

}  // namespace sluice::test
