"""Airflow as far as the documents use it: a sensor that runs its command once."""
import subprocess


class BashSensor:
    def __init__(self, task_id, bash_command, retry_exit_code, poke_interval):
        assert task_id.isidentifier() and poke_interval > 0
        code = subprocess.run(["bash", "-c", bash_command], check=False).returncode
        assert code in (0, retry_exit_code), f"{bash_command} ended with {code}"
