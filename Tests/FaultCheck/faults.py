"""What goes wrong, planned by a seed: the same seed plans the same faults at the same times."""

import asyncio
import contextlib
import random
import signal

from database import Unreachable

# How many of each come in every deck; a deck is dealt out before the next one is shuffled, so that each kind comes.
DECK = {
    "kill a worker": 4, "end a worker": 1, "stop a worker": 3, "hold up a worker's connections": 2,
    "cut a worker's connections": 2, "lose the answer to a commit": 3, "end all connections": 2,
    "kill a process of PostgreSQL": 1, "kill PostgreSQL": 2, "restart PostgreSQL": 1,
}
# Seconds between one fault and the next.
PAUSES = (0.3, 2.2)


class Faults:
    def __init__(self, seed, database, workers, lease, diary):
        """lease: for how long a worker's right to run lasts, in seconds."""
        self.chance = random.Random(seed)
        self.database, self.workers, self.lease, self.diary = database, workers, lease, diary
        self.deck = []

    def plan(self, seconds):
        """What `one` takes, with the seconds after which it is due."""
        planned, time = [], PAUSES[0]
        while time < seconds:
            if not self.deck:
                self.deck = [kind for kind, number in DECK.items() for _ in range(number)]
                self.chance.shuffle(self.deck)
            worker = self.chance.randrange(len(self.workers))
            planned.append((time, self.deck.pop(), worker, round(self.chance.random(), 2), self.chance.random()))
            time += self.chance.uniform(*PAUSES)
        return planned

    async def happen(self, seconds):
        """For so many seconds; ends when all of it is over."""
        started = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            for time, kind, worker, share, luck in self.plan(seconds):
                await asyncio.sleep(max(0, started + time - asyncio.get_running_loop().time()))
                group.create_task(self.one(kind, self.workers[worker], share, random.Random(luck)))
            await asyncio.sleep(max(0, started + seconds - asyncio.get_running_loop().time()))

    async def one(self, kind, worker, share, chance):
        """share: where it lies between the shortest and the longest, 0 to 1."""
        # Some are over before the lease runs out, most are not.
        stop = self.lease * (0.8 + 1.7 * share)
        match kind:
            case "kill a worker":
                self.told(kind, f"{worker.name}, back after {2 * share:.1f} s")
                worker.kill(2 * share)
            case "end a worker":
                self.told(kind, worker.name)
                worker.kill(0, signal.SIGTERM)
            case "stop a worker":
                self.told(kind, f"{worker.name} for {stop:.1f} s")
                await worker.stopped(stop)
                self.diary.note(f"{worker.name} goes on")
            case "hold up a worker's connections":
                self.told(kind, f"{worker.name} for {stop:.1f} s")
                await worker.proxy.frozen(stop)
            case "cut a worker's connections":
                self.told(kind, f"{worker.name}, {worker.proxy.cut()} of them")
            case "lose the answer to a commit":
                self.told(kind, f"{worker.name}'s next one")
                worker.proxy.loses_commit = True
            case "end all connections":
                self.told(kind, "by pg_terminate_backend")
                # While the server is away there are none.
                with contextlib.suppress(Unreachable):
                    await self.database.connections_ended()
            case "kill a process of PostgreSQL":
                self.told(kind, "a connection's")
                with contextlib.suppress(Unreachable):
                    await self.database.backend_killed(chance)
            case "kill PostgreSQL":
                self.told(kind, f"back after {1.5 * share:.1f} s")
                await self.database.killed(1.5 * share)
            case "restart PostgreSQL":
                self.told(kind, "in order")
                await self.database.restarted()

    def told(self, kind, text):
        self.diary.fault(kind, f"{kind}: {text}")

    def over(self):
        """What was to come does not come any more."""
        for worker in self.workers:
            worker.proxy.loses_commit = False
