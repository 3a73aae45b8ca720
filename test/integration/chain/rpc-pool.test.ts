import { describe, expect, it, onTestFinished } from 'vitest'
import { ChainRpc } from '../../../node/chain/rpc/chain-rpc.ts'
import type { EndpointHealth } from '../../../node/chain/rpc/rpc-endpoint.ts'
import { RpcPool, type RpcPoolOptions } from '../../../node/chain/rpc/rpc-pool.ts'
import { toQuantity } from '../../../node/chain/rpc/rpc-values.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import { address, type Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { type PlainChain, plainAnswers, RpcServer } from '../../support/chain/rpc-server.ts'

const SOMEBODY = address(`0x${'11'.repeat(20)}`)
const nowSeconds = (): number => Math.floor(Date.now() / 1_000)

async function startEndpoint(chain: Partial<PlainChain> = {}): Promise<RpcServer & { readonly chain: PlainChain }> {
  const whole = { chainId: 5, number: 100, time: nowSeconds(), ...chain }
  return Object.assign(await RpcServer.start(plainAnswers(whole)), { chain: whole })
}

interface Opened {
  readonly pool: RpcPool
  readonly chain: ChainRpc
  readonly changes: EndpointHealth[]
}

function open(endpoints: readonly string[], options: Partial<RpcPoolOptions> = {}): Opened {
  const changes: EndpointHealth[] = []
  const pool = new RpcPool({
    endpoints,
    chainId: 5n,
    clock: systemClock,
    periodSeconds: 2,
    // A machine under load answers late too; what must not answer never does.
    answerMsMax: 1_500,
    onChange: (health) => changes.push(health),
    ...options,
  })
  onTestFinished(() => pool[Symbol.dispose]())
  return { pool, chain: new ChainRpc(pool), changes }
}

const failing = async (call: Promise<unknown>): Promise<MeshError> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeDefined()
  return error as MeshError
}

/** A clock whose steady time a test moves on, so that pauses end; timers are real. */
class LeapingClock implements Clock {
  leaptMs = 0
  nowMs = (): number => systemClock.nowMs()
  monotonicMs = (): number => systemClock.monotonicMs() + this.leaptMs
  after: Clock['after'] = (ms, call) => systemClock.after(ms, call)
}

/** Where nothing listens: a port that was just given back. */
async function deadOrigin(): Promise<string> {
  const server = await startEndpoint()
  const { origin } = server
  await server[Symbol.asyncDispose]()
  return origin
}

