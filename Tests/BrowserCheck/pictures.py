#!/usr/bin/env python3
"""Pictures each page of `isthmus demo` at three widths, with few colours, so that they can be kept beside the code.

Tests/BrowserCheck/run [BINARY] --screenshots FOLDER
"""
import argparse
import io
import pathlib
import re
import signal
import subprocess
import sys

from PIL import Image

from browser import WIDTHS, Browser

COLOURS, TALLEST = 64, 1800
CONNECTOR = "/connectors/Contoso"
STEPS = ["connection", "data-model", "transform-map", "profile", "scoring", "identification-rules", "review"]
CONFIGURATION = "/configuration"


def pages(browser, base):
    """Name and address of each page, the list's first record for those of one."""
    def first(address):
        browser.open(address)
        return browser.find("tbody th a").get_attribute("href").removeprefix(base)

    yield "home", "/"
    for name, address in [("host", "/assets"), ("finding", "/findings"), ("control", "/controls"), ("run", "/runs")]:
        yield f"{name}s", address
        yield name, first(address)
    yield "findings-query", "/findings?query=finding.severity%3A%204%20and%20asset.internetExposed%3A%20true"
    yield "findings-grouped", "/findings?group=recommendation"
    yield "query-problem", "/assets?query=asset.riskScore%20%3E%20x"
    yield "connectors", "/connectors"
    yield "connector", CONNECTOR
    for number, step in enumerate(STEPS, 1):
        yield f"wizard-{number}-{step}", f"{CONNECTOR}/edit/{step}"
    yield "configuration", CONFIGURATION
    yield "map-editor", f"{CONFIGURATION}/transform-maps/defender-for-cloud%2Fdefault"
    for name in ["data-models/inventory", "score-maps/default", "scoring", "identification", "tags", "entities"]:
        yield name.replace("/", "-"), f"{CONFIGURATION}/{name}"
    for name in ["users/demo", "tokens", "audit"]:
        yield f"administration-{name.replace('/', '-')}", f"/administration/{name}"
    yield "account", "/account"


def keep(png, path):
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, TALLEST)))
    image.quantize(COLOURS).save(path, optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--screenshots", metavar="FOLDER", required=True, type=pathlib.Path)
    options = parser.parse_args()
    demo = subprocess.Popen([options.binary, "demo"], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    try:
        told = ""
        while "Ctrl-C" not in told:
            line = demo.stdout.readline()
            if not line:
                sys.exit(f"pictures: the demo ended before it answered:\n{told}")
            told += line
        base = re.search(r"answers at (http\S+)/", told)[1]
        password = re.search(r"password (\S+)\.", told)[1]
        options.screenshots.mkdir(parents=True, exist_ok=True)
        for size in WIDTHS:
            browser = Browser(base, size=size)
            try:
                browser.sign_in("demo", password)
                for name, address in pages(browser, base):
                    browser.open(address)
                    keep(browser.png(), options.screenshots / f"{name}-{size}.png")
            finally:
                browser.close()
        dark = Browser(base, dark=True)
        try:
            dark.sign_in("demo", password)
            dark.open("/")
            keep(dark.png(), options.screenshots / "home-dark.png")
        finally:
            dark.close()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(30)


main()
