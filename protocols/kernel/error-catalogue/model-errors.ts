/** Models as files: named, inspected, kept, pulled from peers. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const modelErrors = {
  MODEL_UNKNOWN: entry(4, 'caller', false, 'nobody here knows the model {model}', '{next}'),
  MODEL_FILE: entry(
    5,
    'caller',
    false,
    'the model file {path} cannot be used: {why}',
    'Give the path of a whole ONNX file.',
  ),
  MODEL_REFUSED: entry(
    6,
    'caller',
    false,
    'the model breaks the rule {rule}: {why}',
    'Export the model without that construct, or ask the miner for other limits.',
  ),
  MODEL_IN_USE: entry(
    30,
    'caller',
    true,
    'the model {model} is in use: {why}',
    'Wait until it is not, or stop the node that serves it.',
  ),
  MODEL_SPACE: entry(
    59,
    'local',
    false,
    'the model {model} has {bytes} bytes, and {free} of {max} can be made free for it',
    'Remove one that is not needed with aitbc models remove, or raise modelSpaceMax with aitbc config set.',
  ),
  MODEL_DAMAGED: entry(
    60,
    'local',
    false,
    'the copy of the model {model} on this disk is damaged; it was removed',
    'Get it again with aitbc models pull.',
  ),
  MODEL_NOWHERE: entry(
    129,
    'network',
    true,
    'nobody who can be reached gives the model {model}: {reasons}',
    'Try later, or name a peer that has it with --from. What has come is kept.',
  ),
  CHUNK_FALSE: entry(
    90,
    'remote',
    false,
    "chunk {chunk} of {content} is not what the peer's own list says",
    'Other peers are asked.',
  ),
  CONTENT_FALSE: entry(
    91,
    'remote',
    false,
    "the peer's list of chunks does not lead to {content}",
    'Other peers are asked.',
  ),
  CONTENT_GARBLED: entry(92, 'remote', false, 'the answer breaks the rule: {rule}', 'Other peers are asked.'),
  TOO_SLOW: entry(
    130,
    'network',
    true,
    'the peer {peer} sends less than {floor} bytes a second',
    'Other peers are asked.',
  ),
} as const satisfies Record<string, ErrorEntry>
