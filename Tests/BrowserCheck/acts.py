"""What people change on the pages, and take back: identities, staged runs, decisions on findings."""

import json
import urllib.request


class Acts:
    """A part of the checks: each method whose name begins with `check` is one."""

    def check_identity(self):
        """Two hosts are said to be one, the page tells so, and the step is taken back."""
        with self.browser() as browser:
            browser.open("/assets?sort=assetName")
            hosts = [(link.text, link.get_attribute("href").rsplit("/", 1)[1]) for link in browser.all("tbody th a")[:2]]
            (name, one), (other_name, other) = hosts
            browser.open(f"/assets/{one}")
            browser.fill(**{"with": other})
            browser.press("Compare the two")
            assert name in browser.text and other_name in browser.text, browser.text
            browser.fill(reason="One box with two names")
            browser.press("Merge: one machine")
            left = browser.path.removeprefix("/assets/").split("?")[0]
            gone = other if left == one else one
            assert left in (one, other) and "Same machine: One box with two names" in browser.text, browser.text
            assert "Merged: " in browser.find("section[aria-labelledby=history]").text, browser.text
            self.picture(browser, "merged")
            browser.open(f"/assets/{gone}")
            assert f"merged into {left}" in browser.text, browser.text
            browser.open(f"/assets/{left}")
            browser.press("Undo")
            assert "taken back, or replaced" in browser.text, browser.text
            browser.open(f"/assets/{gone}")
            assert "was merged into" not in browser.text, browser.text

    def check_staged_run(self):
        """A dry run shows what it would do; one is applied, another discarded, and the list of runs finds both."""
        self.day(1)
        with self.browser() as browser:
            first = self.dry_run(browser)
            groups = browser.all("section[aria-labelledby=preview] details")
            assert groups, browser.text
            for group in groups:
                group.find_element("tag name", "summary").click()
            assert browser.all("section[aria-labelledby=preview] li a"), browser.text
            self.picture(browser, "staged")
            browser.resize("phone")
            browser.look()
            browser.resize("desktop")
            browser.press("Apply")
            browser.until(lambda: browser.result_of(first) == "applied")
            browser.open(f"/runs/{first}")
            assert not browser.all("#acts button"), "an applied run is offered for more"
            second = self.dry_run(browser)
            assert "Nothing would change" in browser.text, browser.text
            browser.press("Discard")
            assert "discarded" in browser.find("#state").text, browser.text
            browser.open("/runs")
            for result, run in (("applied", first), ("discarded", second)):
                browser.follow_facet(result)
                assert [link.text for link in browser.all("tbody th a")] == [run], browser.text
                self.picture(browser, "runs")
                browser.find(".chips a").click()
                browser.look()

    def dry_run(self, browser):
        """The id of a staged run of the first connector, whose page is then open."""
        before = browser.newest_run()
        browser.open("/connectors/Contoso%20production")
        browser.press("Dry run")
        browser.until(lambda: browser.newest_run() != before and browser.result_of(browser.newest_run()) == "staged")
        run = browser.newest_run()
        browser.open(f"/runs/{run}")
        assert "It was only tried" in browser.text, browser.text
        return run

    def day(self, day):
        """The tenant's."""
        request = urllib.request.Request(
            self.tenant["resourceManager"].rstrip("/") + "/simulator/day", json.dumps({"day": day}).encode(),
            {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=60).close()

    def check_decisions_by_query(self):
        """All that a query finds is decided on after a look at how many that is, and the decision is taken back."""
        with self.browser() as browser:
            browser.open("/findings?query=finding.severity%3A%204%20and%20operatingSystem%3A%20Windows")
            count = browser.heading.split()[0]
            self.picture(browser, "findings")
            browser.follow(f"Decide on all {count} findings that this query finds…")
            assert browser.heading == f"Decide on {count} findings", browser.heading
            self.picture(browser, "query-decision")
            browser.find("[name=decision][value=riskAccepted]").click()
            browser.fill(reason="Until the move")
            browser.find("[name=confirmed]").click()
            browser.press(f"Decide on {count} findings")
            assert f"Decided on {count} findings." in browser.text, browser.text
            browser.find("tbody th a").click()
            browser.look()
            finding = browser.path
            assert "Its risk was accepted by admin, until it is taken back: Until the move" in browser.text, browser.text
            self.picture(browser, "decided")
            browser.driver.back()
            browser.follow(f"Decide on all {count} findings that this query finds…")
            browser.find("[name=decision][value=reopen]").click()
            browser.fill(reason="Moved")
            browser.find("[name=confirmed]").click()
            browser.press(f"Decide on {count} findings")
            browser.open(finding)
            assert "The decision was taken back by admin, so it counts again: Moved" in browser.text, browser.text
            browser.open("/administration/audit?action=finding")
            assert len(browser.all("tbody tr")) == 2, browser.text

    def check_controls(self):
        """They are found by words and by severity, each way as a chip that can be taken away."""
        with self.browser() as browser:
            browser.open("/controls")
            everything = browser.heading
            word = browser.find("tbody th a").text.split()[-1]
            browser.fill(text=word)
            browser.press("Search")
            titles = [link.text.lower() for link in browser.all("tbody th a")]
            assert titles and all(word.lower() in title for title in titles), titles
            browser.find(".facet a").click()
            browser.look()
            assert len(browser.all(".chips li")) == 2, browser.text
            for _ in range(2):
                browser.find(".chips a").click()
                browser.look()
            assert browser.heading == everything, browser.heading
