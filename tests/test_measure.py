"""Amounts read as people write them."""

import pytest

from explorer.measure import bytes_text, seconds_text


@pytest.mark.parametrize(
    ("nbytes", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (1024**2 - 1, "1.0 MiB"),
        (250 * 1024**2, "250 MiB"),
        (3 * 1024**4, "3.0 TiB"),
    ],
)
def test_bytes_are_written_as_people_read_them(nbytes, text):
    assert bytes_text(nbytes) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0003, "0.3 ms"),
        (0.00999, "10 ms"),
        (0.012, "12 ms"),
        (0.9996, "1.0 s"),
        (59.96, "1 min 0 s"),
        (185, "3 min 5 s"),
    ],
)
def test_a_time_is_as_exact_as_a_person_reads_it(seconds, text):
    assert seconds_text(seconds) == text
