#include "util/utf8.h"

namespace sluice {
namespace {

/// Bytes of the character that `lead` begins, 0 if none can begin with it.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

bool is_control(unsigned char c) {
  return c == 0x7f || (c < 0x20 && c != '\t' && c != '\n' && c != '\r');
}

}  // namespace

std::optional<std::size_t> find_non_text(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    const std::size_t length = sequence_length(lead);
    if (length == 0 || is_control(lead) || at + length > bytes.size()) return at;
    for (std::size_t i = 1; i < length; i++) {
      if ((static_cast<unsigned char>(bytes[at + i]) & 0xc0) != 0x80) return at;
    }
    at += length;
  }
  return std::nullopt;
}

}  // namespace sluice