describe('a chain with one endpoint', () => {
  it('answers, and its chain is asked for once', async () => {
    const endpoint = await startEndpoint()
    const { chain, pool } = open([endpoint.origin])
    expect(await chain.balance(SOMEBODY)).toBe(100n)
    expect(await chain.balance(SOMEBODY)).toBe(100n)
    expect(endpoint.times('eth_chainId')).toBe(1)
    expect(pool.health).toMatchObject([{ origin: endpoint.origin, state: 'good', head: { number: 100n } }])
  })

  it('that is down says which one and why, and nothing of what its address may hold', async () => {
    const origin = await deadOrigin()
    const secret = 'abcdef0123456789'
    const { chain } = open([`${origin.replace('//', '//someuser:somepassword@')}/v3/${secret}?key=${secret}`])
    const error = await failing(chain.balance(SOMEBODY))
    expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', facts: { url: origin, why: 'nothing listens there' } })
    const shown = `${error.message} ${JSON.stringify(error.facts)} ${error.stack} ${String(error.cause)}`
    expect(shown).not.toMatch(/abcdef|someuser|somepassword/)
  })

  it('hides its token also where the endpoint repeats it', async () => {
    const endpoint = await startEndpoint()
    const plain = plainAnswers(endpoint.chain)
    endpoint.answer = (asked) =>
      asked.method === 'eth_call'
        ? { error: { code: -32_000, message: 'no quota for abcdef0123456789\u001b[2J' } }
        : plain(asked)
    const { chain } = open([`${endpoint.origin}/v3/abcdef0123456789`])
    const error = await failing(chain.call({ to: SOMEBODY, data: '0x' }))
    expect(error).toMatchObject({ code: 'CHAIN_REFUSED', facts: { what: 'eth_call', why: 'no quota for …�[2J' } })
  })

  it('sends user and password of the address as a header', async () => {
    const endpoint = await startEndpoint()
    const { chain } = open([endpoint.origin.replace('//', '//me:p%40ss@')])
    expect(await chain.balance(SOMEBODY)).toBe(100n)
    expect(endpoint.authorization).toBe(`Basic ${btoa('me:p@ss')}`)
  })

  it('of another chain is refused, with both ids', async () => {
    const endpoint = await startEndpoint({ chainId: 1 })
    const { chain } = open([endpoint.origin])
    const error = await failing(chain.balance(SOMEBODY))
    expect(error).toMatchObject({ code: 'CHAIN_WRONG', facts: { url: endpoint.origin, found: 1n, expected: 5n } })
    expect(endpoint.times('eth_getBalance')).toBe(0)
  })

  it('whose head is older than its blocks allow is refused, unless blocks come only with transactions', async () => {
    const endpoint = await startEndpoint({ time: nowSeconds() - 300 })
    const { chain } = open([endpoint.origin])
    const error = await failing(chain.balance(SOMEBODY))
    expect(error).toMatchObject({ code: 'CHAIN_STALE', facts: { url: endpoint.origin } })
    expect(error.message).toMatch(/is behind: its newest block is 30\d s old/)
    expect(await open([endpoint.origin], { isSteady: false }).chain.balance(SOMEBODY)).toBe(100n)
  })

  it('is asked again at the next call once it is back, without a restart', async () => {
    const endpoint = await startEndpoint()
    const { port } = endpoint
    const { chain, changes } = open([endpoint.origin])
    await chain.balance(SOMEBODY)
    await endpoint[Symbol.asyncDispose]()
    expect(await failing(chain.balance(SOMEBODY))).toMatchObject({ code: 'CHAIN_UNREACHABLE' })
    await endpoint.listen(port)
    expect(await chain.balance(SOMEBODY)).toBe(100n)
    expect(changes.map(({ state }) => state)).toEqual(['good', 'aside', 'good'])
  })

  it('that has become another chain behind the same address is noticed', async () => {
    const endpoint = await startEndpoint()
    const { port } = endpoint
    const { chain } = open([endpoint.origin])
    await chain.balance(SOMEBODY)
    await endpoint[Symbol.asyncDispose]()
    await failing(chain.balance(SOMEBODY))
    endpoint.chain.chainId = 6
    await endpoint.listen(port)
    expect(await failing(chain.balance(SOMEBODY))).toMatchObject({ code: 'CHAIN_WRONG', facts: { found: 6n } })
  })

  it('ends a call with its signal, and all calls with the pool', async () => {
    const endpoint = await startEndpoint()
    const { chain, pool } = open([endpoint.origin], { answerMsMax: 60_000 })
    await chain.balance(SOMEBODY)
    endpoint.answer = () => 'silence'
    const cancel = new AbortController()
    const one = failing(chain.balance(SOMEBODY, cancel.signal))
    const other = failing(chain.balance(SOMEBODY))
    cancel.abort()
    expect(await one).toMatchObject({ code: 'CANCELLED' })
    pool[Symbol.dispose]()
    expect(await other).toMatchObject({ code: 'CANCELLED' })
  })

  it('is not asked more than so much at once', async () => {
    const endpoint = await startEndpoint()
    const { chain } = open([endpoint.origin], { answerMsMax: 60_000 })
    await chain.balance(SOMEBODY)
    endpoint.answer = () => 'silence'
    const cancel = new AbortController()
    const waiting = Array.from({ length: 64 }, () => failing(chain.balance(SOMEBODY, cancel.signal)))
    expect(await failing(chain.balance(SOMEBODY))).toMatchObject({ code: 'LIMIT' })
    cancel.abort()
    await Promise.all(waiting)
    endpoint.answer = plainAnswers(endpoint.chain)
    expect(await chain.balance(SOMEBODY)).toBe(100n)
  })
})

