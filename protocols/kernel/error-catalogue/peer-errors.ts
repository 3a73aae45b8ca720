/** Between two peers, before it matters what they speak about. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const peerErrors = {
  NO_PEERS: entry(
    126,
    'network',
    true,
    'no peer of the network {network} was found',
    'Check that one of its bootstrap peers runs and can be reached from here (aitbc config get bootstrap), or name any peer of it with --peer.',
  ),
  NO_BOOTSTRAP: entry(
    128,
    'network',
    false,
    'the network {network} names no bootstrap peer to join it by',
    'Start a network on this machine with aitbc up, or name the file of another one with --network.',
  ),
  DIAL_FAILED: entry(
    121,
    'network',
    true,
    'the peer {peer} cannot be reached: {why}',
    'Another path or peer is tried.',
  ),
  STREAM_LOST: entry(122, 'network', true, 'the connection to {peer} was lost', 'The job is resumed or run elsewhere.'),
  STALLED: entry(123, 'network', true, 'nothing came from {peer} for {ms} ms', 'The job is run elsewhere.'),
  PROTOCOL_UNSUPPORTED: entry(
    125,
    'network',
    false,
    'the peer {peer} does not speak {protocol}',
    'One of the two needs an update.',
  ),
  MESSAGE_UNKNOWN: entry(
    21,
    'caller',
    false,
    'the message {what} does not belong here',
    "Follow the protocol's sequence.",
  ),
  MALFORMED: entry(80, 'remote', false, 'the peer sent bytes that are no {what}: {why}', 'Another miner is tried.'),
  OVERSIZE: entry(
    81,
    'remote',
    false,
    'the peer sent {given} bytes where {max} are allowed',
    'Another miner is tried.',
  ),
  WRONG_SIGNER: entry(
    82,
    'remote',
    false,
    'the statement is signed by {given}, not by {expected}',
    'Another miner is tried.',
  ),
} as const satisfies Record<string, ErrorEntry>
