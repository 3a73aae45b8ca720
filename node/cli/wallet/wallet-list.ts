import { type CommandContext, defineSubcommand } from '../command.ts'
import type { Output } from '../output.ts'
import { table } from '../table.ts'
import { allKinds, KEY_JSON, type KeyJson, keyJson, walletKeys } from './wallet-keys.ts'

export const LIST_ABOUT = `The owner has stake and earnings and should lie cold; the operator is this miner's name and signs what it does; the payer has the escrow; the session signs vouchers for the payer. The last three are made when a node first needs them.

  With --json: {"dataFolder", "keys": [${KEY_JSON}]}.`

const MEANING: Readonly<Record<KeyJson['kind'], string>> = {
  owner: 'stake and earnings',
  operator: "this miner's name",
  payer: 'escrow',
  session: 'vouchers of the payer',
}

export async function listKeys({ config, out }: Pick<CommandContext, 'config' | 'out'>): Promise<void> {
  const { dataFolder } = (await config()).settings
  const store = await walletKeys({ config })
  const keys = allKinds.flatMap((kind) => store.look(kind) ?? []).map(keyJson)
  await out.print({ dataFolder, keys }, () => keyTable(keys, out))
}

function keyTable(keys: readonly KeyJson[], { style, width }: Output): string {
  if (keys.length === 0) return 'No key yet: a node makes its own when it starts; aitbc wallet new owner makes yours.'
  return table(
    keys,
    [
      { title: 'KEY', cell: ({ kind }) => kind, style: style.bold },
      { title: 'ADDRESS', cell: ({ address }) => address },
      { title: 'HAS', cell: ({ kind }) => MEANING[kind] },
      { title: 'SEALED', cell: ({ sealed }) => (sealed ? 'yes' : 'no') },
      { title: 'MADE', cell: ({ createdAt }) => createdAt.slice(0, 10) },
    ],
    { width, styleTitle: style.dim },
  )
}

export const walletListCommand = defineSubcommand({
  name: 'list',
  summary: 'list the keys of this node',
  about: LIST_ABOUT,
  examples: [{ line: 'aitbc wallet list', about: 'the same as aitbc wallet' }],
  run: listKeys,
})
