"""Compares the inventory with the tenants, with one that had no faults, and with what it keeps of itself."""

import collections
import json

from problems import Hopeless
from programs import isthmus

# By connector, in the words of the simulator's truth.
COUNTS = """
    SELECT c.name,
      (SELECT count(*) FROM isthmus.source s WHERE s.connector_id = c.id AND s.is_present = 1) AS hosts,
      count(*) FILTER (WHERE f.posture = 0) AS passed, count(*) FILTER (WHERE f.life IN (1, 2)) AS open
    FROM isthmus.connector c
    LEFT JOIN (isthmus.resource r JOIN isthmus.source s ON s.id = r.source_id AND s.is_present = 1
      JOIN isthmus.finding f ON f.resource_id = r.id) ON r.connector_id = c.id
    GROUP BY c.id, c.name
"""
# Rows that should not be there.
WRONG = {
    "assets with numbers of open findings that are not theirs": """
        SELECT a.id FROM isthmus.asset a WHERE a.gone_at IS NULL AND a.merged_into IS NULL AND a.open_findings <> (
          SELECT count(*) FROM isthmus.finding f JOIN isthmus.resource r ON r.id = f.resource_id
          WHERE r.asset_id = a.id AND f.life IN (1, 2)
            AND NOT EXISTS (SELECT 1 FROM isthmus.finding_twin t WHERE t.finding_id = f.id))""",
    "findings that are there twice": """
        SELECT r.folded_id, f.control_id FROM isthmus.finding f JOIN isthmus.resource r ON r.id = f.resource_id
        GROUP BY r.connector_id, r.folded_id, f.control_id, coalesce(f.external_id, '') HAVING count(*) > 1""",
    "numbers in control_count that are not those of the findings": """
        WITH counted AS (
          SELECT control_id, coalesce(posture, -1) AS posture, life, count(*) AS findings FROM isthmus.finding
          WHERE id NOT IN (SELECT finding_id FROM isthmus.finding_twin) GROUP BY 1, 2, 3),
        kept AS (SELECT control_id, posture, life, findings FROM isthmus.control_count)
        (TABLE kept EXCEPT TABLE counted) UNION ALL (TABLE counted EXCEPT TABLE kept)""",
    "scopes of runs that succeeded and had not listed them whole": """
        SELECT s.run_id, s.scope_id FROM isthmus.run r JOIN isthmus.run_scope s ON s.run_id = r.id
        WHERE r.result = 'succeeded' AND (s.coverage <> 'whole' OR s.received IS DISTINCT FROM s.total)""",
    "runs that succeeded and did not count each row that came once": """
        SELECT r.id FROM isthmus.run r JOIN isthmus.run_scope s ON s.run_id = r.id
        JOIN isthmus.scope c ON c.id = s.scope_id AND c.stream = 'findings' WHERE r.result = 'succeeded'
        GROUP BY r.id, r.counters HAVING sum(s.received) <> (r.counters::json->'findings'->>'fetched')::bigint""",
    "connectors whose runs created more or fewer findings than there are": """
        SELECT c.id FROM isthmus.connector c
        WHERE (SELECT coalesce(sum((r.counters::json->'findings'->>'created')::bigint), 0) FROM isthmus.run r
          WHERE r.connector_id = c.id)
        <> (SELECT count(*) FROM isthmus.finding f JOIN isthmus.resource r ON r.id = f.resource_id
          WHERE r.connector_id = c.id)""",
}
# What depends on when and in which order runs were: numbers, times, and which of a host's sources came first.
LEFT_OUT = {
    "id", "assetId", "controlId", "ingestedOn", "firstFoundOn", "lastFoundOn", "lastFixedOn", "reopenedOn",
    "lastSeenOn", "goneOn"}
# NEW becomes ACTIVE with the second whole listing, and how many there were is chance.
SAME_STATUS = {"NEW": "ACTIVE"}


class Comparison:
    def __init__(self, binary, database, place, plain, diary):
        """place: arguments that name the inventory; plain: of one that brought in the same days without faults."""
        self.binary, self.database, self.place, self.plain, self.diary = binary, database, place, plain, diary

    async def compare(self, day, truth, web, token):
        """How many hosts and findings there are."""
        found = {row.pop("name"): row for row in await self.database.rows(COUNTS)}
        for connector, expected in truth.items():
            if found.get(connector) != expected:
                self.diary.problem(f"day {day}, {connector}: {found.get(connector)}, and the tenant is {expected}")
        for what, query in WRONG.items():
            if rows := await self.database.rows(query):
                self.diary.problem(f"day {day}: {len(rows)} {what}: {rows[:3]}")
        # Also packs of findings, references between tables, and the numbers that new rows get.
        try:
            await isthmus(self.binary, "doctor", "--full", *self.place)
        except Hopeless as problem:
            self.diary.problem(f"day {day}: {problem}")
        hosts, findings = await self.exported(self.place, "assets"), await self.exported(self.place, "findings")
        self.differ(f"day {day}, hosts", hosts, await self.exported(self.plain, "assets"))
        self.differ(f"day {day}, findings", findings, await self.exported(self.plain, "findings"))
        # What a process that was up all the time tells from what it had counted before.
        for path, expected in {"assets/count": len(hosts), "findings/count": len(findings)}.items():
            status, content = await web.ask("GET", f"/api/v1/{path}", token=token)
            if (status, content.get("count")) != (200, expected):
                self.diary.problem(f"day {day}: {path} tells {content or status}, and an export {expected}")
        return len(hosts), len(findings)

    async def exported(self, place, noun):
        lines = (await isthmus(self.binary, "export", noun, "--format", "jsonl", *place)).splitlines()
        return [self.line(json.loads(line)) for line in lines]

    @staticmethod
    def line(row):
        kept = {name: value for name, value in row.items() if name not in LEFT_OUT}
        kept["status"] = SAME_STATUS.get(kept.get("status"), kept.get("status"))
        return json.dumps(kept, sort_keys=True)

    def differ(self, what, found, expected):
        found, expected = collections.Counter(found), collections.Counter(expected)
        for text, rest in [("more than", found - expected), ("less than", expected - found)]:
            if rest:
                self.diary.problem(f"{what}: {rest.total()} {text} without faults, such as {next(iter(rest))}")
