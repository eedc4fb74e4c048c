// SPDX-License-Identifier: Apache-2.0
// Files and graphs that the importer refuses: the whole message is compared.
#include <catch2/catch.hpp>

#include "generator/util/user_error.h"
#include "tests/generator/network/gated_model.h"
#include "tests/generator/network/supported_operators.h"

namespace sluice::test {
namespace {

/// The message of importing a file with these bytes, without the file's name in front.
std::string error_of(const std::string& bytes) {
  TemporaryFile file;
  file.write(bytes);
  try {
    net::import_network(file.path());
  } catch (const UserError& error) {
    REQUIRE(std::string(error.what()).starts_with(file.path() + ": "));
    return complaint(error, file.path());
  }
  return "accepted";
}

std::string error_of(const OnnxModel& model) { return error_of(model.bytes()); }

/// A model with one QLinearConv, [1, 3, 5, 5] to 4 channels, and its node.
struct ConvModel {
  ConvModel() : model(kUint8, {1, 3, 5, 5}) {
    Random random(1);
    const auto w = model.tensor({4, 3, 3, 3}, random.numbers<std::int8_t>(108, -128, 127));
    const auto y = model.node(
        "QLinearConv",
        {"input", model.scalar(1.0F), model.scalar(std::uint8_t{3}), w, model.scalar(0.01F),
         model.scalar(std::int8_t{0}), model.scalar(1.0F), model.scalar(std::uint8_t{0})},
        "c");
    model.output(y);
  }
  onnx::NodeProto& node() { return *model.proto.mutable_graph()->mutable_node(0); }
  /// Replaces input `i` of the convolution.
  ConvModel& with(int i, const std::string& tensor) {
    while (node().input_size() <= i) node().add_input("");
    node().set_input(i, tensor);
    return *this;
  }
  std::string error() const { return error_of(model); }
  OnnxModel model;
};

/// The gated model, one of whose nodes is changed by a function.
template <typename Change>
std::string gated_error(const GatedOptions& options, const std::string& node, Change change) {
  OnnxModel model = gated_model(options);
  for (auto& n : *model.proto.mutable_graph()->mutable_node())
    if (n.name() == node) change(model, n);
  return error_of(model);
}

}  // namespace

TEST_CASE("ImportErrors.FilesThatAreNoOnnxFiles") {
  CHECK(error_of("") == "is empty");
  CHECK(error_of("This is text, not a network.\n") ==
        "is not an ONNX file: it cannot be parsed as protobuf");
  CHECK(error_of(std::string("\x08\x07", 2)) ==
        "is not an ONNX file, or has a graph without nodes");
  const std::string whole = ConvModel().model.bytes();
  CHECK(error_of(whole.substr(0, whole.size() / 2)) ==
        "is not an ONNX file: it cannot be parsed as protobuf");
  try {
    net::import_network("/nowhere/net.onnx");
    FAIL("accepted");
  } catch (const UserError& error) {
    CHECK(std::string(error.what()) == "/nowhere/net.onnx: no such file");
  }
}

TEST_CASE("ImportErrors.AHugeFileIsRefusedBeforeItIsRead") {
  TemporaryFile file;
  file.write("x");
  std::filesystem::resize_file(file.path(),
                               (std::uintmax_t{1} << 30) + 1);  // a hole, takes no space
  try {
    net::import_network(file.path());
    FAIL("accepted");
  } catch (const UserError& error) {
    CHECK(std::string(error.what()) ==
          file.path() + ": has more than 1 GiB, the most that is read of an ONNX file");
  }
}

TEST_CASE("ImportErrors.GraphsAsAWhole") {
  ConvModel old;
  old.model.proto.mutable_opset_import(0)->set_version(10);
  CHECK(old.error() == "uses operator set 10; 11 or newer is needed");
  ConvModel two;
  *two.model.proto.mutable_graph()->add_input() = two.model.proto.graph().input(0);
  two.model.proto.mutable_graph()->mutable_input(1)->set_name("second");
  CHECK(two.error() == "has more than one input ('input', 'second'); one is supported");
  ConvModel batch;
  auto* shape = batch.model.proto.mutable_graph()
                    ->mutable_input(0)
                    ->mutable_type()
                    ->mutable_tensor_type()
                    ->mutable_shape();
  shape->mutable_dim(0)->set_dim_value(8);
  CHECK(batch.error() == "its input 'input' has batch size 8; 1 is supported");
  shape->mutable_dim(0)->set_dim_param("N");
  CHECK(batch.error() == "accepted");
  shape->mutable_dim(2)->set_dim_param("H");
  CHECK(batch.error() ==
        "dimension 2 of its input 'input' is not fixed; fixed sizes from 1 to 65536 are supported");
  ConvModel real;
  real.model.proto.mutable_graph()
      ->mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->set_elem_type(onnx::TensorProto::DOUBLE);
  CHECK(real.error() ==
        "its input 'input' is of type DOUBLE; UINT8 and INT8 are supported, and FLOAT with "
        "QuantizeLinear behind");
  ConvModel dead;
  dead.model.proto.mutable_graph()->mutable_output(0)->set_name("input");
  CHECK(dead.error() ==
        "its output 'input' is its input, or made of it by the host; results come from layers");
}

TEST_CASE("ImportErrors.NodesInWrongOrderOrOfUnknownKind") {
  CHECK(ConvModel().with(0, "later").error() ==
        "node 'c' (QLinearConv): its input 'later' is made neither by an earlier node nor by the "
        "graph");
  ConvModel unknown;
  unknown.model.node("Sin", {"c_out"});
  CHECK(unknown.error() ==
        "node with output 't2' (Sin): this operator is not supported; supported are " +
            kSupportedOperators);
  ConvModel domain;
  domain.node().set_domain("com.microsoft");
  CHECK(domain.error() ==
        "node 'c' (QLinearConv): is of the domain 'com.microsoft'; standard ONNX operators are "
        "supported, and FastGelu, QGemm, QLinearAdd, QLinearAveragePool, QLinearConcat, "
        "QLinearGlobalAveragePool, QLinearLeakyRelu, QLinearMul, QLinearSigmoid, QLinearSoftmax, "
        "QuickGelu of com.microsoft");
  ConvModel add;
  add.model.node("Add", {"c_out", "c_out"}, "residual");
  CHECK(add.error() ==
        "node 'residual' (Add): is not part of a pattern that is supported: an operator between "
        "DequantizeLinear and QuantizeLinear (listed in real_parser.h), or integer sums followed "
        "by QuantizeLinear (import_sums.cc)");
}

TEST_CASE("ImportErrors.Convolutions") {
  ConvModel dilated;
  dilated.model.set("dilations", Dims{2, 0});
  CHECK(dilated.error() ==
        "node 'c' (QLinearConv): its dilations are [2, 0]; supported are 2 numbers from 1 to 4096");
  ConvModel pads;
  pads.model.set("pads", Dims{0, -1, 0, 0});
  CHECK(
      pads.error() ==
      "node 'c' (QLinearConv): its pads are [0, -1, 0, 0]; supported are 4 numbers from 0 to 4096");
  ConvModel automatic;
  automatic.model.set("auto_pad", "SAME");
  CHECK(automatic.error() ==
        "node 'c' (QLinearConv): its auto_pad is SAME; supported are NOTSET, SAME_LOWER, "
        "SAME_UPPER and VALID");
  ConvModel groups;
  groups.model.set("group", 3);
  CHECK(groups.error() ==
        "node 'c' (QLinearConv): its weights of shape [4, 3, 3, 3] in 3 group(s) do not fit an "
        "input of 3 channels");
  ConvModel weights;
  weights.with(3, weights.model.tensor<float>({1}, {1.0F}));
  CHECK(weights.error() ==
        "node 'c' (QLinearConv): its weights are of type FLOAT; INT8 and UINT8 are supported");
  ConvModel zero;
  zero.with(5, zero.model.scalar(std::int8_t{4}));
  CHECK(zero.error() == "accepted");
  ConvModel x_zero;
  x_zero.with(2, x_zero.model.scalar(std::int8_t{4}));
  CHECK(x_zero.error() ==
        "node 'c' (QLinearConv): the zero point of its input has type INT8 and 1 values; needed is "
        "one of type UINT8, as 'input' has it");
  ConvModel computed;
  computed.with(3, "input");
  CHECK(computed.error() ==
        "node 'c' (QLinearConv): its weight 'input' is computed; only a constant is supported");
  ConvModel kernel;
  const std::vector<std::int8_t> large(4 * 3 * 7 * 7);
  kernel.with(3, kernel.model.tensor({4, 3, 7, 7}, large));
  CHECK(
      kernel.error() ==
      "node 'c' (QLinearConv): its kernel of 7 x 7 is larger than its input of 5 x 5 with padding");
}

TEST_CASE("ImportErrors.NumbersOutOfRange") {
  ConvModel large;
  large.with(4, large.model.scalar(1e+12F));
  CHECK(large.error() ==
        "node 'c' (QLinearConv): its scale of channel 0 is 999999995904; positive scales below "
        "1048576 are supported");
  ConvModel negative;
  negative.with(6, negative.model.scalar(-1.0F));
  CHECK(negative.error() ==
        "node 'c' (QLinearConv): its output scale must be one positive number of type FLOAT");
  ConvModel bias;
  const std::int32_t most = 0x7fffffff;
  bias.with(3, bias.model.tensor({4, 3, 3, 3}, std::vector<std::int8_t>(108, -128)));
  bias.with(2, bias.model.scalar(std::uint8_t{255}))
      .with(8, bias.model.tensor<std::int32_t>({4}, {0, most, 0, 0}));
  CHECK(
      bias.error() ==
      "node 'c' (QLinearConv): its bias of channel 1 is 2147922559 with the zero point folded in, "
      "more than 32 bits");
}

TEST_CASE("ImportErrors.BrokenConstants") {
  ConvModel shorter;
  auto* weights = shorter.model.proto.mutable_graph()->mutable_initializer(2);
  REQUIRE(weights->dims_size() == 0);
  weights = shorter.model.proto.mutable_graph()->mutable_initializer(0);
  REQUIRE(weights->dims_size() == 4);
  weights->mutable_raw_data()->pop_back();
  CHECK(shorter.error() ==
        "node 'c' (QLinearConv): its weight 'const1' of shape [4, 3, 3, 3] has 107 bytes of data");
  weights->set_dims(0, -4);
  CHECK(shorter.error() ==
        "node 'c' (QLinearConv): its weight 'const1' has negative dimensions or more than 67108864 "
        "elements");
  weights->set_dims(0, std::int64_t{1} << 62);
  CHECK(shorter.error() ==
        "node 'c' (QLinearConv): its weight 'const1' has negative dimensions or more than 67108864 "
        "elements");
  weights->set_data_location(onnx::TensorProto::EXTERNAL);
  CHECK(shorter.error() ==
        "node 'c' (QLinearConv): its weight 'const1' lies in another file; store all data in the "
        "ONNX file");
}

TEST_CASE("ImportErrors.PoolingClipAndShapes") {
  ConvModel spread;
  spread.model.node("MaxPool", {"c_out"}, "p");
  spread.model.set("kernel_shape", Dims{2, 2}).set("dilations", Dims{1, 2});
  CHECK(spread.error() == "node 'p' (MaxPool): has dilations; only convolutions may have them");
  ConvModel early;
  early.model.node("Identity", {"c_out"}, "i");
  early.model.node("Clip", {"i_out", "", early.model.scalar(std::uint8_t{15})}, "k");
  early.model.proto.mutable_graph()->clear_output();
  early.model.output(early.model.node("MaxPool", {"c_out"}, "p"));
  CHECK(early.error() ==
        "node 'p' (MaxPool): reads 'c_out', the tensor before 'k'; only the tensor after it can be "
        "read");
  ConvModel shape;
  shape.model.node("Reshape", {"c_out", shape.model.shape({1, 2, 18})}, "r");
  shape.model.node("MaxPool", {"r_out"}, "p");
  CHECK(
      shape.error() ==
      "node 'r' (Reshape): its shape is [1, 2, 18]; supported for a map of 4 channels, 3 x 3, are "
      "[1, 36] and four dimensions, of which the first is 1");
}

TEST_CASE("ImportErrors.GatedConvolutions") {
  CHECK(error_of(gated_model({.stray_weight = true})) ==
        "node 'cond' (ConvInteger): its weights of output channel 0 are not zero in the base "
        "channels; an open output "
        "is base sum plus conditional sum, so each channel belongs to one");
  CHECK(gated_error({}, "greater",
                    [](OnnxModel&, onnx::NodeProto& node) { node.set_input(0, node.input(1)); }) ==
        "node 'greater' (Greater): compares 'const3'; a gate compares the base sum 'base_out' with "
        "a constant");
  CHECK(gated_error({}, "masked",
                    [](OnnxModel& m, onnx::NodeProto& node) {
                      node.set_input(2, m.scalar(std::int32_t{1}));
                    }) ==
        "node 'masked' (Where): must give zero for closed gates: a closed output is the base sum");
  CHECK(gated_error({}, "cond",
                    [](OnnxModel&, onnx::NodeProto& node) {
                      node.mutable_attribute(0)->clear_ints();
                      for (const int pad : {0, 0, 2, 2}) node.mutable_attribute(0)->add_ints(pad);
                    }) ==
        "node 'cond' (ConvInteger): the conditional part must read the same tensor as 'base', have "
        "the same "
        "kernel, strides, pads and output channels, and one group");
  CHECK(
      gated_error({}, "cond",
                  [](OnnxModel& m, onnx::NodeProto& node) {
                    node.set_input(2, m.scalar(std::uint8_t{1}));
                  }) ==
      "node 'cond' (ConvInteger): the zero point of its input is 1, but 'input' has zero point 0");
  CHECK(
      gated_error(
          {.block = 4}, "gate_max",
          [](OnnxModel&, onnx::NodeProto& node) { node.mutable_attribute(0)->set_ints(0, 1); }) ==
      "node 'gate_max' (ReduceMax): its axes are [1]; a shared gate needs axis 2 with keepdims 1");
  CHECK(gated_error({.block = 4}, "gate_expand",
                    [](OnnxModel& m, onnx::NodeProto& node) {
                      node.set_input(1, m.shape({1, 4, 2, 6, 6}));
                    }) ==
        "node 'gate_expand' (Expand): its shape is [1, 4, 2, 6, 6]; a gate shared by several "
        "channels needs "
        "[1, 4, 4, 6, 6]");
  CHECK(gated_error({.block = 4}, "gate",
                    [](OnnxModel&, onnx::NodeProto& node) { node.set_input(0, "greater_out"); }) ==
        "node 'gate' (Cast): its input 'greater_out' comes from Greater; a gate shared by several "
        "channels needs "
        "Reshape there");
}

TEST_CASE("ImportErrors.DamagedFilesNeverDoMoreThanThrowUserError") {
  Random random(99);
  const std::vector<std::string> originals = {gated_model({.block = 4}).bytes(),
                                              gated_model({.form = BaseForm::kSlice}).bytes(),
                                              ConvModel().model.bytes()};
  int accepted = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = originals[i % originals.size()];
    for (int k = random.number(1, 3); k > 0; --k)
      bytes[static_cast<std::size_t>(random.number(0, static_cast<int>(bytes.size()) - 1))] ^=
          static_cast<char>(1 << random.number(0, 7));
    if (error_of(bytes) == "accepted") ++accepted;  // a flipped weight is still a network
  }
  CHECK(accepted > 0);
}

}  // namespace sluice::test
