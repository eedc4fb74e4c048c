// SPDX-License-Identifier: Apache-2.0
// The parts of the importer, one a topic: each turns the nodes of one kind into layers.
#pragma once

#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "generator/network/geometry.h"
#include "generator/network/map_functions.h"
#include "generator/network/network_builder.h"
#include "generator/network/onnx_graph.h"
#include "generator/network/quantised_constant.h"

namespace sluice::net {

/// A feature map as real numbers, between DequantizeLinear and QuantizeLinear.
struct RealMap {
  MapTensor tensor;
  double scale = 1.0;
  int zero_point = 0;  ///< as a stored value
};

/// A tensor that the host computes.
struct HostValue {
  int index = 0;  ///< number of the value, see HostTail
  std::vector<std::int64_t> dims;
  HostType type = HostType::kReal;
};

/// What an operator that moves values reads: codes, or the real numbers that they stand for.
struct Source {
  RealMap map;  ///< of codes its scale is 1
  bool real = false;
};

/// What is left to the host behind layers, for all results: a value is the result of a step,
/// counted from 1, or source -k.
struct HostTail {
  std::vector<Source> sources;
  std::vector<HostStep> steps;
  std::map<std::string, HostValue> values;  ///< by tensor name
};

/// What the host computes in front of the first layer.
struct HostHead {
  std::string tensor;                  ///< that it gives
  std::set<const Graph::Node*> nodes;  ///< none: it computes nothing
  InputFormat format;                  ///< as far as the host is concerned
};

/// A map whose channels a channel shuffle has in two dimensions.
struct FoldedMap : Source {
  int groups = 1;  ///< the first of both dimensions
  bool turned = false;
  const Graph::Node* reshape = nullptr;  ///< that folded it
};

/// A number for each channel, and one that is added to it, as real numbers.
struct ChannelScaling {
  std::vector<double> slope, offset;
  bool averages_codes = false;  ///< see Scaling
};

/// State of one import.
struct Import {
  explicit Import(const Graph& from) : graph(from), functions(graph), builder(graph) {}

