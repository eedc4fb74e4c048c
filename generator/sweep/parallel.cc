// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/parallel.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace sluice::sweep {

void in_parallel(int jobs, std::size_t count, const std::function<void(std::size_t item)>& one) {
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (;;) {
        const std::size_t item = next++;
        if (item >= count || stop) return;
        one(item);
      }
    } catch (...) {
      const std::lock_guard guard(mutex);
      if (!failure) failure = std::current_exception();
      stop = true;
    }
  };
  std::vector<std::thread> threads;
  for (int k = 1; k < jobs; k++) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace sluice::sweep
