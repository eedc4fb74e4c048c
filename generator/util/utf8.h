// Telling text from binary data.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sluice {

/// The first byte that does not belong in UTF-8 text (control characters other than tab and line
/// ends included), or an empty optional if all is text.
std::optional<std::size_t> find_non_text(std::string_view bytes);

}  // namespace sluice
