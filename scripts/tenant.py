"""An inventory of a simulated tenant, for the scripts that measure what it takes to look at it."""
import json
import os
import subprocess
import urllib.request


def configuration(facts, tags):
    connection = {name: facts[name] for name in ("authority", "resourceManager", "tenantId", "clientId")}
    connection |= {"cloud": "custom", "clientSecret": {"env": "ISTHMUS_CLIENT_SECRET"}}
    # With updates, so that some 63 % of the tenant's rows become findings.
    profile = {"name": "everything", "findings": {"categories": {"exclude": []}}}
    return {
        "connectors": [
            {"name": "bench", "kind": "defender-for-cloud", "connection": connection, "profiles": [profile]}],
        **tags,
    }


def filled(binary, folder, hosts, findings_per_host, tags=None, days=0, meanwhile=None):
    """Fills `folder`/data, and ends the tenant. The data folder.

    With `days`, `meanwhile` is called with the folder after the first one, and the tenant then moves on day by day.
    """
    arguments = ["simulate", "--quota", "off", "--hosts", str(hosts), "--findings-per-host", str(findings_per_host)]
    simulator = subprocess.Popen([binary, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    data, config = os.path.join(folder, "data"), os.path.join(folder, "isthmus.yaml")
    try:
        facts = json.loads(simulator.stdout.readline())
        with open(config, "w") as file:
            json.dump(configuration(facts, tags or {}), file)
        environment = {**os.environ, "ISTHMUS_CLIENT_SECRET": facts["clientSecret"]}
        subprocess.run([binary, "apply", "--config", config, "--data", data], env=environment, check=True)
        # Twice: findings are ACTIVE from their second listing on.
        for _ in range(2):
            subprocess.run([binary, "sync", "--data", data], env=environment, check=True)
        if days:
            meanwhile(data)
        for day in range(1, days + 1):
            body = json.dumps({"day": day}).encode()
            address = f"{facts['resourceManager']}/simulator/day"
            urllib.request.urlopen(urllib.request.Request(address, body, {"content-type": "application/json"})).read()
            subprocess.run([binary, "sync", "--data", data], env=environment, check=True, stdout=subprocess.DEVNULL)
    finally:
        simulator.terminate()
        simulator.wait()
    return data
