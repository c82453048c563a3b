class AirflowSkipException(Exception):
    pass


class AirflowFailException(Exception):
    pass
