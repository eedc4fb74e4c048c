// SPDX-License-Identifier: Apache-2.0
// Operators that move values, and those on shapes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generator/quantise/operators.h"

namespace sluice::quantise {
namespace {

std::vector<bool> axes_of(const Operation& op, std::size_t rank, const Dims& otherwise) {
  std::vector<bool> named(rank, false);
  for (const std::int64_t axis : op.ints(1, "axes", otherwise)) named[op.axis(axis, rank)] = true;
  return named;
}

Dims squeezed(const Operation& op, const Dims& dims) {
  Dims single, left;
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (dims[i] == 1) single.push_back(static_cast<std::int64_t>(i));
  const std::vector<bool> gone = axes_of(op, dims.size(), single);
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (!gone[i]) left.push_back(dims[i]);
  return left;
}

Dims unsqueezed(const Operation& op, const Dims& dims) {
  const std::size_t rank = dims.size() + op.ints(1, "axes", {}).size();
  const std::vector<bool> added = axes_of(op, rank, {});
  Dims result;
  std::size_t next = 0;
  for (std::size_t i = 0; i < rank; ++i)
    result.push_back(added[i] || next >= dims.size() ? 1 : dims[next++]);
  return result;
}

Dims reshaped(const Operation& op, const Tensor& x) {
  Dims dims = op.whole(1).ints;
  std::int64_t known = 1;
  auto open = dims.end();
  for (auto dim = dims.begin(); dim != dims.end(); ++dim) {
    const auto place = static_cast<std::size_t>(dim - dims.begin());
    if (*dim == 0 && op.integer("allowzero", 0) == 0 && place < x.dims.size()) *dim = x.dims[place];
    if (*dim == -1)
      open = dim;
    else
      known *= *dim;
  }
  if (open != dims.end()) *open = known == 0 ? 0 : static_cast<std::int64_t>(x.size()) / known;
  return dims;
}

Dims flattened(const Operation& op, const Dims& dims) {
  std::int64_t axis = op.integer("axis", 1);
  axis += axis < 0 ? static_cast<std::int64_t>(dims.size()) : 0;
  Dims result = {1, 1};
  for (std::size_t i = 0; i < dims.size(); ++i)
    result[static_cast<std::int64_t>(i) < axis ? 0 : 1] *= dims[i];
  return result;
}

/// A tensor's values at the places that `source` gives for each place of the result.
template <typename Source>
Tensor moved(const Tensor& x, const Dims& dims, Source source) {
  Tensor result{dims, {}, {}, x.type};
  const std::size_t count = count_of(dims);
  Dims place(dims.size(), 0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = source(place);
    if (x.is_real())
      result.reals.push_back(x.reals[from]);
    else
      result.ints.push_back(x.ints[from]);
    for (std::size_t d = dims.size(); d-- > 0;) {
      if (++place[d] < dims[d]) break;
      place[d] = 0;
    }
  }
  return result;
}

std::size_t place_in(const Dims& dims, const Dims& place) {
  std::size_t at = 0;
  for (std::size_t d = 0; d < dims.size(); ++d)
    at = at * static_cast<std::size_t>(dims[d]) + static_cast<std::size_t>(place[d]);
  return at;
}

}  // namespace

Tensor same_values(const Operation& op) {
  Tensor result = op.any(0);
  const std::string& type = op.node.op_type();
  if (type == "Flatten") result.dims = flattened(op, result.dims);
  if (type == "Reshape") result.dims = reshaped(op, result);
  if (type == "Squeeze") result.dims = squeezed(op, result.dims);
  if (type == "Unsqueeze") result.dims = unsqueezed(op, result.dims);
  if (count_of(result.dims) != result.size())
    op.fail(fmt::format("makes the shape {} of {} values", net::text(result.dims), result.size()));
  return result;
}

Tensor shape_of(const Operation& op) {
  const Dims& dims = op.any(0).dims;
  const auto rank = static_cast<std::int64_t>(dims.size());
  const auto bound = [&](const char* name, std::int64_t otherwise) {
    const std::int64_t given = op.integer(name, otherwise);
    return std::clamp<std::int64_t>(given < 0 ? given + rank : given, 0, rank);
  };
  const std::int64_t begin = bound("start", 0), end = std::max(begin, bound("end", rank));
  return int_tensor(Dims(dims.begin() + begin, dims.begin() + end));
}

Tensor transpose(const Operation& op) {
  const Tensor& x = op.any(0);
  Dims order;
  for (std::size_t i = x.dims.size(); i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
  const Dims sorted(order.rbegin(), order.rend());
  order = op.attribute("perm", order);
  if (!std::is_permutation(order.begin(), order.end(), sorted.begin(), sorted.end()))
    op.fail(fmt::format("its perm is {}, of {} dimensions", net::text(order), x.dims.size()));
  Dims dims;
  for (const std::int64_t from : order) dims.push_back(x.dims[static_cast<std::size_t>(from)]);
  Dims source(x.dims.size(), 0);
  return moved(x, dims, [&](const Dims& place) {
    for (std::size_t d = 0; d < place.size(); ++d)
      source[static_cast<std::size_t>(order[d])] = place[d];
    return place_in(x.dims, source);
  });
}

Tensor concat(const Operation& op) {
  const Tensor& first = op.any(0);
  const std::size_t axis = op.axis(op.integer("axis", 1), first.dims.size());
  Tensor result{first.dims, {}, {}, first.type};
  result.dims[axis] = 0;
  std::size_t outer = 1;
  for (std::size_t d = 0; d < axis; ++d) outer *= static_cast<std::size_t>(first.dims[d]);
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    Dims dims = op.any(i).dims;
    if (dims.size() != first.dims.size() || op.any(i).type != first.type)
      op.fail("its inputs differ in dimensions or type");
    result.dims[axis] += dims[axis];
    dims[axis] = first.dims[axis];
    if (dims != first.dims) op.fail("its inputs differ in shape beside its axis");
  }
  for (std::size_t o = 0; o < outer; ++o)
    for (const Tensor* x : op.inputs) {
      const auto size = static_cast<std::ptrdiff_t>(x->size() / outer);
      const auto begin = static_cast<std::ptrdiff_t>(o) * size;
      if (x->is_real())
        result.reals.insert(result.reals.end(), x->reals.begin() + begin,
                            x->reals.begin() + begin + size);
      else
        result.ints.insert(result.ints.end(), x->ints.begin() + begin,
                           x->ints.begin() + begin + size);
    }
  return result;
}

Tensor gather(const Operation& op) {
  const Tensor &x = op.any(0), &indices = op.whole(1);
  if (x.dims.empty()) op.fail("its input has no dimensions");
  const std::size_t axis = op.axis(op.integer("axis", 0), x.dims.size());
  Dims dims(x.dims.begin(), x.dims.begin() + static_cast<std::ptrdiff_t>(axis));
  dims.insert(dims.end(), indices.dims.begin(), indices.dims.end());
  dims.insert(dims.end(), x.dims.begin() + static_cast<std::ptrdiff_t>(axis) + 1, x.dims.end());
  for (const std::int64_t index : indices.ints)
    if (index < -x.dims[axis] || index >= x.dims[axis]) op.fail("gathers what is not there");
  const std::size_t spread = indices.dims.size();
  return moved(x, dims, [&](const Dims& place) {
    Dims source(place.begin(), place.begin() + static_cast<std::ptrdiff_t>(axis));
    const Dims which(place.begin() + static_cast<std::ptrdiff_t>(axis),
                     place.begin() + static_cast<std::ptrdiff_t>(axis + spread));
    const std::int64_t index = indices.ints[place_in(indices.dims, which)];
    source.push_back(index < 0 ? index + x.dims[axis] : index);
    source.insert(source.end(), place.begin() + static_cast<std::ptrdiff_t>(axis + spread),
                  place.end());
    return place_in(x.dims, source);
  });
}

namespace {

/// Values [begin, end) with a step along one axis.
struct Range {
  std::int64_t begin = 0, end = 0, step = 1;
};

Tensor sliced(const Tensor& x, const std::vector<Range>& ranges) {
  Dims dims;
  for (const Range& range : ranges)
    dims.push_back(std::max<std::int64_t>(
        0, (range.end - range.begin + range.step + (range.step > 0 ? -1 : 1)) / range.step));
  Dims source(dims.size(), 0);
  return moved(x, dims, [&](const Dims& place) {
    for (std::size_t d = 0; d < dims.size(); ++d)
      source[d] = ranges[d].begin + place[d] * ranges[d].step;
    return place_in(x.dims, source);
  });
}

std::vector<Range> whole(const Dims& dims) {
  std::vector<Range> ranges;
  for (const std::int64_t dim : dims) ranges.push_back({0, dim, 1});
  return ranges;
}

}  // namespace

Tensor slice(const Operation& op) {
  const Tensor& x = op.any(0);
  const Dims starts = op.whole(1).ints, ends = op.whole(2).ints;
  Dims all(starts.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
  const Dims axes = op.has(3) ? op.whole(3).ints : all;
  const Dims steps = op.has(4) ? op.whole(4).ints : Dims(starts.size(), 1);
  if (starts.size() != ends.size() || starts.size() != axes.size() || starts.size() != steps.size())
    op.fail("its starts, ends, axes and steps differ in number");
  std::vector<Range> ranges = whole(x.dims);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t axis = op.axis(axes[i], x.dims.size());
    const std::int64_t size = x.dims[axis];
    if (steps[i] == 0) op.fail("has a step of 0");
    const std::int64_t low = steps[i] > 0 ? 0 : -1, high = steps[i] > 0 ? size : size - 1;
    const auto place = [&](std::int64_t given) {
      return std::clamp(given < 0 && given >= -size ? given + size : given, low, high);
    };
    ranges[axis] = {place(starts[i]), place(ends[i]), steps[i]};
  }
  return sliced(x, ranges);
}

std::vector<Tensor> split(const Operation& op) {
  const Tensor& x = op.any(0);
  const std::size_t axis = op.axis(op.integer("axis", 0), x.dims.size());
  const std::int64_t count = op.node.output_size();
  const std::int64_t each = (x.dims[axis] + count - 1) / count;
  Dims sizes(static_cast<std::size_t>(count), each);
  sizes.back() = x.dims[axis] - each * (count - 1);
  sizes = op.ints(1, "split", sizes);
  std::vector<Tensor> parts;
  std::vector<Range> ranges = whole(x.dims);
  std::int64_t at = 0;
  for (const std::int64_t size : sizes) {
    if (size < 0 || at + size > x.dims[axis]) op.fail("its parts do not fit its input");
    ranges[axis] = {at, at + size, 1};
    at += size;
    parts.push_back(sliced(x, ranges));
  }
  if (static_cast<std::int64_t>(parts.size()) != count) op.fail("has not an output for each part");
  return parts;
}

Tensor pad(const Operation& op) {
  const Tensor& x = op.real(0);
  const Dims pads = op.ints(1, "pads", {});
  const std::size_t rank = x.dims.size();
  if (op.graph.word(op.node, "mode", "constant") != "constant" || op.has(3) ||
      pads.size() != 2 * rank)
    op.fail("supported is padding with a constant, of all dimensions");
  const float value = op.number(2, 0.0F);
  Dims dims = x.dims;
  for (std::size_t d = 0; d < rank; ++d) {
    dims[d] += pads[d] + pads[d + rank];
    if (std::min(pads[d], pads[d + rank]) < 0 || dims[d] > kLargestDimension)
      op.fail(fmt::format("its pads are {}", net::text(pads)));
  }
  Tensor with = x;  // the value behind all others is what padding reads
  with.reals.push_back(value);
  Dims source(rank, 0);
  return moved(with, dims, [&](const Dims& place) {
    bool inside = true;
    for (std::size_t d = 0; d < rank; ++d) {
      source[d] = place[d] - pads[d];
      inside = inside && source[d] >= 0 && source[d] < x.dims[d];
    }
    return inside ? place_in(x.dims, source) : x.size();
  });
}

Tensor resize(const Operation& op) {
  const Tensor& x = op.real(0);
  const std::size_t rank = x.dims.size();
  Dims dims = x.dims;
  for (std::size_t d = 0; d < rank; ++d) {
    if (op.has(3) && op.any(3).size() == rank)
      dims[d] = op.whole(3).ints[d];
    else if (op.has(2) && op.any(2).size() == rank)
      dims[d] = static_cast<std::int64_t>(std::floor(double(x.dims[d]) * op.real(2).reals[d]));
    if (dims[d] < x.dims[d] || dims[d] > kLargestDimension || dims[d] % x.dims[d] != 0)
      op.fail("supported is an enlargement by whole factors");
  }
  if (op.graph.word(op.node, "mode", "nearest") != "nearest")
    op.fail("supported is the mode nearest");
  Dims source(rank, 0);
  // With whole factors, the modes of coordinates and of rounding in use give the same.
  return moved(x, dims, [&](const Dims& place) {
    for (std::size_t d = 0; d < rank; ++d) source[d] = place[d] / (dims[d] / x.dims[d]);
    return place_in(x.dims, source);
  });
}

Tensor cast(const Operation& op) {
  const Tensor& x = op.any(0);
  Tensor result{x.dims, {}, {}, static_cast<int>(op.integer("to", x.type))};
  if (x.is_real() == result.is_real()) {
    result.reals = x.reals;
    result.ints = x.ints;
  } else if (x.is_real()) {
    for (const float value : x.reals) result.ints.push_back(static_cast<std::int64_t>(value));
  } else {
    result.reals.assign(x.ints.begin(), x.ints.end());
  }
  return result;
}

}  // namespace sluice::quantise
