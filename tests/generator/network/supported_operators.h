// SPDX-License-Identifier: Apache-2.0
// What messages name where an operator is not supported.
#pragma once

#include <string>

namespace sluice::test {

inline const std::string kSupportedOperators =
    "Abs, Add, ArgMax, ArgMin, AveragePool, BatchNormalization, BitShift, BitwiseAnd, Cast, "
    "Celu, Clip, Concat, "
    "Conv, ConvInteger, ConvTranspose, DepthToSpace, DequantizeLinear, Div, Dropout, Elu, "
    "Erf, Exp, Expand, FastGelu, Flatten, Gelu, Gemm, GlobalAveragePool, GlobalMaxPool, "
    "Greater, HardSigmoid, HardSwish, Hardmax, Identity, LeakyRelu, Log, LogSoftmax, MatMul, "
    "MatMulInteger, Max, MaxPool, Mean, Min, Mish, Mul, Neg, PRelu, Pad, Pow, QGemm, "
    "QLinearAdd, QLinearAveragePool, QLinearConcat, QLinearConv, QLinearGlobalAveragePool, "
    "QLinearLeakyRelu, QLinearMatMul, QLinearMul, QLinearSigmoid, QLinearSoftmax, "
    "QuantizeLinear, QuickGelu, Reciprocal, ReduceMax, ReduceMean, ReduceSum, Relu, Reshape, "
    "Resize, Selu, Sigmoid, Slice, Softmax, Softplus, Softsign, SpaceToDepth, Split, Sqrt, "
    "Squeeze, Sub, Sum, Tanh, TopK, Transpose, Unsqueeze, Where";

}  // namespace sluice::test
