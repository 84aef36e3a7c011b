"""The program's own statistics against SciPy, statsmodels and scikit-learn, through its commands."""

import json
import os
import random
import subprocess

import pytest
from scipy.stats import rankdata
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.proportion import proportion_confint

LUOSHI = os.environ["LUOSHI_BINARY"]
BASIS = "basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}"
TIES = {
    "share the better place": "min",
    "share the worse place": "max",
    "share the mean place": "average",
    "share without gaps": "dense",
}


def luoshi(*arguments):
    return json.loads(subprocess.run([LUOSHI, *arguments], check=True, capture_output=True, text=True).stdout)


def scheme(ties):
    return f"""
evaluation: oracle
version: 1
title: {{zh: 例, en: Example}}
document: {{zh: 文, en: Document}}
in force: {{from: 2019-08-01, until: 2019-12-31}}
judged: once
layers:
  sampled: {{title: {{zh: 抽, en: Sampled}}, {BASIS}, team: office}}
indicators:
  made: {{title: {{zh: 访, en: Visits}}, {BASIS}, counts: visits, when nothing is due: leave out, better: higher}}
  right: {{title: {{zh: 实, en: Checks}}, {BASIS}, checks: sampled, when nothing is due: leave out, better: higher}}
scores:
  village:
    title: {{zh: 村, en: Village}}
    {BASIS}
    of: village
    points: {{made: 100}}
    rounding: {{places: 4, way: nearest}}
    floor: 0
    when nothing counts: leave out
  sampled:
    title: {{zh: 抽, en: Sampled}}
    {BASIS}
    of: village
    layer: sampled
    points: {{right: 100}}
    rounding: {{places: 2, way: nearest}}
    floor: 0
    when nothing counts: leave out
ranks:
  villages:
    title: {{zh: 排, en: Rank}}
    {BASIS}
    by: village
    within: all
    ties: {ties}
    minimum group: 1
    inside the interval: rank anyway
"""


def files(folder, ties, facts):
    (folder / "scheme.yaml").write_text(scheme(ties))
    units = sorted({fact["unit"] for fact in facts})
    (folder / "facts.json").write_text(
        json.dumps(
            {
                "evaluation": "oracle",
                "version": 1,
                "day": "2019-09-30",
                "units": [{"id": unit, "kind": "village", "name": unit, "within": {}} for unit in units],
                "facts": facts,
            }
        )
    )
    return ["--scheme", str(folder / "scheme.yaml"), "--facts", str(folder / "facts.json"), "--format", "json"]


@pytest.mark.parametrize("ties", TIES)
def test_places_are_those_of_scipy_for_every_way_of_sharing_them(tmp_path, ties):
    chance = random.Random(5)
    for _ in range(8):
        points = [chance.randrange(12) for _ in range(chance.randrange(1, 60))]
        facts = [{"indicator": "made", "unit": f"u{index:03}", "part": point, "whole": 11} for index, point in enumerate(points)]
        (ranking,) = luoshi("rank", *files(tmp_path, ties, facts))
        wanted = rankdata([-point for point in points], method=TIES[ties])
        got = {place["unit"]: float(place["place"]) for place in ranking["places"]}
        assert [got[f"u{index:03}"] for index in range(len(points))] == list(wanted)


def test_intervals_are_those_of_statsmodels(tmp_path):
    chance = random.Random(6)
    answers = tmp_path / "answers"
    for _ in range(40):
        whole = chance.choice([1, 2, 7, 30, 200, 1500])
        part = chance.choice([0, whole, chance.randrange(whole + 1)])
        answers.write_text("".join(f"h{index}\t{'yes' if index < part else 'no'}\n" for index in range(whole)))
        got = luoshi("sample", "estimate", "--answers", str(answers))
        assert (got["yes"], got["asked"]) == (part, whole)
        assert got["wilson"] == pytest.approx(proportion_confint(part, whole, method="wilson"), abs=1e-9)
        assert got["exact"] == pytest.approx(proportion_confint(part, whole, method="beta"), abs=1e-7)


