/** The running node and the machine under it. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const nodeErrors = {
  PORT_IN_USE: entry(
    40,
    'local',
    false,
    'the port {port} on {address} is taken',
    'Stop the other program, or {otherwise}.',
  ),
  NODE_NOT_RUNNING: entry(
    48,
    'local',
    false,
    'no node answers for the data folder {path}',
    'Start one with aitbc start, or a whole network on this machine with aitbc up.',
  ),
  CONTROL_UNKNOWN: entry(
    56,
    'local',
    false,
    'the running node does not know the request {method}',
    'Restart it, so that it runs this version too: aitbc stop, then aitbc start.',
  ),
  ROLE_MISSING: entry(
    57,
    'local',
    false,
    'the node that runs on this folder is only {roles}, and this needs the role {role}',
    'Use another folder with --data, or give it the role with aitbc config set roles and start it again.',
  ),
  CLOCK_OFF: entry(53, 'local', false, 'the clock of this machine is off by {seconds} s', 'Set the clock (NTP).'),
  COLLECTOR: entry(
    64,
    'local',
    true,
    'the collector of traces at {endpoint} takes no spans: {why}',
    'Start it, or correct otlpEndpoint; none turns it off.',
  ),
} as const satisfies Record<string, ErrorEntry>
