// SPDX-License-Identifier: Apache-2.0
// What a host computes: a list of steps on real numbers, in single precision. Plain data, with the
// few kinds of steps that all operators become, so that the golden model and the driver stay small.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::net {

/// Functions of one number x with the parameters a and b; from kAdd on of two numbers x and z.
/// Files of compiled networks hold these numbers: new ones come last.
enum class HostFunction {
  kAbs,
  kCeil,
  kCelu,  ///< of a
  kClip,  ///< a to b
  kElu,   ///< of a
  kErf,
  kExp,
  kFloor,
  kGelu,
  kGeluTanh,
  kHardSigmoid,  ///< a * x + b within 0 and 1
  kHardSwish,
  kLeakyRelu,  ///< of a
  kLog,
  kMish,
  kNeg,
  kQuickGelu,  ///< of a
  kReciprocal,
  kRound,  ///< halves to even
  kSelu,   ///< of a, times b
  kSigmoid,
  kSign,
  kSoftplus,
  kSoftsign,
  kSqrt,
  kTanh,
  kTruncate,  ///< towards zero
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMax,
  kMin,
  kPow,
  kPRelu,  ///< z is the slope
};

/// One step. Kinds are numbers in files of compiled networks, too. Values are numbered: the inputs
/// of the program first, then the result of each step. Steps along an axis see their input as
/// [outer][length][inner].
struct HostStep {
  enum class Kind {
    kFunction,  ///< of each number
    /// Of each number and a second one: that of input 1, or of `constants`, at the place
    /// i / inner % length for number i
    kJoin,
    kSoftmax,
    kLogSoftmax,
    kHardmax,      ///< 1 at the first of the largest, else 0
    kReduce,       ///< joins the axis with `function`
    kPlace,        ///< of the largest or smallest, the first or last of equal ones
    kTop,          ///< the `count` largest or smallest, in order, the first of equal ones first
    kTopPlaces,    ///< where these are
    kNormalise,    ///< (x - mean) / sqrt(variance + a)
    kMove,         ///< number (i, j, ..) of `dims` is that at offset + i * strides[0] + ..
    kConcatenate,  ///< inputs behind each other, `count` times; each gives a part of it each time
    kQuantise,     ///< codes: x / a to the nearest, halves to even, plus zero point, saturated
    kDequantise,   ///< (x - zero point) * a
    /// Place j of `count` along the axis is the sum of constants[j * length + k] times number k
    kMatrix,
  };
  Kind kind = Kind::kFunction;
  HostFunction function = HostFunction::kAbs;
  std::string name, operation;  ///< the node and its operator; of the first of its steps only
  std::vector<int> inputs;      ///< numbers of values
  std::int64_t size = 0;        ///< numbers that it gives
  float a = 0, b = 0;
  int zero_point = 0;
  bool is_signed = false;  ///< of kQuantise: codes are INT8, else UINT8
  bool reversed = false;   ///< of kJoin: z comes first
  bool largest = true, last = false;
  std::int64_t length = 1, inner = 1, count = 1;
  std::int64_t offset = 0;
  std::vector<std::int64_t> dims = {}, strides = {};  ///< of kMove
  std::vector<float> constants = {};                  ///< of kJoin and kMatrix
};

/// What numbers of a program are in the graph. All are computed as real numbers.
enum class HostType { kReal, kUint8, kInt8, kInt32, kInt64 };

/// The steps behind maps, whose values are the inputs: (channel, y, x) as real numbers or as codes.
/// In front of the first layer the only input is the graph's.
struct HostProgram {
  std::vector<HostStep> steps;
  int inputs = 1;
  int result = 0;                  ///< number of a value
  std::vector<std::int64_t> dims;  ///< of the result, the batch first
  HostType type = HostType::kReal;

  bool empty() const { return dims.empty(); }
};

}  // namespace sluice::net
