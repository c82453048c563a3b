#!/bin/bash
# Downloads a plan of cfs with an array of jobs. Make the plan first, then submit:
#   cfs plan bulk-ESG --package RFT-ESG-PIT-SDI -o /shared/pit > /shared/pit.jsonl
#   sbatch recipes/slurm-array.sh /shared/pit.jsonl
#   cfs plan --check /shared/pit.jsonl | head -1     when all have ended: "files":0
#SBATCH --job-name=cfs
#SBATCH --array=0-15
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=cfs-%A_%a.log

plan=${1:?give the plan: sbatch slurm-array.sh PLAN}
most_restarts=10

# Ends before --time does, so that the job ends by itself and is requeued.
cfs get --plan "$plan" --shard auto --max-duration "${CFS_MAX_DURATION:-230m}" --quiet
status=$?

case $status in
  # What another start can complete: the service or the network, the disk, the time limit, a signal or kill.
  5 | 7 | 8 | 130 | 137 | 143)
    if ((${SLURM_RESTART_COUNT:-0} < most_restarts)); then
      scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
      exit 0
    fi
    ;;
esac
# 1, 2, 3, 4 and 6 stay failed: squeue and sacct show them.
exit "$status"
