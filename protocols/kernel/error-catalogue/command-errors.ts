/** What somebody typed or set: the command line, its files, settings, scenarios. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const commandErrors = {
  USAGE: entry(1, 'caller', false, '{what}', 'See aitbc help.'),
  COMMAND_LINE: entry(22, 'caller', false, '{what}', '{next}'),
  OUTPUT_FILE: entry(
    23,
    'caller',
    false,
    'the output file {path} cannot be written: {why}',
    'Name another place with --output, or give --force to replace a file.',
  ),
  CONFIG_INVALID: entry(2, 'caller', false, 'the setting {key} is {value}, from {origin}: {why}', '{remedy}'),
  CONFIG_KEY_UNKNOWN: entry(3, 'caller', false, 'there is no setting {key}, found in {origin}', '{nearest}'),
  CONFIG_FILE: entry(24, 'caller', false, '{from} cannot be used: {why}', 'Correct the file, or name another.'),
  PLACE_UNKNOWN: entry(
    330,
    'caller',
    false,
    'there is no place {place}: {why}',
    'Give latitude,longitude in degrees, geo- with a geohash of one to three characters, or one of {places}.',
  ),
  SCENARIO_INVALID: entry(
    360,
    'caller',
    false,
    'the scenario cannot be run for its {at}: {why}',
    'Change that figure, then run it again.',
  ),
} as const satisfies Record<string, ErrorEntry>
