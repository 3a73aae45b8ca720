/** Statements: their encoding, their signatures, and the evidence that is made of them. */
import { concat } from '../../../protocols/kernel/bytes.ts'
import { type Codec, decode, isCanonical, requireCanonical, tuple } from '../../../protocols/kernel/codec.ts'
import { agreementCodec } from '../../../protocols/statements/agreement.ts'
import { type Contradiction, contradictionFault, nullifier } from '../../../protocols/statements/contradiction.ts'
import { judgeStatement, openStatement } from '../../../protocols/statements/envelope.ts'
import { openKeyCert } from '../../../protocols/statements/key-cert.ts'
import {
  type ProvenReceipt,
  provenReceiptCodec,
  receiptCodec,
  receiptIsProven,
} from '../../../protocols/statements/receipt-batch.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { openSigned, signedCodec } from '../../../protocols/statements/signed.ts'
import { leaseType, offerHeadType, receiptBatchType } from '../../../protocols/statements/struct-types.ts'
import { crypto, domain } from '../statement-vectors/cast.ts'
import { NOW_MS, READING_REGION, readingRow } from '../statement-vectors/envelope-vectors.ts'
import { bytesOf, vectors } from '../statement-vectors/read.ts'
import { allTypes, isSigned } from '../statement-vectors/samples.ts'
import { cborMutations } from './mutate.ts'
import { closedCodec, type Target } from './target.ts'

const wiresOf = (type: string): readonly Uint8Array[] =>
  vectors.structs.find((struct) => struct.type === type)!.samples.map(({ wire }) => bytesOf(wire))

const signed: readonly Target[] = allTypes.filter(isSigned).map((type) => ({
  name: type.name,
  corpus: wiresOf(type.name),
  mutations: cborMutations,
  read: (bytes) => openSigned(domain, type, bytes),
}))

const contradictions = vectors.contradictions.filter(({ a, b }) => a.length > 2 && b.length > 2)
type Kind = Contradiction['kind']
const sides = {
  receipts: provenReceiptCodec,
  'offer-heads': signedCodec(offerHeadType),
  leases: signedCodec(leaseType),
} as const satisfies Record<Kind, Codec<never> | Codec<unknown>>

/** Both sides of a contradiction in one array, so that a mutation can exchange them. */
function contradiction(kind: Kind): Target {
  const side = sides[kind] as Codec<ProvenReceipt>
  const codec = tuple<readonly [ProvenReceipt, ProvenReceipt]>(side, side)
  return {
    name: `contradiction of ${kind}`,
    corpus: contradictions
      .filter((vector) => vector.kind === kind)
      .map(({ a, b }) => concat(Uint8Array.of(0x82), bytesOf(a), bytesOf(b))),
    mutations: cborMutations,
    read(bytes) {
      const [a, b] = decode(codec, bytes)
      const evidence = { kind, a, b } as unknown as Contradiction
      if (contradictionFault(domain, evidence) === undefined) nullifier(crypto, evidence)
    },
  }
}

const proven = contradictions.filter(({ kind }) => kind === 'receipts').flatMap(({ a, b }) => [bytesOf(a), bytesOf(b)])
const envelopes = vectors.envelopes.map(({ bytes }) => bytesOf(bytes))
const context = { domain, nowMs: NOW_MS, rows: [readingRow], topicId: 'topic' } as const

export const statementTargets: readonly Target[] = [
  ...signed,
  {
    name: 'KeyCert',
    corpus: wiresOf('KeyCert'),
    mutations: cborMutations,
    read: (bytes) => openKeyCert(domain, bytes),
  },
  {
    name: 'envelope by gossip',
    corpus: envelopes,
    mutations: cborMutations,
    read(bytes) {
      const belongs = ({ region }: { readonly region: string }): boolean => region === READING_REGION
      const { verdict, value } = judgeStatement(bytes, { ...context, seen: new HighestSeen(), belongs })
      if ((verdict === 'accept') !== (value !== undefined)) throw new Error('a value goes with accept')
    },
  },
  { name: 'envelope', corpus: envelopes, mutations: cborMutations, read: (bytes) => openStatement(bytes, context) },
  closedCodec('agreement', agreementCodec, wiresOf('Agreement')),
  closedCodec('receipt', receiptCodec, wiresOf('Receipt')),
  closedCodec('receipt batch codec', signedCodec(receiptBatchType), wiresOf('ReceiptBatch')),
  {
    name: 'proven receipt',
    corpus: proven,
    mutations: cborMutations,
    read: (bytes) => receiptIsProven(domain, decode(provenReceiptCodec, bytes)),
  },
  contradiction('receipts'),
  contradiction('offer-heads'),
  contradiction('leases'),
  {
    name: 'CBOR of any kind',
    corpus: [...envelopes, ...proven, ...allTypes.flatMap(({ name }) => wiresOf(name))],
    mutations: cborMutations,
    read(bytes) {
      if (isCanonical(bytes)) return
      requireCanonical(bytes)
      throw new Error('canonical the second time')
    },
  },
]
