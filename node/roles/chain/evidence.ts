/** What every node does with contradictions: it hears, keeps, tells on, and hands them to the court where there is one. */
import { basename } from 'node:path'
import { encode } from '../../../protocols/kernel/codec.ts'
import { contradictionCodec } from '../../../protocols/wire/evidence/evidence.ts'
import { evidenceTopic } from '../../../protocols/wire/evidence/evidence-topic.ts'
import { ContradictionWatch } from '../../market/contradiction-watch.ts'
import { type EvidenceSink, noCourt } from '../../market/evidence-sink.ts'
import { EvidenceStore, type KeptEvidence } from '../../market/evidence-store.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

export interface EvidenceBox {
  readonly watch: ContradictionWatch
  /** How evidence stands with the court. */
  readonly standing: EvidenceSink['standing']
  /** From here on this court takes what is found, and what was kept before. */
  bring(court: EvidenceSink): void
}

/** @throws MeshError DATA_FOLDER_*, DISK_FULL */
export async function startEvidence(parts: Parts, base: Foundation, mesh: Libp2pNetwork): Promise<EvidenceBox> {
  let court = noCourt
  const { domain, clock, folder, bus, settings, keys } = base
  const store = await parts.start('evidence', () =>
    EvidenceStore.open(folder.file('evidence'), {
      clock,
      reserve: folder.reserve,
      onFailed: bus.trouble('keeping evidence'),
      onDamaged: bus.trouble('reading the evidence that was kept'),
      onMigrated: ({ path, from, to, copy }) =>
        bus.emit({ kind: 'store:migrated', file: basename(path), from, to, copy: basename(copy) }),
    }),
  )
  const tell = ({ contradiction }: KeptEvidence): void => {
    mesh
      .publish(topic, settings.region, encode(contradictionCodec, contradiction))
      .catch(bus.trouble('telling others of a contradiction'))
  }
  const watch = await parts.start(
    'watch on contradictions',
    () =>
      new ContradictionWatch({
        domain,
        clock,
        store,
        onKept: (evidence) => {
          const { operator, nullifier, kind, source } = evidence
          const isOwn = keys.look('operator')?.address === operator
          bus.emit({ kind: 'contradiction:found', operator, nullifier, contradiction: kind, source, isOwn })
          court.take(evidence)
        },
        tell,
        onFailure: bus.trouble('keeping evidence'),
      }),
  )
  const topic = evidenceTopic(domain, watch)
  await parts.start('contradictions that others find', () =>
    mesh.subscribe(topic, settings.region, (evidence) => watch.told(evidence)),
  )
  return {
    watch,
    standing: (nullifier) => court.standing(nullifier),
    bring(given) {
      court = given
      for (const { nullifier } of watch.kept()) {
        const evidence = watch.evidence(nullifier)
        if (evidence !== undefined) court.take(evidence)
      }
    },
  }
}
