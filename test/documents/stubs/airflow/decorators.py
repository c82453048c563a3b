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


def task(function=None, **_):
    return Task if function is None else Task(function)


def dag(**_):
    return lambda function: function
