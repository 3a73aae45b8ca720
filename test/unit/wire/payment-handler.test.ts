import { describe, expect, it } from 'vitest'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import { HEARTBEAT_MS } from '../../../protocols/kernel/limits.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { answerPayment, type CounterBooks } from '../../../protocols/wire/payment/payment-handler.ts'
import type { PaymentRequest, PaymentResponse } from '../../../protocols/wire/payment/payment-protocol.ts'
import { CALLER } from '../../support/nodes/direct-network.ts'
import { cast } from '../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'
import { hashOf, signedGrant, signedProof, signedVoucher } from '../../support/wire-vectors/job-samples.ts'

const known = hashOf('known')
const unknown = hashOf('unknown')
const batch = (name: string): PaymentResponse => ({
  kind: 'receipts',
  batch: new TextEncoder().encode(name),
  leaves: [],
})
const open = (...missing: readonly AttemptId[]): PaymentRequest => ({
  kind: 'open',
  payer: cast.payer.signer.address,
  session: cast.session.signer.address,
  grant: signedGrant,
  proof: signedProof,
  missing,
})

/** The books of one counter: one attempt has a receipt, of others nothing is known. */
class Books implements CounterBooks {
  readonly followers = new Set<(receipts: PaymentResponse) => void>()
  #cumulative = 0

