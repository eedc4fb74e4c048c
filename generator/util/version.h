// SPDX-License-Identifier: Apache-2.0
// The version of the program, as the build file states it.
#pragma once

namespace sluice {

const char* version();

}  // namespace sluice
