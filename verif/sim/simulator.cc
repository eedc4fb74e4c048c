// SPDX-License-Identifier: Apache-2.0
#include "verif/sim/simulator.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "generator/registers/registers.h"
#include "generator/util/resources.h"
#include "generator/util/scratch.h"
#include "generator/util/sha256.h"
#include "generator/util/user_error.h"
#include "verif/sim/model_cache.h"

namespace sluice::sim {
namespace fs = std::filesystem;
namespace {

constexpr const char* kLibrary = "core.so";
constexpr const char* kRamCounter = "ram_counter.sv";
constexpr const char* kRamBind = "ram_bind.sv";

/// The modules of the model: of a design with AXI the assertions, too.
bool is_used(const OutputFile& file, const BuildOptions& options) {
  const bool assertions = options.port == Port::kAxi && file.path.starts_with("assert/");
  return (file.path.starts_with("rtl/") || assertions) && file.path.ends_with(".sv");
}

/// The testbench: main program first. Each is a resource; the model has it under its file name.
std::vector<std::string> testbench(const BuildOptions& options) {
  const std::string folder = "verif/sim/benches/";
  std::vector<std::string> files = {"core_main.cc"};
  if (options.port == Port::kAxi) files = {"axi_main.cc", "axi_partner.h"};
  for (const char* shared : {"sim_accesses.h", "sim_api.h", "sim_exports.h", "sim_waves.h"}) {
    files.push_back(shared);
  }
  if (options.accesses) files.push_back(kRamCounter);
  for (std::string& file : files) file.insert(0, folder);
  return files;
}

void write_text(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw UserError(fmt::format("cannot write {}", path.string()));
}

using Words = std::vector<std::string>;

/// Runs a command in `folder`; the error quotes the end of its output.
void run_command(const fs::path& folder, const Words& command) {
  constexpr std::size_t kShown = 3000;
  const ProcessResult result = run_process(command, folder);
  if (result.exit_code == 0) return;
  const std::size_t size = result.output.size();
  throw UserError(fmt::format("this command failed with exit code {}:\n  {}\n{}", result.exit_code,
                              fmt::join(command, " "),
                              result.output.substr(size > kShown ? size - kShown : 0)));
}

/// Small functions, and processing elements apart: compilers need far less time for them.
std::string verilator_control(const Plan& plan) {
  return fmt::format("`verilator_config\nno_inline -module \"{}_pe\"\n", plan.config.name);
}

/// Puts a counter into every memory.
std::string ram_bind(const Plan& plan) {
  return fmt::format(
      "bind {}_ram sluice_ram_counter u_counter (.clk_i, .read_i, .write_i(|write_i));\n",
      plan.config.name);
}

Words verilator_command(const Plan& plan, const BuildOptions& options, const Words& files) {
  Words command = {"verilator", "--cc", "-O3",
                   // Verilator 5.006 computes some trees of XOR gates in netlists wrongly with it
                   "-fno-const-bit-op-tree", "--x-assign", "fast", "--x-initial", "fast",
                   "--prefix", "Vcore", "--top-module", top_module(plan.config.name, options.port),
                   "--Mdir", "obj", "--output-split", "20000", "--output-split-cfuncs", "500"};
  if (options.port == Port::kAxi) command.push_back("--assert");
  if (options.waves) command.push_back("--trace-fst");
  command.push_back("sim.vlt");
  command.insert(command.end(), files.begin(), files.end());
  if (options.accesses) command.insert(command.end(), {kRamCounter, kRamBind});
  return command;
}

/// All of Verilator's output, its runtime and the testbench as one compilation.
std::string unity_source(const fs::path& folder, const BuildOptions& options) {
  std::string text;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder / "obj")) {
    if (entry.path().extension() == ".cpp") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) text += fmt::format("#include \"obj/{}\"\n", name);
  text += "#include \"verilated.cpp\"\n#include \"verilated_threads.cpp\"\n";
  const fs::path main = testbench(options).front();
  return text + fmt::format("#include \"{}\"\n", main.filename().string());
}

std::string verilator_include() {
  const char* root = std::getenv("VERILATOR_ROOT");
  return fmt::format("{}/include", root != nullptr ? root : "/usr/share/verilator");
}

Words compiler_command(const Plan& plan, const BuildOptions& options) {
  const std::string include = verilator_include();
  const int waves = options.waves ? 1 : 0;
  Words command;
  if (tool_exists("ccache")) command.push_back("ccache");
  command.insert(
      command.end(),
      {"g++", "-std=c++17", "-shared", "-fPIC", "-w", options.quick ? "-O1" : "-O3",
       "-DVM_COVERAGE=0", "-DVM_SC=0", "-DVM_TRACE_VCD=0", fmt::format("-DVM_TRACE={}", waves),
       fmt::format("-DVM_TRACE_FST={}", waves), fmt::format("-DSLUICE_WAVES={}", waves),
       fmt::format("-DSLUICE_ACCESSES={}", options.accesses ? 1 : 0),
       fmt::format("-DSLUICE_WORD_BYTES={}", plan.config.memory.bytes),
       fmt::format("-DSLUICE_BUS_BYTES={}", plan.bus_bytes)});
  if (options.port == Port::kAxi) command.push_back("-DVL_USER_STOP");
  command.insert(command.end(),
                 {"-I.", "-Iobj", "-I" + include, "-I" + include + "/vltstd", "unity.cc"});
  if (options.waves) command.push_back(include + "/verilated_fst_c.cpp");
  command.insert(command.end(), {"-o", kLibrary});
  if (options.waves) command.push_back("-lz");
  command.push_back("-lpthread");
  return command;
}

