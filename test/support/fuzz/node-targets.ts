/** What a node reads beside messages: frames of its engine's child, model files, and the files that people write. */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { entryHeadSchema } from '../../../node/backup/backup-entries.ts'
import { loadConfig } from '../../../node/config/load-config.ts'
import { loadNetworkFile } from '../../../node/config/network-file.ts'
import type { SystemFacts } from '../../../node/config/system-paths.ts'
import { FrameStream } from '../../../node/engines/onnx/frame-stream.ts'
import {
  FrameError,
  frameKinds,
  headBytesOf,
  payloadBytesOf,
  type TensorPart,
  writeHead,
} from '../../../node/engines/onnx/frames.ts'
import { decodeReady, encodeReady } from '../../../node/engines/onnx/ready.ts'
import { logRecord } from '../../../node/log/log-record.ts'
import { inspectModel } from '../../../node/models/inspector/inspect-model.ts'
import { defaultPolicy } from '../../../node/models/inspector/policy.ts'
import { ScanLimits } from '../../../node/models/inspector/scan-limits.ts'
import { scanModel } from '../../../node/models/inspector/scan-model.ts'
import { EncodingFault } from '../../../node/models/inspector/wire-reader.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { decodeStun, encodeStun } from '../../../protocols/stun/stun-message.ts'
import { loopedPerceptronModel, perceptronModel, sumAndDifferenceModel } from '../engines/onnx-models.ts'
import { hostileGraphs } from '../hostile-models/graphs.ts'
import { hostileTensors } from '../hostile-models/tensors.ts'
import { RFC_5769, SAMPLE_ID } from '../stun-samples.ts'
import { table } from '../wire-vectors/offer-vectors.ts'
import { cborMutations, jsonMutations } from './mutate.ts'
import { rewritten } from './rewritten.ts'
import type { Target } from './target.ts'

/** What a payload may take here; the node's own bound is the memory of the child. */
const PAYLOAD_BYTES_MAX = 65_536

function frameOf(kind: number, call: number, parts: readonly TensorPart[]): Uint8Array {
  const [headBytes, payloadBytes] = [headBytesOf(parts), payloadBytesOf(parts)]
  const frame = new Uint8Array(headBytes + payloadBytes)
  writeHead(new DataView(frame.buffer), 0, kind as 1, call, 12.5, parts, payloadBytes)
  return frame
}

const stun: Target = {
  name: 'STUN messages',
  corpus: [
    ...Object.values(RFC_5769),
    encodeStun({ kind: 'request', id: SAMPLE_ID, changeIp: true, changePort: true, responsePort: 9, unknown: [] }),
    encodeStun({ kind: 'refusal', id: SAMPLE_ID, code: 420, unknown: [3, 0x27] }),
  ],
  mutations: [],
  read(bytes) {
    const message = decodeStun(bytes)
    // What was not understood is named, and not written again.
    if (message.kind === 'request' && message.unknown.length > 0) return
    if (!isDeepStrictEqual(decodeStun(encodeStun(message)), message)) throw new Error('written again, it is another')
  },
}

const frames = [
  frameOf(frameKinds.result, 1, []),
  frameOf(frameKinds.result, 2, [{ index: 0, dims: [], byteLength: 4 }]),
  frameOf(frameKinds.run, 3, [
    { index: 0, dims: [2, 0, 3], byteLength: 0 },
    { index: 1, dims: [300], byteLength: 300 },
  ]),
  frameOf(frameKinds.failure, 4, [{ index: 0, dims: [9], byteLength: 9 }]),
]

const engine: readonly Target[] = [
  {
    name: 'engine frames',
    corpus: [...frames, Buffer.concat(frames)],
    mutations: [],
    mayThrow: [FrameError],
    read(bytes) {
      const stream = new FrameStream(PAYLOAD_BYTES_MAX, ({ header, payload }) => {
        if (payloadBytesOf(header.parts) !== payload.length) throw new Error('tensors do not fill their payload')
      })
      const middle = bytes.length >>> 1
      stream.push(bytes.subarray(0, middle))
      stream.push(bytes.subarray(middle))
    },
  },
  {
    name: 'engine ready',
    corpus: [encodeReady({ inputs: table.inputs, outputs: table.outputs }), encodeReady({ inputs: [], outputs: [] })],
    mutations: cborMutations,
    read: decodeReady,
  },
]

