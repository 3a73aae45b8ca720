import type { CopyJson } from '../../control/methods/content-methods.ts'
import {
  argument,
  type Command,
  type CommandContext,
  defineCommand,
  defineSubcommand,
  flag,
  option,
} from '../frame/command.ts'

export interface SpecJson {
  readonly name: string
  readonly type: string
  readonly dims: readonly (number | string)[]
}

export interface ModelJson {
  readonly id: string
  readonly name: string
  readonly bytes: number
  readonly inputs: readonly SpecJson[]
  readonly outputs: readonly SpecJson[]
  readonly miners: readonly { readonly miner: string; readonly price: string; readonly kernelClass: string }[]
}

export interface ModelsJson {
  readonly served: readonly { readonly id: string; readonly name: string; readonly base: string }[]
  /** Null where the running node has no client role: then it asks nobody. */
  readonly network: readonly ModelJson[] | null
}

const pull = defineSubcommand({
  name: 'pull',
  summary: 'get a model from the peers that have it',
  about:
    'Takes the id of a model, or the name under which miners serve it. It comes from all peers that have some of it, is held ' +
    'against its id and inspected; what came stays when the command is stopped, and the next one goes on from there. It goes ' +
    'through the node that runs on the data folder; without one this command joins the network for itself.\n' +
    'With --json: {"id", "name", "bytes", "path", "tookMs"}.',
  examples: [
    { line: 'aitbc models pull resnet', about: 'by name' },
    {
      line: 'aitbc models pull bafkreiazcgcti3jjszyr3v3byubo44bww657qejxww5gpkzjy23pk5lqve --as resnet',
      about: 'by id, under a name of your own',
    },
  ],
  arguments: { model: argument('name or id of the model') },
  options: {
    from: option({ value: 'peer', about: 'Asks only this peer, by its id or multiaddr.' }),
    as: option({ value: 'name', about: 'What the model is called on this disk.' }),
  },
  settings: ['modelSpaceMax', 'entryPeers', 'passphraseFile'],
  async run(context) {
    const { pullModel } = await import('./pull-model.ts')
    return pullModel(context)
  },
})

const list = defineSubcommand({
  name: 'list',
  summary: 'list the models on this disk, or those of the network',
  about:
    'Whole ones and those of which a part is here, those used last first. With --json: {"models": [{"id", "name", "bytes", ' +
    '"bytesHere", "whole", "usedAtMs", "uses"}]}; with --served as aitbc models.',
  examples: [
    { line: 'aitbc models list', about: 'what aitbc start --models can serve here' },
    { line: 'aitbc models list --served', about: 'what can be run now' },
  ],
  options: { served: flag('Those that miners of the network serve.') },
  settings: ['entryPeers', 'passphraseFile'],
  async run({ options: { served }, ...context }) {
    return served ? showNetwork(context) : showCopies(context)
  },
})

const add = defineSubcommand({
  name: 'add',
  summary: 'take a model file into the store, to serve it and to give it to others',
  about: 'The file is inspected and copied. With --json: the model as in aitbc models list.',
  examples: [{ line: 'aitbc models add ./resnet.onnx', about: 'then: aitbc start --models resnet' }],
  arguments: { path: argument('an ONNX file', { offers: 'files' }) },
  options: { as: option({ value: 'name', about: 'What the model is called; the name of the file unless given.' }) },
  settings: ['modelSpaceMax'],
  async run({ arguments: { path }, options: { as }, ...context }) {
    const { resolve } = await import('node:path')
    const { callStore } = await import('./model-store.ts')
    const { printable } = await import('../screen/printable.ts')
    const { out } = context
    using progress = out.progress('inspecting and copying the model')
    void progress
    const name = as === undefined ? {} : { name: as }
    const added = await callStore<CopyJson>(context, 'add', { path: resolve(path), ...name })
    await out.print(added, () => `${printable(added.name)} is in the store: ${added.id}`)
  },
})

const remove = defineSubcommand({
  name: 'remove',
  summary: 'remove a model from this disk',
  about:
    'One that is in use stays: it is served, sent or fetched. With --json: the model as it was in aitbc models list.',
  examples: [{ line: 'aitbc models remove resnet', about: 'by name or id' }],
  arguments: { model: argument('name or id of the model') },
  async run({ arguments: { model }, ...context }) {
    const { callStore } = await import('./model-store.ts')
    const { bytesText } = await import('../screen/byte-sizes.ts')
    const { printable } = await import('../screen/printable.ts')
    const removed = await callStore<CopyJson>(context, 'remove', { model })
    const { out } = context
    await out.print(removed, () => `${printable(removed.name)} is removed: ${bytesText(removed.bytesHere)} are free.`)
  },
})

export const modelsCommand: Command = defineCommand({
  name: 'models',
  group: 'use',
  summary: 'list the models that miners serve; get, add and remove those on this disk',
  about:
    'Prices are for one inference in the standard latency class. With --json: {"served": models of this node, "network": ' +
    '[{"id", "name", "bytes", "inputs", "outputs", "miners": [{"miner", "price", "kernelClass"}]}]}; amounts in credits. ' +
    '"network" is null where the running node has no client role.',
  examples: [
    { line: 'aitbc models', about: 'what can be run now' },
    { line: 'aitbc models --json', about: 'with inputs, outputs and every miner' },
    { line: 'aitbc models pull resnet', about: 'get one onto this disk, to serve it too' },
  ],
  settings: ['entryPeers', 'passphraseFile'],
  commands: [pull, list, add, remove],
  run: (context) => showNetwork(context),
})

type Context = Pick<CommandContext, 'config' | 'signal' | 'out' | 'mayAsk'>

async function showNetwork(context: Context): Promise<void> {
  const { reachMesh } = await import('../node/node-access.ts')
  const { networkText } = await import('./models-text.ts')
  await using node = await reachMesh(context)
  const models = await node.call<ModelsJson>('models')
  const { out } = context
  await out.print(models, () => networkText(models, out))
}

async function showCopies(context: Context): Promise<void> {
  const { callStore } = await import('./model-store.ts')
  const { copiesText } = await import('./models-text.ts')
  const copies = await callStore<{ readonly models: readonly CopyJson[] }>(context, 'copies')
  const { out } = context
  await out.print(copies, () => copiesText(copies, out))
}
