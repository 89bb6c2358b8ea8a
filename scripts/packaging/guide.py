"""Makes a guide in Markdown one HTML file, with its pictures in it, that a double click opens.

    guide.py README.zh-CN.md 使用说明.html
"""

import base64
import re
import sys
from pathlib import Path

import markdown

STYLE = """
body { max-width: 56em; margin: 2em auto; padding: 0 1em; font: 16px/1.7 "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { border: 1px solid #bbb; padding: .3em .6em; text-align: left; vertical-align: top; }
img { max-width: 100%; }
code { background: #f2f2f2; padding: 0 .2em; }
pre { background: #f2f2f2; padding: .8em; overflow-x: auto; }
@media print { body { max-width: none; margin: 0; } }
"""


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    text = source.read_text(encoding="utf-8")
    body = markdown.markdown(text, extensions=["tables", "fenced_code", "sane_lists"])

    def embedded(match: re.Match) -> str:
        picture = base64.b64encode((source.parent / match[1]).read_bytes()).decode()
        return f'src="data:image/png;base64,{picture}"'

    body = re.sub(r'src="([^":]+\.png)"', embedded, body)
    title = text.splitlines()[0].lstrip("# ")
    target.write_text(
        f'<!doctype html>\n<html lang="zh-CN">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style>\n{body}\n</html>\n",
        encoding="utf-8",
    )


main()
