#include "power/traced_names.h"

#include <fmt/format.h>

#include <string_view>

#include "tools/error.h"
#include "tools/process.h"
#include "tools/workspace.h"

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

std::string single_bits(const std::string& netlist, const std::string& top) {
  const Workspace workspace;
  workspace.write("netlist.v", netlist);
  const std::string script = fmt::format(
      "read_verilog netlist.v; select -set inner * {0} %d; splitnets -ports @inner; "
      "splitnets {0}; write_verilog -noattr bits.v",
      top);
  const ProcessResult run = run_process({"yosys", "-q", "-p", script}, workspace.folder(), 600);
  if (run.timed_out || run.exit_code != 0) {
    throw SynthError("Yosys cannot split the netlist's buses: " + run.output.substr(0, 1000));
  }
  return workspace.read("bits.v");
}

}  // namespace sluice::synth
