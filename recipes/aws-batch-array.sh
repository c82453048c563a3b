#!/bin/bash
# Downloads a plan of cfs with an array of 16 jobs of AWS Batch. The file system of the job definition has
# the plan, the destination and a token file. The image is that of the Dockerfile, which starts cfs: the
# command of the definition has only its arguments. Register the definition first:
#   aws batch register-job-definition --cli-input-json file://recipes/aws-batch-job-definition.json
set -euo pipefail

queue=${1:?give the queue and the plan: aws-batch-array.sh QUEUE PLAN}
plan=${2:?give the queue and the plan: aws-batch-array.sh QUEUE PLAN}

# AWS Batch passes the size of the array to the jobs, so that --shard auto needs no other variable.
aws batch submit-job \
  --job-name cfs-get \
  --job-queue "$queue" \
  --job-definition cfs-get \
  --array-properties size=16 \
  --parameters "plan=$plan"
