/** What a job is given, against what its model takes. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const inputErrors = {
  INPUT_NAME: entry(
    7,
    'caller',
    false,
    'the model has no input {given}; it takes {expected}',
    'Name the inputs as the model does.',
  ),
  INPUT_MISSING: entry(
    8,
    'caller',
    false,
    'the input {expected} is missing',
    'Give a value for every input of the model.',
  ),
  INPUT_TYPE: entry(9, 'caller', false, 'the input {name} is {given}; the model takes {expected}', 'Convert it first.'),
  INPUT_SHAPE: entry(
    10,
    'caller',
    false,
    'the input {name} has the shape {given}; the model takes {expected}',
    'Reshape it first.',
  ),
  INPUT_SIZE: entry(
    11,
    'caller',
    false,
    'the input {name} has {given} bytes; its type and shape need {expected}',
    'Send exactly as many bytes as type and shape say.',
  ),
  INPUT_FILE: entry(
    12,
    'caller',
    false,
    'the input file {path} cannot be read: {why}',
    'Give a text, or a .npy, .json or image file.',
  ),
  INPUT_TOO_LARGE: entry(
    13,
    'caller',
    false,
    'the inputs have {given} bytes; at most {max} are taken',
    'Split the job.',
  ),
} as const satisfies Record<string, ErrorEntry>
