import { parseEndpointUrl } from '../../node/chain/rpc/endpoint-url.ts'
import { type Command, defineCommand, defineSubcommand, flag, option } from '../../node/cli/frame/command.ts'
import { oneOf, usageError } from '../../node/cli/frame/usage-error.ts'
import { yesOption } from '../../node/cli/prompts/confirm.ts'
import { type Address, isAddress } from '../../protocols/kernel/ids.ts'

const preset = (about: string) =>
  option({
    value: 'preset',
    about,
    parse: oneOf('preset', 'production', 'local'),
    offers: () => ['production', 'local'],
  })

function parseAddress(text: string): Address {
  const folded = text.toLowerCase()
  if (isAddress(folded)) return folded
  throw usageError(`${text} is no address`, 'Give 0x and 40 hexadecimal digits.')
}

function parseRpc(text: string): string {
  if (parseEndpointUrl(text) !== undefined) return text
  throw usageError('what --rpc names is no http or https address', 'Give one like https://rpc.example/v3.')
}

const rpcOption = option({
  value: 'url',
  about: "Endpoint of the chain to ask instead of the network file's.",
  parse: parseRpc,
})

const deploy = defineSubcommand({
  name: 'deploy',
  summary: 'make one set of contracts on the chain of a network file, and write it in there',
  about:
    'The network file names the chain and may name no contracts yet; those that new vouchers went to until now become redeemOnly. The ' +
    'owner of the data folder signs, or the key of --key. It shows what it will send and cost, and asks. Each step is kept in a file ' +
    'beside the network file: run it again after it broke off, and it goes on where it stopped. At the end it looks at all of it as ' +
    'aitbc contracts check does, and only then writes the network file.\n' +
    'The governor administers from then on; its changes wait for the module delay of the preset. Windows: production has those of ' +
    'networks with real money (a thaw of 14 days), local has minutes.\n' +
    'With --json: {"network", "set", "deployer", "governor", "preset", "steps": [{"what", "address", "hash", "block", "gasUsed", ' +
    '"feeWei"}], "feeWei"}; with --dry-run {"network", "deployer", "governor", "preset", "dryRun": true, "steps": [{"what", "gas", ' +
    '"done"}], "feeWei", "feeWeiMax", "coinWei"}. Amounts are decimal text in wei.',
  examples: [
    { line: 'aitbc contracts deploy --preset production --network ./mesh.json --dry-run', about: 'what it would cost' },
    {
      line: 'aitbc contracts deploy --preset production --network ./mesh.json --governor 0x52908400098527886e0f7030069857d2e4169ee7',
      about: 'the deployer keeps no power',
    },
  ],
  options: {
    preset: preset('Windows and amounts: production or local.'),
    governor: option({
      value: 'address',
      about: 'Who may appoint courts, after the module delay; the deployer unless given.',
      parse: parseAddress,
    }),
    token: option({
      value: 'address',
      about: 'A plain ERC-20 of six decimals that is there already; a MeshToken is made unless given.',
      parse: parseAddress,
    }),
    tokenBurns: flag('That token has burn(uint256): what is burned leaves its supply.'),
    name: option({ value: 'name', about: 'Of the set in the network file; the next of v1, v2 unless given.' }),
    key: option({
      value: 'file',
      about: 'A keystore of version 3 whose key deploys, instead of the owner of the data folder.',
      offers: 'files',
    }),
    keyPassphraseFile: option({
      value: 'file',
      about: 'Its first line opens the file of --key. Asked for on a terminal where it is not given.',
      offers: 'files',
    }),
    rpc: rpcOption,
    dryRun: flag('Shows what it would send and cost, and sends nothing.'),
    ...yesOption,
  },
  settings: ['passphraseFile'],
  async run(context) {
    const { deployForNetwork } = await import('./deploy-for-network.ts')
    await deployForNetwork(context)
  },
})

const check = defineSubcommand({
  name: 'check',
  summary: 'see whether the contracts of a network file are what they should be',
  about:
    'Reads from the chain the code at each address, what each contract says of the others, who has which role, and all windows. Looks at ' +
    'the set that new vouchers go to, or at the one that is named; changes nothing and needs no key.\n' +
    'With --json one {"set", "what", "state", "found", "expected"} a line; "state" is ok, warn or fail. Exit code 0 where nothing fails, ' +
    '6 where something differs that does no harm, 1 where something fails.',
  examples: [
    { line: 'aitbc contracts check --network ./mesh.json', about: 'before a stake or a deposit' },
    {
      line: 'aitbc contracts check --network ./mesh.json --preset production',
      about: 'with the windows of real money',
    },
  ],
  options: {
    set: option({ value: 'name', about: 'One of the contract sets of the network file.' }),
    preset: preset('Whose windows it must have; any of a preset unless given.'),
    governor: option({ value: 'address', about: 'Who must be the only admin.', parse: parseAddress }),
    rpc: rpcOption,
  },
  async run(context) {
    const { checkContracts } = await import('./check-contracts.ts')
    return checkContracts(context)
  },
})

export const contractsCommand: Command = defineCommand({
  name: 'contracts',
  group: 'network',
  summary: 'deploy the contracts of a network, or check those that it names',
  about: 'For who founds a network on a chain, and for everybody who wants to know what a network file stands on.',
  examples: [
    { line: 'aitbc contracts check --network ./mesh.json', about: 'code, roles and windows of its contracts' },
  ],
  commands: [deploy, check],
})
