"""Starts a simulated tenant and a server on an empty inventory, and uses the pages as people do."""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

from acts import Acts
from browser import WIDTHS, Browser

PASSWORD = "a passphrase for this check"
STOP_SECONDS = 30
MAP = "/configuration/transform-maps/defender-for-cloud%2Fdefault"
STEPS = ["connection", "data-model", "transform-map", "profile", "scoring", "identification-rules", "review"]
CONFIGURATION = [
    "/configuration", "/configuration/data-models/inventory", "/configuration/transform-maps", MAP,
    "/configuration/score-maps", "/configuration/score-maps/default", "/configuration/new/score-map",
    "/configuration/identification", "/configuration/tags", "/configuration/tags/Windows", "/configuration/entities/Shop",
    "/configuration/scoring", "/configuration/retention",
]


def isthmus(binary, folder, *arguments, text="", **environment):
    """What the command wrote to standard output."""
    process = subprocess.run(
        [binary, *arguments, "--data", folder], input=text, capture_output=True, text=True,
        env={**os.environ, **environment}, timeout=300)
    if process.returncode != 0:
        sys.exit(f"isthmus {' '.join(arguments)} ended with {process.returncode}: {process.stderr}")
    return process.stdout


@contextlib.contextmanager
def started(binary, log, *arguments, lines=1, **environment):
    """The first lines that a program wrote; it is ended however the block is left."""
    process = subprocess.Popen(
        [binary, *arguments], stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True,
        env={**os.environ, **environment})
    try:
        read = [process.stdout.readline() for _ in range(lines)]
        if not read[-1]:
            sys.exit(f"isthmus {arguments[0]} ended with {process.wait(STOP_SECONDS)} and said too little: {read}")
        yield read
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def fill(binary, folder, tenant):
    """The connector, tags of all criticalities, one run."""
    connection = {name: tenant[name] for name in ("authority", "resourceManager", "tenantId", "clientId")}
    connection |= {"cloud": "custom", "clientSecret": {"env": "ISTHMUS_CLIENT_SECRET"}}
    schedule = {"every": "1d", "at": "02:00", "timeZone": "Europe/Berlin", "start": "2026-06-01"}
    configuration = {
        "connectors": [{
            "name": "Contoso production", "kind": "defender-for-cloud", "connection": connection,
            "profiles": [{"name": "nightly", "schedule": schedule}]}],
        "tags": [
            {"name": "Windows", "query": "operatingSystem: Windows", "criticality": 4},
            {"name": "Web", "query": "web", "criticality": 5}],
        "entities": [{"name": "Shop", "tags": ["Windows", "Web"]}],
    }
    path = os.path.join(folder, "isthmus.yaml")
    pathlib.Path(path).write_text(json.dumps(configuration))
    isthmus(binary, folder, "apply", "--config", path)
    isthmus(binary, folder, "sync", ISTHMUS_CLIENT_SECRET=tenant["clientSecret"])


