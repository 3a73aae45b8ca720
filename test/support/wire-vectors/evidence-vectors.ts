/** The whole of protocols/wire/evidence/vectors.json. */
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import type { Contradiction } from '../../../protocols/statements/contradiction.ts'
import { contradictionCodec, inOrder } from '../../../protocols/wire/evidence/evidence.ts'
import { evidenceTopic } from '../../../protocols/wire/evidence/evidence-topic.ts'
import { signOffer } from '../../../protocols/wire/offer/offer.ts'
import { cast, domain } from '../statement-vectors/cast.ts'
import { contradictionCases } from '../statement-vectors/contradiction-vectors.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { invalidSamples, type Samples, validSamples } from './messages.ts'
import { body } from './offer-bodies.ts'

type Kind = Contradiction['kind']
const proven = contradictionCases().filter(({ fault }) => fault === undefined)
const of = <K extends Kind>(kind: K, at = 0): Extract<Contradiction, { kind: K }> =>
  inOrder(domain, proven.filter(({ evidence }) => evidence.kind === kind)[at]!.evidence) as Extract<
    Contradiction,
    { kind: K }
  >

const samples: Samples<Contradiction> = {
  receipts: [of('receipts'), of('receipts', 2)],
  'offer-heads': [of('offer-heads')],
  leases: [of('leases'), of('leases', 1)],
}

/** What a listener does with each; it has heard offers of the operator, and of no contradiction. */
function judged(): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  const [first] = proven
  const swapped = ({ kind, a, b }: Contradiction): Contradiction => ({ kind, a: b, b: a }) as Contradiction
  const offers = [1, 2].map((jobs) => signOffer(domain, cast.operator.signer, { ...body, jobs }, 7n, 1_790_000_000_000))
  const heads = offers.map(({ bytes }) => bytes)
  return [
    ...contradictionCases().map(({ name, evidence }) => ({
      name: `${evidence.kind}, ${name}`,
      bytes: encode(contradictionCodec, inOrder(domain, evidence)),
    })),
    {
      name: 'in the wrong order',
      bytes: encode(contradictionCodec, swapped(inOrder(domain, first!.evidence))),
    },
    // [2, [offer, offer]], each with its body.
    { name: 'offers with their bodies', bytes: concat(Uint8Array.of(0x82, 2, 0x82), ...heads) },
    { name: 'a kind that there is not', bytes: Uint8Array.of(0x82, 9, 0x82, 0x80, 0x80) },
  ]
}

export function evidenceVectors(): { readonly [name: string]: Json } {
  const topic = evidenceTopic(domain, { isKnown: () => false, concerns: () => true })
  const context = { topicId: 'any', nowMs: 0, from: peerId('neighbour') }
  const beyond = { receipts: [], 'offer-heads': [], leases: [] }
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text.',
    messages: toJson(validSamples('evidence', contradictionCodec, samples)),
    invalid: toJson(invalidSamples('evidence', contradictionCodec, samples, beyond)),
    judged: judged().map(({ name, bytes }) => {
      const { verdict, value } = topic.judge(bytes, context)
      return { name, bytes: toHex(bytes), verdict, nullifier: value?.nullifier ?? null }
    }),
  }
}
