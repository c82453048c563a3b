from .exceptions import AirflowFailException, AirflowSkipException


class Ended:
    """How a task has ended; a task that needs it runs only if `is_done`."""

    def __init__(self, is_done, value=None):
        self.is_done = is_done
        self.value = value

    def __rshift__(self, other):
        return other


class Task:
    def __init__(self, function, known=None):
        self.function = function
        self.known = known or {}

    def partial(self, **known):
        return Task(self.function, known)

    def expand(self, **each):
        [(name, values)] = each.items()
        return [self(**{name: value}) for value in values][-1]

    def __call__(self, *inputs, **named):
        named = {**self.known, **named}
        needed = [one for one in (*inputs, *named.values()) if isinstance(one, Ended)]
        if not all(one.is_done for one in needed):
            return Ended(False)
        value = lambda one: one.value if isinstance(one, Ended) else one
        name = self.function.__name__
        try:
            result = self.function(
                *map(value, inputs), **{key: value(one) for key, one in named.items()}
            )
        except AirflowSkipException:
            print(f"skipped {name}", flush=True)
            return Ended(False)
        except AirflowFailException:
            print(f"failed {name} for good", flush=True)
            return Ended(False)
        print(f"ran {name}", flush=True)
        return Ended(True, result)


# The names that Airflow 3 knows; any other is a TypeError there too.
OF_TASKS = """task_id owner retries retry_delay retry_exponential_backoff max_retry_delay start_date end_date
depends_on_past trigger_rule pool pool_slots queue priority_weight weight_rule execution_timeout params
default_args max_active_tis_per_dag max_active_tis_per_dagrun map_index_template do_xcom_push executor
executor_config resources run_as_user on_execute_callback on_failure_callback on_success_callback
on_retry_callback on_skipped_callback doc_md multiple_outputs""".split()
OF_DAGS = """dag_id description default_args start_date end_date schedule template_searchpath
template_undefined user_defined_macros user_defined_filters max_active_tasks max_active_runs
max_consecutive_failed_dag_runs dagrun_timeout deadline catchup on_success_callback on_failure_callback doc_md
params access_control is_paused_upon_creation jinja_environment_kwargs render_template_as_native_obj tags
owner_links auto_register fail_fast dag_display_name disable_bundle_versioning""".split()


def refuse_unknown(given, known):
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise TypeError(f"Airflow does not know {', '.join(unknown)}")


def task(function=None, **options):
    refuse_unknown(options, OF_TASKS)
    return Task if function is None else Task(function)


def dag(default_args=None, **options):
    refuse_unknown(options, OF_DAGS)
    refuse_unknown(default_args or {}, OF_TASKS)
    return lambda function: function