describe('a chain with several endpoints', () => {
  const troubles: Readonly<Record<string, (endpoint: RpcServer) => void | Promise<void>>> = {
    'goes down': (endpoint) => endpoint[Symbol.asyncDispose](),
    hangs: (endpoint) => {
      endpoint.answer = () => 'silence'
    },
    'loses connections': (endpoint) => {
      endpoint.answer = () => 'hang up'
    },
    'answers no JSON': (endpoint) => {
      endpoint.answer = () => ({ text: '<html>' })
    },
    'answers what is no number': (endpoint) => {
      endpoint.answer = () => ({ result: 'many' })
    },
    'answers for another request': (endpoint) => {
      endpoint.answer = () => ({ text: '{"jsonrpc":"2.0","id":7777,"result":"0x1"}' })
    },
    'is overloaded': (endpoint) => {
      endpoint.answer = () => ({ text: '{}', status: 429 })
    },
    'refuses for its own reasons': (endpoint) => {
      endpoint.answer = () => ({ error: { code: -32_005, message: 'limit exceeded' } })
    },
    'answers without end': (endpoint) => {
      endpoint.answer = () => ({ text: `{"result":"0x${'0'.repeat(3_000_000)}"}` })
    },
  }
  for (const [trouble, begin] of Object.entries(troubles)) {
    it(`goes on with the next where one ${trouble} in the middle`, async () => {
      const [first, second] = [await startEndpoint({ number: 101 }), await startEndpoint({ number: 102 })]
      const { chain } = open([first.origin, second.origin])
      expect(await chain.balance(SOMEBODY)).toBe(101n)
      await begin(first)
      expect(await chain.balance(SOMEBODY)).toBe(102n)
    })
  }

  it('does without those that are down, of another chain or behind at the start, and says so of each', async () => {
    const dead = await deadOrigin()
    const foreign = await startEndpoint({ chainId: 1 })
    const behind = await startEndpoint({ time: nowSeconds() - 45 })
    const right = await startEndpoint({ number: 102 })
    const { chain, pool } = open([dead, foreign.origin, behind.origin, right.origin])
    await pool.look()
    expect(await chain.balance(SOMEBODY)).toBe(102n)
    expect(pool.health.map(({ state, error }) => error?.code ?? state)).toEqual([
      'CHAIN_UNREACHABLE',
      'CHAIN_WRONG',
      'CHAIN_STALE',
      'good',
    ])
    expect(pool.health[2]!.error!.message).toMatch(/older than that of another/)
    await right[Symbol.asyncDispose]()
    behind.chain.time = nowSeconds() - 100
    const error = await failing(chain.balance(SOMEBODY))
    expect(error.code).toBe('CHAIN_UNREACHABLE')
    for (const { origin } of [foreign, behind, right]) expect(error.message).toContain(origin)
  })

  it('puts one aside whose head goes far back, and takes it again when it is there once more', async () => {
    const [first, second] = [await startEndpoint({ number: 1_000 }), await startEndpoint({ number: 1_001 })]
    const clock = new LeapingClock()
    const { chain, pool, changes } = open([first.origin, second.origin], { clock })
    expect(await chain.balance(SOMEBODY)).toBe(1_000n)
    first.chain.number = 900
    clock.leaptMs += 11_000
    await pool.look()
    expect(pool.health[0]).toMatchObject({ state: 'aside', error: { code: 'CHAIN_STALE' } })
    expect(await chain.balance(SOMEBODY)).toBe(1_001n)
    first.chain.number = 999
    clock.leaptMs += 61_000
    await pool.look()
    expect(await chain.balance(SOMEBODY)).toBe(999n)
    expect(changes.filter(({ origin }) => origin === first.origin).map(({ state }) => state)).toEqual([
      'good',
      'aside',
      'good',
    ])
  })

  it('leaves one alone that failed, ever longer, while others answer', async () => {
    const [first, second] = [await startEndpoint(), await startEndpoint({ number: 102 })]
    const clock = new LeapingClock()
    const { chain, pool } = open([first.origin, second.origin], { clock })
    await chain.balance(SOMEBODY)
    first.answer = () => ({ text: '', status: 503 })
    await chain.balance(SOMEBODY)
    const asked = first.asked.length
    const looksIn = async (ms: number): Promise<number> => {
      clock.leaptMs += ms
      await pool.look()
      return first.asked.length - asked
    }
    expect(await looksIn(500)).toBe(0)
    expect(await looksIn(600)).toBe(1)
    expect(await looksIn(1_500)).toBe(1)
    expect(await looksIn(600)).toBe(2)
  })

  it('asks only one what the chain itself refuses', async () => {
    const [first, second] = [await startEndpoint(), await startEndpoint()]
    for (const each of [first, second]) {
      const plain = plainAnswers(each.chain)
      each.answer = (asked) =>
        asked.method === 'eth_call' ? { error: { code: 3, message: 'execution reverted', data: '0x01' } } : plain(asked)
    }
    const { chain } = open([first.origin, second.origin])
    const outcome = await chain.tryCall({ to: SOMEBODY, data: '0x' })
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 3, data: '0x01' } })
    expect(second.times('eth_call')).toBe(0)
  })
})

describe('the code of a contract', () => {
  it('must be there, and be what it is said to be', async () => {
    const crypto = await createCrypto()
    const code = Uint8Array.of(0x60, 0x00)
    const endpoint = await startEndpoint()
    const plain = plainAnswers(endpoint.chain)
    let held = toHex(code)
    endpoint.answer = (asked) => (asked.method === 'eth_getCode' ? { result: held } : plain(asked))
    const { chain } = open([endpoint.origin])
    const escrow = { contract: 'Escrow', address: SOMEBODY, codeHash: toHex(crypto.keccak256(code)) as Hash32 }
    await chain.requireCode(escrow, crypto)
    held = toQuantity(0x6001)
    expect(await failing(chain.requireCode(escrow, crypto))).toMatchObject({
      code: 'CONTRACT_CODE',
      facts: { contract: 'Escrow', address: SOMEBODY },
    })
    held = '0x'
    const { codeHash: _, ...anyCode } = escrow
    expect((await failing(chain.requireCode(anyCode, crypto))).message).toContain('there is no code')
  })
})
