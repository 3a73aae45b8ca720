/** Brings nodes of a local network into its market: a miner with an owner, a certificate and stake; a client with escrow. */
import { join } from 'node:path'
import type { MoneyAction, MoneyDesk } from '../../node/chain/money-desk.ts'
import { STRANGERS } from '../../node/chain/money-desk.ts'
import { openMoneyDesk } from '../../node/chain/open-money-desk.ts'
import type { NetworkFile } from '../../node/config/network-file.ts'
import { readCertificate, writeCertificate } from '../../node/keys/certificate-file.ts'
import { type KeyKind, Keystore } from '../../node/keys/keystore.ts'
import { createCrypto } from '../../node/keys/node-crypto.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { folderFiles } from '../../node/storage/data-folder.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Crypto } from '../../protocols/kernel/ports.ts'
import { signKeyCert } from '../../protocols/statements/key-cert.ts'
import { signingDomain } from '../../protocols/statements/struct-hash.ts'
import type { LocalSettlement } from './local-settlement.ts'

const UNIT = 1_000_000n
/** What each miner of a local network stakes, and each client of one puts into escrow. */
export const LOCAL_STAKE: Credits = credits(100n * UNIT)
export const LOCAL_ESCROW: Credits = credits(100n * UNIT)
/** Of the escrow: each of the first 64 miners is assured a whole token. */
const RESERVE = credits(64n * UNIT)
/** A certificate of a local network outlives whoever looks at it. */
const CERTIFICATE_SECONDS = 10n * 365n * 86_400n
const CLOCK_MARGIN_SECONDS = 600n
/** Gas costs nothing here. */
const FEE_WEI_MAX = 10n ** 18n

interface Wanted {
  readonly settlement: LocalSettlement
  readonly network: NetworkFile
  readonly dataFolder: string
  readonly signal?: AbortSignal
}

/** Nothing that is done already is done twice: a network that is started again goes on with its stakes. */
export async function settleMiner(wanted: Wanted, stake: Credits = LOCAL_STAKE): Promise<void> {
  const { settlement, network, dataFolder, signal } = wanted
  const crypto = await createCrypto()
  using keys = keystoreOf(dataFolder, crypto)
  using owner = keys.loadOrCreate('owner')
  using operator = keys.loadOrCreate('operator')
  if (readCertificate(dataFolder)?.value.owner !== owner.address) {
    const domain = signingDomain({ networkId: network.networkId, chainId: BigInt(network.chainId) }, crypto)
    const now = BigInt(Math.floor(systemClock.nowMs() / 1_000))
    const value = {
      owner: owner.address,
      operator: operator.address,
      notBefore: now - CLOCK_MARGIN_SECONDS,
      notAfter: now + CERTIFICATE_SECONDS,
    }
    writeCertificate(dataFolder, signKeyCert(domain, value, owner.signer, operator.signer))
  }
  await using desk = await deskOf(wanted, keys)
  const { stake: book } = await desk.books()
  if (book !== undefined && (book.total >= stake || book.isTombstoned)) return
  await settlement.give(owner.address, stake, [operator.address], signal)
  await act(desk, { kind: 'register', certificate: readCertificate(dataFolder)! }, signal)
  await act(desk, { kind: 'stake', amount: stake }, signal)
}

/** @param escrow of it {@link RESERVE} is for strangers, where it is that much */
export async function settleClient(wanted: Wanted, escrow: Credits = LOCAL_ESCROW): Promise<void> {
  const { settlement, dataFolder, signal } = wanted
  const crypto = await createCrypto()
  using keys = keystoreOf(dataFolder, crypto)
  using payer = keys.loadOrCreate('payer')
  await using desk = await deskOf(wanted, keys)
  const { escrow: book } = await desk.books()
  if (book !== undefined && book.reserve.deposit * 2n >= RESERVE) return
  await settlement.give(payer.address, escrow, [], signal)
  await act(desk, { kind: 'deposit', amount: escrow }, signal)
  const amount = escrow < RESERVE ? escrow : RESERVE
  await act(desk, { kind: 'fund', parts: [{ miner: STRANGERS, amount }] }, signal)
}

const keystoreOf = (dataFolder: string, crypto: Crypto): Keystore =>
  new Keystore(join(dataFolder, folderFiles.keys), { crypto, random: systemRandom, clock: systemClock })

function deskOf({ network, dataFolder, signal }: Wanted, keys: Keystore): Promise<MoneyDesk> {
  return openMoneyDesk({
    network,
    dataFolder,
    addressOf: (kind: KeyKind): Address | undefined => keys.look(kind)?.address,
    signerOf: async (kind) => keys.load(kind)!.signer,
    ...(signal === undefined ? {} : { signal }),
  })
}

async function act(desk: MoneyDesk, action: MoneyAction, signal: AbortSignal | undefined): Promise<void> {
  const stoppedBy = signal === undefined ? {} : { signal }
  await desk.perform(action, { feeWeiMax: FEE_WEI_MAX, onStep: () => undefined, ...stoppedBy })
}
