/** The data folder: who uses it, what is in it, its journal and its backups. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const dataFolderErrors = {
  DATA_FOLDER_IN_USE: entry(
    41,
    'local',
    false,
    'another node (process {pid}) uses the data folder {path}',
    'Stop it with aitbc stop, or choose another folder with --data.',
  ),
  DATA_FOLDER_READ_ONLY: entry(
    42,
    'local',
    false,
    'the data folder {path} cannot be written: {why}',
    'Make it writable for this user, or choose another with --data.',
  ),
  DATA_FOLDER_DAMAGED: entry(43, 'local', false, '{file} in the data folder is damaged: {why}', '{remedy}'),
  DATA_FOLDER_NEWER: entry(
    44,
    'local',
    false,
    'the data folder has the schema {found}; this version knows up to {known}',
    'Update aitbc, or choose another folder with --data.',
  ),
  DATA_FOLDER_RESTORED: entry(
    45,
    'local',
    false,
    'the data folder is older than what this key signed: peers saw sequence {seen}, it holds {held}',
    'If no other copy of this node runs: aitbc start --confirm-restored.',
  ),
  DATA_FOLDER_UNKNOWN: entry(
    58,
    'local',
    false,
    'the data folder {path} was written by another build: its table {table} is not that of schema {version}',
    'Move the folder away, or choose another with --data.',
  ),
  DATA_FOLDER_NOT_EMPTY: entry(
    63,
    'local',
    false,
    'the data folder {path} already holds {what}',
    'Choose another with --data, or set aside what is there with --replace.',
  ),
  DISK_FULL: entry(46, 'local', true, 'no space left for {file}', 'Free some space; new jobs are refused until then.'),
  SIGNING_STOPPED: entry(
    54,
    'local',
    false,
    'this node does not sign: {why}',
    'See aitbc status, mend the cause, and start the node again.',
  ),
  BACKUP_FILE: entry(61, 'local', false, 'the backup {path} cannot be used: {why}', '{remedy}'),
  NOTHING_TO_BACK_UP: entry(
    62,
    'local',
    false,
    'the data folder {path} holds no key and no journal',
    'Name the folder of a node that has run with --data.',
  ),
} as const satisfies Record<string, ErrorEntry>
