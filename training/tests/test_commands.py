"""The commands that the guides print exist and take the options that they are given."""

import argparse
import pathlib
import re
import runpy
import shlex
import sys

import pytest

GUIDES = pathlib.Path(__file__).parents[1]


def commands() -> list[list[str]]:
    """Module and arguments of every command in the guides' shell blocks."""
    found = []
    for guide in sorted(GUIDES.glob("*.md")):
        for block in re.findall(r"```sh\n(.*?)```", guide.read_text(), re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                if line.startswith("python -m arcface_training"):
                    found.append(shlex.split(line.split("|")[0].rstrip("& "))[2:])
    return found


class Parsed(Exception):
    pass


@pytest.mark.parametrize("command", commands(), ids=lambda command: command[0].removeprefix("arcface_training."))
def test_a_printed_command_is_understood(command, monkeypatch):
    parse = argparse.ArgumentParser.parse_args

    def stop(parser, *arguments):
        parse(parser, *arguments)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", stop)
    monkeypatch.setattr(sys, "argv", command)
    monkeypatch.delitem(sys.modules, command[0], raising=False)
    with pytest.raises(Parsed):
        runpy.run_module(command[0], run_name="__main__")


def test_the_guides_print_commands():
    assert len(commands()) >= 10
