"""Downloads new deliveries every morning: one plan, 16 mapped tasks, one check.

Put it into the DAGs folder. The workers need cfs in their PATH, a folder that all of them share, and a
session: CFS_TOKEN_COMMAND or RDP_USERNAME, RDP_PASSWORD and RDP_APP_KEY.
"""

import json
import subprocess
from datetime import datetime, timedelta

from airflow.decorators import dag, task
from airflow.exceptions import AirflowFailException, AirflowSkipException

BUCKET = "bulk-ESG"
PACKAGE = "RFT-ESG-PIT-SDI"
# A folder that all workers share, or s3://BUCKET/PREFIX.
DESTINATION = "/shared/pit"
# All workers read it.
PLAN = "/shared/pit.jsonl"
SHARDS = 16

# A retry cannot change these: usage, sign-in, not found, wrong content.
FINAL = {2, 3, 4, 6}


def cfs(*words, **options):
    """Runs cfs and returns its captured output. Airflow retries a failure that may pass."""
    ended = subprocess.run(["cfs", *words], text=True, stderr=subprocess.PIPE, **options)
    if ended.returncode in FINAL:
        raise AirflowFailException(f"cfs ended with {ended.returncode}: {ended.stderr}")
    if ended.returncode != 0:
        raise RuntimeError(f"cfs ended with {ended.returncode}: {ended.stderr}")
    return ended.stdout


@dag(
    schedule="0 10 * * 1-5",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 5, "retry_delay": timedelta(minutes=2)},
)
def cfs_pit():
    @task
    def plan() -> str:
        words = ["plan", BUCKET, "--package", PACKAGE, "--available-from", "14d", "-o", DESTINATION]
        with open(f"{PLAN}.all", "w", encoding="utf8") as out:
            cfs(*words, stdout=out)
        # Only what the destination lacks, so that a morning without deliveries costs nothing.
        with open(PLAN, "w", encoding="utf8") as out:
            cfs("plan", "--check", f"{PLAN}.all", "--size-only", stdout=out)
        with open(PLAN, encoding="utf8") as lines:
            files = json.loads(lines.readline())["files"]
        if files == 0:
            raise AirflowSkipException("Nothing new.")
        return PLAN

    @task(execution_timeout=timedelta(hours=4))
    def fetch(shard: int, path: str) -> None:
        cfs("get", "--plan", path, "--shard", f"{shard}/{SHARDS}", "--max-duration", "230m")

    @task
    def check(path: str) -> None:
        lacking = cfs("plan", "--check", path, stdout=subprocess.PIPE)
        files = json.loads(lacking.splitlines()[0])["files"]
        if files > 0:
            raise RuntimeError(f"{DESTINATION} lacks {files} files of {path}")

    path = plan()
    fetched = fetch.partial(path=path).expand(shard=list(range(1, SHARDS + 1)))
    fetched >> check(path)


cfs_pit()
