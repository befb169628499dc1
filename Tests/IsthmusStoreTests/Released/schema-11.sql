-- Schema version 11, as it was released: never changed.
CREATE TABLE store (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE connector (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, product_name TEXT NOT NULL,
  vendor_name TEXT NOT NULL DEFAULT '',
  rules TEXT NOT NULL DEFAULT '', score_map TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE transform_map (
  name TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL, made_at INTEGER NOT NULL, retired_at INTEGER,
  PRIMARY KEY (name, version)) STRICT, WITHOUT ROWID;
CREATE TABLE scope (
  id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL REFERENCES connector, stream TEXT NOT NULL,
  name TEXT NOT NULL, title TEXT NOT NULL, listings INTEGER NOT NULL DEFAULT 0, listed_at INTEGER,
  UNIQUE (connector_id, stream, name)) STRICT;
CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT, connector_id INTEGER NOT NULL REFERENCES connector,
  profile TEXT NOT NULL, stage TEXT NOT NULL, result TEXT, started_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, finished_at INTEGER, resumptions INTEGER NOT NULL DEFAULT 0,
  map TEXT NOT NULL, map_version INTEGER NOT NULL, score_map TEXT NOT NULL, counters TEXT NOT NULL,
  checkpoint TEXT NOT NULL, error TEXT, active_seconds REAL NOT NULL DEFAULT 0) STRICT;
CREATE INDEX run_by_connector ON run (connector_id, id);
CREATE TABLE run_scope (
  run_id INTEGER NOT NULL REFERENCES run, scope_id INTEGER NOT NULL REFERENCES scope,
  received INTEGER NOT NULL, total INTEGER, coverage TEXT NOT NULL, PRIMARY KEY (run_id, scope_id))
STRICT, WITHOUT ROWID;
CREATE TABLE run_seen (
  run_id INTEGER NOT NULL, stream INTEGER NOT NULL, chunk INTEGER NOT NULL, bits BLOB NOT NULL,
  PRIMARY KEY (run_id, stream, chunk)) STRICT, WITHOUT ROWID;
CREATE TABLE run_log (
  id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL, at INTEGER NOT NULL, level TEXT NOT NULL,
  message TEXT NOT NULL) STRICT;
CREATE INDEX run_log_by_run ON run_log (run_id, id);
CREATE TABLE reject (
  id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL, stream TEXT NOT NULL, scope TEXT, record_id TEXT,
  target TEXT, reason TEXT NOT NULL, kind TEXT NOT NULL, raw TEXT NOT NULL) STRICT;
CREATE INDEX reject_by_run ON reject (run_id, stream, record_id);
CREATE TABLE asset (
  id INTEGER PRIMARY KEY AUTOINCREMENT, external_asset_id TEXT, name TEXT, host_name TEXT, fqdn TEXT,
  hardware_uuid TEXT, serial_number TEXT,
  operating_system_name TEXT, operating_system_version TEXT, mac_address TEXT, ip_address TEXT,
  mac_addresses TEXT, ip_addresses TEXT, public_ip_addresses TEXT, cloud_provider TEXT, cloud_resource_id TEXT,
  cloud_account_id TEXT, cloud_region TEXT, resource_group TEXT, vm_size TEXT, power_state TEXT, cloud_tags TEXT,
  created_on INTEGER, custom TEXT, has_public_address INTEGER NOT NULL DEFAULT 0,
  is_exposed INTEGER NOT NULL DEFAULT 0, criticality INTEGER NOT NULL DEFAULT 2,
  score REAL NOT NULL DEFAULT 0, factors TEXT, open_findings INTEGER NOT NULL DEFAULT 0,
  first_found INTEGER NOT NULL, gone_at INTEGER, merged_into INTEGER) STRICT;
CREATE INDEX asset_by_score ON asset (score, id) WHERE gone_at IS NULL;
CREATE TABLE resource (
  id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL REFERENCES connector, folded_id TEXT NOT NULL,
  written_id TEXT NOT NULL, assessed_id TEXT, asset_id INTEGER REFERENCES asset, source_id INTEGER, scope_id INTEGER,
  UNIQUE (connector_id, folded_id)) STRICT;
CREATE INDEX resource_by_asset ON resource (asset_id);
CREATE INDEX resource_by_scope ON resource (scope_id);
CREATE INDEX resource_by_folded_id ON resource (folded_id);
CREATE TABLE source (
  id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL REFERENCES connector, external_asset_id TEXT NOT NULL,
  resource_id INTEGER NOT NULL REFERENCES resource, asset_id INTEGER NOT NULL REFERENCES asset,
  home_asset_id INTEGER, scope_id INTEGER NOT NULL REFERENCES scope, is_present INTEGER NOT NULL DEFAULT 1,
  attributes TEXT NOT NULL,
  digest INTEGER NOT NULL, first_found INTEGER NOT NULL, listed_since INTEGER NOT NULL,
  changed_at INTEGER NOT NULL, gone_at INTEGER,
  last_seen INTEGER, UNIQUE (connector_id, external_asset_id, resource_id)) STRICT;
CREATE INDEX source_by_asset ON source (asset_id);
CREATE INDEX source_by_scope ON source (scope_id, is_present);
CREATE TABLE identity_key (
  digest INTEGER NOT NULL, source_id INTEGER NOT NULL REFERENCES source, PRIMARY KEY (digest, source_id))
STRICT, WITHOUT ROWID;
CREATE INDEX identity_key_by_source ON identity_key (source_id);
CREATE TABLE identity_decision (
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source,
  other_source_id INTEGER NOT NULL REFERENCES source, kind TEXT NOT NULL, step INTEGER NOT NULL,
  reason TEXT NOT NULL, at INTEGER NOT NULL, undone_at INTEGER, replaced_by INTEGER) STRICT;
CREATE INDEX identity_decision_by_source ON identity_decision (source_id) WHERE undone_at IS NULL;
CREATE INDEX identity_decision_by_other ON identity_decision (other_source_id) WHERE undone_at IS NULL;
CREATE TABLE ambiguity (
  source_id INTEGER NOT NULL REFERENCES source, rule TEXT NOT NULL, matched TEXT NOT NULL,
  candidates TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (source_id, rule)) STRICT, WITHOUT ROWID;
CREATE TABLE identification (
  id INTEGER PRIMARY KEY, asset_id INTEGER NOT NULL REFERENCES asset, source_id INTEGER NOT NULL,
  run_id INTEGER, at INTEGER NOT NULL, rule TEXT NOT NULL, outcome TEXT NOT NULL) STRICT;
CREATE INDEX identification_by_asset ON identification (asset_id, id);
CREATE TABLE control (
  id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL REFERENCES connector, key TEXT NOT NULL,
  finding_suffix TEXT NOT NULL, variant_id INTEGER NOT NULL, UNIQUE (connector_id, key)) STRICT;
CREATE TABLE control_variant (
  id INTEGER PRIMARY KEY, control_id INTEGER NOT NULL, digest INTEGER NOT NULL, attributes TEXT NOT NULL,
  category TEXT NOT NULL, severity_text TEXT NOT NULL, severity INTEGER NOT NULL, qds INTEGER NOT NULL,
  UNIQUE (control_id, digest)) STRICT;
CREATE TABLE finding_detail (
  id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL, digest INTEGER NOT NULL, attributes TEXT NOT NULL,
  UNIQUE (connector_id, digest)) STRICT;
CREATE TABLE finding (
  id INTEGER PRIMARY KEY AUTOINCREMENT, resource_id INTEGER NOT NULL REFERENCES resource,
  control_id INTEGER NOT NULL REFERENCES control, external_id TEXT, variant_id INTEGER, detail_id INTEGER,
  posture INTEGER, life INTEGER NOT NULL, severity INTEGER NOT NULL, qds INTEGER NOT NULL,
  opened_listing INTEGER, scope_id INTEGER, source_first INTEGER, source_updated INTEGER, first_found INTEGER, last_found INTEGER, last_fixed INTEGER,
  reopened INTEGER, fix_cause INTEGER, ingested INTEGER NOT NULL, digest INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX finding_identity ON finding (resource_id, control_id, ifnull(external_id, ''));
CREATE INDEX finding_by_resource ON finding (
  resource_id, life, opened_listing, posture, severity, qds, control_id, variant_id, scope_id, source_updated,
  first_found);
CREATE INDEX finding_by_control ON finding (
  control_id, posture, life, severity, qds, resource_id, variant_id, scope_id, opened_listing);
CREATE INDEX finding_by_rank ON finding (opened_listing IS NULL, qds DESC, id);
CREATE INDEX finding_by_external_id ON finding (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX finding_with_variant ON finding (control_id) WHERE variant_id IS NOT NULL;
CREATE INDEX finding_by_variant ON finding (variant_id) WHERE variant_id IS NOT NULL;
CREATE INDEX finding_by_last_fixed ON finding (last_fixed) WHERE last_fixed IS NOT NULL;
CREATE INDEX finding_by_reopened ON finding (reopened) WHERE reopened IS NOT NULL;
CREATE TABLE finding_twin (finding_id INTEGER PRIMARY KEY REFERENCES finding, shown_id INTEGER NOT NULL) STRICT;
CREATE INDEX finding_twin_by_shown ON finding_twin (shown_id);
CREATE TABLE finding_decision (
  finding_id INTEGER PRIMARY KEY REFERENCES finding, kind TEXT NOT NULL, reason TEXT NOT NULL,
  decided_at INTEGER NOT NULL, until INTEGER) STRICT;
CREATE TABLE finding_event (
  id INTEGER PRIMARY KEY, finding_id INTEGER NOT NULL, run_id INTEGER, at INTEGER NOT NULL,
  turn TEXT NOT NULL, cause TEXT, until INTEGER) STRICT;
CREATE INDEX finding_event_by_finding ON finding_event (finding_id, id);
CREATE TABLE tag (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, query TEXT NOT NULL, criticality INTEGER, colour TEXT,
  is_exposed INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE asset_tag (
  tag_id INTEGER NOT NULL REFERENCES tag, asset_id INTEGER NOT NULL REFERENCES asset,
  PRIMARY KEY (tag_id, asset_id)) STRICT, WITHOUT ROWID;
CREATE INDEX asset_tag_by_asset ON asset_tag (asset_id, tag_id);
CREATE TABLE entity (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL) STRICT;
CREATE TABLE entity_tag (
  entity_id INTEGER NOT NULL REFERENCES entity, tag_id INTEGER NOT NULL REFERENCES tag,
  PRIMARY KEY (entity_id, tag_id)) STRICT, WITHOUT ROWID;
CREATE TABLE asset_day (
  asset_id INTEGER NOT NULL REFERENCES asset, day INTEGER NOT NULL, score REAL NOT NULL,
  open_findings INTEGER NOT NULL, PRIMARY KEY (asset_id, day)) STRICT, WITHOUT ROWID;
CREATE TABLE entity_day (
  entity_id INTEGER NOT NULL REFERENCES entity, day INTEGER NOT NULL, mean REAL NOT NULL, worst REAL NOT NULL,
  assets INTEGER NOT NULL, PRIMARY KEY (entity_id, day)) STRICT, WITHOUT ROWID;
CREATE TABLE inventory_day (day INTEGER PRIMARY KEY, numbers TEXT NOT NULL) STRICT;
CREATE TABLE configuration (
  kind TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, is_draft INTEGER NOT NULL,
  changed_at INTEGER NOT NULL, PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;
CREATE TABLE schedule_mark (
  connector TEXT NOT NULL, profile TEXT NOT NULL, schedule TEXT NOT NULL, counted_from INTEGER NOT NULL,
  PRIMARY KEY (connector, profile)) STRICT, WITHOUT ROWID;
CREATE TABLE secret (
  owner TEXT NOT NULL, field TEXT NOT NULL, key_id TEXT NOT NULL, box BLOB NOT NULL, set_at INTEGER NOT NULL,
  set_by TEXT NOT NULL, expires_at INTEGER, PRIMARY KEY (owner, field)) STRICT, WITHOUT ROWID;
CREATE TABLE account (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded_name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')), is_disabled INTEGER NOT NULL DEFAULT 0,
  password_hash TEXT, external_id TEXT UNIQUE, made_at INTEGER NOT NULL, password_set_at INTEGER,
  last_sign_in INTEGER) STRICT;
CREATE TABLE session (
  digest BLOB PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account, started_at INTEGER NOT NULL,
  last_used INTEGER NOT NULL, ends_at INTEGER NOT NULL, address TEXT) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_account ON session (account_id);
CREATE TABLE api_token (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, digest BLOB NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')), account_id INTEGER REFERENCES account,
  made_by TEXT NOT NULL, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, last_used INTEGER) STRICT;
CREATE INDEX api_token_by_account ON api_token (account_id);
CREATE TABLE sign_in_attempt (
  key BLOB PRIMARY KEY, failures INTEGER NOT NULL, last_failure INTEGER, last_success INTEGER,
  changed_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_attempt_by_change ON sign_in_attempt (changed_at);
CREATE TABLE one_time_link (
  digest BLOB PRIMARY KEY, purpose TEXT NOT NULL, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL)
STRICT, WITHOUT ROWID;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor_kind TEXT NOT NULL, actor TEXT NOT NULL,
  account_id INTEGER, token_id INTEGER, address TEXT, action TEXT NOT NULL, subject TEXT NOT NULL,
  before TEXT, after TEXT) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, id);
CREATE INDEX audit_by_actor ON audit (actor, id);
CREATE TRIGGER audit_is_kept BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit entries stay'); END;
ALTER TABLE run ADD COLUMN mode TEXT NOT NULL DEFAULT 'full';
ALTER TABLE run ADD COLUMN replay_of INTEGER;
ALTER TABLE run ADD COLUMN preview TEXT;
ALTER TABLE run ADD COLUMN cancel_requested INTEGER;
CREATE TABLE kept_part (
  id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL REFERENCES run, kind TEXT NOT NULL,
  stream TEXT NOT NULL, listing INTEGER NOT NULL, cursor INTEGER, facts TEXT NOT NULL, bytes INTEGER NOT NULL,
  size INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE INDEX kept_part_by_run ON kept_part (run_id, id, bytes);
CREATE INDEX finding_event_by_run ON finding_event (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX identification_by_run ON identification (run_id) WHERE run_id IS NOT NULL;
CREATE TABLE saved_search (
  account_id INTEGER NOT NULL REFERENCES account, folded_name TEXT NOT NULL, name TEXT NOT NULL,
  entity TEXT NOT NULL CHECK (entity IN ('asset', 'finding')), view TEXT NOT NULL,
  is_shared INTEGER NOT NULL, saved_at INTEGER NOT NULL, PRIMARY KEY (account_id, folded_name))
STRICT, WITHOUT ROWID;
ALTER TABLE finding_decision ADD COLUMN decided_by TEXT;
CREATE TABLE control_effect (
  control_id INTEGER PRIMARY KEY REFERENCES control, hosts INTEGER NOT NULL, open_findings INTEGER NOT NULL,
  score_reduction REAL NOT NULL) STRICT;
CREATE TABLE run_request (
  id INTEGER PRIMARY KEY AUTOINCREMENT, connector TEXT NOT NULL, profile TEXT NOT NULL, task TEXT NOT NULL,
  run_id INTEGER NOT NULL, asked_at INTEGER NOT NULL, UNIQUE (connector, profile, task, run_id)) STRICT;
ALTER TABLE finding_event ADD COLUMN decided_by TEXT;
CREATE INDEX asset_by_facet ON asset (
  gone_at, operating_system_name, cloud_region, score, open_findings, criticality, is_exposed);
CREATE TABLE data_version (number INTEGER NOT NULL) STRICT;
CREATE TABLE control_count (
  control_id INTEGER NOT NULL, posture INTEGER NOT NULL, life INTEGER NOT NULL, findings INTEGER NOT NULL,
  PRIMARY KEY (control_id, posture, life)) STRICT, WITHOUT ROWID;
CREATE TABLE finding_pack (
  resource_id INTEGER PRIMARY KEY REFERENCES resource, states BLOB NOT NULL, dates BLOB NOT NULL) STRICT;
PRAGMA user_version = 11;