  state(): PaymentResponse {
    return {
      kind: 'books',
      cumulative: credits(this.#cumulative),
      due: credits(9),
      agreementsHash: hashOf('agreements'),
    }
  }

  async voucher(): Promise<PaymentResponse> {
    this.#cumulative += 5
    return { kind: 'voucher', cumulative: credits(this.#cumulative), verdict: 'accepted' }
  }

  async receipts(attempts: readonly AttemptId[]): Promise<readonly PaymentResponse[]> {
    const missing = attempts.filter((attempt) => attempt !== known)
    const found = attempts.includes(known) ? [batch('known')] : []
    return missing.length === 0 ? found : [...found, { kind: 'unknown', attempts: missing }]
  }

  async square(): Promise<PaymentResponse> {
    return this.state()
  }

  follow(deliver: (receipts: PaymentResponse) => void): Disposable {
    this.followers.add(deliver)
    return { [Symbol.dispose]: () => this.followers.delete(deliver) }
  }
}

/** The client's side of a call: says things, and hears things one by one. */
class Client {
  readonly clock = new ManualClock()
  readonly books = new Books()
  readonly #stop = new AbortController()
  readonly #sent: PaymentRequest[] = []
  #wake: (() => void) | undefined
  #hungUp = false
  readonly #answers: AsyncIterator<PaymentResponse>

  constructor(first: PaymentRequest = open(), books?: () => Promise<CounterBooks>) {
    const handler = answerPayment({ open: books ?? (async () => this.books) }, this.clock)
    const context = { peer: CALLER, signal: this.#stop.signal }
    this.#answers = handler(first, this.#requests(), context)[Symbol.asyncIterator]()
  }

  say(...requests: readonly PaymentRequest[]): void {
    this.#sent.push(...requests)
    this.#wake?.()
  }

  hangUp(): void {
    this.#hungUp = true
    this.#wake?.()
  }

  lose(): void {
    this.#stop.abort(new MeshError('STREAM_LOST', { peer: CALLER }))
  }

  /** The next response; `over` when the call has ended. */
  async hear(): Promise<PaymentResponse | 'over'> {
    const next = await this.#answers.next()
    return next.done === true ? 'over' : next.value
  }

  async hearAll(): Promise<readonly string[]> {
    const kinds: string[] = []
    for (;;) {
      const heard = await this.hear()
      if (heard === 'over') return kinds
      kinds.push(heard.kind)
    }
  }

  async leave(): Promise<void> {
    await this.#answers.return?.()
  }

  async *#requests(): AsyncGenerator<PaymentRequest> {
    while (!this.#hungUp || this.#sent.length > 0) {
      const next = this.#sent.shift()
      if (next !== undefined) yield next
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
  }
}

const voucher: PaymentRequest = { kind: 'voucher', voucher: signedVoucher(5), agreements: [] }

describe('a payment call', () => {
  it('begins with how the books stand, and then what was missing', async () => {
    const client = new Client(open(known, unknown))
    client.hangUp()
    expect([await client.hear(), await client.hear(), await client.hear(), await client.hear()]).toEqual([
      { kind: 'books', cumulative: 0n, due: 9n, agreementsHash: hashOf('agreements') },
      batch('known'),
      { kind: 'unknown', attempts: [unknown] },
      'over',
    ])
  })

  it('answers vouchers, questions and the wish to be square, in the order in which they came', async () => {
    const client = new Client()
    client.say(voucher, { kind: 'missing', attempts: [known, unknown] }, { kind: 'square' }, voucher)
    client.hangUp()
    expect(await client.hearAll()).toEqual(['books', 'voucher', 'receipts', 'unknown', 'books', 'voucher'])
  })

  it('tells of new receipts as they are signed', async () => {
    const client = new Client()
    await client.hear()
    for (const deliver of client.books.followers) deliver(batch('new'))
    expect(await client.hear()).toEqual(batch('new'))
  })

  it('says that it is alive when it has nothing else to say, and only then', async () => {
    const client = new Client()
    await client.hear()
    const next = client.hear()
    await expect.poll(() => client.clock.pending).toBe(1)
    client.clock.advance(HEARTBEAT_MS - 1)
    expect(client.clock.pending).toBe(1)
    client.clock.advance(1)
    expect(await next).toEqual({ kind: 'alive' })
    const later = client.hear()
    await expect.poll(() => client.clock.pending).toBe(1)
    client.clock.advance(HEARTBEAT_MS - 1)
    for (const deliver of client.books.followers) deliver(batch('new'))
    expect(await later).toEqual(batch('new'))
    expect(client.clock.pending).toBe(0)
  })

  it('ends when its client has said all, after the last answer', async () => {
    const client = new Client()
    client.say(voucher)
    client.hangUp()
    expect(await client.hearAll()).toEqual(['books', 'voucher'])
    expect(client.books.followers.size).toBe(0)
  })

  it('ends when it is lost, and follows nothing any more', async () => {
    const client = new Client()
    await client.hear()
    const next = client.hear()
    await expect.poll(() => client.clock.pending).toBe(1)
    client.lose()
    expect(await next).toBe('over')
    expect(client.books.followers.size).toBe(0)
    expect(client.clock.pending).toBe(0)
  })

  it('follows nothing any more when its caller leaves', async () => {
    const client = new Client()
    await client.hear()
    expect(client.books.followers.size).toBe(1)
    await client.leave()
    expect(client.books.followers.size).toBe(0)
  })

  it.each([voucher, { kind: 'missing', attempts: [] }, { kind: 'square' }] satisfies PaymentRequest[])(
    'does not begin with $kind',
    async (first) => {
      await expect(new Client(first).hear()).rejects.toMatchObject({ code: 'MESSAGE_UNKNOWN' })
    },
  )

  it('ends with the reason when it is opened twice', async () => {
    const client = new Client()
    client.say(open())
    await client.hear()
    await expect(client.hear()).rejects.toMatchObject({ code: 'MESSAGE_UNKNOWN' })
    expect(client.books.followers.size).toBe(0)
  })

  it('ends with the reason for which the counter cannot be opened', async () => {
    const refusing = async (): Promise<CounterBooks> => {
      throw new MeshError('NOT_AUTHORISED', { what: 'paying for another' })
    }
    await expect(new Client(open(), refusing).hear()).rejects.toMatchObject({ code: 'NOT_AUTHORISED' })
  })

  it('ends with the reason for which a voucher cannot be kept, after what was said before', async () => {
    const client = new Client()
    client.books.voucher = async () => {
      throw new MeshError('DISK_FULL', { file: 'journal' })
    }
    client.say({ kind: 'square' }, voucher, voucher)
    expect((await client.hear()) as unknown).toMatchObject({ kind: 'books' })
    expect((await client.hear()) as unknown).toMatchObject({ kind: 'books' })
    await expect(client.hear()).rejects.toMatchObject({ code: 'DISK_FULL' })
  })

  it('ends for a client that reads too slowly, with all that fits', async () => {
    const client = new Client()
    await client.hear()
    const [deliver] = client.books.followers
    for (let i = 0; i < 2_000; i++) deliver!(batch(`batch ${i}`))
    const kinds: string[] = []
    const reading = (async () => {
      for (;;) kinds.push(((await client.hear()) as PaymentResponse).kind)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'LIMIT' })
    expect(kinds).toHaveLength(1_024)
  })
})
