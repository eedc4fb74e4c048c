#include "tools/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "tools/error.h"

namespace sluice::synth {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Becomes the program, as leader of a process group of its own, so that all of it can be killed.
[[noreturn]] void become(const std::vector<std::string>& command, const fs::path& folder,
                         int output) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (chdir(folder.c_str()) == 0) execvp(arguments[0], arguments.data());
  _exit(127);
}

/// Collects output until the other end closes it or the time is over; returns false in that case.
bool collect(int input, double timeout_seconds, Clock::time_point start, std::string& output) {
  char buffer[65536];
  for (;;) {
    int wait_ms = -1;
    if (timeout_seconds > 0) {
      const double left = timeout_seconds - seconds_since(start);
      if (left <= 0) return false;
      wait_ms = static_cast<int>(left * 1000) + 1;
    }
    pollfd descriptor{input, POLLIN, 0};
    const int ready = poll(&descriptor, 1, wait_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return false;
    const ssize_t count = read(input, buffer, sizeof buffer);
    if (count <= 0) return true;
    output.append(buffer, static_cast<std::size_t>(count));
  }
}

}  // namespace

bool tool_exists(const std::string& program) {
  if (program.find('/') != std::string::npos) return access(program.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

void require_tool(const std::string& program, const std::string& package) {
  if (tool_exists(program)) return;
  throw SynthError(
      fmt::format("{} is not installed; it comes with Debian's package {}: apt-get install {}",
                  program, package, package));
}

ProcessResult run_process(const std::vector<std::string>& command, const fs::path& folder,
                          double timeout_seconds) {
  if (!tool_exists(command.at(0))) throw SynthError(fmt::format("{} is not installed", command[0]));
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw SynthError(fmt::format("cannot start {}: {}", command[0], std::strerror(errno)));
  }
  const Clock::time_point start = Clock::now();
  const pid_t child = fork();
  if (child < 0)
    throw SynthError(fmt::format("cannot start {}: {}", command[0], std::strerror(errno)));
  if (child == 0) become(command, folder, ends[1]);
  setpgid(child, child);
  close(ends[1]);

  ProcessResult result;
  result.timed_out = !collect(ends[0], timeout_seconds, start, result.output);
  if (result.timed_out) kill(-child, SIGKILL);
  close(ends[0]);
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  result.seconds = seconds_since(start);
  result.peak_kb = usage.ru_maxrss;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

std::string tool_version(const std::string& program, const std::string& option) {
  const ProcessResult result = run_process({program, option}, fs::temp_directory_path(), 10);
  return result.output.substr(0, result.output.find('\n'));
}

}  // namespace sluice::synth