class Checks(Acts):
    """Each method whose name begins with `check` is one; they are run in the order of this text, then those of `Acts`."""

    def __init__(self, binary, folder, tenant, base, link, pictures=None):
        self.binary, self.folder, self.tenant, self.base, self.link = binary, folder, tenant, base, link
        self.pictures = pictures

    @contextlib.contextmanager
    def browser(self, name="admin", **settings):
        browser = Browser(self.base, **settings)
        try:
            if name:
                browser.sign_in(name, PASSWORD)
            yield browser
        finally:
            browser.close()

    def check_first_start(self):
        """The link that the server prints leads to the first account, and works once."""
        with self.browser(name=None) as browser:
            browser.open("/assets")
            assert browser.path == "/sign-in?return=%2Fassets", browser.path
            browser.open(self.link)
            browser.fill(name="admin", password=PASSWORD, repeated="another passphrase")
            browser.press("Make the account")
            assert "not the same" in browser.text, browser.text
            browser.fill(password=PASSWORD, repeated=PASSWORD)
            browser.press("Make the account")
            assert browser.path == "/" and "Nothing here yet" in browser.text, browser.text
            browser.open(self.link)
            assert "not valid" in browser.text, browser.text
        fill(self.binary, self.folder, self.tenant)
        isthmus(self.binary, self.folder, "user", "add", "reader", "--role", "viewer", text=PASSWORD)

    def check_riskiest_host(self):
        """From the home page to the explanation of the riskiest host's score, and to what fixing one finding gives."""
        with self.browser() as browser:
            browser.open("/")
            worst = browser.find("tbody th a").text
            browser.follow(worst)
            score = browser.find(".score strong").text
            assert f"Why it scores {score}" in browser.text, browser.text
            assert browser.all("section[aria-labelledby=explained] tbody tr"), "no band is explained"
            finding = browser.find("section[aria-labelledby=findings] tbody th a")
            title = finding.text
            finding.click()
            browser.look()
            assert browser.heading.startswith(title) and "How to fix it" in browser.text, browser.text

    def check_queries(self):
        """The two queries of the guide, a wrong one at its place, a facet as a chip, sorting, and the next page."""
        with self.browser() as browser:
            for path, query in (
                ("/assets", "inventory: (source: `Defender for Cloud`)"),
                ("/findings", "finding.vendorProductName: `Defender for Cloud`"),
            ):
                browser.open(path)
                everything = browser.heading
                browser.fill(query=query)
                browser.press("Search")
                assert browser.heading == everything, (browser.heading, everything)
            browser.fill(query="finding.severty: 5")
            browser.press("Search")
            assert browser.find("mark").text == "finding.severty" and "finding.severity" in browser.text, browser.text
            browser.open("/findings")
            first = browser.find(".facet a")
            count = first.text.split()[-1]
            first.click()
            browser.look()
            assert browser.heading.startswith(count) and len(browser.all(".chips li")) == 1, browser.heading
            browser.follow("Host")
            names = [cell.text for cell in browser.all("tbody td[data-label=Host], tbody th[data-label=Host]")]
            assert names == sorted(names) and names, names
            browser.follow("Next page")
            assert browser.all("tbody tr"), "the next page is empty"
            browser.follow("First page")

    def check_completion(self):
        """`/` leads to the query bar, where keys alone choose what may come next."""
        with self.browser() as browser:
            from selenium.webdriver.common.keys import Keys
            browser.open("/assets")
            browser.find("body").send_keys("/")
            bar = browser.driver.switch_to.active_element
            assert bar.get_attribute("id") == "query"
            bar.send_keys("operatingSys")
            browser.find("#completions:not([hidden]) li")
            bar.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
            assert bar.get_attribute("value").startswith("operatingSystem"), bar.get_attribute("value")

    def check_other_eyes(self):
        """Each page on a narrow and on a very wide screen, and in the dark."""
        for settings in ({"size": "phone"}, {"size": "wide"}, {"dark": True}):
            with self.browser(**settings) as browser:
                for path in self.paths(browser):
                    browser.open(path)

    def check_without_script(self):
        """Signing in, searching and reading need no script."""
        with self.browser(script=False) as browser:
            browser.open("/assets")
            browser.fill(query="operatingSystem: Windows")
            browser.press("Search")
            browser.find("tbody th a").click()
            assert "Why it scores" in browser.text

    def check_map_editor(self):
        """A map is copied and tried on a record: as one types, or by the button where there is no script."""
        record = '{"id": "/x", "name": "web-01"}'
        for script in (True, False):
            with self.browser(script=script) as browser:
                browser.open(MAP)
                browser.fill(name=f"mine {script}")
                browser.press("Copy")
                place = next(
                    field.get_attribute("name").removeprefix("target-") for field in browser.all("[name^=target-]")
                    if field.get_attribute("value") == "assetName")
                browser.fill(**{"sample": record, f"source-{place}": "join('-', [name, 'x'])"})
                if not script:
                    browser.find(".bar [value=preview]").click()
                browser.until(lambda: "web-01-x" in browser.find(f"#result-{place}").text)
                browser.fill(**{f"source-{place}": "name ||"})
                browser.find(".bar [value=save]").click()
                browser.until(lambda: "ends too early" in browser.find(f"#result-{place}").text)
                browser.look()
                browser.fill(**{f"source-{place}": "name || id"})
                browser.find(".bar [value=save]").click()
                browser.until(lambda: browser.heading == f"mine {script} version 2")
                browser.look()

    def check_roles(self):
        """Who only reads is offered no change, and the server takes none."""
        with self.browser(name="reader") as browser:
            browser.open("/")
            assert "Administration" not in browser.find("header").text
            browser.open("/findings")
            browser.find("tbody th a").click()
            browser.look()
            assert not browser.all("main form[method=post]"), "a reader is offered a change"

    def check_wizard(self):
        """A connector is set up step by step: left as a draft, tested, finished, run, and seen to be in."""
        with self.browser() as browser:
            browser.open("/connectors")
            browser.follow("New connector")
            browser.fill(name="Fabrikam", description="Set up on pages")
            browser.press("Save as a draft and leave")
            assert browser.heading == "Fabrikam" and "draft" in browser.text, browser.text
            browser.follow("Finish setting it up")
            browser.choose(**{"set-cloud": "custom"})
            browser.fill(**{
                f"set-{name}": self.tenant[name] for name in ("authority", "resourceManager", "tenantId", "clientId")})
            browser.fill(**{"set-clientSecret": "not the secret"})
            browser.press("Save and test connection")
            assert "Connection test: failed" in browser.text, browser.text
            browser.fill(**{"set-clientSecret": self.tenant["clientSecret"]})
            browser.press("Save and test connection")
            assert "Connection test: passed" in browser.text, browser.text
            assert self.tenant["clientSecret"] not in browser.driver.page_source
            browser.press("Save and go on")
            for title in ("Data model", "Transform map"):
                assert browser.find("main h2").text == title, browser.text
                browser.press("Save and go on")
            browser.choose(how="every")
            browser.fill(every="1 day")
            browser.press("Save and go on")
            assert browser.find("#every-problem").text, browser.text
            browser.fill(every="1d", timeZone="Europe/Berlin")
            browser.press("Save and add another profile")
            browser.fill(profile="weekly", every="1w")
            browser.press("Save and go on")
            browser.fill(**{"qds-1": "99"})
            browser.press("Save and go on")
            assert "must not be lower" in browser.text, browser.text
            browser.fill(**{"qds-1": "10", "expected-4": "High\nSevere"})
            browser.press("Save and go on")
            assert "kept as the score map \"Fabrikam\"" in browser.text, browser.text
            browser.find("[name=rule][value=ip-address]").click()
            browser.press("Save and go on")
            for text in ("weekly", "High, Severe → QDS 80", "Informational → QDS 10", "ip-address"):
                assert text in browser.text, (text, browser.text)
            assert len(browser.all("section[aria-labelledby=next] li")) == 5, browser.text
            browser.press("Save and run")
            assert browser.path == "/connectors/Fabrikam", browser.path
            browser.until(lambda: "succeeded" in browser.text)
            browser.until(lambda: browser.find(".states [aria-current=step]").text.startswith("Processed"))

    def check_wizard_without_script(self):
        """Profiles are added and removed by plain forms."""
        with self.browser(script=False) as browser:
            browser.open("/connectors/Fabrikam/edit/profile")
            browser.follow("Add a profile")
            browser.fill(profile="by hand")
            browser.choose(how="person")
            browser.press("Save and leave")
            assert "by hand" in browser.text, browser.text
            browser.open("/connectors/Fabrikam/edit/profile?profile=2")
            browser.find("details summary").click()
            browser.press("Remove the profile by hand")
            assert "by hand" not in browser.text and "weekly" in browser.text, browser.text

    # Pages

    def picture(self, browser, title):
        """Of the page as it stands, at each width, where pictures are asked for."""
        if not self.pictures:
            return
        pathlib.Path(self.pictures).mkdir(parents=True, exist_ok=True)
        for size in ("desktop", "phone"):
            browser.resize(size)
            for scheme in ("light", "dark"):
                browser.paint(scheme)
                browser.picture(os.path.join(self.pictures, f"{title}-{size}-{scheme}.png"))
        browser.resize("desktop")
        browser.paint("light")

    def paths(self, browser):
        """An address of each page."""
        browser.open("/assets")
        asset = browser.find("tbody th a").get_attribute("href").removeprefix(self.base)
        browser.open("/findings")
        finding = browser.find("tbody th a").get_attribute("href").removeprefix(self.base)
        browser.open("/controls")
        control = browser.find("tbody th a").get_attribute("href").removeprefix(self.base)
        return [
            "/", "/assets", asset, "/findings", finding, "/findings?group=severity", "/controls", control,
            "/assets?query=asset.riskScore%20%3E%20x", "/administration", "/administration/users/reader",
            "/administration/tokens", "/administration/audit", "/account", "/ambiguous", "/nowhere", "/connectors",
            "/connectors/Contoso%20production", "/runs", "/runs/R1",
            "/findings/decision/all?query=finding.severity%3A%204", *CONFIGURATION, "/connectors/new",
            *(f"/connectors/Contoso%20production/edit/{step}" for step in STEPS),
        ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--pictures", metavar="FOLDER", help="of pages in the midst of checks")
    parser.add_argument("--only", default="", help="the checks whose names hold this, and the first one")
    options = parser.parse_args()
    failed = []
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="isthmus-browser-"))
        log = stack.enter_context(open(os.path.join(folder, "log"), "w+"))
        tenant = json.loads(stack.enter_context(started(
            options.binary, log, "simulate", "--port", "0", "--quota", "off", "--hosts", "300", "--findings-per-host", "20"))[0])
        lines = stack.enter_context(started(
            options.binary, log, "serve", "--port", "0", "--data", folder, lines=2,
            ISTHMUS_CLIENT_SECRET=tenant["clientSecret"]))
        base = lines[0].split()[-1].rstrip("/")
        checks = Checks(options.binary, folder, tenant, base, lines[1].split()[-1], options.pictures)
        names = [name for part in (Checks, Acts) for name in vars(part) if name.startswith("check_")]
        for name in names:
            if name != names[0] and options.only not in name:
                continue
            try:
                getattr(checks, name)()
                print(f"passed: {name.removeprefix('check_').replace('_', ' ')}", flush=True)
            except Exception:
                failed.append(name)
                print(f"FAILED: {name}\n{traceback.format_exc(limit=3)}", flush=True)
        if failed:
            log.seek(0)
            print(log.read()[-4000:])
    sys.exit(1 if failed else 0)


main()
