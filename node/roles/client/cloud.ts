/** The cloud of a client whose owner configured one: off without cloudUrl, and asked only by jobs that allow it. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type ModelId, modelId } from '../../../protocols/kernel/ids.ts'
import { modelDigest } from '../../../protocols/kernel/model-id.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { CallNeeds } from '../../client/cloud/call-cloud.ts'
import type { CloudAdapter } from '../../client/cloud/cloud-adapter.ts'
import { type CloudDescription, CloudDesk } from '../../client/cloud/cloud-desk.ts'
import { ANSWERS_BYTES_MAX } from '../../client/cloud/cloud-limits.ts'
import type { CloudModel } from '../../client/cloud/cloud-model.ts'
import { OipAdapter } from '../../client/cloud/oip-adapter.ts'
import { OpenaiAdapter } from '../../client/cloud/openai-adapter.ts'
import type { Settings } from '../../config/settings.ts'
import { DayBudgets } from '../../gateway/day-budgets.ts'
import { SpentFile } from '../../gateway/spent-file.ts'
import { shippedModelId } from '../../models/open-model-file.ts'
import { shippedModels } from '../../models/shipped/index.ts'
import { ByteBudget } from '../../network/calls/byte-budget.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'
import { readCredential } from './cloud-credential.ts'
import { type DiskCloudBudget, diskCloudBudget } from './cloud-spent.ts'

export interface NodeCloud {
  readonly desk: CloudDesk
  readonly budget: DiskCloudBudget
}

/**
 * `undefined` where none is configured.
 * @throws MeshError USAGE where the settings are not complete; DATA_FOLDER_DAMAGED
 */
export async function startCloud(
  parts: Parts,
  { settings, clock, folder, bus }: Foundation,
): Promise<NodeCloud | undefined> {
  const { cloudUrl, cloudCredential, cloudName, cloudBudget, cloudPrice } = settings
  if (cloudUrl === undefined) return undefined
  if (cloudPrice === undefined) {
    throw new MeshError('USAGE', {
      what: 'cloudUrl is set, and cloudPrice is not: no job could be held to its ceiling',
    })
  }
  const provider = cloudName ?? new URL(cloudUrl).hostname
  const credential = (): string | undefined =>
    cloudCredential === undefined ? undefined : readCredential(cloudCredential)
  try {
    // A mistake should not wait for the first job that needs it; a miner goes on without the cloud of its client.
    credential()
  } catch (error) {
    bus.trouble('reading the credential of the cloud')(error)
  }
  const budgets = await parts.start(
    'budget of the cloud',
    () => new DayBudgets({ clock, file: new SpentFile(folder.file('cloudSpent')) }),
  )
  const budget = diskCloudBudget(budgets, provider, cloudBudget as Credits)
  const memory = new ByteBudget(ANSWERS_BYTES_MAX)
  const adapter = adapterOf(settings, cloudUrl, { provider, http: fetch, memory, clock, credential })
  const { models, specs } = modelsOf(settings)
  const tariff = {
    perCall: cloudPrice,
    per1kTokensIn: settings.cloudPriceIn,
    per1kTokensOut: settings.cloudPriceOut,
    unitWorth: settings.cloudUnitWorth,
  }
  const desk = await parts.start(
    'cloud',
    () => new CloudDesk({ clock, provider, adapter, budget, tariff, models, specs }),
  )
  return { desk, budget }
}

function adapterOf({ cloudProtocol, cloudTokensMax }: Settings, url: string, needs: CallNeeds): CloudAdapter {
  return cloudProtocol === 'oip' ? new OipAdapter(needs, url) : new OpenaiAdapter(needs, url, cloudTokensMax)
}

/** Names are those of shipped models alone: what other nodes call theirs is their word. @throws MeshError USAGE */
function modelsOf({ cloudModels }: Settings): {
  readonly models: ReadonlyMap<ModelId, CloudModel>
  readonly specs: ReadonlyMap<ModelId, CloudDescription>
} {
  const models = new Map<ModelId, CloudModel>()
  const specs = new Map<ModelId, CloudDescription>()
  for (const { model, target } of cloudModels) {
    const id = modelDigest(model) === undefined ? shippedModelId(model) : modelId(model)
    if (id === undefined) {
      throw new MeshError('USAGE', {
        what: `cloudModels names ${model}, which is neither a model's id nor a shipped model`,
      })
    }
    models.set(id, target)
    const shipped = shippedModels().find(({ name }) => shippedModelId(name) === id)
    if (shipped === undefined) continue
    const { name, inputs, outputs } = shipped.manifest
    specs.set(id, { name, inputs, outputs })
  }
  return { models, specs }
}
