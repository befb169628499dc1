"""Stands between one process and the database server, so that what is between them can fail."""

import asyncio
import contextlib
import os

COMMIT = b"COMMIT\0"


class Link:
    """One connection, both ways."""

    def __init__(self, proxy, process, server):
        self.proxy = proxy
        self.process, self.server = process, server
        # Set from when a commit went to the server whose answer is to be lost.
        self.loses_answer = False

    async def upwards(self, reader):
        while data := await reader.read(1 << 16):
            await self.proxy.flowing.wait()
            if self.proxy.loses_commit and COMMIT in data:
                self.proxy.loses_commit, self.loses_answer = False, True
            self.server.write(data)
            await self.server.drain()

    async def downwards(self, reader):
        while data := await reader.read(1 << 16):
            await self.proxy.flowing.wait()
            if not self.loses_answer:
                self.process.write(data)
                await self.process.drain()
            elif COMMIT in data:
                # It is done, and whoever asked for it does not get to know.
                self.proxy.lost_commits += 1
                return

    def cut(self):
        """At once, without a word to either side."""
        for writer in (self.process, self.server):
            writer.transport.abort()


class Proxy:
    """Listens on a socket named as PostgreSQL's, in a folder of its own."""

    def __init__(self, folder, target):
        self.folder, self.target = folder, target
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.loses_commit = False
        self.lost_commits = 0
        self.links = set()
        self.listener = None

    async def start(self):
        os.mkdir(self.folder)
        self.listener = await asyncio.start_unix_server(self.connected, f"{self.folder}/.s.PGSQL.5432")

    async def connected(self, from_process, process):
        try:
            from_server, server = await asyncio.open_unix_connection(self.target)
        except OSError:
            # The server is away: so is this.
            process.transport.abort()
            return
        link = Link(self, process, server)
        self.links.add(link)
        ways = [asyncio.ensure_future(link.upwards(from_process)), asyncio.ensure_future(link.downwards(from_server))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.links.discard(link)
            for way in ways:
                way.cancel()
            # What a way met was the end of the connection.
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await asyncio.gather(*ways, return_exceptions=True)
            link.cut()

    def cut(self):
        """Ends all connections; new ones are taken. How many there were."""
        number = len(self.links)
        for link in list(self.links):
            link.cut()
        return number

    async def frozen(self, seconds):
        """Nothing goes through for so long, and nobody is told."""
        self.flowing.clear()
        try:
            await asyncio.sleep(seconds)
        finally:
            self.flowing.set()

    async def stop(self):
        self.listener.close()
        self.cut()
