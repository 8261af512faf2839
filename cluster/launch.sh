# shellcheck shell=bash
# Sourced by job.sbatch and pipeline.sh: `launch STAGE ARGUMENTS…` runs `sheaf STAGE ARGUMENTS…` under mpirun, on every
# task of a SLURM allocation or with RANKS ranks (default 2) on this machine or the hosts of HOSTFILE.
#
# SLURM sends SIGUSR1 five minutes before the time limit (#SBATCH --signal=B:USR1@300) or at preemption. The signal is
# passed to mpirun, which forwards SIGUSR1 to every rank (on SIGTERM mpirun would kill them). Sheaf then finishes or
# abandons its units, writes its journal or checkpoint and exits with 75; the job is requeued, and the same command
# resumes where it stopped.

SHEAF=${SHEAF:-sheaf}

launch() {
  local ranks=${SLURM_NTASKS:-${RANKS:-2}}
  local arguments=(-n "$ranks")
  if [ -n "${SLURM_CPUS_PER_TASK:-}" ]; then
    # By default Open MPI binds each rank to a single core: bind it to all cores of its task instead.
    arguments+=(--map-by "slot:PE=$SLURM_CPUS_PER_TASK" --bind-to core)
  else
    arguments+=(--bind-to none)
  fi
  if [ -n "${HOSTFILE:-}" ]; then arguments+=(--hostfile "$HOSTFILE"); fi
  if [ -z "${SLURM_JOB_ID:-}" ] && [ -z "${HOSTFILE:-}" ]; then arguments+=(--oversubscribe); fi
  if [ "$(id -u)" -eq 0 ]; then arguments+=(--allow-run-as-root); fi

  if [ -n "${DRY_RUN:-}" ]; then
    echo "mpirun ${arguments[*]} $SHEAF $*"
    return 0
  fi

  mpirun "${arguments[@]}" "$SHEAF" "$@" &
  local launched=$! code=0
  trap 'kill -USR1 "$launched" 2>/dev/null || true' USR1 TERM INT
  # A trapped signal interrupts `wait`: wait again until mpirun itself has exited.
  while true; do
    code=0
    wait "$launched" || code=$?
    kill -0 "$launched" 2>/dev/null || break
  done
  trap - USR1 TERM INT

  if [ "$code" -eq 75 ] && [ -n "${SLURM_JOB_ID:-}" ]; then
    echo "sheaf $1 stopped early and can be resumed: requeueing job $SLURM_JOB_ID" >&2
    scontrol requeue "$SLURM_JOB_ID"
  fi
  return "$code"
}
