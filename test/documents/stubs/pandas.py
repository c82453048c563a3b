"""pandas as far as the documents use it: files that are read must be there and whole."""
import gzip


def read_csv(path):
    with gzip.open(path) as file:
        return file.read()


def concat(frames, ignore_index):
    assert len(frames) > 0 and ignore_index
    return frames
