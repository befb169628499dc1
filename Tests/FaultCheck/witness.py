"""A trigger beside the inventory that notes who wrote to which run, and what the notes must be like.

Each process says its name on its connections. A note is a row of the transaction that it is about, so it is there if
and only if that is committed. Who writes to a run holds the connector's lease until then, so the notes of a connector
are in the order of commits.
"""

TABLES = """
    CREATE SCHEMA witness;
    CREATE TABLE witness.note (
      number BIGSERIAL PRIMARY KEY, process TEXT NOT NULL, connector TEXT NOT NULL, run BIGINT NOT NULL,
      was_there BOOLEAN NOT NULL, result_before TEXT, result TEXT, stage TEXT NOT NULL, token BIGINT);
    CREATE FUNCTION witness.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO witness.note (process, connector, run, was_there, result_before, result, stage, token) VALUES (
        current_setting('application_name'), (SELECT name FROM isthmus.connector WHERE id = NEW.connector_id), NEW.id,
        TG_OP = 'UPDATE', CASE WHEN TG_OP = 'UPDATE' THEN OLD.result END, NEW.result, NEW.stage,
        (SELECT token FROM isthmus.run_lease WHERE connector_id = NEW.connector_id));
      RETURN NULL;
    END $$;
    CREATE TRIGGER witness AFTER INSERT OR UPDATE ON isthmus.run FOR EACH ROW EXECUTE FUNCTION witness.note();
"""


class Witness:
    def __init__(self, database, diary):
        self.database, self.diary = database, diary
        self.heard = 0
        # By connector: the token of the last note with its writer, and the run that has not ended.
        self.holders, self.open = {}, {}
        self.takeovers = 0
        self.notes = 0

    async def watch(self):
        await self.database.execute(TABLES)

    async def hear(self):
        """Looks at what was noted since."""
        notes = await self.database.rows(f"SELECT * FROM witness.note WHERE number > {self.heard} ORDER BY number")
        for note in notes:
            self.heard = note["number"]
            self.notes += 1
            self.look(note)

    def look(self, note):
        connector, run, token = note["connector"], note["run"], note["token"]
        what = f"{connector}, R{run}, by {note['process']} under token {token}"
        before, holder = self.holders.get(connector, (0, None))
        if token is None or token < before:
            self.diary.problem(f"{what}: written without the right to run, which had token {before} before")
        elif token == before and holder != note["process"]:
            self.diary.problem(f"{what}: the holder of that token is {holder}")
        elif token > before and self.open.get(connector) == run:
            self.takeovers += 1
        self.holders[connector] = (token or 0, note["process"])
        if note["was_there"] and note["result_before"] is not None:
            self.diary.problem(
                f"{what}: a run that had ended as {note['result_before']} was written to, as {note['result']}")
        unfinished = self.open.get(connector)
        if unfinished not in (None, run):
            self.diary.problem(f"{what}: R{unfinished} of the connector had not ended")
        self.open[connector] = None if note["result"] else run
