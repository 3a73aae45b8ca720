import { type Command, defineCommand } from '../command.ts'
import { walletCertifyCommand } from './wallet-certify.ts'
import { walletExportCommand } from './wallet-export.ts'
import { walletImportCommand } from './wallet-import.ts'
import { LIST_ABOUT, listKeys, walletListCommand } from './wallet-list.ts'
import { walletNewCommand } from './wallet-new.ts'
import { walletSealCommand, walletUnsealCommand } from './wallet-seal.ts'

export const walletCommand: Command = defineCommand({
  name: 'wallet',
  group: 'money',
  summary: 'show, make, bring in and seal the keys of this node',
  about: LIST_ABOUT,
  examples: [
    { line: 'aitbc wallet', about: 'the keys and their addresses' },
    { line: 'aitbc wallet new owner', about: 'for stake and earnings, under a passphrase' },
    { line: 'aitbc wallet seal', about: 'put owner and payer under a passphrase' },
  ],
  commands: [
    walletListCommand,
    walletNewCommand,
    walletImportCommand,
    walletExportCommand,
    walletSealCommand,
    walletUnsealCommand,
    walletCertifyCommand,
  ],
  run: listKeys,
})
