#include "power/traced_names.h"

#include <string_view>

namespace sluice::synth {

std::string traced_name(const std::string& net) { return net.starts_with("_") ? "n" + net : net; }

std::string traced_names(const std::string& netlist) {
  std::string text;
  text.reserve(netlist.size() + netlist.size() / 8);
  char before = ' ';
  for (const char c : netlist) {
    // A name begins here, escaped or not
    if (c == '_' && std::string_view(" ({,!~\\").find(before) != std::string_view::npos)
      text += 'n';
    text += c;
    before = c;
  }
  return text;
}

}  // namespace sluice::synth
