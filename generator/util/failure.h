// SPDX-License-Identifier: Apache-2.0
// What a piece of work complains of, where others go on without it.
#pragma once

#include <exception>
#include <string>

namespace sluice {

/// Runs `body`; returns what it complains of, or nothing.
template <typename Body>
std::string failure_of(Body body) {
  try {
    body();
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace sluice
