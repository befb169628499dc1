"""Starts tenants, a database server, three workers and a server for people; brings in several days with faults."""

import argparse
import asyncio
import base64
import contextlib
import os
import signal
import sys
import tempfile

from comparison import Comparison
from database import Database, Unreachable
from faults import Faults
from problems import Diary, Hopeless
from programs import Server, isthmus
from proxy import Proxy
from tenants import Tenants
from witness import Witness

WORKERS = 3
LEASE_SECONDS = 2
# For how long what must come is waited for: a connector that another worker had is tried again after a minute.
SETTLE_SECONDS = 150
LONGEST_SECONDS = 300
LOOK_SECONDS = 0.3

# By connector: its newest run, and whether something is still to come of what was asked for.
STANDING = """
    SELECT k.name, coalesce(r.id, 0) AS run, r.result,
      EXISTS (SELECT 1 FROM isthmus.run o WHERE o.connector_id = c.id AND o.result IS NULL)
        OR EXISTS (SELECT 1 FROM isthmus.run_request q WHERE q.connector = k.name) AS is_waiting
    FROM isthmus.configuration k LEFT JOIN isthmus.connector c ON c.name = k.name
    LEFT JOIN LATERAL (SELECT id, result FROM isthmus.run WHERE connector_id = c.id ORDER BY id DESC LIMIT 1) r ON TRUE
    WHERE k.kind = 'connector'
"""


ODD_RUNS = """
    SELECT r.id, c.name, coalesce(r.result, 'has not ended') AS result, r.error
    FROM isthmus.run r JOIN isthmus.connector c ON c.id = r.connector_id
    WHERE r.result IS DISTINCT FROM 'succeeded' ORDER BY r.id
"""


class Check:
    def __init__(self, options, folder, diary):
        self.options, self.folder, self.diary = options, folder, diary
        self.binary = options.binary
        self.database = Database()
        self.tenants = Tenants(self.binary, folder, options.seed)
        self.servers = []
        self.tasks = []
        self.token = ""
        # By connector: its newest run when it was asked for another one that has not been seen yet.
        self.asked = {}
        self.results = {}

    def place(self, socket_folder, process):
        return ["--database", f"postgres://isthmus@/postgres?host={socket_folder}&application_name={process}"]

    async def start(self):
        await self.database.make()
        config = os.path.join(self.folder, "isthmus.yaml")
        with open(config, "w") as file:
            file.write(await self.tenants.start())
        # One key for all of them, whatever folder each has.
        os.environ["ISTHMUS_SECRET_KEY"] = base64.b64encode(os.urandom(32)).decode()
        here = [*self.place(self.database.folder, "check"), "--data", os.path.join(self.folder, "check")]
        self.plain = ["--data", os.path.join(self.folder, "plain")]
        for inventory in (here, self.plain):
            await isthmus(self.binary, "apply", "--config", config, *inventory)
        self.token = (await isthmus(self.binary, "token", "create", "check", "--role", "operator", *here)).strip()
        self.comparison = Comparison(self.binary, self.database, here, self.plain, self.diary)
        self.witness = Witness(self.database, self.diary)
        await self.witness.watch()
        for name in ["web", *(f"worker-{number}" for number in range(1, WORKERS + 1))]:
            await self.serve(name)
        self.web, *self.workers = self.servers
        await self.until("all servers answer", self.all_answer)

    async def serve(self, name):
        proxy = Proxy(os.path.join(self.folder, f"{name}.socket"), self.database.socket)
        await proxy.start()
        arguments = ["serve", "--port", "0", "--role", "web" if name == "web" else "worker", "--log-level", "notice"]
        arguments += ["--run-lease", str(LEASE_SECONDS), "--data", os.path.join(self.folder, name)]
        arguments += self.place(proxy.folder, name)
        server = Server(name, self.binary, arguments, os.path.join(self.folder, f"{name}.log"), proxy, self.diary)
        self.servers.append(server)
        self.tasks.append(asyncio.create_task(server.keep_up()))

    async def all_answer(self):
        return all([(await server.ask("GET", "/ready"))[0] == 200 for server in self.servers])

    async def until(self, what, condition):
        """Waits for what must come."""
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                while not await condition():
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise Hopeless(f"not within {SETTLE_SECONDS} s: {what}") from None

    async def ask_for_runs(self, wanted):
        """Asks for a run of each connector that stands idle and is wanted; tells how they all stand."""
        try:
            standing = await self.database.rows(STANDING)
        except Unreachable:
            return []
        for row in standing:
            name = row["name"]
            if row["is_waiting"]:
                continue
            if self.asked.get(name) == row["run"]:
                self.diary.problem(f"{name}: a run that was asked for was neither begun nor kept waiting")
            self.asked.pop(name, None)
            if wanted(row):
                status, content = await self.web.ask("POST", f"/api/v1/connectors/{name}/runs", {}, self.token)
                if status == 202:
                    self.asked[name] = row["run"]
                elif status not in (0, 503):
                    self.diary.problem(f"{name}: asked for a run, the server answered {status} {content}")
        return standing

    async def keep_asking(self):
        while True:
            await self.ask_for_runs(lambda row: True)
            await asyncio.sleep(LOOK_SECONDS)

    async def one_day(self, day, faults):
        self.diary.note(f"day {day}")
        self.tenants.set_day(day)
        self.tenants.set_trouble(True)
        before = {row["name"]: row["run"] for row in await self.database.rows(STANDING)}
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(self.keep_asking())
            await faults.happen(self.options.seconds / self.options.days)
            asking.cancel()
        faults.over()
        self.tenants.set_trouble(False)
        self.diary.note(f"day {day}: no more faults")
        calm = self.diary.elapsed
        await self.until("all servers answer", self.all_answer)
        # Beside it, the same day in an inventory without faults.
        plain = asyncio.create_task(isthmus(self.binary, "sync", *self.plain))
        is_good = lambda row: row["result"] == "succeeded" and row["run"] > before[row["name"]]

        async def all_good():
            standing = await self.ask_for_runs(lambda row: not is_good(row))
            return bool(standing) and all(is_good(row) and not row["is_waiting"] for row in standing)

        await self.until(f"day {day}: a run of each connector that succeeded", all_good)
        self.diary.note(f"day {day}: a run of each connector has succeeded")
        settled = self.diary.elapsed
        await plain
        await self.witness.hear()
        hosts, findings = await self.comparison.compare(day, self.tenants.truth(), self.web, self.token)
        print(
            f"day {day}: {hosts} hosts, {findings} findings; no more faults at {calm:.0f} s, all runs succeeded at "
            f"{settled:.0f} s, compared at {self.diary.elapsed:.0f} s", flush=True)

    async def look_at_runs(self):
        """How runs ended; what a run's error calls a defect, or the configuration's fault, is neither here."""
        for row in await self.database.rows("SELECT id, result, error FROM isthmus.run ORDER BY id"):
            self.results[row["result"]] = self.results.get(row["result"], 0) + 1
            error = row["error"] or ""
            if '"configuration"' in error or '"defect"' in error or "Report this" in error:
                self.diary.problem(f"R{row['id']} ended as {row['result']}: {error}")
        resumed = await self.database.rows("SELECT count(*) AS number FROM isthmus.run WHERE resumptions > 0")
        self.results["resumed"] = resumed[0]["number"]

    async def run(self):
        await self.start()
        faults = Faults(self.options.seed, self.database, self.workers, LEASE_SECONDS, self.diary)
        longest = 0
        for day in range(self.options.days):
            begun = self.diary.elapsed
            if day > 0 and begun + longest > LONGEST_SECONDS:
                print(f"The machine is too slow for {self.options.days} days in {LONGEST_SECONDS} s.")
                break
            await self.one_day(day, faults)
            longest = max(longest, self.diary.elapsed - begun)
        await self.look_at_runs()
        lost = sum(server.proxy.lost_commits for server in self.servers)
        print("faults: " + ", ".join(f"{kind} {number}" for kind, number in sorted(self.diary.faults.items())))
        print("runs: " + ", ".join(f"{number} {result}" for result, number in sorted(self.results.items())))
        print(
            f"{self.witness.takeovers} runs went on under another right to run, {lost} answers to a commit were lost, "
            f"{self.witness.notes} writes to runs seen")

    async def stop(self):
        for server in self.servers:
            server.is_stopping = True
            server.signal(signal.SIGCONT)
            server.signal(signal.SIGKILL)
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for server in self.servers:
            await server.ended()
            await server.proxy.stop()
        await self.tenants.stop()
        await self.database.remove()


