/** A schema whose later steps take long enough to be killed in. */
import type { Schema } from '../../node/storage/migrations.ts'

export const ROWS = 40_000

const first = 'CREATE TABLE a (x INTEGER PRIMARY KEY, y BLOB NOT NULL) STRICT'

export const shortSchema: Schema = { applicationId: 0x54455354, migrations: [first] }
export const longSchema: Schema = {
  ...shortSchema,
  migrations: [
    first,
    'ALTER TABLE a ADD COLUMN z INTEGER NOT NULL DEFAULT 0; UPDATE a SET z = x * 2',
    'CREATE TABLE b (x INTEGER PRIMARY KEY, y BLOB NOT NULL) STRICT; INSERT INTO b SELECT x, y FROM a',
    'CREATE INDEX b_y ON b (y)',
  ],
}
