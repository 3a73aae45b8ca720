/** Tables of the transaction journal. A released step is never edited: a change is a new step. */
import type { Schema } from '../../storage/migrations.ts'

/** Hashes and addresses are their bytes; amounts of wei are 32 bytes, most significant first. Times are Unix milliseconds. */
const tables = `
  -- The first block of each chain that anything was sent on: the same chain id with another one is another chain.
  CREATE TABLE chain (chain_id INTEGER PRIMARY KEY, genesis BLOB NOT NULL) STRICT;

  CREATE TABLE intent (
    position INTEGER PRIMARY KEY,
    chain_id INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    sender BLOB NOT NULL,
    target BLOB NOT NULL,
    data BLOB NOT NULL,
    value_wei BLOB NOT NULL,
    fee_max BLOB NOT NULL,
    planned_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'planned'
      CHECK (state IN ('planned', 'signed', 'sent', 'mined', 'confirmed', 'failed')),
    nonce INTEGER,
    mined_hash BLOB,
    block_number INTEGER,
    block_hash BLOB,
    gas_used INTEGER,
    fee_wei BLOB,
    reason TEXT,
    UNIQUE (chain_id, purpose)
  ) STRICT;
  CREATE UNIQUE INDEX intent_nonce ON intent (chain_id, sender, nonce) WHERE nonce IS NOT NULL;
  CREATE INDEX intent_open ON intent (chain_id, sender) WHERE state NOT IN ('confirmed', 'failed');

  -- Every signature that may have left, until its transaction lies deep: it is sent again as it was.
  CREATE TABLE signed (
    hash BLOB PRIMARY KEY,
    intent INTEGER NOT NULL,
    raw BLOB NOT NULL,
    fee_max BLOB NOT NULL,
    tip_max BLOB NOT NULL,
    signed_at INTEGER NOT NULL,
    signed_head INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX signed_intent ON signed (intent);
`

export const transactionSchema: Schema = {
  // "AIT1"
  applicationId: 0x41495431,
  migrations: [tables],
}
