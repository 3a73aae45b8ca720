/** A model of the network by what a person calls it, or an error that says which there are. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { nearestName } from '../../config/nearest-name.ts'
import type { ModelJson, ModelsJson } from '../models/models-command.ts'
import type { NodeAccess } from '../node/node-access.ts'
import type { StatusJson } from '../node/status-command.ts'

/** @param given what the person typed, for messages. @throws MeshError MODEL_UNKNOWN, with what there is; ROLE_MISSING */
export async function findNetworkModel(mesh: NodeAccess, idOrName: string, given: string): Promise<ModelJson> {
  const { network } = await mesh.call<ModelsJson>('models')
  if (network === null) {
    const { roles } = await mesh.call<StatusJson>('status')
    throw new MeshError('ROLE_MISSING', { roles, role: 'client' })
  }
  const found = network.filter(({ id, name }) => id === idOrName || name === idOrName)
  if (found.length === 1) return found[0]!
  const next =
    found.length > 1 ? `Several models have this name; give the id of one: aitbc models.` : servedHint(given, network)
  throw new MeshError('MODEL_UNKNOWN', { model: given, next })
}

/** What fits a line of a hint. */
const NAMES_MAX = 8

function servedHint(given: string, network: readonly ModelJson[]): string {
  const names = [...new Set(network.map(({ name }) => name))]
  if (names.length === 0) return 'No miner serves any model right now; aitbc peers shows who is there.'
  const near = nearestName(given, names)
  if (near !== undefined && near !== given) return `Did you mean ${near}?`
  const more = names.length > NAMES_MAX ? `, and ${names.length - NAMES_MAX} more (aitbc models)` : ''
  return `Served are ${names.slice(0, NAMES_MAX).join(', ')}${more}.`
}
