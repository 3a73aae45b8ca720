/** `aitbc models pull`: a model from the peers that have it onto this disk, with how far it is. */
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { modelDigest } from '../../../protocols/kernel/model-id.ts'
import type { PullProgress } from '../../control/methods/content-methods.ts'
import type { CommandContext } from '../frame/command.ts'
import { findNetworkModel } from '../jobs/find-network-model.ts'
import { type NodeAccess, reachMesh } from '../node/node-access.ts'
import { bytesText } from '../screen/byte-sizes.ts'
import { durationText } from '../screen/durations.ts'
import { amountOf } from '../screen/numbers.ts'
import { printable } from '../screen/printable.ts'
import { callStore } from './model-store.ts'
import type { CopiesJson } from './models-text.ts'

type Context = CommandContext<
  { readonly model: string },
  { readonly from: string | undefined; readonly as: string | undefined }
>

interface PulledJson {
  readonly id: string
  readonly name: string
  readonly bytes: number
}

interface Wanted {
  readonly model: string
  readonly name: string
}

export async function pullModel(context: Context): Promise<void> {
  const { options, out } = context
  const started = performance.now()
  await using mesh = await reachMesh(context)
  const { model, name } = await wantedModel(context, mesh)
  using progress = out.progress(`pulling ${printable(name)}`, bytesText)
  const onEvent = (event: unknown): void => {
    const { bytesDone, bytesTotal, peers } = event as PullProgress
    progress.relabel(`pulling ${printable(name)} from ${amountOf(peers, 'peer')}`)
    progress.update(bytesDone, bytesTotal)
  }
  const from = options.from === undefined ? {} : { from: options.from }
  const pulled = await mesh.call<PulledJson>('pull', { model, name: name.slice(0, 64), ...from }, onEvent)
  const tookMs = performance.now() - started
  const shown = printable(pulled.name)
  await out.print({ ...pulled, tookMs }, () =>
    [
      `${shown} is here, whole and inspected: ${bytesText(pulled.bytes)} in ${durationText(tookMs)}.`,
      `Serve it with aitbc start --models ${shown}.`,
    ].join('\n'),
  )
}

/** By id as it is; a name is looked for on this disk, where an earlier pull may have begun, and then in the network. */
async function wantedModel(
  { arguments: { model }, options: { as }, ...context }: Context,
  mesh: NodeAccess,
): Promise<Wanted> {
  const copies = await copiesOf(mesh, context)
  const here = copies.models.find(({ id, name }) => id === model || name === model)
  if (here !== undefined) return { model: here.id, name: as ?? here.name }
  if (modelDigest(model) === undefined) {
    const found = await findNetworkModel(mesh, model, model)
    return { model: found.id, name: as ?? found.name }
  }
  return { model, name: as ?? (await nameOf(mesh, model)) }
}

const copiesOf = (mesh: NodeAccess, context: Pick<Context, 'config' | 'signal' | 'out'>): Promise<CopiesJson> =>
  // A light peer holds the folder itself, and answers for it.
  mesh.via === 'node' ? callStore<CopiesJson>(context, 'copies') : mesh.call<CopiesJson>('copies')

/** What miners call it, if any serves it: a name is for people, and nothing fails for want of one. */
async function nameOf(mesh: NodeAccess, model: string): Promise<string> {
  try {
    return (await findNetworkModel(mesh, model, model)).name
  } catch (error) {
    if (!isMeshError(error, 'MODEL_UNKNOWN', 'ROLE_MISSING')) throw error
    return model.slice(0, SHORT_CHARS)
  }
}

/** Enough of an id to be told from others at a glance. */
const SHORT_CHARS = 16
