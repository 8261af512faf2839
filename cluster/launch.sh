# shellcheck shell=bash
# Sourced by the stage scripts: `launch STAGE ARGUMENTS…` runs `sheaf STAGE ARGUMENTS…` on every task of the allocation.
#
# SLURM sends SIGUSR1 some minutes before the time limit (#SBATCH --signal=B:USR1@300) or at preemption. It goes on to
# mpirun, which forwards SIGUSR1 to every rank (SIGTERM would make mpirun kill them); Sheaf then finishes or abandons
# its units, writes its journal or checkpoint, and ends with 75: the job is put back into the queue and the same
# command carries on where it stopped.

SHEAF=${SHEAF:-sheaf}

launch() {
  local ranks=${SLURM_NTASKS:-${RANKS:-2}}
  local arguments=(-n "$ranks")
  if [ -n "${SLURM_CPUS_PER_TASK:-}" ]; then
    # Open MPI would bind a rank to a single core: give it all that the task was granted.
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
  # A trapped signal ends `wait` early: wait again until mpirun itself has ended.
  while true; do
    code=0
    wait "$launched" || code=$?
    kill -0 "$launched" 2>/dev/null || break
  done
  trap - USR1 TERM INT

  if [ "$code" -eq 75 ] && [ -n "${SLURM_JOB_ID:-}" ]; then
    echo "sheaf $1 stopped early and can carry on: requeueing job $SLURM_JOB_ID" >&2
    scontrol requeue "$SLURM_JOB_ID"
  fi
  return "$code"
}
