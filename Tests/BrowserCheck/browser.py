"""A browser on the server's pages, with what is looked for on each of them."""

import base64
import importlib.resources
import json
import urllib.parse

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from selenium.webdriver.support.ui import WebDriverWait

# Found by axe, and not what WCAG asks for: none yet.
ACCEPTED_RULES = []
WIDTHS = {"desktop": (1280, 900), "phone": (360, 780), "wide": (2560, 1440)}


class Browser:
    def __init__(self, base, size="desktop", dark=False, script=True):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        width, height = WIDTHS[size]
        for argument in ("--no-sandbox", "--headless=new", "--disable-dev-shm-usage", f"--window-size={width},{height}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        if not script:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(120)
        # A page that is sought waits for it, however slow the machine is.
        self.driver.implicitly_wait(60)
        self.base, self.script = base, script
        self.resize(size)
        if dark:
            self.paint("dark")
        self.axe = importlib.resources.files("axe_core_python").joinpath("axe.min.js").read_text()

    def resize(self, size):
        width, height = WIDTHS[size]
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"})

    def paint(self, scheme):
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def png(self):
        """A picture of the whole page, however long it is."""
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        shot = self.driver.execute_cdp_cmd(
            "Page.captureScreenshot", {"captureBeyondViewport": True, "clip": {**size, "scale": 1}})
        return base64.b64decode(shot["data"])

    def picture(self, path):
        with open(path, "wb") as file:
            file.write(self.png())

    def close(self):
        self.driver.quit()

    # What people do

    def open(self, path):
        self.driver.get(path if path.startswith("http") else self.base + path)
        self.look()
        return self

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def fill(self, **fields):
        for name, value in fields.items():
            field = self.find(f"[name='{name}']")
            field.clear()
            field.send_keys(value)

    def choose(self, **fields):
        for name, value in fields.items():
            Select(self.find(f"[name='{name}']")).select_by_value(value)

    def press(self, text):
        """The button of this text; the page that it leads to is looked at."""
        self.driver.find_element(By.XPATH, f"//main//button[normalize-space()='{text}']").click()
        self.look()

    def follow(self, text):
        self.driver.find_element(By.LINK_TEXT, text).click()
        self.look()

    def follow_facet(self, text):
        self.driver.find_element(By.XPATH, f"//aside//a[span[1][normalize-space()='{text}']]").click()
        self.look()

    def newest_run(self):
        self.open("/runs")
        return self.find("tbody th a").text

    def result_of(self, run):
        self.open(f"/runs/{run}")
        return self.find("#state .tone").text

    def sign_in(self, name, password):
        self.open("/sign-in")
        self.fill(name=name, password=password)
        self.press("Sign in")

    def until(self, is_so):
        """Waits for what a script or the next page brings."""
        WebDriverWait(self.driver, 60, ignored_exceptions=[StaleElementReferenceException]).until(lambda _: is_so())

    @property
    def heading(self):
        return self.find("h1").text

    @property
    def path(self):
        return self.driver.current_url.removeprefix(self.base)

    @property
    def text(self):
        return self.find("main").text

    # What is looked for on each page

    def look(self):
        problems = self.console() + self.requests() + self.form()
        if self.script:
            problems += self.barriers() + self.width()
        assert not problems, f"{self.driver.current_url}: " + "; ".join(problems)

    def console(self):
        # A page that says that something is wrong has such a status, which is no fault of the page.
        return [entry["message"] for entry in self.driver.get_log("browser")
                if "the server responded with a status of 4" not in entry["message"]]

    def requests(self):
        """Addresses of other hosts that the page asked for."""
        host, strange = urllib.parse.urlparse(self.base).netloc, []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = urllib.parse.urlparse(message["params"]["request"]["url"])
                if address.scheme in ("http", "https") and address.netloc != host:
                    strange.append(f"asks for {address.geturl()}")
        return strange

    def form(self):
        problems = []
        if len(self.all("h1")) != 1:
            problems.append(f"{len(self.all('h1'))} headings of the first level")
        if not self.driver.title or self.driver.title.startswith("·"):
            problems.append("no title")
        return problems

    def barriers(self):
        self.driver.execute_script(self.axe)
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']}).then(done)")
        return [
            f"{violation['id']}: {violation['help']} at {violation['nodes'][0]['target']}"
            for violation in found["violations"] if violation["id"] not in ACCEPTED_RULES]

    def width(self):
        inner, whole = self.driver.execute_script(
            "return [document.documentElement.clientWidth, document.documentElement.scrollWidth]")
        return [f"{whole} pixels wide in a window of {inner}"] if whole > inner else []