def test_the_interval_of_a_score_is_the_wilson_interval_rounded_outward(tmp_path):
    cases = [(0, 10), (10, 10), (7, 10), (123, 200), (1, 3)]
    facts = [{"indicator": "right", "layer": "sampled", "unit": f"u{i}", "part": part, "whole": whole} for i, (part, whole) in enumerate(cases)]
    facts += [{"indicator": "made", "unit": f"u{i}", "part": 1, "whole": 1} for i in range(len(cases))]
    outcome = luoshi("evaluate", *files(tmp_path, "share the better place", facts))
    scores = {score["unit"]: score for score in outcome["scores"] if score["score"] == "sampled"}
    for i, (part, whole) in enumerate(cases):
        low, high = proportion_confint(part, whole, method="wilson")
        got = scores[f"u{i}"]
        assert float(got["points"]) == pytest.approx(100 * part / whole, abs=0.005)
        assert 100 * low - 0.02 <= float(got["low"]) <= 100 * low + 1e-6
        assert 100 * high - 1e-6 <= float(got["high"]) <= 100 * high + 0.02
        assert got["sampled"] == whole


def test_agreement_is_that_of_scikit_learn(tmp_path):
    chance = random.Random(7)
    pairs = tmp_path / "pairs"
    for words in (2, 3, 5):
        for _ in range(10):
            first = [chance.randrange(words) for _ in range(chance.randrange(5, 200))]
            second = [one if chance.random() < 0.7 else chance.randrange(words) for one in first]
            pairs.write_text("".join(f"w{one}\tw{other}\n" for one, other in zip(first, second)))
            assert luoshi("sample", "agreement", "--pairs", str(pairs))["kappa"] == pytest.approx(cohen_kappa_score(first, second), abs=1e-12)


def test_weighted_rates_are_those_of_the_weights(tmp_path):
    frame, seed = tmp_path / "frame", tmp_path / "seed"
    frame.write_text("".join(f"h{index}\tt{index % 3 if index % 10 else 9}\t{index % 17 + 1}\n" for index in range(300)))
    subprocess.run([LUOSHI, "sample", "commit", "--frame", str(frame), "--seed-file", str(seed)], check=True, capture_output=True)
    strata = {line.split("\t")[0]: line.split("\t")[1] for line in frame.read_text().splitlines()}
    record = luoshi("sample", "draw", "--frame", str(frame), "--seed-file", str(seed), "--size", "40", "--design", "stratified", "--format", "json")
    (tmp_path / "record").write_text(json.dumps(record))
    answers = {item["id"]: index % 3 == 0 for index, item in enumerate(record["drawn"])}
    (tmp_path / "answers").write_text("".join(f"{id}\t{'yes' if yes else 'no'}\n" for id, yes in answers.items()))
    got = luoshi("sample", "estimate", "--record", str(tmp_path / "record"), "--answers", str(tmp_path / "answers"))
    sizes, drawn = {}, {}
    for id, stratum in strata.items():
        sizes[stratum] = sizes.get(stratum, 0) + 1
        drawn[stratum] = drawn.get(stratum, 0) + (id in answers)
    weights = {id: sizes[strata[id]] / drawn[strata[id]] for id in answers}
    total = sum(weights.values())
    assert got["rate"] == pytest.approx(sum(weights[id] for id, yes in answers.items() if yes) / total)
    assert got["effective"] == pytest.approx(total**2 / sum(weight**2 for weight in weights.values()))
    assert got["wilson"] == pytest.approx(proportion_confint(got["rate"] * got["effective"], got["effective"], method="wilson"))


def test_a_draw_is_plain_sha256_that_any_language_repeats(tmp_path):
    import hashlib

    frame, seed = tmp_path / "frame", tmp_path / "seed"
    lines = [f"h{index}\t\t1\n" for index in range(500)]
    frame.write_text("".join(lines))
    committed = luoshi("sample", "commit", "--frame", str(frame), "--seed-file", str(seed))
    text = seed.read_text().strip()
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert committed == {"items": 500, "frame_hash": digest, "commitment": hashlib.sha256(text.encode()).hexdigest()}
    record = luoshi("sample", "draw", "--frame", str(frame), "--seed-file", str(seed), "--size", "25", "--format", "json")
    order = sorted((f"h{index}" for index in range(500)), key=lambda id: hashlib.sha256(f"{text}\n{digest}\n{id}".encode()).digest())
    assert [item["id"] for item in record["drawn"]] == order[:25]
