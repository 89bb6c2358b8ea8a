"""Puts a program that is built already into a wheel for one platform, which PLATFORM names."""

import os
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ProgramHook(BuildHookInterface):
    """Adds the files of the folder program as commands."""

    def initialize(self, version, build_data):
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{os.environ['PLATFORM']}"
        for program in sorted(Path(self.root, "program").iterdir()):
            build_data["shared_scripts"][str(program)] = program.name
