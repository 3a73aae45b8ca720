/** One attempt at one miner, its witnesses, and what is said of it afterwards. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const jobErrors = {
  JOB_KEY_REUSED: entry(
    20,
    'caller',
    false,
    'the job key {job} was used for another input',
    'Use a new key for every job.',
  ),
  RESUME_GONE: entry(
    19,
    'caller',
    false,
    'the output of attempt {attempt} is no longer kept',
    'Run the job again with a new key.',
  ),
  WRONG_JOB: entry(83, 'remote', false, 'the answer belongs to {given}, not to {expected}', 'Another miner is tried.'),
  OUTPUT_GARBLED: entry(86, 'remote', false, 'the answer breaks the rule {rule}', 'Another miner is tried.'),
  ATTEMPT_ABORTED: entry(127, 'network', true, 'the miner ended the attempt: {why}', 'The job is run elsewhere.'),
  WITNESS_BUSY: entry(350, 'network', true, 'this witness signs no more times: {why}', 'Others are asked.'),
  BEACON_WITHHELD: entry(
    351,
    'remote',
    false,
    'the miner worked without telling the secret behind its offer',
    'It counts as a start that never came: the answer is not paid, and another miner is tried.',
  ),
  START_TIMEOUT: entry(
    352,
    'network',
    true,
    'the miner {miner} did not say within {ms} ms that the work could begin',
    'Another miner is tried.',
  ),
  REVIEW_REFUSED: entry(
    300,
    'caller',
    false,
    'this review of attempt {attempt} is not taken: {why}',
    'A review is of a job that this node paid for, by a miner of somebody else, once: aitbc jobs lists them.',
  ),
} as const satisfies Record<string, ErrorEntry>
