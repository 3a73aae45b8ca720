/** The router role: hears the offers of its region and classes, keeps them, and answers those who ask. */
import type { Topic } from '../../../protocols/kernel/topic.ts'
import { cardClasses } from '../../../protocols/rules/classification/card-class.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import { answerDirectory, directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { answerSync } from '../../../protocols/wire/directory-sync/sync-handler.ts'
import { syncProtocol } from '../../../protocols/wire/directory-sync/sync-protocol.ts'
import type { Offer } from '../../../protocols/wire/offer/offer.ts'
import { offerShard } from '../../../protocols/wire/offer/offer-body.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { profileSpace } from '../../../protocols/wire/profile/profile.ts'
import { ClockGuard } from '../../market/clock-guard.ts'
import { type ClockState, ClockWatch } from '../../market/clock-watch.ts'
import type { ContradictionWatch } from '../../market/contradiction-watch.ts'
import { DirectorySync } from '../../market/directory-sync.ts'
import { OfferDirectory } from '../../market/offer-directory.ts'
import type { StakeGate } from '../../market/stake-gate.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import { askTime } from '../../network-node/ask-time.ts'
import { startStakeGate } from '../chain/stake-gate.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

export interface Router {
  readonly directory: OfferDirectory
  readonly topic: Topic<Offer>
  readonly clock: ClockGuard
  /** Whose offers are shown; `undefined` where a table gives everyone its stake. */
  readonly gate: StakeGate | undefined
  /** How the clocks of other miners differ from ours; undefined where too few were heard. */
  readonly clockOffset: () => ClockState | undefined
}

export async function startRouter(
  parts: Parts,
  base: Foundation,
  mesh: Libp2pNetwork,
  contradictions: ContradictionWatch,
): Promise<Router> {
  const { domain, clock, random, crypto, bus, settings, journal, keys } = base
  const watch = new ClockWatch({
    domain,
    clock,
    onChange: (isOff, state) => bus.emit({ kind: 'clock:changed', isOff, ...state }),
  })
  const guard = await parts.start(
    'clock',
    () =>
      new ClockGuard({
        clock,
        others: () => watch.state,
        witnesses: [
          // A table of the network file counts its blocks by our own clock.
          ...(base.chain.settles ? [async () => Number(base.head.head.blockTime) * 1_000 - clock.nowMs()] : []),
          ...settings.timeServers.map((server) => (signal: AbortSignal) => askTime({ clock, random }, server, signal)),
        ],
        onChange: (isStopped, others) => {
          const offset = others === undefined ? {} : { offsetMs: others.offsetMs }
          bus.emit({ kind: 'clock:stopped', isStopped, ...offset })
        },
        onFailure: bus.trouble('asking what time it is'),
      }),
  )
  const topic = contradictions.over(watch.over(offerTopic(domain, new HighestSeen())))
  const gate = await startStakeGate(parts, base, (operator) => directory.recognise(operator))
  const directory: OfferDirectory = new OfferDirectory(
    clock,
    (miner) => contradictions.isBarred(miner),
    (miner) => gate === undefined || gate.verdictOf(miner) === 'good',
    (miner) => gate?.verdictOf(miner) === 'short',
  )
  const own = keys.look('operator')?.address
  const hear = (offer: Offer): void => {
    directory.put(offer)
    // An offer under our own key that we do not know: another copy of this node, or an older folder than the network's memory.
    if (offer.miner === own)
      journal.checkAgainst(offer.head.sequence).catch((error: unknown) => {
        bus.trouble("keeping what others saw of this node's key")(error)
      })
  }
  await parts.start('profiles of others', () => mesh.hold(profileSpace(domain)))
  for (const gpuClass of cardClasses) {
    const shard = offerShard({ region: settings.region, gpuClass })
    await parts.start(`offers of ${shard}`, () => mesh.subscribe(topic, shard, hear))
  }
  await parts.start('directory', () =>
    mesh.serve(
      directoryProtocol,
      answerDirectory((query) => directory.find(query)),
    ),
  )
  await parts.start('directory key', (signal) => mesh.provide(directoryKey(crypto, mesh.tag, settings.region), signal))
  const sync = new DirectorySync({
    network: mesh,
    domain,
    clock,
    random,
    region: settings.region,
    directory,
    onOffer: (offer) => contradictions.heardOffer(offer),
    onSynced: (synced) => bus.emit({ kind: 'directory:synced', ...synced }),
    onFailure: (peer, error) => bus.emit({ kind: 'peer:trouble', ...(peer === undefined ? {} : { peer }), error }),
  })
  await parts.start('directory sync', () => mesh.serve(syncProtocol, answerSync(sync)))
  await parts.start('other directories', () => {
    sync.start()
    return sync
  })
  return { directory, topic, gate, clock: guard, clockOffset: () => watch.state }
}
