/** A watch on contradictions over a file in a data folder of its own. */
import { ContradictionWatch, type ContradictionWatchNeeds } from '../../node/market/contradiction-watch.ts'
import { EvidenceStore, type KeptEvidence } from '../../node/market/evidence-store.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { DataFolder } from '../../node/storage/data-folder.ts'
import type { MeshError } from '../../protocols/kernel/errors.ts'
import { domain } from './statement-vectors/cast.ts'

export interface OpenEvidence extends AsyncDisposable {
  readonly watch: ContradictionWatch
  readonly store: EvidenceStore
  readonly kept: readonly KeptEvidence[]
  readonly told: readonly KeptEvidence[]
  readonly failures: readonly MeshError[]
  /** Resolves when all that was found is on disk. */
  written(): Promise<void>
}

export async function openEvidence(path: string, needs: Partial<ContradictionWatchNeeds> = {}): Promise<OpenEvidence> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(DataFolder.open(path, { clock: systemClock, bytes: 65_536 }))
  folder.markStarted()
  const { reserve } = folder
  const [kept, told, failures] = [[], [], []] as [KeptEvidence[], KeptEvidence[], MeshError[]]
  const onDamaged = (error: MeshError): void => void failures.push(error)
  const store = stack.use(await EvidenceStore.open(folder.file('evidence'), { clock: systemClock, reserve, onDamaged }))
  const watch = new ContradictionWatch({
    domain,
    clock: systemClock,
    store,
    onKept: (evidence) => kept.push(evidence),
    tell: (evidence) => told.push(evidence),
    onFailure: (error) => failures.push(error),
    ...needs,
  })
  stack.use(watch)
  const owned = stack.move()
  return {
    watch,
    store,
    kept,
    told,
    failures,
    written: () => watch[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
