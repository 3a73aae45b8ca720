import type { KadDHT } from '@libp2p/kad-dht'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProfileBoard } from '../../../node/market/profile-board.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { issueStatement } from '../../../protocols/statements/envelope.ts'
import { type SignedKeyCert, signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { addressOfPeerId } from '../../../protocols/statements/peer-id.ts'
import { nextSequence } from '../../../protocols/statements/sequence.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import { statementKinds } from '../../../protocols/statements/statement-kinds.ts'
import { statementType } from '../../../protocols/statements/struct-types.ts'
import {
  type Profile,
  profileKey,
  profileRow,
  profileSpace,
  signProfile,
} from '../../../protocols/wire/profile/profile.ts'
import { type ProfileBody, profileBodyCodec } from '../../../protocols/wire/profile/profile-body.ts'
import { type MeshNode, meshNode, type NodeOptions, star } from '../../support/nodes/mesh-nodes.ts'
import { miner } from '../../support/profile-vectors/body-vectors.ts'
import { cast, crypto, domain } from '../../support/statement-vectors/cast.ts'
import { bytesOf } from '../../support/statement-vectors/read.ts'

const HOUR_MS = 3_600_000
const space = profileSpace(domain)
const author = cast.operator
const stranger = cast.stranger
const key = profileKey(author.signer.address)
const asOperator = { key: { kind: 'operator', secret: bytesOf(author.secret) } } satisfies NodeOptions

let nodes: AsyncDisposableStack

beforeEach(() => {
  nodes = new AsyncDisposableStack()
})

afterEach(() => nodes.disposeAsync())

const start = async (options: NodeOptions = {}): Promise<MeshNode> => nodes.use(await meshNode(options))

/** Two holders that answer lookups, and around them light nodes that only ask. */
async function mesh(...light: readonly NodeOptions[]): Promise<MeshNode[]> {
  const holders = await Promise.all([start(), start()])
  for (const { network } of holders) network.hold(space)
  await star(holders)
  const around = await Promise.all(light.map((options) => start({ listen: [], dhtServer: false, ...options })))
  for (const { network } of around)
    for (const holder of holders) await network.connect(holder.network.self, holder.network.addresses())
  return around
}

const sign = (body: ProfileBody, sequence: number, by = author): Profile =>
  signProfile(domain, by.signer, body, { sequence: BigInt(sequence), nowMs: Date.now() })

const put = ({ network }: MeshNode, profile: Profile): Promise<void> => network.putRecord(space, profile, profile.bytes)

/** What a hostile node does: puts bytes under any key, without our own checks in the way. How many holders took them. */
async function putRaw({ network }: MeshNode, under: Uint8Array, bytes: Uint8Array): Promise<number> {
  const { dht } = network.libp2p.services as unknown as { dht: KadDHT }
  let taken = 0
  for await (const event of dht.put(concat(new TextEncoder().encode('/aitbc-profile/'), under), bytes))
    if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') taken++
  return taken
}

describe('a profile on the DHT', () => {
  it('is put by a miner and found by who knows only its peer id', async () => {
    const [node, reader] = (await mesh(asOperator, {})) as [MeshNode, MeshNode]
    const nowS = BigInt(Math.trunc(Date.now() / 1_000))
    const value = {
      owner: cast.owner.signer.address,
      operator: author.signer.address,
      notBefore: nowS,
      notAfter: nowS + 3_600n,
    }
    const certificate = signKeyCert(domain, value, cast.owner.signer, author.signer)
    await put(node, sign({ ...miner, certificate }, 1))
    const found = await reader.network.getRecord(space, profileKey(addressOfPeerId(crypto, node.network.self)!))
    expect(found?.body).toEqual({ ...miner, certificate })
    expect(found?.peer).toBe(node.network.self)
    expect(await reader.network.getRecord(space, profileKey(stranger.signer.address))).toBeUndefined()
  })

  it('is never overwritten by an older one, whoever puts it again', async () => {
    const [node, hostile, reader] = (await mesh(asOperator, {}, {})) as [MeshNode, MeshNode, MeshNode]
    const [working, paused] = [sign(miner, 1), sign({ ...miner, paused: 1 }, 2)]
    await put(node, working)
    await put(node, paused)
    expect(await putRaw(hostile, key, working.bytes)).toBe(0)
    const found = await reader.network.getRecord(space, key)
    expect(found?.sequence).toBe(2n)
    expect(found?.body?.paused).toBe(1)
  })

  it('is refused under the key of another, and so is another’s under its own', async () => {
    const [node, hostile, reader] = (await mesh(asOperator, {}, {})) as [MeshNode, MeshNode, MeshNode]
    const mine = sign(miner, 1)
    await put(node, mine)
    const theirs = sign({ ...miner, region: 'ap-east' }, 2, stranger)
    expect(await putRaw(hostile, key, theirs.bytes)).toBe(0)
    expect(await putRaw(hostile, profileKey(stranger.signer.address), mine.bytes)).toBe(0)
    expect((await reader.network.getRecord(space, key))?.body?.region).toBe('eu-west')
    expect(await putRaw(hostile, profileKey(stranger.signer.address), theirs.bytes)).toBe(2)
  })

  it('is refused where the owner that it names did not sign, and is kept once it did', async () => {
    const [hostile, reader] = (await mesh({}, {})) as [MeshNode, MeshNode]
    const nowMs = Date.now()
    const notAfter = BigInt(Math.trunc(nowMs / 1_000)) + 3_600n
    const value = { owner: cast.owner.signer.address, operator: author.signer.address, notBefore: 0n, notAfter }
    const certificate = signKeyCert(domain, value, cast.owner.signer, author.signer)
    const facts = { sequence: 1n, nowMs, lifetimeMs: HOUR_MS }
    // Not signProfile, which would not sign what others refuse.
    const of = (shown: SignedKeyCert): Uint8Array =>
      issueStatement(domain, profileRow, { ...miner, certificate: shown }, facts, author.signer).bytes
    const { operatorSignature } = certificate
    for (const shown of [
      { ...certificate, ownerSignature: operatorSignature },
      { ...certificate, ownerKey: stranger.signer.publicKey, ownerSignature: stranger.signer.sign(new Uint8Array(32)) },
      { ...certificate, value: { ...value, notAfter: notAfter + 1n } },
      signKeyCert(domain, { ...value, operator: stranger.signer.address }, cast.owner.signer, stranger.signer),
    ]) {
      expect(await putRaw(hostile, key, of(shown))).toBe(0)
    }
    expect(await reader.network.getRecord(space, key)).toBeUndefined()
    expect(await putRaw(hostile, key, of(certificate))).toBe(2)
    expect((await reader.network.getRecord(space, key))?.body?.certificate).toEqual(certificate)
  })

  it('is refused when forged, expired, living too long, or ahead of time', async () => {
    const [hostile, reader] = (await mesh({}, {})) as [MeshNode, MeshNode]
    const body = encode(profileBodyCodec, miner)
    const statement = (issuedAtMs: number, lifetimeMs: number, sequence = 1n): Uint8Array =>
      encodeSigned(
        statementType,
        signStruct(
          domain,
          statementType,
          {
            author: author.signer.address,
            kind: statementKinds.profile,
            version: 1,
            sequence,
            issuedAtMs: BigInt(issuedAtMs),
            expiresAtMs: BigInt(issuedAtMs + lifetimeMs),
            payloadHash: toHex(crypto.keccak256(body)) as Hash32,
          },
          author.signer,
          body,
        ),
      )
    const now = Date.now()
    const good = statement(now, HOUR_MS)
    expect(await putRaw(hostile, key, good.with(-1 + good.length, good.at(-1)! ^ 1))).toBe(0)
    expect(await putRaw(hostile, key, statement(now - 2 * HOUR_MS, HOUR_MS))).toBe(0)
    expect(await putRaw(hostile, key, statement(now, 49 * HOUR_MS))).toBe(0)
    expect(await putRaw(hostile, key, statement(now + 120_000, HOUR_MS))).toBe(0)
    expect(await putRaw(hostile, key, statement(now, HOUR_MS, BigInt(now + 120_000)))).toBe(0)
    expect(await reader.network.getRecord(space, key)).toBeUndefined()
    expect(await putRaw(hostile, key, good)).toBe(2)
  })

  it('of a later version is kept and handed on by holders that cannot read it', async () => {
    const [node, reader] = (await mesh(asOperator, {})) as [MeshNode, MeshNode]
    const payload = Uint8Array.of(0x81, 0x01)
    const now = Date.now()
    const value = {
      author: author.signer.address,
      kind: statementKinds.profile,
      version: 2,
      sequence: BigInt(now),
      issuedAtMs: BigInt(now),
      expiresAtMs: BigInt(now + HOUR_MS),
      payloadHash: toHex(crypto.keccak256(payload)) as Hash32,
    }
    const bytes = encodeSigned(statementType, signStruct(domain, statementType, value, author.signer, payload))
    await put(node, sign(miner, 1))
    expect(await putRaw(node, key, bytes)).toBe(2)
    const found = await reader.network.getRecord(space, key)
    expect(found?.sequence).toBe(BigInt(now))
    expect(found?.body).toBeUndefined()
    expect(toHex(found!.bytes)).toBe(toHex(bytes))
  })
})

describe('a profile board on a mesh', () => {
  it('makes its node known, and says that it takes no work when it ends', async () => {
    const [node, reader] = (await mesh(asOperator, {})) as [MeshNode, MeshNode]
    let sequence = 0n
    const board = new ProfileBoard({
      network: node.network,
      domain,
      signer: author.signer,
      clock: systemClock,
      describe: () => miner,
      nextSequence: async (nowMs) => (sequence = nextSequence(sequence, nowMs)),
      onFailure: (error) => expect.unreachable(error.message),
    })
    await board.start()
    expect((await reader.network.getRecord(space, key))?.body).toEqual(miner)
    await board[Symbol.asyncDispose]()
    expect((await reader.network.getRecord(space, key))?.body).toEqual({ ...miner, paused: 1 })
  })
})
