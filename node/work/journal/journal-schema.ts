/** Tables of the signing journal. A released step is never edited: a change is a new step. */
import type { Schema } from '../../storage/migrations.ts'

/**
 * Hashes are their bytes, amounts are eight bytes (storage/uint64-column.ts). `crc` guards rows that are signed again after a
 * restart: a flipped bit there would be a second, different statement about the same thing.
 */
const tables = `
  -- One row: the highest sequence that may have been used, and the highest that others showed under our key.
  CREATE TABLE sequence (id INTEGER PRIMARY KEY CHECK (id = 0), reserved BLOB NOT NULL, seen BLOB NOT NULL) STRICT;

  -- Miner: receipts as they are signed together.
  CREATE TABLE batch (sequence INTEGER PRIMARY KEY, receipts BLOB NOT NULL, crc INTEGER NOT NULL) STRICT;
  -- \`counter\` is the start of a hash of its id: enough to tell one client's attempts from another's.
  CREATE TABLE final (
    attempt BLOB PRIMARY KEY,
    sequence INTEGER NOT NULL,
    counter BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE miner_counter (
    id TEXT PRIMARY KEY,
    due BLOB NOT NULL,
    cumulative BLOB NOT NULL,
    agreements_hash BLOB NOT NULL,
    forgiven BLOB NOT NULL DEFAULT x'0000000000000000',
    voucher BLOB,
    granted BLOB
  ) STRICT;

  -- Client: the highest voucher signed on each counter, and what was receipted since.
  CREATE TABLE client_counter (
    id TEXT PRIMARY KEY,
    miner BLOB NOT NULL,
    cumulative BLOB NOT NULL,
    hash_before BLOB NOT NULL,
    hash_after BLOB NOT NULL,
    agreements BLOB NOT NULL,
    voucher BLOB NOT NULL
  ) STRICT;
  CREATE TABLE client_unpaid (
    position INTEGER PRIMARY KEY,
    attempt BLOB NOT NULL UNIQUE,
    counter TEXT NOT NULL,
    price BLOB NOT NULL
  ) STRICT;
  CREATE INDEX client_unpaid_counter ON client_unpaid (counter);
`

/**
 * What the chain has paid of each counter, since when something waits on it (Unix milliseconds), and whose counter it is, so that a
 * payer's are found together.
 */
const redeemed = `
  ALTER TABLE miner_counter ADD COLUMN redeemed BLOB NOT NULL DEFAULT x'0000000000000000';
  ALTER TABLE miner_counter ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE miner_counter ADD COLUMN payer TEXT GENERATED ALWAYS AS (substr(id, 1, 42)) VIRTUAL;
  CREATE INDEX miner_counter_payer ON miner_counter (payer);
`

/** What was promised under escrows of older contract sets, as it stood when its counters started anew under another one. */
const retired = `
  CREATE TABLE retired_counter (
    escrow BLOB NOT NULL,
    id TEXT NOT NULL,
    cumulative BLOB NOT NULL,
    agreements_hash BLOB NOT NULL,
    redeemed BLOB NOT NULL,
    since INTEGER NOT NULL,
    voucher BLOB NOT NULL,
    granted BLOB,
    PRIMARY KEY (escrow, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE retired_client_counter (
    escrow BLOB NOT NULL,
    id TEXT NOT NULL,
    miner BLOB NOT NULL,
    cumulative BLOB NOT NULL,
    hash_before BLOB NOT NULL,
    hash_after BLOB NOT NULL,
    agreements BLOB NOT NULL,
    voucher BLOB NOT NULL,
    PRIMARY KEY (escrow, id)
  ) STRICT, WITHOUT ROWID;
`

/**
 * Miner: leases that it signed, with what each of them says as both sides agreed on it: the id is the hash of that, so a flipped bit is
 * noticed. Times are Unix seconds. One that ended early stays: its time is signed away.
 */
const leases = `
  CREATE TABLE lease (
    id BLOB PRIMARY KEY,
    card BLOB NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    proposed BLOB NOT NULL,
    steps INTEGER NOT NULL,
    ended_at INTEGER,
    how TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX lease_ends ON lease (ends_at);
`

/** Seconds that the card rested while it was leased, and since when it does. */
const rests = `
  ALTER TABLE lease ADD COLUMN rested INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE lease ADD COLUMN resting_since INTEGER;
`

/** The lease as its miner signed it, where that is known. */
const signedBookings = 'ALTER TABLE booking ADD COLUMN signed BLOB'

/**
 * Client: cards that it leases, or asked to. `proposed` is what both sides agreed on, `offer` the miner's as it was signed then; both
 * are checked by their hashes. Times are Unix seconds.
 */
const bookings = `
  CREATE TABLE booking (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    miner BLOB NOT NULL,
    offer BLOB NOT NULL,
    proposed BLOB NOT NULL,
    steps INTEGER NOT NULL,
    state TEXT NOT NULL,
    ended_at INTEGER,
    how TEXT,
    owed BLOB
  ) STRICT;
`

export const journalSchema: Schema = {
  // "AIJ1"
  applicationId: 0x41494a31,
  migrations: [tables, redeemed, retired, leases, bookings, rests, signedBookings],
}