const models = [
  ...[perceptronModel(4, 1), sumAndDifferenceModel(), loopedPerceptronModel(4, 3)],
  // A large file costs the bytes that are copied to change it, and holds nothing that a small one cannot.
  ...[...hostileGraphs, ...hostileTensors].map((hostile) => hostile.bytes()).filter((file) => file.length < 4_096),
]

const inspector: readonly Target[] = [
  {
    name: 'model inspector',
    corpus: models,
    mutations: [],
    read: (bytes) => inspectModel({ bytes, path: 'model.onnx' }),
  },
  {
    name: 'model scan',
    corpus: models,
    mutations: [],
    mayThrow: [EncodingFault],
    read: (bytes) => scanModel(bytes, new ScanLimits(defaultPolicy)),
  },
]

const networksFolder = fileURLToPath(new URL('../../../bootstrap/networks', import.meta.url))
const local = readFileSync(join(networksFolder, 'local.json'))
const someSettings = {
  port: 4_101,
  priceMax: '0.02',
  engineMemoryMax: '2 GiB',
  roles: ['miner'],
  bootstrap: [],
  name: 'x',
}

function configTargets(): readonly Target[] {
  const home = mkdtempSync(join(tmpdir(), 'aitbc-fuzz-'))
  const dataFolder = join(home, 'data')
  mkdirSync(dataFolder)
  const network = join(home, 'network.json')
  const writeNetwork = rewritten(network)
  const writeConfig = rewritten(join(dataFolder, 'config.json'))
  const system: SystemFacts = { platform: 'linux', homeFolder: home, env: {}, cores: 2, memoryBytes: 2 ** 33 }
  return [
    {
      name: 'network file',
      corpus: [local],
      mutations: jsonMutations,
      read(bytes) {
        writeNetwork(bytes)
        loadNetworkFile(network, networksFolder, { kind: 'flag', flag: '--network' })
      },
    },
    {
      name: 'config file',
      corpus: [Buffer.from(JSON.stringify(someSettings)), Buffer.from('{}')],
      mutations: jsonMutations,
      read(bytes) {
        writeConfig(bytes)
        loadConfig({ networksFolder, system, systemFile: join(home, 'none.json'), flags: { dataFolder } })
      },
    },
  ]
}

const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

/** These readers say no by saying nothing. */
function refused(): never {
  throw new MeshError('MALFORMED', { what: 'file', why: 'it is refused' })
}

const logLine = { at: '2027-01-02T03:04:05.000Z', level: 'warn', event: 'peer:trouble', text: 'a peer: LIMIT' }

/** What is read again from files of the node's own, which a disk may have damaged and anybody may have made. */
const kept: readonly Target[] = [
  {
    name: 'line of a log',
    corpus: [
      Buffer.from(JSON.stringify({ ...logLine, facts: { code: 'LIMIT', max: 3, roles: ['miner'], stack: 'a\nb' } })),
      Buffer.from(JSON.stringify({ ...logLine, level: 'debug', facts: {} })),
    ],
    mutations: jsonMutations,
    read(bytes) {
      const record = logRecord(bytes) ?? refused()
      if (/[\p{Cc}\p{Cf}]/u.test(JSON.stringify(record))) throw new Error('it cannot be printed')
    },
  },
  {
    name: 'entry of a backup',
    corpus: ['keys/operator.json', 'journal.sqlite', 'keys/api-keys/notebook.json'].map((name) =>
      Buffer.from(JSON.stringify({ name, bytes: 200 })),
    ),
    mutations: jsonMutations,
    read(bytes) {
      const { name } = entryHeadSchema.safeParse(jsonOf(bytes)).data ?? refused()
      if (normalize(name) !== name) throw new Error('its name leads elsewhere')
    },
  },
]

export const nodeTargets: readonly Target[] = [stun, ...engine, ...inspector, ...configTargets(), ...kept]
