"""Answers in any language become sentences and ids, in a time that grows with their length."""

import time

import pytest

from casesynth.core.text import Ids
from casesynth.desk.sentences import cleaned, sentences_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It works. Škoda helps.", ["It works.", "Škoda helps."]),
        ("Это хорошо. Да.", ["Это хорошо.", "Да."]),
        ("نحن نزرع؟ نعم۔ لا.", ["نحن نزرع؟", "نعم۔", "لا."]),
        ("我们种花。他们帮忙！好吗？", ["我们种花。", "他们帮忙！", "好吗？"]),
        ("1. Rent is high 2. Tools 3. Time", ["Rent is high", "Tools", "Time"]),
        ("(1) a thing (2) another", ["a thing", "another"]),
        ("In 2. the year 1. x", ["In 2. the year 1. x"]),
        ("Dr. Š. Novák came. It grew by 2.5 ha. 3 came.", ["Dr. Š. Novák came.", "It grew by 2.5 ha.", "3 came."]),
        ("می‌خواهم.", ["می‌خواهم."]),
    ],
)
def test_sentences_of_any_script(text, sentences):
    assert sentences_of(cleaned(text)) == sentences


@pytest.mark.parametrize("part", [".", " e.g. A", "1. ", " A.", "? ", "。"])
def test_eight_times_the_text_takes_about_eight_times_as_long(part):  # not 64 times, as a quadratic search would
    def seconds(length: int) -> float:
        text, times = part * (length // len(part)), []
        for _ in range(3):
            start = time.process_time()
            sentences_of(text)
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(200_000) < 24 * max(seconds(25_000), 0.01)


def test_a_hundred_thousand_ids_of_one_name_are_unique_in_a_moment():
    start = time.process_time()
    ids = Ids({"sad-7"})
    given = [ids.new("Сад") for _ in range(100_000)]
    assert len(set(given)) == 100_000 and "sad-7" not in given and given[:2] == ["sad", "sad-2"]
    assert time.process_time() - start < 5
