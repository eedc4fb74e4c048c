#include "sim/simulator.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "registers/registers.h"
#include "util/resources.h"
#include "util/sha256.h"

namespace sluice::sim {
namespace fs = std::filesystem;
namespace {

constexpr const char* kLibrary = "core.so";

/// The modules of the model: of a design with AXI the assertions, too.
bool is_used(const OutputFile& file, const BuildOptions& options) {
  const bool assertions = options.axi && file.path.starts_with("assert/");
  return (file.path.starts_with("rtl/") || assertions) && file.path.ends_with(".sv");
}

/// The testbench: main program first. Each is a resource; the model has it under its file name.
std::vector<std::string> testbench(const BuildOptions& options) {
  if (options.axi) {
    return {"verif/bus/axi_main.cc", "verif/bus/axi_partner.h", "verif/tb/sim_api.h"};
  }
  return {"verif/tb/sim_main.cc", "verif/tb/sim_api.h"};
}

void write_file(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw SimulatorError(fmt::format("cannot write {}", path.string()));
}

std::string read_tail(const fs::path& path, std::size_t bytes = 3000) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const std::string all = text.str();
  return all.size() > bytes ? all.substr(all.size() - bytes) : all;
}

/// Runs a command line in `folder`; its output goes to a log whose end the error quotes.
void run_command(const fs::path& folder, const std::string& command) {
  const std::string line = fmt::format("cd '{}' && {} >build.log 2>&1", folder.string(), command);
  if (std::system(line.c_str()) != 0) {
    throw SimulatorError(
        fmt::format("this command failed:\n  {}\n{}", command, read_tail(folder / "build.log")));
  }
}

/// Small functions, and processing elements apart: compilers need far less time for them.
std::string verilator_control(const Plan& plan) {
  return fmt::format("`verilator_config\nno_inline -module \"{}_pe\"\n", plan.config.name);
}

std::string verilator_command(const Plan& plan, const BuildOptions& options,
                              const std::vector<std::string>& files) {
  std::string command = fmt::format(
      "verilator --cc -O3 --x-assign fast --x-initial fast --prefix Vcore --top-module {}_{} "
      "--Mdir obj --output-split 20000 --output-split-cfuncs 500 {} sim.vlt",
      plan.config.name, options.axi ? "axi --assert" : "core", options.waves ? "--trace-fst" : "");
  for (const std::string& file : files) command += " " + file;
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

std::string compiler_command(const Plan& plan, const BuildOptions& options) {
  return fmt::format(
      "{} g++ -std=c++17 -shared -fPIC -w {} -DVM_COVERAGE=0 -DVM_SC=0 -DVM_TRACE={} "
      "-DVM_TRACE_FST={} "
      "-DVM_TRACE_VCD=0 -DSLUICE_WAVES={} -DSLUICE_WORD_BYTES={} -DSLUICE_BUS_BYTES={} {} -I. "
      "-Iobj -I{} -I{}/vltstd "
      "unity.cc {} -o {} {}",
      std::system("command -v ccache >/dev/null 2>&1") == 0 ? "ccache" : "",
      options.quick ? "-O1" : "-O3", options.waves ? 1 : 0, options.waves ? 1 : 0,
      options.waves ? 1 : 0, plan.config.memory.bytes, plan.bus_bytes,
      options.axi ? "-DVL_USER_STOP" : "", verilator_include(), verilator_include(),
      options.waves ? verilator_include() + "/verilated_fst_c.cpp" : "", kLibrary,
      options.waves ? "-lz -lpthread" : "-lpthread");
}

void build(const fs::path& folder, const Plan& plan, const Bundle& bundle,
           const BuildOptions& options) {
  if (std::system("command -v verilator >/dev/null 2>&1") != 0) {
    throw SimulatorError("verilator is not installed (Debian: apt-get install verilator)");
  }
  std::vector<std::string> files;
  for (const OutputFile& file : bundle.files) {
    if (!is_used(file, options)) continue;
    write_file(folder / file.path, file.text);
    files.push_back(file.path);
  }
  write_file(folder / "sim.vlt", verilator_control(plan));
  for (const std::string& path : testbench(options)) {
    write_file(folder / fs::path(path).filename(), resource(path));
  }
  write_file(folder / "sim_registers.h", register_enumeration());
  if (options.progress) options.progress("Verilator: RTL to C++");
  run_command(folder, verilator_command(plan, options, files));
  write_file(folder / "unity.cc", unity_source(folder, options));
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
  text += verilator_control(plan) + verilator_command(plan, options, {}) +
          compiler_command(plan, options);
  return sha256(text).substr(0, 24);
}

fs::path make_scratch() {
  std::string path = (fs::temp_directory_path() / "sluice-sim-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw SimulatorError("cannot make a folder for the build");
  return path;
}

template <typename Function>
Function find(void* library, const char* name) {
  void* symbol = dlsym(library, name);
  if (symbol == nullptr) throw SimulatorError(fmt::format("the model lacks '{}'", name));
  return reinterpret_cast<Function>(symbol);
}

}  // namespace

std::string cache_folder() {
  if (const char* own = std::getenv("SLUICE_CACHE")) return own;
  if (const char* xdg = std::getenv("XDG_CACHE_HOME")) return std::string(xdg) + "/sluice";
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : "/tmp") + "/.cache/sluice";
}

Simulator::Simulator(const Plan& plan, const Bundle& bundle, const BuildOptions& options) {
  axi_ = options.axi;
  const fs::path kept = fs::path(cache_folder()) / (cache_key(plan, bundle, options) + ".so");
  fs::path library = kept;
  if (!options.cache || !fs::exists(kept)) {
    const fs::path folder = make_scratch();
    scratch_ = folder.string();
    build(folder, plan, bundle, options);
    library = folder / kLibrary;
    std::error_code error;
    if (options.cache) {
      fs::create_directories(kept.parent_path(), error);
      const fs::path part = kept.string() + fmt::format(".{}", getpid());
      if (fs::copy_file(library, part, fs::copy_options::overwrite_existing, error)) {
        fs::rename(part, kept, error);
      }
    }
  }
  library_ = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr)
    throw SimulatorError(fmt::format("cannot load the model: {}", dlerror()));
  run_ = find<SluiceSimRun>(library_, "sluice_sim_run");
  close_ = find<SluiceSimClose>(library_, "sluice_sim_close");
  attach_ = find<SluiceSimAttach>(library_, "sluice_sim_attach");
  reset_ = find<SluiceSimReset>(library_, "sluice_sim_reset");
  step_ = find<SluiceSimStep>(library_, "sluice_sim_step");
  write_ = find<SluiceSimWrite>(library_, "sluice_sim_write");
  read_ = find<SluiceSimRead>(library_, "sluice_sim_read");
  interrupt_ = find<SluiceSimInterrupt>(library_, "sluice_sim_interrupt");
  sim_ = find<SluiceSimOpen>(library_, "sluice_sim_open")();
}

Simulator::~Simulator() {
  if (sim_ != nullptr) close_(sim_);
  if (library_ != nullptr) dlclose(library_);
  std::error_code error;
  if (!scratch_.empty()) std::filesystem::remove_all(scratch_, error);
}

}  // namespace sluice::sim