void build(const fs::path& folder, const Plan& plan, const Bundle& bundle,
           const BuildOptions& options) {
  require_tool("verilator", "verilator");
  std::vector<std::string> files;
  for (const OutputFile& file : bundle.files) {
    if (!is_used(file, options)) continue;
    write_text(folder / file.path, file.text);
    files.push_back(file.path);
  }
  write_text(folder / "sim.vlt", verilator_control(plan));
  for (const std::string& path : testbench(options)) {
    write_text(folder / fs::path(path).filename(), resource(path));
  }
  write_text(folder / "sim_registers.h", register_enumeration());
  if (options.accesses) write_text(folder / kRamBind, ram_bind(plan));
  if (options.progress) options.progress("Verilator: RTL to C++");
  run_command(folder, verilator_command(plan, options, files));
  write_text(folder / "unity.cc", unity_source(folder, options));
  if (options.progress) options.progress("compiling the simulation model");
  run_command(folder, compiler_command(plan, options));
}

std::string cache_key(const Plan& plan, const Bundle& bundle, const BuildOptions& options) {
  std::string text = fmt::format("{} {} {} {}\n", plan.config.name, plan.config.memory.bytes,
                                 options.waves, options.quick);
  for (const OutputFile& file : bundle.files) {
    if (is_used(file, options)) text += file.path + "\n" + file.text;
  }
  for (const std::string& path : testbench(options)) text += resource(path);
  text += register_enumeration();
  if (options.accesses) text += ram_bind(plan);
  text += fmt::format("{}{}\n{}", verilator_control(plan),
                      fmt::join(verilator_command(plan, options, {}), "\n"),
                      fmt::join(compiler_command(plan, options), "\n"));
  return sha256(text).substr(0, 24);
}

void tell_once(const std::string& problem) {
  static std::once_flag told;
  if (!problem.empty()) {
    std::call_once(told, [&] { fmt::print(stderr, "sluice: {}\n", problem); });
  }
}

/// The library, from the cache or built; dlopen()'s handle.
void* load_library(const Plan& plan, const Bundle& bundle, const BuildOptions& options) {
  const ModelCache cache = options.cache ? ModelCache::open() : ModelCache();
  tell_once(cache.problem());
  const std::string name = cache_key(plan, bundle, options) + ".so";
  if (void* kept = cache.load(name)) return kept;
  const Scratch scratch = Scratch::folder();
  build(scratch.path(), plan, bundle, options);
  const fs::path library = scratch.path() / kLibrary;
  cache.keep(name, library);
  void* loaded = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (loaded == nullptr) throw UserError(fmt::format("cannot load the model: {}", dlerror()));
  return loaded;
}

template <typename Function>
Function find(void* library, const char* name) {
  void* symbol = dlsym(library, name);
  if (symbol == nullptr) throw UserError(fmt::format("the model lacks '{}'", name));
  return reinterpret_cast<Function>(symbol);
}

}  // namespace

Simulator::Simulator(const Plan& plan, const Bundle& bundle, const BuildOptions& options) {
  port_ = options.port;
  library_ = load_library(plan, bundle, options);
  run_ = find<SluiceSimRun>(library_, "sluice_sim_run");
  close_ = find<SluiceSimClose>(library_, "sluice_sim_close");
  attach_ = find<SluiceSimAttach>(library_, "sluice_sim_attach");
  reset_ = find<SluiceSimReset>(library_, "sluice_sim_reset");
  step_ = find<SluiceSimStep>(library_, "sluice_sim_step");
  write_ = find<SluiceSimWrite>(library_, "sluice_sim_write");
  read_ = find<SluiceSimRead>(library_, "sluice_sim_read");
  interrupt_ = find<SluiceSimInterrupt>(library_, "sluice_sim_interrupt");
  rams_ = find<SluiceSimRams>(library_, "sluice_sim_rams");
  sim_ = find<SluiceSimOpen>(library_, "sluice_sim_open")();
}

std::optional<MemoryAccesses> Simulator::accesses() {
  std::vector<SluiceRam> memories(rams_(sim_, nullptr, 0));
  if (memories.empty()) return std::nullopt;
  rams_(sim_, memories.data(), static_cast<std::uint32_t>(memories.size()));
  return sum_of(memories);
}

Simulator::~Simulator() {
  if (sim_ != nullptr) close_(sim_);
  if (library_ != nullptr) dlclose(library_);
}

}  // namespace sluice::sim
