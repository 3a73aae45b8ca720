/**
 * Every way in which something can go wrong, once: by whose fault, whether trying again can help, what to say and what to do
 * next. The projections (exit code, HTTP status, wire code, score, log level) follow from the fault; see error-projections.ts.
 */

/** Who has to change something. */
export type Fault = 'caller' | 'local' | 'remote' | 'network' | 'chain' | 'bug'

export type Facts = Readonly<Record<string, string | number | bigint | boolean | readonly string[]>>

export interface ErrorEntry {
  readonly fault: Fault
  /** True where the same request may succeed later or elsewhere without anybody changing it. */
  readonly retryable: boolean
  /** Number on the wire; never reused. */
  readonly wire: number
  /**
   * `{name}` is replaced by the fact of that name, `{name|units}` by its credits in the token's unit. What happened and why,
   * without a full stop.
   */
  readonly message: string
  /** What the person can do next. */
  readonly hint: string
}

const entry = (wire: number, fault: Fault, retryable: boolean, message: string, hint: string): ErrorEntry => ({
  wire,
  fault,
  retryable,
  message,
  hint,
})

export const errorCatalogue = {
  // The caller's request is wrong: numbers 1..
  USAGE: entry(1, 'caller', false, '{what}', 'See aitbc help.'),
  CONFIG_INVALID: entry(2, 'caller', false, 'the setting {key} is {value}, from {origin}: {why}', '{remedy}'),
  CONFIG_KEY_UNKNOWN: entry(3, 'caller', false, 'there is no setting {key}, found in {origin}', '{nearest}'),
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
  PRICE_CEILING: entry(
    14,
    'caller',
    false,
    'the cheapest price is {cheapest|units}, the ceiling {ceiling|units}',
    'Raise --price-max, or wait.',
  ),
  ESCROW_SHORT: entry(
    15,
    'caller',
    false,
    'no miner is assured enough by the escrow: {assured|units} in all, and {needed|units} are needed',
    'Set more aside with aitbc escrow deposit and aitbc escrow fund, or raise sessionMax where the session key may spend no more.',
  ),
  LIMIT: entry(16, 'caller', true, 'too much at once: {what}, at most {max}', 'Wait for running work, then try again.'),
  NOT_AUTHORISED: entry(17, 'caller', false, '{what} is not allowed for this key', 'Use the key that owns it.'),
  NOT_FOUND: entry(18, 'caller', false, 'there is no {what} {id}', 'List them first.'),
  RESUME_GONE: entry(
    19,
    'caller',
    false,
    'the output of attempt {attempt} is no longer kept',
    'Run the job again with a new key.',
  ),
  JOB_KEY_REUSED: entry(
    20,
    'caller',
    false,
    'the job key {job} was used for another input',
    'Use a new key for every job.',
  ),
  MESSAGE_UNKNOWN: entry(
    21,
    'caller',
    false,
    'the message {what} does not belong here',
    "Follow the protocol's sequence.",
  ),
  COMMAND_LINE: entry(22, 'caller', false, '{what}', '{next}'),
  OUTPUT_FILE: entry(
    23,
    'caller',
    false,
    'the output file {path} cannot be written: {why}',
    'Name another place with --output, or give --force to replace a file.',
  ),
  CONFIG_FILE: entry(24, 'caller', false, '{from} cannot be used: {why}', 'Correct the file, or name another.'),
  API_KEY: entry(
    25,
    'caller',
    false,
    'the request carries {given}',
    'Send the header "Authorization: Bearer", with the key that aitbc config api-key prints.',
  ),
  HTTP_FOREIGN: entry(
    26,
    'caller',
    false,
    'a request {how} is not answered',
    'Programs on this machine ask for 127.0.0.1, localhost or [::1]; pages in a browser are not answered.',
  ),
  HTTP_REQUEST: entry(27, 'caller', false, 'the request is not understood: {why}', 'Correct it, then send it again.'),
  HTTP_METHOD: entry(28, 'caller', false, '{method} is not for {path}', 'Use {allowed}.'),
  HTTP_MEDIA_TYPE: entry(
    29,
    'caller',
    false,
    'the request has {given}',
    'Send the header "Content-Type": application/json, or application/octet-stream for binary tensors.',
  ),
  MODEL_IN_USE: entry(
    30,
    'caller',
    true,
    'the model {model} is in use: {why}',
    'Wait until it is not, or stop the node that serves it.',
  ),
  // Only the next day or the owner can change it: whoever tries again within seconds only waits longer.
  KEY_BUDGET: entry(
    31,
    'caller',
    false,
    'the key {key} has {left|units} of its {budget|units} a day left, and the job may cost {needed|units}',
    'Name a lower price_max, wait until {until}, or have its owner raise it: {remedy}.',
  ),
  HTTP_SLOW: entry(
    32,
    'caller',
    true,
    'the body of the request came too slowly: {bytes} bytes in {ms} ms',
    'Send it as fast as the line allows, in smaller requests if need be.',
  ),
  TOKENS_SHORT: entry(
    33,
    'caller',
    false,
    'the account {address} holds {held|units} of the token, and {needed|units} are needed',
    'Send it the rest, or name a smaller amount.',
  ),
  STAKE_SHORT: entry(
    34,
    'caller',
    false,
    'of the stake {there|units} can start to thaw, and {asked|units} are asked',
    'Name a smaller amount: see aitbc stake.',
  ),
  ESCROW_LOOSE: entry(
    35,
    'caller',
    false,
    'of this part of the escrow {there|units} can be moved, and {asked|units} are asked',
    'Name a smaller amount, or deposit first: see aitbc escrow.',
  ),
  ALLOWANCE_SHORT: entry(
    36,
    'caller',
    false,
    'the contract {contract} may take {allowed|units} of the tokens of {address}, and {needed|units} are needed',
    'Try again: the approval is sent with it. Another program of this account may have lowered it.',
  ),
  NOT_THAWED: entry(37, 'caller', true, 'nothing of the {what} can be withdrawn: {why}', '{next}'),
  NOTHING_SETTLES: entry(
    38,
    'caller',
    false,
    'the network {network} has no chain: nothing settles in it, and no money can be moved',
    'Name a network with a chain: --network <file>.',
  ),
  KEY_MISSING: entry(39, 'caller', false, 'there is no {kind} here', '{remedy}'),

  // This machine: numbers 40..
  PORT_IN_USE: entry(
    40,
    'local',
    false,
    'the port {port} on {address} is taken',
    'Stop the other program, or {otherwise}.',
  ),
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
  DISK_FULL: entry(46, 'local', true, 'no space left for {file}', 'Free some space; new jobs are refused until then.'),
  KEY_FILE: entry(47, 'local', false, 'the key file {path} cannot be used: {why}', '{remedy}'),
  NODE_NOT_RUNNING: entry(
    48,
    'local',
    false,
    'no node answers for the data folder {path}',
    'Start one with aitbc start, or a whole network on this machine with aitbc up.',
  ),
  ENGINE_CRASHED: entry(
    49,
    'local',
    true,
    'the engine process ended ({how}) while it ran {model}',
    'Try again; if it happens again the model does not run on this machine.',
  ),
  ENGINE_MEMORY: entry(
    50,
    'local',
    false,
    '{model} needs more than {max} bytes of memory',
    'Use a smaller batch or a machine with more memory.',
  ),
  ENGINE_DEADLINE: entry(
    51,
    'local',
    true,
    'the inference took longer than {max} ms and was stopped',
    'Raise the deadline, or use a smaller input.',
  ),
  ENGINE_FAILED: entry(
    52,
    'local',
    false,
    'the engine refused the input: {why}',
    'Check the values of the inputs against the model.',
  ),
  CLOCK_OFF: entry(53, 'local', false, 'the clock of this machine is off by {seconds} s', 'Set the clock (NTP).'),
  SIGNING_STOPPED: entry(
    54,
    'local',
    false,
    'this node does not sign: {why}',
    'See aitbc status, mend the cause, and start the node again.',
  ),
  CERTIFICATE_INVALID: entry(
    55,
    'local',
    false,
    "the owner's certificate does not fit this node: {why}",
    'Have the owner sign a new one for this key, or start without one.',
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
  DATA_FOLDER_UNKNOWN: entry(
    58,
    'local',
    false,
    'the data folder {path} was written by another build: its table {table} is not that of schema {version}',
    'Move the folder away, or choose another with --data.',
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
  COLLECTOR: entry(
    64,
    'local',
    true,
    'the collector of traces at {endpoint} takes no spans: {why}',
    'Start it, or correct otlpEndpoint; none turns it off.',
  ),
  BACKUP_FILE: entry(61, 'local', false, 'the backup {path} cannot be used: {why}', '{remedy}'),
  NOTHING_TO_BACK_UP: entry(
    62,
    'local',
    false,
    'the data folder {path} holds no key and no journal',
    'Name the folder of a node that has run with --data.',
  ),
  DATA_FOLDER_NOT_EMPTY: entry(
    63,
    'local',
    false,
    'the data folder {path} already holds {what}',
    'Choose another with --data, or set aside what is there with --replace.',
  ),
  KEY_SEALED: entry(
    65,
    'local',
    false,
    'the key file {path} is sealed, and no passphrase was given for it',
    '{remedy}',
  ),
  KEY_PASSPHRASE: entry(66, 'local', false, 'the passphrase does not open the key file {path}', '{remedy}'),
  PASSPHRASE_FILE: entry(67, 'local', false, 'the passphrase file {path} cannot be used: {why}', '{remedy}'),

  // The peer broke a rule: numbers 80..
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
  WRONG_JOB: entry(83, 'remote', false, 'the answer belongs to {given}, not to {expected}', 'Another miner is tried.'),
  OUTPUT_MISMATCH: entry(
    84,
    'remote',
    false,
    "the receipt's {field} does not match what arrived",
    'The answer is not paid.',
  ),
  RECEIPT_WITHHELD: entry(
    85,
    'remote',
    false,
    'no receipt for attempt {attempt} came within {ms} ms',
    'The miner is not paid until it comes.',
  ),
  OUTPUT_GARBLED: entry(86, 'remote', false, 'the answer breaks the rule {rule}', 'Another miner is tried.'),
  OVERPRICED: entry(
    87,
    'remote',
    false,
    'the miner charged {given} credits where {max} were agreed',
    'The answer is not paid.',
  ),
  MINER_STAKE: entry(
    93,
    'remote',
    true,
    'the miner {miner} is not asked: {why}',
    'Another miner is asked. A miner stakes with aitbc stake.',
  ),
  UNDERPAID: entry(
    88,
    'remote',
    false,
    'the voucher covers {given} credits where {needed} are due',
    'Raise the voucher.',
  ),
  COUNTER_AHEAD: entry(
    89,
    'remote',
    false,
    'the miner says that it holds a voucher of {seen} credits where {held} were signed',
    'Other miners are used. Where the data folder came from a backup, remove its session key: a new one begins new counters.',
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

  // Between the two: numbers 120..
  NO_MINER: entry(
    120,
    'network',
    true,
    'no miner can run {model} right now: {reasons}',
    'Try later, raise --price-max or --deadline, or see aitbc peers.',
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
  TIMEOUT: entry(124, 'network', true, '{what} took longer than {ms} ms', 'Raise the deadline, or try later.'),
  PROTOCOL_UNSUPPORTED: entry(
    125,
    'network',
    false,
    'the peer {peer} does not speak {protocol}',
    'One of the two needs an update.',
  ),
  NO_PEERS: entry(
    126,
    'network',
    true,
    'no peer of the network {network} was found',
    'Check that one of its bootstrap peers runs and can be reached from here (aitbc config get bootstrap), or name any peer of it with --peer.',
  ),
  ATTEMPT_ABORTED: entry(127, 'network', true, 'the miner ended the attempt: {why}', 'The job is run elsewhere.'),
  NO_BOOTSTRAP: entry(
    128,
    'network',
    false,
    'the network {network} names no bootstrap peer to join it by',
    'Start a network on this machine with aitbc up, or name the file of another one with --network.',
  ),
  MODEL_NOWHERE: entry(
    129,
    'network',
    true,
    'nobody who can be reached gives the model {model}: {reasons}',
    'Try later, or name a peer that has it with --from. What has come is kept.',
  ),
  TOO_SLOW: entry(
    130,
    'network',
    true,
    'the peer {peer} sends less than {floor} bytes a second',
    'Other peers are asked.',
  ),

  // The chain: numbers 160, and 70..
  CHAIN_UNREACHABLE: entry(
    160,
    'chain',
    true,
    'no chain answers at {url}: {why}',
    'Check the endpoints of the chain in the network file, and that one of them runs.',
  ),
  CHAIN_WRONG: entry(
    70,
    'chain',
    false,
    'the endpoint {url} serves the chain {found}, and the network is on the chain {expected}',
    'Name an endpoint of the right chain in the network file.',
  ),
  CHAIN_STALE: entry(
    71,
    'chain',
    true,
    'the endpoint {url} is behind: {why}',
    'Wait until it has caught up, name another endpoint in the network file, or check the clock of this machine.',
  ),
  CONTRACT_CODE: entry(
    72,
    'chain',
    false,
    'the contract {contract} is not at {address}: {why}',
    'Check the addresses of the contract set in the network file, and that its chain is the one they were deployed on.',
  ),
  LOCAL_CHAIN: entry(76, 'local', false, 'the chain on this machine does not run: {why}', '{remedy}'),
  CHAIN_REFUSED: entry(73, 'chain', false, 'the chain refuses {what}: {why}', 'See aitbc doctor.'),

  STATE_UNPROVEN: entry(
    165,
    'chain',
    true,
    'what an endpoint of the chain says of {what} is not proven by its nodes: {why}',
    'Another endpoint of the network file is asked; remove one that keeps saying so.',
  ),
  TRANSACTION_REVERTS: entry(
    74,
    'chain',
    false,
    'the contract would refuse {purpose}, so nothing was sent: {reason}',
    'Change what the reason names, then try again.',
  ),
  GAS_SHORT: entry(
    75,
    'caller',
    true,
    'the account {address} holds {have} of the coin that pays for gas, and {purpose} may cost {need}',
    'Send it that much of the coin of the chain {chainId}.',
  ),
  CHAIN_RESTARTED: entry(
    77,
    'chain',
    false,
    'the chain {chainId} at hand began with the block {found}, and the transactions of this folder are of one that began with {expected}',
    'Name the endpoints of that chain in the network file, or use another folder with --data.',
  ),
  TRANSACTION_FAILED: entry(
    78,
    'chain',
    false,
    'the contract refused {purpose}: {reason}; the gas of it is spent',
    'Change what the reason names, then try again.',
  ),
  FEES_HIGH: entry(
    79,
    'chain',
    true,
    '{purpose} waits: the chain asks for {asked} wei of fee per gas, and at most {max} may be paid',
    'It is sent when fees have fallen; a higher ceiling sends it sooner.',
  ),

  // How work ends without anybody's fault: numbers 180..
  CANCELLED: entry(180, 'caller', true, 'cancelled', 'Run it again.'),

  // Ours: numbers 200..
  BUG: entry(
    200,
    'bug',
    false,
    'a rule of the program does not hold: {what}',
    'Report it with the output of aitbc --debug.',
  ),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorCatalogue
