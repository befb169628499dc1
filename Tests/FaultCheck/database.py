"""A PostgreSQL server that is made for the check, dies when it is told to, and is thrown away after it."""

import asyncio
import contextlib
import glob
import json
import os
import pathlib
import pwd
import shutil
import signal
import tempfile

from problems import Hopeless

START_SECONDS = 60
QUERY_SECONDS = 30
# What psql says of a connection that ended beneath a statement.
ENDED = [b"terminating connection", b"closed the connection", b"connection to server was lost"]


class Unreachable(Exception):
    """The server does not answer now."""


def programs():
    """The folder of the newest server's programs."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if found:
        return pathlib.Path(max(found, key=lambda path: float(path.split("/")[4]))).parent
    if server := shutil.which("postgres"):
        return pathlib.Path(server).parent
    raise Hopeless("no PostgreSQL server is installed: scripts/install-packages does it")


def children(parent):
    """Process ids of the server's own processes."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        # One that is gone meanwhile is no child any more.
        with contextlib.suppress(OSError):
            if int(pathlib.Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(name))
    return found


class Database:
    """On a socket in a folder of its own alone. What it writes is safe as long as the machine lives (fsync=off)."""

    def __init__(self):
        self.programs = programs()
        self.folder = tempfile.mkdtemp(prefix="isthmus-pg-")
        self.socket = f"{self.folder}/.s.PGSQL.5432"
        self.as_owner = []
        if os.geteuid() == 0:
            # The server refuses to run as root.
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        self.server = None
        self.log = open(f"{self.folder}/server.log", "w")
        # One thing is done to it at a time.
        self.busy = asyncio.Lock()

    async def make(self):
        arguments = ["-D", f"{self.folder}/data", "-U", "isthmus", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        making = await asyncio.create_subprocess_exec(
            *self.as_owner, self.programs / "initdb", *arguments, "--no-sync", stdout=self.log, stderr=self.log,
            cwd=self.folder)
        if await making.wait() != 0:
            raise Hopeless(f"initdb failed: {self.last_words()}")
        await self.start()

    async def start(self):
        settings = {
            "listen_addresses": "", "unix_socket_directories": self.folder, "fsync": "off", "max_connections": 200}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.server = await asyncio.create_subprocess_exec(
            *self.as_owner, self.programs / "postgres", "-D", f"{self.folder}/data", *arguments, stdout=self.log,
            stderr=self.log, stdin=asyncio.subprocess.DEVNULL, cwd=self.folder)
        for _ in range(START_SECONDS * 10):
            with contextlib.suppress(Unreachable):
                return await self.rows("SELECT 1 AS one")
            if self.server.returncode is not None:
                break
            await asyncio.sleep(0.1)
        raise Hopeless(f"PostgreSQL did not start: {self.last_words()}")

    def kill(self):
        """All of its processes at once, as if the machine had lost them."""
        with contextlib.suppress(ProcessLookupError):
            # Stopped, it neither makes nor reaps any while they are counted.
            os.kill(self.server.pid, signal.SIGSTOP)
            for process in [*children(self.server.pid), self.server.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    async def killed(self, pause):
        """Dies, and is there again after the pause, in seconds."""
        async with self.busy:
            self.kill()
            await self.server.wait()
            await asyncio.sleep(pause)
            await self.start()

    async def restarted(self):
        async with self.busy:
            self.server.send_signal(signal.SIGINT)
            await self.server.wait()
            await self.start()

    async def backend_killed(self, chance):
        """One connection's process dies: the server ends all others and recovers. Whether there was one."""
        async with self.busy:
            found = await self.rows(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() "
                "ORDER BY pid")
            if not found:
                return False
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(found)["pid"], signal.SIGKILL)
            return True

    async def connections_ended(self):
        await self.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' "
            "AND pid <> pg_backend_pid()")

    async def execute(self, sql):
        """What psql printed.

        Raises Unreachable also for a statement that the server ended."""
        asking = await asyncio.create_subprocess_exec(
            self.programs / "psql", "-XAtq", "-h", self.folder, "-U", "isthmus", "-d", "postgres", "-c", sql,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        try:
            async with asyncio.timeout(QUERY_SECONDS):
                output, errors = await asking.communicate()
        except TimeoutError:
            asking.kill()
            await asking.wait()
            raise Unreachable(f"no answer in {QUERY_SECONDS} s") from None
        # 1: the statement failed; 2: the connection did, unless the server ended it in words.
        if asking.returncode == 1 and not any(words in errors for words in ENDED):
            raise Hopeless(f"{errors.decode()}\n{sql}")
        if asking.returncode != 0:
            raise Unreachable(errors.decode().strip())
        return output.decode()

    async def rows(self, query):
        """The query's rows as dictionaries."""
        return json.loads(await self.execute(f"SELECT coalesce(json_agg(found), '[]') FROM ({query}) found"))

    def last_words(self):
        return "".join(open(self.log.name).readlines()[-20:])

    async def remove(self):
        if self.server and self.server.returncode is None:
            self.kill()
            await self.server.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
