"""Ten simulated tenants in five processes: each serves two, and the second one has machines of the first."""

import json
import os
import urllib.request

from problems import Hopeless
from programs import Program

PAIRS = 5
# What a source does to those who ask; none of it ends a run.
TROUBLE = {"slow": 0.4, "slow-seconds": 0.4, "reset": 0.03, "throttle": 0.03, "error503": 0.03}
# The rules that say nothing of rows which were never listed at the same time: which ones were depends on the order of
# runs, and that is another one with faults than without.
TIMED_RULES = ["hostname-mac", "fqdn", "mac-address", "hostname", "ip-address"]


class Tenants:
    def __init__(self, binary, folder, seed):
        self.folder = folder
        self.simulators = []
        for pair in range(PAIRS):
            # One pair in five takes several pages.
            hosts, findings = (40, 30) if pair == 0 else (12, 10)
            arguments = ["simulate", "--port", "0", "--quota", "off", "--second-tenant", "0.5", "--hosts", str(hosts)]
            arguments += ["--findings-per-host", str(findings), "--seed", str(seed * PAIRS + pair)]
            self.simulators.append(Program(binary, arguments, os.path.join(folder, f"simulator-{pair}.log")))
        self.connectors = [f"tenant-{number}" for number in range(2 * PAIRS)]

    async def start(self):
        """The configuration file's text."""
        connectors = []
        for pair, simulator in enumerate(self.simulators):
            if not await simulator.start():
                raise Hopeless(f"a simulator did not start: {simulator.last_words()}")
            facts = json.loads(simulator.line)
            simulator.address = facts["resourceManager"]
            for place, tenant in enumerate([facts, facts["secondTenant"]]):
                name = self.connectors[2 * pair + place]
                secret = os.path.join(self.folder, f"{name}.secret")
                with open(secret, "w") as file:
                    file.write(tenant["clientSecret"])
                connectors.append({
                    "name": name, "kind": "defender-for-cloud", "identificationRules": {"disabled": TIMED_RULES},
                    "connection": {
                        "cloud": "custom", "authority": facts["authority"],
                        "resourceManager": facts["resourceManager"], "tenantId": tenant["tenantId"],
                        "clientId": tenant["clientId"], "clientSecret": {"file": secret}},
                })
        # Whose values a host shows must not depend on who came first either.
        return json.dumps({"connectors": connectors, "sourceTrust": {"order": self.connectors}})

    def set_day(self, day):
        for simulator in self.simulators:
            self._control(simulator, "day", {"day": day})

    def set_trouble(self, is_on):
        for simulator in self.simulators:
            self._control(simulator, "faults", TROUBLE if is_on else {})

    def truth(self):
        """What a whole pull of each connector must arrive at, by its name."""
        found = {}
        for pair, simulator in enumerate(self.simulators):
            truth = self._control(simulator, "truth")
            for place, tenant in enumerate([truth, truth["secondTenant"]]):
                found[self.connectors[2 * pair + place]] = {
                    "hosts": tenant["assets"], "passed": tenant["findings"]["pass"], "open": tenant["findings"]["fail"]}
        return found

    @staticmethod
    def _control(simulator, name, body=None):
        request = urllib.request.Request(
            f"{simulator.address}/simulator/{name}", None if body is None else json.dumps(body).encode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)

    async def stop(self):
        for simulator in self.simulators:
            await simulator.stop()
