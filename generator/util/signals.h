// SPDX-License-Identifier: Apache-2.0
// How the program ends on a signal.
#pragma once

namespace sluice {

/// From here on SIGINT, SIGTERM and SIGHUP kill the tools that run, remove what is temporary
/// (util/cleanup.h), and then end the program as they would have. A signal that was ignored at the
/// start, as nohup does, stays ignored. Call it once, before other threads are made.
void end_cleanly_on_signals();

/// The signal mask and actions with which a child process is to start.
void restore_signals_in_child();

}  // namespace sluice
