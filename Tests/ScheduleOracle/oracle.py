#!/usr/bin/env python3
"""Prints when generated schedules run, by the standard library's zoneinfo, one JSON object a line.

    oracle.py table         the cases around changes of the clocks, in many zones
    oracle.py SEED COUNT    COUNT cases by chance; the same seed prints the same lines

A line has `schedule` (as in the configuration file), `after`, `runs` (the first ones after that moment), and `isAll`,
true where there are no more. It is written from the rules and looks at one day after the other, asking of each whether
the schedule runs on it; nothing is computed ahead.
"""

import calendar
import json
import random
import sys
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
UTC = timezone.utc
SECOND = timedelta(seconds=1)
# Nothing is looked for further ahead; no schedule made here pauses as long.
HORIZON = timedelta(days=12 * 366)

# Zones with the years whose changes of the clocks the table looks at.
ZONES = {
    "UTC": [],
    "Europe/Berlin": [2026],
    "America/New_York": [2026],
    "Australia/Lord_Howe": [2026],
    "Pacific/Apia": [2011, 2012],
    "Asia/Kathmandu": [1985],
    "Africa/Casablanca": [2025],
    "America/Sao_Paulo": [2018],
    "America/St_Johns": [2010, 2026],
    "Pacific/Chatham": [2026],
    "America/Havana": [2026],
    "Asia/Tehran": [2021],
    "Africa/Cairo": [2026],
    "America/Caracas": [2007, 2016],
    "Asia/Pyongyang": [2015, 2018],
    "Pacific/Kwajalein": [1993],
    "Europe/Dublin": [2026],
    "Atlantic/Azores": [2026],
    "Antarctica/Troll": [2026],
    "America/Nuuk": [2023, 2024],
    "Europe/Istanbul": [2016],
}


class Clock:
    def __init__(self, name):
        self.zone = ZoneInfo(name)

    def local(self, moment):
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def offset(self, moment):
        return moment.astimezone(self.zone).utcoffset()

    def moment(self, local):
        """The first of two, and the first after a gap."""
        found = local.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        if self.local(found) == local:
            return found
        # Read by the offset before the gap, so it is after it; the change is where the offset becomes what it is.
        low, high = found - timedelta(hours=26), found
        while high - low > SECOND:
            middle = low + (high - low) // SECOND // 2 * SECOND
            if self.offset(middle) == self.offset(found):
                high = middle
            else:
                low = middle
        return high

    def changes(self, year):
        moment = datetime(year, 1, 1, tzinfo=UTC)
        while moment.year == year:
            following = moment + timedelta(hours=1)
            if self.offset(moment) != self.offset(following):
                low, high = moment, following
                while high - low > SECOND:
                    middle = low + (high - low) // SECOND // 2 * SECOND
                    low, high = (middle, high) if self.offset(middle) == self.offset(moment) else (low, middle)
                yield high
            moment = following


class Runs:
    def __init__(self, schedule):
        self.clock = Clock(schedule.get("timeZone", "UTC"))
        self.once = schedule.get("once")
        if self.once:
            return
        self.interval, self.unit = int(schedule["every"][:-1]), schedule["every"][-1]
        self.weekdays = [WEEKDAYS.index(name) for name in schedule.get("weekdays", [])]
        start, end = schedule.get("start"), schedule.get("end")
        self.has_start = start is not None
        start_day = date.fromisoformat((start or "2024-01-01")[:10])
        start_time = time.fromisoformat(start[11:]) if start and "T" in start else time()
        self.time = time.fromisoformat(schedule["at"]) if "at" in schedule else start_time
        self.day = start_day
        self.first = self.clock.moment(datetime.combine(start_day, start_time)) if start else None
        self.last = None
        if end and "T" in end:
            self.last = self.clock.moment(datetime.fromisoformat(end))
        elif end:
            after = date.fromisoformat(end) + timedelta(days=1)
            self.last = self.clock.moment(datetime.combine(after, time())) - timedelta(microseconds=1)

    def after(self, moment, count):
        """The first runs, and whether they are all."""
        if self.once:
            run = self.clock.moment(datetime.fromisoformat(self.once))
            return [run] if run > moment else [], True
        runs = []
        for run in self.elapsed(moment) if self.unit == "h" else self.daily(moment):
            if self.last and run > self.last:
                return runs, True
            if run <= moment or (self.first and run < self.first) or run in runs:
                continue
            runs.append(run)
            if len(runs) == count:
                return runs, False
        return runs, self.last is not None

    def elapsed(self, moment):
        anchor = self.clock.moment(datetime.combine(self.day, self.time))
        size = timedelta(hours=self.interval)
        number = (moment - anchor) // size - 2
        if self.has_start:
            number = max(number, 0)
        while anchor + number * size < max(moment, anchor) + HORIZON:
            run = anchor + number * size
            if not self.weekdays or self.clock.local(run).weekday() in self.weekdays:
                yield run
            number += 1

    def daily(self, moment):
        day = self.clock.local(moment).date() - timedelta(days=5)
        if self.has_start:
            day = max(day, self.day)
        end = day + HORIZON
        while day < end:
            if self.runs_on(day):
                yield self.clock.moment(datetime.combine(day, self.time))
            day += timedelta(days=1)

    def runs_on(self, day):
        if self.unit == "d":
            is_nth = (day - self.day).days % self.interval == 0
            return is_nth and (not self.weekdays or day.weekday() in self.weekdays)
        if self.unit == "w":
            monday = day - timedelta(days=day.weekday())
            own_monday = self.day - timedelta(days=self.day.weekday())
            is_nth = (monday - own_monday).days // 7 % self.interval == 0
            return is_nth and day.weekday() in (self.weekdays or [self.day.weekday()])
        # Back to the day that the month would have without weekdays.
        for back in range(7 if self.weekdays else 1):
            nominal = day - timedelta(days=back)
            if back > 0 and nominal.weekday() in self.weekdays:
                break
            last = calendar.monthrange(nominal.year, nominal.month)[1]
            months = (nominal.year - self.day.year) * 12 + nominal.month - self.day.month
            if self.has_start and nominal < self.day:
                continue
            if months % self.interval == 0 and nominal.day == min(self.day.day, last):
                return not self.weekdays or day.weekday() in self.weekdays
        return False


