// SPDX-License-Identifier: Apache-2.0
// sluice sweep --executor slurm: on a Slurm of one node that the test starts, if it is installed.
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

constexpr const char* kStart = R"(set -e
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
    fs::permissions(temp_.path(), fs::perms(0755));
    fs::create_directories(folder());
    write_file(folder() / "start.sh", kStart);
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
  fs::path folder() const { return temp_.path() / "slurm"; }
  fs::path out() const { return temp_.path() / "out"; }
  RunResult sweep(const std::string& options) const {
    return run_shell(source_dir(), "SLURM_CONF=" + (folder() / "slurm.conf").string() + " " +
                                       program() + " sweep configs/sweeps/small.yaml " + options);
  }

 private:
  TempDir temp_;
  bool started_ = false;
};

TEST_CASE("SweepSlurm.WithoutSlurmTheMessageSaysWhatToDo") {
  const TempDir temp;
  // A folder of PATH with nothing in it
  const RunResult result = run_shell(
      source_dir(), "PATH=/nonexistent " + program() + " sweep configs/sweeps/small.yaml -o " +
                        (temp.path() / "out").string() + " --executor slurm");
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.out, Contains("--executor slurm needs sbatch, which is not installed here") &&
                             Contains("--shard I/N"));
  CHECK_FALSE(fs::exists(temp.path() / "out"));
}

TEST_CASE("SweepSlurm.AnArrayJobGivesTheSameTable") {
  for (const char* program : {"slurmctld", "slurmd", "munged"}) {
    if (run_shell(source_dir(), std::string("command -v ") + program).exit_code == 0) continue;
    WARN("skipped: " << program << " is not installed (apt-get install slurm-wlm munge)");
    return;
  }
  if (geteuid() != 0) {
    WARN("skipped: starting Slurm's daemons needs root");
    return;
  }
  const SmallSlurm slurm;
  if (!slurm.started()) {
    WARN("skipped: Slurm's daemons do not start on this machine: "
         << read_file(slurm.folder() / "start.log"));
    return;
  }
  const RunResult job = slurm.sweep("-o " + slurm.out().string() + " --executor slurm --tasks 3");
  INFO(job.out);
  REQUIRE(job.exit_code == 0);
  CHECK_THAT(job.out, Contains("18 points, 12 good, 6 failed; 18 there before"));
  for (const char* part : {"results.1.jsonl", "results.2.jsonl", "results.3.jsonl"}) {
    CHECK(fs::file_size(slurm.out() / part) > 0);
  }
  const std::string local = slurm.out().string() + "_local";
  REQUIRE(slurm.sweep("-o " + local).exit_code == 0);
  CHECK(read_file(slurm.out() / "results.csv") == read_file(local + "/results.csv"));
  const RunResult refused =
      slurm.sweep("-o " + slurm.out().string() + " --executor slurm --sbatch=--partition=none");
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.out, Contains("sbatch did not take the job"));
}

}  // namespace
}  // namespace sluice::test
