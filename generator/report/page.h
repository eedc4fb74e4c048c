// SPDX-License-Identifier: Apache-2.0
// The page around a report's sections: one HTML file that needs no other.
#pragma once

#include <string>

namespace sluice::report {

/// What tells a report from other files.
inline constexpr const char* kReportMark = "<footer>Made by sluice ";

/// A whole document. It is well-formed XML, too, and refers to nothing outside.
std::string page(const std::string& title, const std::string& sections);

}  // namespace sluice::report
