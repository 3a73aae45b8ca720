/** Weights that lie where they should not. */
import { create } from '@bufbuild/protobuf'
import {
  dataLocation,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  tensorDataType,
} from '../../../node/models/onnx-format/index.ts'
import { attribute, node } from '../engines/onnx-models.ts'
import { after, type Hostile, hostile, withConstants } from './hostile.ts'

type Entries = readonly (readonly [key: string, text: string])[]

/** Two floats that lie beside the file. */
const external = (entries: Entries, rawData?: Uint8Array): TensorProto =>
  create(TensorProtoSchema, {
    name: 'w',
    dataType: tensorDataType.FLOAT,
    dims: [2n],
    dataLocation: dataLocation.EXTERNAL,
    externalData: entries.map(([key, text]) => create(StringStringEntryProtoSchema, { key, value: text })),
    ...(rawData === undefined ? {} : { rawData: new Uint8Array(rawData) }),
  })

export const beside = (...entries: Entries): Uint8Array => withConstants([external(entries)])

const misplaced = (does: string, entries: Entries, why: RegExp): Hostile =>
  hostile('external-data', does, () => beside(...entries), why)

const OUTSIDE = /which is no path inside the model's folder/
const THERE = ['location', 'weights.bin'] as const

/** `weights.bin` has 64 bytes and is the model's; `link.bin` leads out of its folder. */
export const hostileExternal: readonly Hostile[] = [
  misplaced('reads the passwords', [['location', '/etc/passwd']], OUTSIDE),
  misplaced('climbs out of its folder', [['location', '../../secret']], OUTSIDE),
  misplaced('climbs out in the middle of a path', [['location', 'a/../../secret']], OUTSIDE),
  misplaced('names a drive', [['location', 'C:\\secret']], OUTSIDE),
  misplaced('climbs out with the other separator', [['location', '..\\secret']], OUTSIDE),
  misplaced(
    'points at memory of the process',
    [
      ['location', '*/_ORT_MEM_ADDR_/*'],
      ['offset', '4096'],
    ],
    OUTSIDE,
  ),
  misplaced('ends its path early', [['location', 'weights\0.bin']], OUTSIDE),
  misplaced('names nothing', [['location', '']], OUTSIDE),
  misplaced('says nothing', [], /lie nowhere/),
  misplaced('needs a file that is not there', [['location', 'missing.bin']], /not there/),
  misplaced('follows a link out of its folder', [['location', 'link.bin']], /no plain file inside/),
  misplaced('reads beyond the end', [THERE, ['offset', '60']], /ends before/),
  misplaced('begins before the beginning', [THERE, ['offset', '-8']], /offset of w is no number/),
  misplaced('begins at infinity', [THERE, ['offset', '99999999999999999999']], /offset of w is no number/),
  misplaced('says twice where its data lie', [THERE, ['location', '/etc/passwd']], /given twice/),
  hostile(
    'initialiser-size',
    'takes less from a file than its shape',
    () => beside(THERE, ['length', '4']),
    /claims 8 bytes and holds 4/,
  ),
  hostile(
    'external-data',
    'keeps an attribute beside the file',
    () => after(node('Constant', [], ['a'], [attribute.tensor('value', external([THERE]))])),
    /attribute value lies beside/,
  ),
  hostile(
    'external-data',
    'has its data in two places',
    () => withConstants([external([THERE], new Uint8Array(8))]),
    /inside and beside/,
  ),
]
