// SPDX-License-Identifier: Apache-2.0
// A Slurm of one node that a test starts, if it is installed.
#pragma once

#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "tests/support/files.h"

namespace sluice::test {

inline constexpr const char* kStartSlurm = R"(set -e
D=$(pwd)
mkdir state spool
dd if=/dev/urandom of=munge.key bs=64 count=1 2>/dev/null
chmod 400 munge.key
munged --force --key-file=$D/munge.key --socket=$D/munge.sock --pid-file=$D/munged.pid \
  --log-file=$D/munged.log --seed-file=$D/munge.seed
H=$(hostname -s)
cat > slurm.conf <<END
ClusterName=test
SlurmctldHost=$H(127.0.0.1)
SlurmUser=root
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/munge
AuthInfo=socket=$D/munge.sock
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/spool
SlurmctldPidFile=$D/slurmctld.pid
SlurmdPidFile=$D/slurmd.pid
SlurmctldLogFile=$D/slurmctld.log
SlurmdLogFile=$D/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
NodeName=$H NodeAddr=127.0.0.1 CPUs=2
PartitionName=main Nodes=$H Default=YES MaxTime=INFINITE State=UP
END
slurmctld -f $D/slurm.conf
slurmd -f $D/slurm.conf
for k in $(seq 50); do
  SLURM_CONF=$D/slurm.conf sinfo --noheader | grep -q idle && exit 0
  sleep 0.2
done
exit 1
)";

/// Slurm's daemons, in a folder of their own; ended with the object.
class SmallSlurm {
 public:
  SmallSlurm() {
    std::filesystem::permissions(temp_.path(), std::filesystem::perms(0755));
    std::filesystem::create_directories(folder());
    write_file(folder() / "start.sh", kStartSlurm);
    const RunResult result = run_shell(folder(), "bash start.sh >start.log 2>&1");
    started_ = result.exit_code == 0;
  }
  ~SmallSlurm() {
    // By the numbers in their own files, which end no other daemons of these names
    run_shell(folder(),
              "for f in slurmd slurmctld munged; do test -f $f.pid && kill $(cat $f.pid); "
              "done; sleep 1");
  }
  bool started() const { return started_; }
  std::filesystem::path folder() const { return temp_.path() / "slurm"; }
  std::filesystem::path out() const { return temp_.path() / "out"; }
  /// Runs a command of the program with this Slurm.
  RunResult run(const std::string& arguments) const {
    return run_shell(source_dir(), "SLURM_CONF=" + (folder() / "slurm.conf").string() + " " +
                                       program() + " " + arguments);
  }

 private:
  TempDir temp_;
  bool started_ = false;
};

/// A Slurm that runs; null, with a line that says why, where there is none.
inline std::unique_ptr<SmallSlurm> start_slurm() {
  for (const char* program : {"slurmctld", "slurmd", "munged"}) {
    if (run_shell(source_dir(), std::string("command -v ") + program).exit_code == 0) continue;
    WARN("skipped: " << program << " is not installed (apt-get install slurm-wlm munge)");
    return nullptr;
  }
  if (geteuid() != 0) {
    WARN("skipped: starting Slurm's daemons needs root");
    return nullptr;
  }
  auto slurm = std::make_unique<SmallSlurm>();
  if (!slurm->started()) {
    WARN("skipped: Slurm's daemons do not start on this machine: "
         << read_file(slurm->folder() / "start.log"));
    return nullptr;
  }
  return slurm;
}

}  // namespace sluice::test
