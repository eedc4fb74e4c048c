// SPDX-License-Identifier: Apache-2.0
// SHA-256 of a text, by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// The digest as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view text);

}  // namespace sluice