def text(moment):
    form = "%Y-%m-%dT%H:%M:%S.%fZ" if moment.microsecond else "%Y-%m-%dT%H:%M:%SZ"
    return moment.strftime(form)


def emit(schedule, after, count=6):
    runs, is_all = Runs(schedule).after(after, count)
    print(
        json.dumps(
            {"schedule": schedule, "after": text(after), "runs": [text(run) for run in runs], "isAll": is_all}
        )
    )


def clock_text(moment):
    return moment.strftime("%H:%M:%S" if moment.second else "%H:%M")


def table():
    for name, years in ZONES.items():
        clock = Clock(name)
        moments = [change for year in years for change in clock.changes(year)]
        for change in moments or [datetime(2026, 3, 29, 1, tzinfo=UTC)]:
            before, shown = clock.local(change - SECOND) + SECOND, clock.local(change)
            middle = min(before, shown) + abs(shown - before) // 2 // timedelta(minutes=1) * timedelta(minutes=1)
            noon = shown.replace(hour=12, minute=0)
            for local in sorted({middle, before, shown, shown - timedelta(minutes=1), noon}):
                at, day = clock_text(local), local.date()
                weekday = WEEKDAYS[day.weekday()]
                first = str(day - timedelta(days=3))
                zone = {"timeZone": name}
                begin = change - timedelta(days=2)
                emit({"once": f"{day}T{at}", **zone}, begin)
                emit({"every": "1d", "at": at, **zone}, begin)
                emit({"every": "1d", "at": at, "weekdays": [weekday], **zone}, begin)
                emit({"every": "3d", "at": at, "start": first, **zone}, begin)
                emit({"every": "1w", "at": at, "start": f"{first}T{at}", "weekdays": [weekday], **zone}, begin)
                emit({"every": "1M", "start": f"{day - timedelta(days=28)}T{at}", **zone}, begin)
                emit({"every": "1h", "at": at, **zone}, change - timedelta(hours=3))
                emit({"every": "6h", "at": at, "start": first, **zone}, begin)
                emit({"every": "1d", "at": at, "start": first, "end": str(day), **zone}, begin)
                emit({"every": "1d", "at": at, "start": first, "end": f"{day}T{at}", **zone}, begin)
            emit({"every": "1d", "at": clock_text(middle), "timeZone": name}, change)
            emit({"every": "1d", "at": clock_text(middle), "timeZone": name}, change - timedelta(microseconds=1))


def generated(seed, count):
    chance = random.Random(seed)
    zones = list(ZONES)
    made = 0
    while made < count:
        name = chance.choice(zones)
        near = datetime(chance.choice(ZONES[name] or [2024]), 1, 1, tzinfo=UTC)
        after = near + timedelta(seconds=chance.randrange(366 * 86_400), microseconds=chance.choice([0, 1, 999_999]))
        day = after.date() + timedelta(days=chance.randrange(-400, 60))
        at = f"{chance.randrange(24):02}:{chance.choice([0, 1, 15, 29, 30, 59]):02}"
        schedule = {"timeZone": name}
        if chance.randrange(12) == 0:
            schedule["once"] = f"{day}T{at}"
        else:
            most = {"h": 30, "d": 9, "w": 4, "M": 7}
            unit = chance.choice(list(most))
            interval = chance.choice([1, 1, 2, chance.randrange(1, most[unit] + 1)])
            schedule["every"] = f"{interval}{unit}"
            if chance.randrange(4):
                schedule["at"] = at
            if chance.randrange(2) and not (unit == "d" and interval == 7) and not (unit == "h" and interval > 24):
                schedule["weekdays"] = chance.sample(WEEKDAYS, chance.randrange(1, 7))
            if chance.randrange(3):
                hour = f"T{chance.randrange(24):02}:30" if chance.randrange(2) else ""
                schedule["start"] = f"{day}{hour}"
            if chance.randrange(4) == 0:
                end = day + timedelta(days=chance.randrange(250, 900))
                schedule["end"] = f"{end}{chance.choice(['', 'T03:00'])}"
        made += 1
        emit(schedule, after, chance.randrange(1, 8))


if __name__ == "__main__":
    if sys.argv[1] == "table":
        table()
    else:
        generated(int(sys.argv[1]), int(sys.argv[2]))
