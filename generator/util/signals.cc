// SPDX-License-Identifier: Apache-2.0
#include "generator/util/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "generator/util/cleanup.h"

namespace sluice {
namespace {

/// Those that end a program from outside and are not ignored.
sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&set, signal);
  }
  return set;
}

[[noreturn]] void die_of(int signal) {
  std::signal(signal, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  kill(getpid(), signal);
  _exit(128 + signal);
}

}  // namespace

void end_cleanly_on_signals() {
  const sigset_t set = ending_signals();
  // All threads made later inherit the mask, so that the signals wait for the one made here. It is
  // no handler: a handler could neither lock nor remove folders.
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::thread([set] {
    int signal = 0;
    if (sigwait(&set, &signal) != 0) return;
    cleanup::finish();
    die_of(signal);
  }).detach();
}

void restore_signals_in_child() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace sluice
