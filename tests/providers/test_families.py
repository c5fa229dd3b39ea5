"""How each family of models wants the place to fill laid out."""

from __future__ import annotations

import pytest

from sureql.providers import families

LAYOUTS = {
    "qwen": "<|fim_prefix|>A<|fim_suffix|>B<|fim_middle|>",
    "starcoder": "<fim_prefix>A<fim_suffix>B<fim_middle>",
    "deepseek": "<｜fim▁begin｜>A<｜fim▁hole｜>B<｜fim▁end｜>",
    "codestral": "[SUFFIX]B[PREFIX]A",
    "codellama": "<PRE> A <SUF>B <MID>",
    "codegemma": "<|fim_prefix|>A<|fim_suffix|>B<|fim_middle|>",
    "granite": "<|fim_prefix|>A<|fim_suffix|>B<|fim_middle|>",
    "granite_code": "<fim_prefix>A<fim_suffix>B<fim_middle>",
}

NAMES = {
    "Qwen/Qwen2.5-Coder-7B": "qwen",
    "qwen2.5-coder:1.5b-base": "qwen",
    "qwen3-coder:30b": "qwen",
    "bigcode/starcoder2-3b": "starcoder",
    "deepseek-ai/deepseek-coder-6.7b-base": "deepseek",
    "DeepSeek-Coder-V2-Lite-Base": "deepseek",
    "codestral-22b-v0.1": "codestral",
    "codellama:7b-code": "codellama",
    "google/codegemma-2b": "codegemma",
    "granite-4.0-h-tiny": "granite",
    "ibm-granite/granite-3b-code-base": "granite_code",
    "granite-code:8b": "granite_code",
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_of_a_family(name: str) -> None:
    family = families.find("", name)
    assert family
    assert family.prompt("A", "B") == LAYOUTS[name]


@pytest.mark.parametrize("model", NAMES)
def test_a_family_is_found_by_the_models_name(model: str) -> None:
    assert families.find(model) is families.find("", NAMES[model])


@pytest.mark.parametrize("model", ["gpt-5.2", "qwen3:8b", "deepseek-chat", "smollm2", "llama3.2"])
def test_other_models_have_none(model: str) -> None:
    assert families.find(model) is None


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_mark_in_a_users_text_is_no_mark_any_more(name: str) -> None:
    family = families.find("", name)
    assert family
    planted = "".join(family.marks)
    assert family.prompt(f"-- {planted}", planted).count(family.marks[0]) == 1
    for mark in family.marks:
        assert family.prompt(planted, planted).count(mark) <= 1
