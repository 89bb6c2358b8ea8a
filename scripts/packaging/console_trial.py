"""Plays a clerk's first contact with the Windows program at wine's console.

    console_trial.py huizong.exe data/sample      WINEPREFIX is set, in a Chinese locale

A pseudo-terminal of 80 columns shows what wine's console writes; questions are waited for by their words and answered as
they are at a keyboard. Prints a line for each scene, and fails with the screen where something else came.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pexpect
import pyte

WAIT = 180  # seconds; wine starts slowly
QUESTIONS = ["县（市、区）名", "汇总哪个年度", "通知和通报上的日期", "要求单位在哪天前答复", "落款", "联系人和电话"]


class Console:
    """A program at a console, with the screen that it wrote."""

    def __init__(self, exe, arguments=(), cwd=None):
        self.screen = pyte.HistoryScreen(80, 40, history=1000)
        self.stream = pyte.ByteStream(self.screen)
        self.child = pexpect.spawn("wine", [str(exe), *map(str, arguments)], cwd=cwd, dimensions=(40, 80), timeout=WAIT)
        self.seen = 0

    def text(self):
        history = ["".join(line[x].data for x in range(80)) for line in self.screen.history.top]
        return "".join(line.rstrip() for line in [*history, *self.screen.display]).replace(" ", "")

    def wait_for(self, words):
        """Waits until words are shown, wherever the console breaks the line."""
        words = words.replace(" ", "")
        while words not in self.text()[self.seen:]:
            try:
                self.stream.feed(self.child.read_nonblocking(65536, timeout=WAIT))
            except (pexpect.EOF, pexpect.TIMEOUT) as end:
                sys.exit(f"{words!r} never came ({type(end).__name__}):\n" + "\n".join(self.screen.display))
        self.seen += self.text()[self.seen:].index(words) + len(words)

    def answer(self, question, text=""):
        self.wait_for(question)
        self.wait_for(">")
        self.child.send(text + "\r")

    def take_offers(self):
        for question in QUESTIONS:
            self.answer(question)

    def close(self):
        self.answer("按回车键关闭")
        self.child.expect(pexpect.EOF)


def windows_path(path):
    return "Z:" + str(path).replace("/", "\\")


def main():
    exe, sample = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    # Nothing may open on the screen of the person who runs this.
    os.environ.pop("DISPLAY", None)
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        scenes = [no_arguments, a_folder_dropped, three_files_dropped, a_drive_dropped, an_empty_folder, redirected, interrupted]
        for number, scene in enumerate(scenes):
            folder = place / f"{number} 报送"
            inputs = folder / "收 件"
            shutil.copytree(sample / "2025", inputs)
            shutil.copy(sample / "roster.csv", folder / "名册.csv")
            scene(exe, inputs)
            print(f"{scene.__name__.replace('_', ' ')}: as it should be", flush=True)


def outputs_of(inputs):
    return inputs.with_name(inputs.name + "-汇总")


def no_arguments(exe, inputs):
    console = Console(exe)
    console.answer("报送文件在哪个文件夹", '"' + windows_path(inputs) + '"')
    accept(console, "共22个单位。用它吗")
    assert (outputs_of(inputs) / "报告.html").is_file()


def a_folder_dropped(exe, inputs):
    accept(Console(exe, [windows_path(inputs)]))
    assert (outputs_of(inputs) / "报告.html").is_file()


def three_files_dropped(exe, inputs):
    accept(Console(exe, [windows_path(path) for path in sorted(inputs.glob("*.xlsx"))[:3]]))


def accept(console, roster="用它吗"):
    """Takes the roster that is found and every default, and waits for the verdict."""
    console.answer(roster)
    console.take_offers()
    console.wait_for("应报22个单位")
    console.close()


def a_drive_dropped(exe, inputs):
    """A memory stick: the outputs cannot lie beside it, and must not lie in it."""
    drive = pathlib.Path(os.environ["WINEPREFIX"]) / "dosdevices" / "e:"
    drive.unlink(missing_ok=True)
    drive.symlink_to(inputs)
    before = sorted(path.name for path in inputs.iterdir())
    console = Console(exe, ["E:\\"])
    console.wait_for("盘")
    console.child.sendintr()
    console.child.close(force=True)
    drive.unlink()
    assert sorted(path.name for path in inputs.iterdir()) == before, "something was written to the drive"


def an_empty_folder(exe, inputs):
    empty = inputs.parent / "空 的"
    empty.mkdir()
    console = Console(exe, [windows_path(empty)])
    console.answer("没有可读取的文件", windows_path(inputs))
    accept(console)


def redirected(exe, inputs):
    """Nothing is asked where nobody sees it, and what is written is UTF-8."""
    command = ["wine", str(exe), windows_path(inputs)]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert run.returncode in (0, 1), run
    assert "22" in run.stderr.decode("utf-8") and (outputs_of(inputs) / "报告.html").is_file()


def interrupted(exe, inputs):
    console = Console(exe, [windows_path(inputs)])
    console.wait_for("用它吗")
    console.child.sendintr()
    console.child.expect(pexpect.EOF)
    assert not outputs_of(inputs).exists()


main()
