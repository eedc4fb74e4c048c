// SPDX-License-Identifier: Apache-2.0
// Test helper: operators that reduce axes, join two maps value by value, or give maps other
// positions, as their definitions say.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "tests/generator/network/onnx_places.h"

namespace sluice::test {

/// A value of a map between positions: linear along height and width.
inline double between(const Value& x, Dims place, double y, double column) {
  double sum = 0;
  for (const int down : {0, 1})
    for (const int right : {0, 1}) {
      const double top = std::floor(y), left = std::floor(column);
      const double weight =
          (down ? y - top : 1 - (y - top)) * (right ? column - left : 1 - (column - left));
      if (weight == 0) continue;
      place[2] = static_cast<std::int64_t>(top) + down;
      place[3] = static_cast<std::int64_t>(left) + right;
      sum += weight * element(x, place);
    }
  return sum;
}

/// The outputs of such an operator; none of others.
class Resampled {
 public:
  using Node = onnx::NodeProto;
  using Values = std::map<std::string, Value>;

  Resampled(const Node& node, const Values& values) : node_(node), values_(values) {}

  std::vector<Value> outputs() const {
    const std::string& op = node_.op_type();
    if (op == "GlobalMaxPool" || (op == "ReduceMax" && in(0).dims.size() == 4)) return {largest()};
    if (op == "ReduceSum") return {reduced({2, 3}, false)};
    if (op == "ReduceMean" && ints("axes").size() == 1) return {reduced(ints("axes"), true)};
    if (op == "Sum" || op == "Mean" || op == "Max" || op == "Min") return {joined()};
    if (op == "DepthToSpace") return {to_space()};
    if (op == "SpaceToDepth") return {to_depth()};
    if (op == "Resize" && word("mode") == "linear") return {interpolated()};
    if (op == "Pad" && (word("mode") == "reflect" || word("mode") == "edge")) return {padded()};
    return {};
  }

 private:
  const Value& in(int i) const { return values_.at(node_.input(i)); }
  Dims ints(const std::string& name) const {
    for (const auto& attribute : node_.attribute())
      if (attribute.name() == name) return {attribute.ints().begin(), attribute.ints().end()};
    return {};
  }
  std::int64_t integer(const std::string& name, std::int64_t absent) const {
    for (const auto& attribute : node_.attribute())
      if (attribute.name() == name) return attribute.i();
    return absent;
  }
  std::string word(const std::string& name) const {
    for (const auto& attribute : node_.attribute())
      if (attribute.name() == name) return attribute.s();
    return "";
  }

  Value largest() const {
    const Value& x = in(0);
    Value y{{1, x.dim(1), 1, 1}, {}, x.type};
    const std::int64_t plane = x.dim(2) * x.dim(3);
    for (std::int64_t c = 0; c < x.dim(1); ++c)
      y.v.push_back(*std::max_element(x.v.begin() + c * plane, x.v.begin() + (c + 1) * plane));
    return y;
  }

  Value reduced(const Dims& axes, bool mean) const {
    const Value& x = in(0);
    Value y{x.dims, {}, x.type};
    double size = 1;
    for (const std::int64_t axis : axes) {
      size *= static_cast<double>(x.dim(axis));
      y.dims[axis] = 1;
    }
    y.v.resize(static_cast<std::size_t>(count(y.dims)));
    for_each_place(x.dims, [&](const Dims& place) {
      std::int64_t index = 0;
      for (std::size_t axis = 0; axis < place.size(); ++axis)
        index = index * y.dims[axis] + (y.dims[axis] == 1 ? 0 : place[axis]);
      y.v[static_cast<std::size_t>(index)] += element(x, place) / (mean ? size : 1);
    });
    return y;
  }

  Value joined() const {
    const std::string& op = node_.op_type();
    const Value &a = in(0), &b = in(1);
    Value y{a.dims, {}, a.type};
    for (std::size_t i = 0; i < a.v.size(); ++i) {
      const double one = a.v[i], other = b.v.at(i);
      y.v.push_back(op == "Max"   ? std::max(one, other)
                    : op == "Min" ? std::min(one, other)
                    : op == "Sum" ? one + other
                                  : (one + other) / 2);
    }
    return y;
  }

  Value to_space() const {
    const Value& x = in(0);
    const std::int64_t b = integer("blocksize", 1);
    Value y{{1, x.dim(1) / (b * b), x.dim(2) * b, x.dim(3) * b}, {}, x.type};
    for_each_place(y.dims, [&](const Dims& p) {
      const std::int64_t place = p[2] % b * b + p[3] % b;
      const std::int64_t channel =
          word("mode") == "CRD" ? p[1] * b * b + place : place * y.dims[1] + p[1];
      y.v.push_back(element(x, {0, channel, p[2] / b, p[3] / b}));
    });
    return y;
  }

  Value to_depth() const {
    const Value& x = in(0);
    const std::int64_t b = integer("blocksize", 1);
    Value y{{1, x.dim(1) * b * b, x.dim(2) / b, x.dim(3) / b}, {}, x.type};
    for_each_place(y.dims, [&](const Dims& p) {
      const std::int64_t place = p[1] / x.dim(1);
      y.v.push_back(element(x, {0, p[1] % x.dim(1), p[2] * b + place / b, p[3] * b + place % b}));
    });
    return y;
  }

  /// With half_pixel, or else asymmetric, coordinates.
  Value interpolated() const {
    const Value& x = in(0);
    const auto scale = [&](int axis) { return in(2).v.at(axis); };
    const auto size = [&](int axis) {
      return static_cast<std::int64_t>(std::floor(static_cast<double>(x.dim(axis)) * scale(axis)));
    };
    Value y{{1, x.dim(1), size(2), size(3)}, {}, x.type};
    for_each_place(y.dims, [&](const Dims& p) {
      const auto at = [&](int axis) {
        const double asymmetric = static_cast<double>(p[axis]) / scale(axis);
        const double half = (static_cast<double>(p[axis]) + 0.5) / scale(axis) - 0.5;
        const double place =
            word("coordinate_transformation_mode") == "asymmetric" ? asymmetric : half;
        return std::clamp(place, 0.0, static_cast<double>(x.dim(axis) - 1));
      };
      y.v.push_back(between(x, p, at(2), at(3)));
    });
    return y;
  }

  Value padded() const {
    const Value &x = in(0), &pads = in(1);
    Value y{x.dims, {}, x.type};
    for (const std::size_t axis : {2, 3})
      y.dims[axis] += static_cast<std::int64_t>(pads.v[axis] + pads.v[axis + 4]);
    for_each_place(y.dims, [&](Dims p) {
      for (const std::size_t axis : {2, 3}) {
        const std::int64_t last = x.dim(axis) - 1;
        p[axis] -= static_cast<std::int64_t>(pads.v[axis]);
        if (word("mode") == "edge") p[axis] = std::clamp<std::int64_t>(p[axis], 0, last);
        if (p[axis] < 0) p[axis] = -p[axis];
        if (p[axis] > last) p[axis] = 2 * last - p[axis];
      }
      y.v.push_back(element(x, p));
    });
    return y;
  }

  const Node& node_;
  const Values& values_;
};

}  // namespace sluice::test
