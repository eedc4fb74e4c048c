// SPDX-License-Identifier: Apache-2.0
#include "generator/util/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string_view>

#include "generator/util/cleanup.h"
#include "generator/util/descriptor.h"
#include "generator/util/scratch.h"
#include "generator/util/signals.h"
#include "generator/util/user_error.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What the child needs, made before it is: after fork() it may not take memory.
class Call {
 public:
  Call(const std::vector<std::string>& command, const fs::path& folder) : folder_(folder) {
    for (const std::string& word : command) words_.push_back(const_cast<char*>(word.c_str()));
    words_.push_back(nullptr);
    const bool own = is_scratch_name(folder.filename().string());
    if (own) temporary_ = "TMPDIR=" + folder.string();
    for (char** entry = environ; *entry != nullptr; entry++) {
      if (!own || !std::string_view(*entry).starts_with("TMPDIR=")) settings_.push_back(*entry);
    }
    if (own) settings_.push_back(temporary_.data());
    settings_.push_back(nullptr);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Becomes the program, as leader of a process group of its own, so that all of it can be killed.
  [[noreturn]] void become(pid_t parent, int output) const {
    setpgid(0, 0);
    restore_signals_in_child();
    // Also if this program is killed; it may have been before the call
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (chdir(folder_.c_str()) == 0) execvpe(words_[0], words_.data(), settings_.data());
    constexpr std::string_view kWhy = "cannot be started\n";
    (void)!write(STDERR_FILENO, kWhy.data(), kWhy.size());
    _exit(127);
  }

 private:
  fs::path folder_;
  std::string temporary_;
  std::vector<char*> words_, settings_;
};

/// The last line that has an end, of a line feed or a carriage return.
std::string last_line_of(const std::string& output) {
  const std::size_t end = output.find_last_of("\r\n");
  if (end == std::string::npos || end == 0) return "";
  const std::size_t start = output.find_last_of("\r\n", end - 1);
  return output.substr(start == std::string::npos ? 0 : start + 1,
                       end - (start == std::string::npos ? 0 : start + 1));
}

/// Collects output until the other end closes it or the time is over; returns false in that case.
bool collect(int input, double timeout_seconds, Clock::time_point start,
             const std::function<void(const std::string&)>& last_line, std::string& output) {
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
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    output.append(buffer, static_cast<std::size_t>(count));
    if (last_line) last_line(last_line_of(output));
  }
}

/// The child's number, or -1 with errno.
pid_t start_child(const Call& call, int output) {
  const cleanup::Hold hold;
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) call.become(parent, output);
  if (child > 0) {
    setpgid(child, child);
    cleanup::add_group(child);
  }
  return child;
}

/// Waits for the child; returns its status as wait() does.
int wait_for(pid_t child, rusage& usage) {
  siginfo_t ended{};
  while (waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
  // Its number is free for others as soon as it is collected
  const cleanup::Hold hold;
  int status = 0;
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  cleanup::drop_group(child);
  return status;
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
  throw UserError(
      fmt::format("{} is not installed; it comes with Debian's package {}: apt-get install {}",
                  program, package, package));
}

ProcessResult run_process(const std::vector<std::string>& command, const fs::path& folder,
                          double timeout_seconds,
                          const std::function<void(const std::string&)>& last_line) {
  if (!tool_exists(command.at(0))) throw UserError(fmt::format("{} is not installed", command[0]));
  const Call call(command, folder);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw UserError(fmt::format("cannot start {}: {}", command[0], std::strerror(errno)));
  }
  const Descriptor input(ends[0]);
  Descriptor output(ends[1]);
  const Clock::time_point start = Clock::now();
  const pid_t child = start_child(call, output.number());
  if (child < 0) {
    throw UserError(fmt::format("cannot start {}: {}", command[0], std::strerror(errno)));
  }
  output.close();

  ProcessResult result;
  result.timed_out = !collect(input.number(), timeout_seconds, start, last_line, result.output);
  if (result.timed_out) kill(-child, SIGKILL);
  rusage usage{};
  const int status = wait_for(child, usage);
  result.seconds = seconds_since(start);
  result.peak_kb = usage.ru_maxrss;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

std::string tool_version(const std::string& program, const std::string& option) {
  const ProcessResult result = run_process({program, option}, "/", 10);
  return result.output.substr(0, result.output.find('\n'));
}

}  // namespace sluice
