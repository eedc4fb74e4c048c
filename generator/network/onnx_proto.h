// SPDX-License-Identifier: Apache-2.0
// The ONNX protobuf classes. The library's header wants two macros, which its CMake target sets.
#pragma once

#ifndef ONNX_ML
#define ONNX_ML 1
#endif
#ifndef ONNX_NAMESPACE
#define ONNX_NAMESPACE onnx
#endif
#include <onnx/onnx_pb.h>
