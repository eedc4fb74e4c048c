// SPDX-License-Identifier: Apache-2.0
#include "generator/app/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "generator/util/printable.h"

namespace sluice::app {
namespace {

/// What one stream passes through.
struct Edge {
  int descriptor;
  bool must_succeed;
  int failure = 0;  ///< errno of the first write that failed
  PrintableFilter filter = {};
};

// Never destroyed: stdio flushes its streams after the last destructor.
Edge& output_edge() {
  static Edge* const edge = new Edge{STDOUT_FILENO, true};
  return *edge;
}

Edge& error_edge() {
  static Edge* const edge = new Edge{STDERR_FILENO, false};
  return *edge;
}

void write_all(Edge& edge, std::string_view text) {
  while (!text.empty() && edge.failure == 0) {
    const ssize_t count = ::write(edge.descriptor, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      edge.failure = errno;
    }
  }
}

/// A write of stdio: all or an error.
ssize_t write_through(void* cookie, const char* bytes, std::size_t size) {
  Edge& edge = *static_cast<Edge*>(cookie);
  write_all(edge, edge.filter.add({bytes, size}));
  if (edge.failure == 0 || !edge.must_succeed) return static_cast<ssize_t>(size);
  errno = edge.failure;
  return -1;
}

FILE* stream_through(Edge& edge, int buffering) {
  FILE* stream = ::fopencookie(&edge, "w", {nullptr, write_through, nullptr, nullptr});
  if (stream != nullptr) std::setvbuf(stream, nullptr, buffering, BUFSIZ);
  return stream;
}

}  // namespace

Output::Output() {
  // Open for reading alone, so that writing to one that was closed fails as it should
  for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++) {
    if (::fcntl(number, F_GETFD) < 0) (void)!::open("/dev/null", O_RDONLY);
  }
  const int buffering = ::isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF;
  if (FILE* stream = stream_through(output_edge(), buffering)) stdout = stream;
  if (FILE* stream = stream_through(error_edge(), _IONBF)) stderr = stream;
}

bool Output::finish() {
  std::fflush(stdout);
  Edge& edge = output_edge();
  write_all(edge, edge.filter.end());
  return !failed();
}

bool Output::failed() const { return output_edge().failure != 0; }

std::string Output::problem() const { return std::strerror(output_edge().failure); }

void write_raw_error(const std::string& text) { write_all(error_edge(), text); }

}  // namespace sluice::app
