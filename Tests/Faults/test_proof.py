"""The commands that prove the log and keep it, used as an operator and as somebody who has the files would."""
import hashlib
import json
import re
import shutil
import sqlite3
import subprocess

import pytest

from killing import BINARY


@pytest.fixture
def folder(demo, tmp_path):
    return shutil.copytree(demo, tmp_path / "data")


def run(*words):
    return subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True, timeout=300)


def audit(folder, *words):
    return run("audit", *words, "--data", folder)


def public_key(folder):
    return re.search(r"Public key (\w{64})", audit(folder, "verify").stdout)[1]


def test_a_witness_holds_until_somebody_changes_what_it_saw(folder, tmp_path):
    kept = tmp_path / "witness.txt"
    kept.write_text(audit(folder, "witness").stdout)
    assert len(kept.read_text().splitlines()) == 5, "a line a county between title, key and signature"
    for words in (["witness", "--against", kept], ["verify", "--witness", kept, "--key", public_key(folder)]):
        done = audit(folder, *words)
        assert done.returncode == 0 and "is still there" in done.stdout, done.stdout
    changed = tmp_path / "changed.txt"
    changed.write_text(re.sub(r"(?m)^(410305 \d+) \w", r"\1 " + "x", kept.read_text()))
    assert "见证文件" in audit(folder, "witness", "--against", changed).stderr
    database = sqlite3.connect(folder / "luoshi.sqlite")
    database.execute("DROP TRIGGER event_is_never_deleted")
    database.execute("DELETE FROM event WHERE county = '410305'")
    database.execute("DELETE FROM county_head WHERE county = '410305'")
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("DELETE FROM office WHERE county = '410305'")
    database.commit()
    database.close()
    done = audit(folder, "witness", "--against", kept)
    assert done.returncode == 1 and "410305: 第" in done.stdout and "witnessed, and it is gone" in done.stdout, done.stdout
    assert "机构不见了" in done.stdout and "链头不见了" in done.stdout


def test_checkpoints_that_are_gone_and_a_foreign_key_are_told(folder, tmp_path):
    key = public_key(folder)
    assert audit(folder, "verify", "--key", key).returncode == 0
    done = audit(folder, "verify", "--key", "0" * 64)
    assert done.returncode == 1 and key in done.stdout
    shutil.move(folder / "checkpoints.jsonl", tmp_path)
    done = audit(folder, "verify")
    assert done.returncode == 1 and "没有检查点" in done.stdout
    shutil.move(tmp_path / "checkpoints.jsonl", folder)
    shutil.move(folder / "checkpoint.key", tmp_path)
    assert audit(folder, "verify").returncode == 0, "verifying needs no private key"
    done = audit(folder, "sign")
    assert done.returncode == 1 and "checkpoint-key" in done.stderr
    assert not (folder / "checkpoint.key").exists(), "no other key is made"
    assert audit(folder, "sign", "--checkpoint-key", tmp_path / "checkpoint.key").returncode == 0


def test_another_key_follows_by_the_signature_of_the_one_before(folder, tmp_path):
    old = public_key(folder)
    done = audit(folder, "change-key", tmp_path / "next.key")
    assert done.returncode == 0, done.stderr
    new = public_key(folder)
    assert new != old and new in done.stdout
    for key in (old, new):
        assert audit(folder, "verify", "--key", key).returncode == 0
    (folder / "checkpoint.key").unlink()
    (tmp_path / "next.key").unlink()
    lost = audit(folder, "change-key", tmp_path / "third.key", "--old-is-lost")
    assert lost.returncode == 0, lost.stderr
    assert audit(folder, "verify").returncode == 1
    assert audit(folder, "verify", "--key", public_key(folder)).returncode == 0, "for whoever was given the new key"


def test_an_archive_is_taken_only_with_the_signature_that_it_has_to_have(folder, tmp_path):
    archive, key = tmp_path / "archive", public_key(folder)
    assert run("backup", archive, "--data", folder).returncode == 0
    assert not (archive / "checkpoint.key").exists()

    def check(*words):
        return run("restore", archive, "--check", *words)

    elsewhere = ["--data", tmp_path / "nowhere"]
    done = check(*elsewhere)
    assert done.returncode == 0 and "compare it" in done.stdout and not (tmp_path / "nowhere").exists()
    assert check("--data", folder).returncode == 0 and check("--key", key, *elsewhere).returncode == 0
    assert key in check("--key", "0" * 64, *elsewhere).stderr

    # Somebody makes a leader of somebody, and the manifest fit.
    database = sqlite3.connect(archive / "luoshi.sqlite")
    database.execute("UPDATE tenure SET person = (SELECT id FROM person ORDER BY id LIMIT 1)")
    database.commit()
    database.close()
    assert "not what the manifest says" in check(*elsewhere).stderr
    told = json.loads((archive / "manifest.json").read_text())
    data = (archive / "luoshi.sqlite").read_bytes()
    told["files"]["luoshi.sqlite"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (archive / "manifest.json").write_text(json.dumps(told))
    assert "signature" in check("--accept-unsigned", *elsewhere).stderr
    del told["key"], told["signature"]
    (archive / "manifest.json").write_text(json.dumps(told))
    assert "nobody signed" in check(*elsewhere).stderr
    loud = check("--accept-unsigned", *elsewhere)
    assert loud.returncode == 0 and "NOBODY SIGNED" in loud.stderr


def test_links_and_an_endless_view_in_an_archive_are_refused_at_once(folder, tmp_path):
    archive = tmp_path / "archive"
    assert run("backup", archive, "--data", folder).returncode == 0
    shutil.move(archive / "checkpoints.jsonl", tmp_path)
    (archive / "checkpoints.jsonl").symlink_to(tmp_path / "checkpoints.jsonl")
    done = run("restore", archive, "--data", tmp_path / "restored")
    assert done.returncode == 1 and "link" in done.stderr
    (archive / "checkpoints.jsonl").unlink()
    shutil.move(tmp_path / "checkpoints.jsonl", archive)
    database = sqlite3.connect(archive / "luoshi.sqlite")
    database.execute("DROP TABLE session")
    database.execute(
        "CREATE VIEW session AS WITH RECURSIVE n(county, id) AS (SELECT 1, 1 UNION ALL SELECT county, id + 1 FROM n) SELECT county, id FROM n")
    database.commit()
    database.close()
    told = json.loads((archive / "manifest.json").read_text())
    data = (archive / "luoshi.sqlite").read_bytes()
    told["files"]["luoshi.sqlite"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    del told["key"], told["signature"]
    (archive / "manifest.json").write_text(json.dumps(told))
    done = run("restore", archive, "--data", tmp_path / "restored", "--accept-unsigned")
    assert done.returncode == 1 and "not those of Luoshi" in done.stderr