async def main(options, diary):
    # A signal ends the check as a failure does: what it started ends with it.
    task = asyncio.current_task()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with tempfile.TemporaryDirectory(prefix="isthmus-faults-") as folder:
        try:
            check = Check(options, folder, diary)
        except Hopeless as error:
            return diary.problem(str(error))
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await check.run()
        except TimeoutError:
            diary.problem(f"it takes longer than {LONGEST_SECONDS} s")
        except Exception as error:
            if not isinstance(cause := first(error), (Hopeless, Unreachable)):
                raise
            diary.problem(str(cause))
        finally:
            if diary.problems:
                await tell(check, diary)
            await check.stop()


def first(error):
    """Of those that came together, the first one."""
    return first(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error


async def tell(check, diary):
    print("\nWhat was done, and when:", *diary.lines, sep="\n")
    # Before the first run, or without the server, there are none to tell of.
    with contextlib.suppress(Hopeless, Unreachable):
        print("\nRuns that did not succeed:")
        for row in await check.database.rows(ODD_RUNS):
            print(f"R{row['id']} of {row['name']}: {row['result']}, {row['error']}")
    for server in check.servers:
        print(f"\n{server.name} said last:\n{server.last_words()}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=90, help="with faults, in all")
    parser.add_argument("--days", type=int, default=3)
    return parser.parse_args()


options, diary = arguments(), Diary()
try:
    asyncio.run(main(options, diary))
except (asyncio.CancelledError, KeyboardInterrupt):
    sys.exit("ended by a signal")
if diary.problems:
    print(f"\n{len(diary.problems)} things are wrong (--seed {options.seed}):", *diary.problems, sep="\n  ")
    sys.exit(1)
print(f"seed {options.seed}: the inventory is what the tenants are, after {diary.elapsed:.0f} s")