  const Graph& graph;
  MapFunctions functions;
  NetworkBuilder builder;
  std::map<std::string, RealMap> real_maps;  ///< by tensor name
  std::map<std::string, FoldedMap> folded;   ///< the same
  std::set<const Graph::Node*> done;         ///< nodes that have become part of a layer
  HostHead head;
  HostTail host;
  std::set<std::string> behind_layers;  ///< nodes that may be left to the host
  std::set<std::string> on_host;        ///< those that are, beside host_operators()
};

/// Weights at input `index`, less their zero point at input `zero_index`: one for all, or one for
/// each output channel, which are the dimension `axis`.
Constant read_weights(const Graph& graph, const Graph::Node& node, int index, int zero_index,
                      std::size_t axis);

/// The axes of a node, of four dimensions, in order.
std::vector<std::int64_t> axes_of(const Graph& graph, const Graph::Node& node);
/// Whether they are height and width.
bool is_over_map(const Graph& graph, const Graph::Node& node);

/// One positive number at input `index`.
double read_scale(const Graph& graph, const Graph::Node& node, int index, const std::string& what);

/// Output zero point at input `index`; `absent_type` is the type if the node does not have it, or 0
/// if it must have it.
OutputFormat read_output_format(const Graph& graph, const Graph::Node& node, int index,
                                int absent_type);

/// The sums of a convolution node over the first `channels` channels of the map, with weights
/// [output channel][input channel / groups][ky][kx].
Sums convolution_sums(const Import& import, const Graph::Node& node, int map, int channels,
                      int zero_point, const Constant& weights);
/// The sums of a matrix product of a two-dimensional map, with weights [input][output], or
/// [output][input] if outputs are first: a kernel as large as the map.
Sums dense_sums(const Import& import, const Graph::Node& node, MapTensor tensor, int zero_point,
                const Constant& weights, bool outputs_first = false);

/// Fails if a Gemm or QGemm is more than a matrix product.
void check_gemm(const Graph& graph, const Graph::Node& node);

void import_qlinear_conv(Import& import, const Graph::Node& node);
void import_qlinear_matmul(Import& import, const Graph::Node& node);
/// The map at input `index` of an operator of QOperator form, its scale and zero point behind it.
RealMap read_operand(Import& import, const Graph::Node& node, int index);
/// Which operand of a QLinearAdd or QLinearMul is a constant; none if both are maps.
std::optional<int> constant_operand(const Graph& graph, const Graph::Node& node);
/// QLinearAdd or QLinearMul of a map and a constant.
void import_with_constant(Import& import, const Graph::Node& node);
void import_qlinear_mul(Import& import, const Graph::Node& node);
void import_qgemm(Import& import, const Graph::Node& node);
/// QLinearAveragePool and QLinearGlobalAveragePool.
void import_qlinear_average(Import& import, const Graph::Node& node);
void import_qlinear_add(Import& import, const Graph::Node& node);
/// Whether a node is a MaxPool, a GlobalMaxPool or a ReduceMax over height and width.
bool is_max_pool(const Graph& graph, const Graph::Node& node);
/// The window of a MaxPool.
Geometry read_max_pool(const Graph& graph, const Graph::Node& node);
/// A max pooling of a map.
Layer max_pool_of(const Import& import, const Graph::Node& node, MapTensor map);
/// One of each so many rows of a map.
Layer max_pool_of_rows(int map, int rows);
void import_max_pool(Import& import, const Graph::Node& node);
/// Sums of a layer that keeps the channels of a map; kernel and weights are left open.
Sums same_channels(const Import& import, const RealMap& x);
/// Adds a layer whose real numbers are the sums of each channel's codes in a window, times a slope,
/// plus an offset; `sums` has all but groups, and as weights those of one channel, whole numbers,
/// or none where all are one. The output has the scale `scale`.
void add_scaled(Import& import, const Graph::Node& node, Sums sums, const ChannelScaling& channels,
                double scale, const OutputFormat& format, const std::string& tensor);
/// One number for each channel, of a constant `what` that is broadcast to a map.
template <typename Out, typename In>
std::vector<Out> per_channel(const Graph& graph, const Graph::Node& node,
                             const std::vector<std::int64_t>& dims, const std::vector<In>& values,
                             std::size_t channels, bool flat, const char* what);

/// Whether a node gives two dimensions where it takes four: one that reduces, without keepdims.
bool gives_values(const Graph& graph, const Graph::Node& node);
/// An average or a sum over windows, or over height, width or both: times a slope plus an offset,
/// one a channel, as the tensor `tensor`.
void add_average(Import& import, const Graph::Node& node, const RealMap& x,
                 const ChannelScaling& channels, double scale, const OutputFormat& format,
                 const std::string& tensor);
/// An addition of two maps as real numbers, with an output of scale `scale`, as tensor `tensor`.
void add_maps(Import& import, const Graph::Node& node, RealMap a, RealMap b, double scale,
              const OutputFormat& format, const std::string& tensor);

/// Spreads an operand that has one channel over those of the other one, and with `positions` one of
/// one position.
void spread_operands(Import& import, const Graph::Node& node, RealMap& a, RealMap& b,
                     bool positions);
/// The negative of a map, with mirrored codes.
RealMap negative_of(Import& import, const Graph::Node& node, const RealMap& x);
/// Fails if two maps differ in shape.
void check_shapes(const Import& import, const Graph::Node& node, MapTensor a, MapTensor b);

/// A product of two maps as real numbers, likewise.
void multiply_maps(Import& import, const Graph::Node& node, RealMap a, RealMap b, double scale,
                   const OutputFormat& format, const std::string& tensor);
/// A function of one map: see import_functions.cc.
void import_function(Import& import, const MapFunction& function);
/// Input `index` of an operator that moves values.
Source source_of(Import& import, const Graph::Node& node, int index);
/// The name of the codes where `tensor` is of the source's kind.
std::string name_of_codes(const Source& source, const std::string& tensor);
/// Makes `tensor` what an operator gives of its source.
void give(Import& import, const std::string& tensor, Source source, MapTensor result);
/// A map of the operands beside each other, as the tensor `tensor`, in the scale `scale`.
void add_concatenation(Import& import, const Graph::Node& node, std::vector<RealMap> operands,
                       double scale, const OutputFormat& format, const std::string& tensor);
void import_qlinear_concat(Import& import, const Graph::Node& node);
/// Of codes that are all of one scale.
void import_concat(Import& import, const Graph::Node& node);
void import_slice(Import& import, const Graph::Node& node);
void import_split(Import& import, const Graph::Node& node);
/// A layer of zeros and ones that takes these channels of a map, of -1 zero; `pads` are top, left,
/// bottom and right.
MapTensor with_channels(Import& import, const Graph::Node& node, MapTensor x,
                        const std::vector<int>& from, const std::array<int, 4>& pads,
                        const std::string& tensor);
/// A flattened map as channels of one position; a layer where it has several.
MapTensor as_values(Import& import, const Graph::Node& node, MapTensor x,
                    const std::string& tensor);
/// Values as a map of (channels, height, width).
MapTensor as_map(Import& import, const Graph::Node& node, MapTensor x,
                 const std::vector<std::int64_t>& dims, const std::string& tensor);
void import_depth_to_space(Import& import, const Graph::Node& node);
void import_space_to_depth(Import& import, const Graph::Node& node);
/// Rows and columns repeated, left out or interpolated.
void import_resize(Import& import, const Graph::Node& node);
/// Whether a node interpolates between positions.
bool is_linear_resize(const Graph& graph, const Graph::Node& node);
/// What a Resize takes of each place of an axis: for each of `output` places a row of `input`
/// weights.
RealConstant resize_matrix(const Graph& graph, const Graph::Node& node, int input, int output,
                           double scale);
void import_pad(Import& import, const Graph::Node& node);
/// Whether a node is a part of a channel shuffle.
bool import_folded(Import& import, const Graph::Node& node);

/// Operators that give the values that they read: Flatten, Reshape, Squeeze, Unsqueeze; Identity
/// and Dropout.
bool keeps_values(const Graph::Node& node);
/// `tensor` with the number of dimensions that such an operator gives it.
MapTensor reshaped(Import& import, const Graph::Node& node, MapTensor tensor);

/// Whether `quantize`, a QuantizeLinear, ends an operator on real numbers; else it ends scaled
/// integer sums.
bool ends_real_operator(const Import& import, const Graph::Node& quantize);
/// `quantize` ends an operator on real numbers: see import_real.cc.
void import_real(Import& import, const Graph::Node& quantize);
/// Operators that are always left to the host; all others only where no layer computes them.
const std::set<std::string>& host_operators();
/// Whether the host can compute a node.
bool may_stay_on_host(const Graph& graph, const Graph::Node& node);
/// Such nodes that no other nodes stand behind, by their names or, without one, their outputs'.
std::set<std::string> names_behind_layers(const Graph& graph);
/// The nodes in front of the first layer that the host computes, in order.
std::vector<const Graph::Node*> head_of(const Graph& graph);
/// The names of nodes, or without one, of their outputs.
std::set<std::string> names_of(const std::vector<const Graph::Node*>& nodes);
/// Reads them.
void import_head(Import& import, const std::vector<const Graph::Node*>& head);
void finish_head(Import& import, InputFormat& format);
/// Begins the network where the graph takes codes.
void begin_with_input(Import& import);
/// Begins it with a QuantizeLinear of the graph's input; false if the node is another.
bool quantises_input(Import& import, const Graph::Node& quantize);
/// Whether a node is left to the host, behind layers.
bool import_host(Import& import, const Graph::Node& node);
/// Whether the host computes a node that reads what it has computed: those, and what scales.
bool reads_on_host(const Graph& graph, const Graph::Node& node);
/// Reads a graph, of which the nodes `import.on_host` are left to the host.
Network import_once(Import& import);
/// What a node that becomes no part of a layer is told, first.
inline constexpr const char* kNoPattern = "is not part of a pattern";
/// How the message on a node begins that the host computes, where it cannot.
inline constexpr const char* kOnlyOnHost = "is left to the host, and stands between layers";
/// The graph's results, of which the sources have all but how codes are stored; without sources if
/// neither layers nor the host give them.
std::vector<ResultFormat> results_of(Import& import);
/// `quantize` is a QuantizeLinear of scaled integer sums, with gates or without: see
/// import_sums.cc.
void import_sums(Import& import, const Graph::Node& quantize);

/// The map of a tensor of real numbers; none if the tensor is not quantised. Relu, Clip and MaxPool
/// behind a DequantizeLinear become layers of their own, on codes.
std::optional<RealMap> find_real(Import& import, const std::string& tensor);
/// The map of the real numbers at input `index` of a node. Fails if they are not quantised.
RealMap real_operand(Import& import, const Graph::Node& node, int index);

template <typename Out, typename In>
std::vector<Out> per_channel(const Graph& graph, const Graph::Node& node,
                             const std::vector<std::int64_t>& dims, const std::vector<In>& values,
                             std::size_t channels, bool flat, const char* what) {
  if (values.size() == 1) return std::vector<Out>(channels, static_cast<Out>(values[0]));
  const std::size_t behind = flat ? 1 : 3;  // place of the channels, from the end
  const bool good = dims.size() >= behind && values.size() == channels &&
                    dims[dims.size() - behind] == static_cast<std::int64_t>(channels);
  if (!good)
    graph.fail(node,
               fmt::format("its {} has shape {}; supported are one value, or one for each output "
                           "channel in shape [1, {}{}]",
                           what, text(dims), channels, flat ? "" : ", 1, 1"));
  return std::vector<Out>(values.begin(), values.end());
}

}  // namespace sluice::net
