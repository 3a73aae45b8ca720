/** Keys, passphrases and certificates. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const keyErrors = {
  KEY_MISSING: entry(39, 'caller', false, 'there is no {kind} here', '{remedy}'),
  KEY_FILE: entry(47, 'local', false, 'the key file {path} cannot be used: {why}', '{remedy}'),
  KEY_SEALED: entry(
    65,
    'local',
    false,
    'the key file {path} is sealed, and no passphrase was given for it',
    '{remedy}',
  ),
  KEY_PASSPHRASE: entry(66, 'local', false, 'the passphrase does not open the key file {path}', '{remedy}'),
  PASSPHRASE_FILE: entry(67, 'local', false, 'the passphrase file {path} cannot be used: {why}', '{remedy}'),
  CERTIFICATE_INVALID: entry(
    55,
    'local',
    false,
    "the owner's certificate does not fit this node: {why}",
    'Have the owner sign a new one for this key, or start without one.',
  ),
} as const satisfies Record<string, ErrorEntry>
