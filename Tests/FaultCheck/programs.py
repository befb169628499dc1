"""The program under test, in processes that are started, killed and started again."""

import asyncio
import contextlib
import http.client
import json
import re
import signal

from problems import Hopeless

START_SECONDS = 60
STOP_SECONDS = 60
COMMAND_SECONDS = 120


async def isthmus(binary, *arguments):
    """What the command wrote to standard output."""
    process = await asyncio.create_subprocess_exec(
        binary, *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            output, errors = await process.communicate()
    except TimeoutError:
        raise Hopeless(f"isthmus {' '.join(arguments)} takes longer than {COMMAND_SECONDS} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        said = output.decode() + errors.decode()
        raise Hopeless(f"isthmus {' '.join(arguments)} ended with {process.returncode}: {said}")
    return output.decode()


class Program:
    """A process that says on its first line that it is there; its errors go to a file."""

    def __init__(self, binary, arguments, log):
        self.binary, self.arguments, self.log = binary, arguments, log
        self.process = None
        # The first line; nothing until it is there.
        self.line = ""

    async def start(self):
        """Whether it came to its first line."""
        self.line = ""
        with open(self.log, "a") as log:
            self.process = await asyncio.create_subprocess_exec(
                self.binary, *self.arguments, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
                stderr=log)
        self.line = (await self.process.stdout.readline()).decode()
        return bool(self.line)

    def signal(self, number):
        """To the process that is on now, if one is."""
        if self.process and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    async def stop(self):
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        await self.ended()

    async def ended(self):
        """Waits for its end, and brings it about where it does not come."""
        if not self.process:
            return
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.process.wait()
        except (TimeoutError, asyncio.CancelledError):
            self.signal(signal.SIGKILL)
            await self.process.wait()
            raise

    def last_words(self):
        with open(self.log) as log:
            return "".join(log.readlines()[-15:])


class Server(Program):
    """`isthmus serve`, started anew whenever it has ended, as a service manager does."""

    PAUSE = 0.5

    def __init__(self, name, binary, arguments, log, proxy, diary):
        super().__init__(binary, arguments, log)
        self.name, self.proxy, self.diary = name, proxy, diary
        self.is_stopping = False
        # Whether its end was brought about.
        self.is_killed = False
        self.pause = self.PAUSE

    async def keep_up(self):
        while not self.is_stopping:
            has_started = await self.start()
            if has_started:
                self.diary.note(f"{self.name} is up, process {self.process.pid}")
            status = await self.process.wait()
            # While the database is away a server can't start; that it ends then is right.
            if has_started and not self.is_killed and not self.is_stopping:
                self.diary.problem(f"{self.name} ended by itself with {status}: {self.last_words()}")
            self.is_killed, pause, self.pause = False, self.pause, self.PAUSE
            if not self.is_stopping:
                await asyncio.sleep(pause)

    def kill(self, pause, number=signal.SIGKILL):
        """Ends it by the signal; it is started again after the pause, in seconds."""
        if self.process and self.process.returncode is None:
            self.is_killed, self.pause = True, pause
            self.signal(number)

    async def stopped(self, seconds):
        """It does nothing for so long, and does not know."""
        process = self.process
        self.signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            if process and process is self.process:
                self.signal(signal.SIGCONT)

    async def ask(self, method, path, body=None, token=None):
        """Status and content of the answer; 0 where there is none."""
        def answer():
            found = re.search(r":(\d+)/", self.line)
            if not found:
                return 0, {}
            connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=90)
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            try:
                if body is not None:
                    headers["Content-Type"] = "application/json"
                connection.request(method, path, None if body is None else json.dumps(body), headers)
                reply = connection.getresponse()
                text = reply.read()
                return reply.status, json.loads(text) if text and "json" in reply.headers["Content-Type"] else {}
            except (OSError, http.client.HTTPException):
                return 0, {}
            finally:
                connection.close()
        return await asyncio.to_thread(answer)
